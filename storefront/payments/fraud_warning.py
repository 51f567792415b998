"""An early fraud warning: a card's bank believes that a payment was not its owner's, mostly before a dispute."""

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.orders.order import Order
from storefront.orders.timeline import tell
from storefront.payments.alerting import write_to_staff
from storefront.payments.payment import Payment


class FraudWarning(Base):
    """`actionable`: a refund would still prevent a dispute. `advice`: what to do, in a sentence, as of its arrival."""

    __tablename__ = "fraud_warnings"

    id: Mapped[int] = mapped_column(primary_key=True)
    stripe_id: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), index=True)
    fraud_type: Mapped[str]
    actionable: Mapped[bool]
    advice: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


def warnings_of(session: Session, order_id: int) -> list[FraudWarning]:
    """Oldest first."""
    return list(
        session.scalars(select(FraudWarning).where(FraudWarning.order_id == order_id).order_by(FraudWarning.id))
    )


def advice(order: Order, payment: Payment) -> str:
    """Refund now or wait, and why, in a sentence or two."""
    amount = payment.money(payment.received)
    if not order.shipped and order.to_ship:
        return f"Nothing was sent yet: refund {amount} now and do not send it. That costs no fee and ends the matter."
    if payment.checks.get("three_d_secure") == "authenticated":
        return (
            "Wait. The buyer proved to be the card's owner (3D Secure), so the bank bears most frauds of this payment."
            " Write to the buyer, and keep what they answer."
        )
    return (
        f"Refund {amount} now unless you know this buyer. A refund costs the goods; a lost dispute costs them,"
        " the money and a fee, and counts against the shop."
    )


def note(
    session: Session,
    order: Order,
    payment: Payment,
    stripe_id: str,
    fraud_type: str,
    *,
    actionable: bool,
    event_id: str,
) -> str:
    """Keep the warning about the locked order. Returns the verdict. Again, it only learns that it is out of date."""
    known = session.scalar(select(FraudWarning).where(FraudWarning.stripe_id == stripe_id))
    if known is not None:
        known.actionable = known.actionable and actionable
        return "The warning is known." if known.actionable else "The warning is out of date: refunded, or disputed."
    advised = advice(order, payment) if actionable else "It is refunded or disputed already; nothing is left to do."
    session.add(
        FraudWarning(
            stripe_id=stripe_id, order_id=order.id, payment_id=payment.id, fraud_type=fraud_type,
            actionable=actionable, advice=advised,
        )
    )  # fmt: skip
    said = f"The card's bank believes this payment to be fraud ({fraud_type.replace('_', ' ')}). {advised}"
    tell(session, order.id, f"fraud_warning:{stripe_id}", said, "stripe", event_id=event_id, public=False)
    if actionable:
        amount = str(payment.money(payment.received))
        facts = {"number": order.number, "amount": amount, "advice": advised, "type": fraud_type.replace("_", " ")}
        write_to_staff(session, "fraud_warning", stripe_id, facts)
    return said
