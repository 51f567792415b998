"""A capture that a person or a parcel asked for: committed here, carried out by the cashier once all checks are passed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.orders.order import Order, OrderState
from storefront.orders.timeline import tell
from storefront.payments.command import CommandState, StripeCommand, Verb
from storefront.payments.payment import Payment, PaymentState, payments_of


class Capture(Base):
    """Stripe allows one for each hold. `amount`: minor units. `by`: the staff member's name.

    `parcel`: what goes out once the money is there: `pieces` by line id, `key`, `carrier`, `tracking_number`; or empty.
    """

    __tablename__ = "captures"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), unique=True)
    amount: Mapped[int]
    by: Mapped[str]
    parcel: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class NotCapturableError(Exception):
    """The money cannot be taken now; the message is a sentence."""


def capture_of(session: Session, payment_id: int) -> Capture | None:
    """The one that was asked for."""
    return session.scalar(select(Capture).where(Capture.payment_id == payment_id))


def under_way(session: Session, payment: Payment) -> bool:
    """Whether the money is being taken: asked for here, or of Stripe."""
    if capture_of(session, payment.id) is not None:
        return True
    asked = select(StripeCommand.id).where(
        StripeCommand.verb == Verb.CAPTURE,
        StripeCommand.reference == payment.reference,
        StripeCommand.state == CommandState.PENDING,
    )
    return session.scalar(asked) is not None


def stop(session: Session, payment: Payment) -> bool:
    """Keep a capture that nobody asked for by hand from being sent. Returns False while it may be on its way to Stripe.

    One that was sent before and not answered is found out by the release that follows it.
    """
    asked = select(StripeCommand).where(
        StripeCommand.verb == Verb.CAPTURE,
        StripeCommand.reference == payment.reference,
        StripeCommand.state == CommandState.PENDING,
    )
    row = session.scalar(asked.with_for_update().execution_options(populate_existing=True))
    if row is None:
        return True
    if row.lease_until is not None and row.lease_until >= now():
        return False
    row.answer(CommandState.REFUSED, None)
    row.last_error = "Not sent: the order was called off before."
    return True


def taken_by_another(session: Session, payment: Payment) -> bool:
    """Whether the money of the same order is, or has just been, taken from another hold, though the order knows not yet."""
    ended = (PaymentState.CANCELED, PaymentState.EXPIRED, PaymentState.FAILED)
    siblings = [one for one in payments_of(session, payment.order_id) if one.id != payment.id]
    others = {one.reference for one in siblings if one.state not in ended}
    asked = select(StripeCommand.id).where(
        StripeCommand.verb == Verb.CAPTURE,
        StripeCommand.reference.in_(others),
        StripeCommand.state.in_((CommandState.PENDING, CommandState.DONE)),
    )
    return session.scalar(asked.limit(1)) is not None


def held_payment(session: Session, order: Order) -> Payment | None:
    """The payment whose money waits on the card for somebody to take it."""
    if order.state != OrderState.OPEN:
        return None
    holds = (payment for payment in payments_of(session, order.id) if payment.state == PaymentState.AUTHORIZED)
    return next((payment for payment in holds if not payment.release_reason), None)


def ask(session: Session, order: Order, amount: int, by: str, parcel: dict[str, Any] | None = None) -> Capture:
    """Ask for `amount` minor units of the locked order's hold. Raises NotCapturableError.

    The figures, the stock and the review are looked at again, with what Stripe says then, before any money moves.
    """
    payment = held_payment(session, order)
    if payment is None:
        raise NotCapturableError("No money waits on a card for this order: it was taken, or the hold has ended.")
    if payment.under_review:
        raise NotCapturableError("Stripe is reviewing this payment. It can be taken once the review has closed well.")
    if under_way(session, payment):
        raise NotCapturableError("The money is being taken already.")
    if payment.capture_before is not None and payment.capture_before <= now():
        raise NotCapturableError("The hold on the card has lapsed; nothing can be taken from it.")
    if not 0 < amount <= payment.capturable:
        most = payment.money(payment.capturable)
        raise NotCapturableError(f"Only more than nothing and at most {most} can be taken: that is held on the card.")
    asked = Capture(payment_id=payment.id, amount=amount, by=by, parcel=parcel or {})
    session.add(asked)
    said = f"Asked to take {payment.money(amount)} of the {payment.money(payment.capturable)} that is held."
    tell(session, order.id, f"capture:{payment.reference}", said, by, public=False)
    payment.due_now()
    return asked
