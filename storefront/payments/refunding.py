"""Refunding: what is wished becomes a row and a command, never more than was received, once per intention."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.money import quantum, spread
from storefront.orders.order import Order
from storefront.orders.timeline import tell
from storefront.payments.command import Verb, command
from storefront.payments.payment import Payment
from storefront.payments.refund import Refund, RefundLine
from storefront.payments.refundable import LineRest, Rest, rest_of
from storefront.payments.withdrawing import withdraw_refunded


class Reason(StrEnum):
    """Stripe's words; `other` is not told to Stripe."""

    REQUESTED_BY_CUSTOMER = "requested_by_customer"
    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"
    OTHER = "other"


class RefundError(ValueError):
    """Such a refund is not possible; the message is a sentence for the merchant."""


class GoneError(RefundError):
    """The money is not there any more: somebody was faster."""


@dataclass(frozen=True, slots=True)
class Wish:
    """`pieces`: how many of each line, by its id; `put_back`: how many of these go back on the shelf. Amounts: minor units.

    `amount`: None for the sum of pieces and shipping, and for all that is left where neither is named.
    """

    amount: int | None = None
    pieces: Mapping[int, int] | None = None
    put_back: Mapping[int, int] | None = None
    shipping: int = 0
    reason: Reason = Reason.REQUESTED_BY_CUSTOMER
    note: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """`amount`: minor units for `quantity` pieces of a line; `put_back`: pieces for the shelf."""

    rest: LineRest
    quantity: int
    put_back: int
    amount: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a refund will be, to the minor unit."""

    amount: int
    shipping: int
    parts: tuple[Part, ...]


def plan(rest: Rest, wish: Wish) -> Plan:
    """The wish in figures. Pure. Raises RefundError."""
    pieces, put_back = wish.pieces or {}, wish.put_back or {}
    everything = wish.amount is None and not any(pieces.values()) and not wish.shipping
    if everything and any(put_back.values()):
        raise RefundError("Say which pieces, or how much, to refund: only what goes back in stock was named.")
    shipping = rest.shipping if everything else wish.shipping
    if not 0 <= shipping <= rest.shipping:
        raise RefundError(f"At most {rest.money(rest.shipping)} of the shipping can be refunded.")
    chosen = [
        (line, line.quantity if everything else pieces.get(line.line.id, 0), put_back.get(line.line.id, 0))
        for line in rest.lines
    ]
    for line, quantity, back in chosen:
        _check(line, quantity, back)
    shares = [*(line.amount(quantity) for line, quantity, _ in chosen), shipping]
    amount = rest.amount if everything else sum(shares) if wish.amount is None else wish.amount
    _check_amount(rest, amount)
    if sum(shares) > amount:
        shares = spread(amount, shares)
    parts = [
        Part(line, quantity, back, share)
        for (line, quantity, back), share in zip(chosen, shares, strict=False)
        if quantity or back
    ]
    return Plan(amount, shares[-1], tuple(parts))


def _check(rest: LineRest, quantity: int, put_back: int) -> None:
    if not 0 <= quantity <= rest.quantity:
        raise RefundError(f"Of {rest.line.title}, {rest.quantity} can still be refunded, not {quantity}.")
    if not 0 <= put_back <= rest.put_back:
        raise RefundError(f"Of {rest.line.title}, {rest.put_back} can be put back in stock, not {put_back}.")


def _check_amount(rest: Rest, amount: int) -> None:
    if rest.amount == 0 and rest.locked:
        raise GoneError(rest.locked)
    if rest.amount == 0:
        raise GoneError(f"Nothing is left to refund. {_last(rest)}".strip())
    if amount > rest.amount:
        raise GoneError(
            f"That is {rest.money(amount)}, but only {rest.money(rest.amount)} is left to refund. {_last(rest)}".strip()
        )
    if amount <= 0:
        raise RefundError("A refund must be more than nothing.")
    if amount % quantum(rest.currency):
        raise RefundError(f"{rest.currency.upper()} is not refunded in so small steps.")


def _last(rest: Rest) -> str:
    """Who was there before."""
    if not rest.refunds:
        return ""
    last = rest.refunds[-1]
    who = {"stripe": "Somebody at Stripe's Dashboard", "shop": "The shop"}.get(last.by, last.by)
    return f"{who} refunded {last.money(last.amount)} on {last.created_at:%d %B %Y, %H:%M} UTC."


def ask(session: Session, order: Order, wish: Wish, *, key: str, by: str, payment: Payment | None = None) -> Refund:
    """The refund of this `key`: the one that exists, or a new one, under way to Stripe. `order`: locked by the caller.

    `payment`: the one to refund, otherwise the first that has so much left. Raises RefundError, GoneError.
    """
    known = refund_with(session, key)
    if known is not None:
        return known
    rest = rest_of(session, order)
    figures = plan(rest, wish)
    payment = payment or _payment_with(rest, figures.amount)
    refund = Refund(
        key=key,
        order_id=order.id,
        payment_id=payment.id,
        amount=figures.amount,
        shipping=figures.shipping,
        currency=order.currency,
        reason=wish.reason,
        note=wish.note,
        why=wish.why,
        by=by,
        next_try=None,
        lines=[
            RefundLine(line_id=part.rest.line.id, quantity=part.quantity, amount=part.amount, put_back=part.put_back)
            for part in figures.parts
        ],
    )
    session.add(refund)
    session.flush()
    command(session, Verb.REFUND, refund.reference, _parameters(order, payment, refund), payment.id)
    said = f"Refund of {refund.money(refund.amount)} asked for. {wish.why} {wish.note}"
    tell(session, order.id, f"refund:{refund.reference}", " ".join(said.split()), by, public=False)
    withdraw_refunded(session, order)
    return refund


def refund_with(session: Session, key: str) -> Refund | None:
    """The refund of this intention."""
    return session.scalar(select(Refund).where(Refund.key == key))


def _payment_with(rest: Rest, amount: int) -> Payment:
    found = next((payment for payment, left in rest.payments if left >= amount), None)
    if found is None:
        most = rest.money(max(left for _, left in rest.payments))
        raise RefundError(f"The order was paid in several payments: at most {most} can be refunded at once.")
    return found


def _parameters(order: Order, payment: Payment, refund: Refund) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "payment_intent": payment.intent_id,
        "amount": refund.amount,
        "metadata": {"order": order.number, "payment": payment.reference, "refund": refund.reference},
    }
    if refund.reason != Reason.OTHER:
        parameters["reason"] = str(refund.reason)
    return parameters
