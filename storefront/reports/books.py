"""The books: ours against Stripe's, order by order and in total, each difference in a sentence."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storefront.money import Money
from storefront.orders.order import OrderState
from storefront.payments.payment import Payment, PaymentState
from storefront.payments.verdict import state_of
from storefront.reports.ours import CHARGES, DISPUTES, RETURNS, Ours, gathered
from storefront.reports.statement import Returned, Sale, Statement

Totals = dict[str, dict[str, dict[str, int]]]
"""By currency, then `ours` and `theirs`, then each of SUMS: minor units."""
SUMS = ("received", "refunded", "disputed", "held")
"""disputed: pulled by banks and not given back, whether it is lost already or not."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`words`: a sentence with order number and Stripe id. `payment_id`: ours, None where we know of none.

    `refund`, `dispute`: it is about one, of this payment.
    """

    number: str
    stripe_id: str
    words: str
    payment_id: int | None = None
    repairable: bool = True
    refund: bool = False
    dispute: bool = False


@dataclass(frozen=True, slots=True)
class Books:
    """`orders`: how many were compared. No differences: the totals are the same."""

    orders: int
    differences: list[Difference]
    totals: Totals


def compare(session: Session, statement: Statement) -> Books:
    """Both sides since the statement's beginning. Reads only."""
    ours = gathered(session, statement)
    differences = [
        *_of_sales(ours, statement),
        *_of_returns(ours, statement),
        *_of_disputes(ours, statement),
        *_only_here(ours, statement),
        *_of_movements(ours, statement),
    ]
    return Books(len(ours.orders), differences, _totals(ours, statement))


def _of_sales(ours: Ours, statement: Statement) -> Iterator[Difference]:
    """One at most for each payment: the first that is wrong."""
    for sale in statement.sales:
        payment = ours.payments.get(sale.reference)
        name = _name(sale)
        if payment is None and sale.facts.status != "expired":
            said = f"Stripe has {sale.facts.status} session {name} over {_sum(sale, sale.facts.total)}, the shop does not know it."
            yield Difference(sale.number, name, f"Order {sale.number}: {said}")
        elif payment is not None:
            wrong = _wrong(ours, payment, sale)
            if wrong:
                number = ours.number(payment)
                yield Difference(number, name, f"Order {number}: {wrong}", payment.id, repairable=_settles(ours, sale))


def _wrong(ours: Ours, payment: Payment, sale: Sale) -> str:
    state, intent, name = state_of(sale.facts), sale.facts.intent, _name(sale)
    received, capturable = (intent.received, intent.capturable) if intent else (0, 0)
    if payment.state != state:
        return f"Stripe has {name} as {state} ({_sum(sale, received or capturable or sale.facts.total)}), the shop as {payment.state}."
    booked = ours.booked(_charge(sale), CHARGES)
    if booked != received:
        return f"Stripe received {_sum(sale, received)} by {name}, the ledger has {_sum(sale, booked)}."
    if (payment.received, payment.capturable) != (received, capturable):
        return f"Stripe has {_sum(sale, received)} received and {_sum(sale, capturable)} held of {name}, the payment says otherwise."
    order = ours.orders[payment.order_id]
    if state == PaymentState.SUCCEEDED and order.state == OrderState.OPEN and not order.attention:
        return f"Stripe received {_sum(sale, received)} by {name}, but the order is not marked as paid."
    return ""


def _settles(ours: Ours, sale: Sale) -> bool:
    """A wrong amount that is in the ledger stays there for a person: entries are never rewritten."""
    entries = [entry for entry in ours.entries.get(_charge(sale), ()) if entry.kind in CHARGES]
    received = sale.facts.intent.received if sale.facts.intent else 0
    return not entries or sum(entry.amount for entry in entries) == received


def _of_returns(ours: Ours, statement: Statement) -> Iterator[Difference]:
    payments = {payment.intent_id: payment for payment in ours.payments.values() if payment.intent_id}
    for refund in statement.refunds:
        payment = payments.get(refund.intent_id)
        if payment is None:
            continue
        booked, number = -ours.booked(refund.id, RETURNS), ours.number(payment)
        if booked != _given_back(ours, refund):
            theirs, here = Money(refund.amount, refund.currency), Money(booked, refund.currency)
            said = f"Stripe has refund {refund.id} of {theirs} as {refund.status}, the ledger has {here} of it."
            yield Difference(number, refund.id, f"Order {number}: {said}", payment.id, refund=True)


def _of_disputes(ours: Ours, statement: Statement) -> Iterator[Difference]:
    payments = {payment.intent_id: payment for payment in ours.payments.values() if payment.intent_id}
    for dispute in statement.disputes:
        payment = payments.get(dispute.intent_id)
        booked = -ours.booked(dispute.id, DISPUTES)
        if payment is not None and booked != dispute.withheld:
            number = ours.number(payment)
            theirs, here = Money(dispute.withheld, dispute.currency), Money(booked, dispute.currency)
            said = (
                f"Stripe has pulled {theirs} for dispute {dispute.id} ({dispute.status}), the ledger has {here} of it."
            )
            yield Difference(number, dispute.id, f"Order {number}: {said}", payment.id, dispute=True)


def _only_here(ours: Ours, statement: Statement) -> Iterator[Difference]:
    """What we believe and Stripe has never heard of; no reading repairs that."""
    sessions = {sale.facts.session_id for sale in statement.sales}
    known = {_charge(sale) for sale in statement.sales} | {refund.id for refund in statement.refunds}
    known |= {dispute.id for dispute in statement.disputes}
    paid = {payment.order_id for payment in ours.payments.values() if payment.settled_order}
    for payment in ours.payments.values():
        if payment.session_id and payment.session_id not in sessions and payment.created_at >= statement.since:
            said = f"the shop has session {payment.session_id}, Stripe has not."
            yield _for_a_person(ours.number(payment), payment.session_id, said)
    for order in ours.orders.values():
        if order.created_at < statement.since:
            continue
        if order.state == OrderState.COMPLETED and order.total and order.id not in paid:
            yield _for_a_person(order.number, "", f"marked as paid ({order.money(order.total)}), but by no payment.")
    for stripe_id, entries in ours.entries.items():
        booked = [entry for entry in entries if entry.kind in CHARGES + RETURNS + DISPUTES]
        found = ours.orders[booked[0].order_id] if booked and booked[0].order_id else None
        if found is not None and stripe_id not in known and found.created_at >= statement.since:
            amount = found.money(sum(entry.amount for entry in booked))
            yield _for_a_person(found.number, stripe_id, f"the ledger has {amount} of {stripe_id}, Stripe has not.")


def _for_a_person(number: str, stripe_id: str, said: str) -> Difference:
    return Difference(number, stripe_id, f"Order {number}: {said}", repairable=False)


def _of_movements(ours: Ours, statement: Statement) -> Iterator[Difference]:
    """The balance must have moved by what the ledger says; a movement not made yet, or in another currency, says nothing."""
    for source, entries in ours.entries.items():
        movement = statement.movements.get(source)
        mine = [entry for entry in entries if entry.kind in ("charge", "refund")]
        if movement is None or not mine or movement.currency != mine[0].currency:
            continue
        amount = sum(entry.amount for entry in mine)
        order = ours.orders.get(mine[0].order_id or 0)
        if amount != movement.amount and order is not None:
            theirs, here = Money(movement.amount, movement.currency), Money(amount, movement.currency)
            said = f"{source} moved Stripe's balance by {theirs} ({movement.id}), the ledger has {here}."
            yield _for_a_person(order.number, movement.id, said)


def _totals(ours: Ours, statement: Statement) -> Totals:
    totals: Totals = defaultdict(lambda: {side: dict.fromkeys(SUMS, 0) for side in ("ours", "theirs")})
    for sale in statement.sales:
        sums, intent, payment = totals[sale.facts.currency], sale.facts.intent, ours.payments.get(sale.reference)
        sums["theirs"]["received"] += intent.received if intent else 0
        sums["theirs"]["held"] += intent.capturable if intent else 0
        sums["ours"]["received"] += ours.booked(_charge(sale), CHARGES)
        sums["ours"]["held"] += payment.capturable if payment else 0
    intents = {payment.intent_id for payment in ours.payments.values()}
    for refund in statement.refunds:
        if refund.intent_id in intents:
            totals[refund.currency]["theirs"]["refunded"] += _given_back(ours, refund)
            totals[refund.currency]["ours"]["refunded"] -= ours.booked(refund.id, RETURNS)
    for dispute in statement.disputes:
        if dispute.intent_id in intents:
            totals[dispute.currency]["theirs"]["disputed"] += dispute.withheld
            totals[dispute.currency]["ours"]["disputed"] -= ours.booked(dispute.id, DISPUTES)
    return dict(totals)


def _given_back(ours: Ours, refund: Returned) -> int:
    """By Stripe's word. A movement not made yet says nothing against what is booked."""
    if refund.status != "succeeded":
        return 0
    return refund.amount if refund.moved else -ours.booked(refund.id, RETURNS)


def _charge(sale: Sale) -> str:
    intent = sale.facts.intent
    return (intent.charge_id or intent.id) if intent else ""


def _name(sale: Sale) -> str:
    return sale.facts.intent.id if sale.facts.intent else sale.facts.session_id


def _sum(sale: Sale, amount: int) -> Money:
    return Money(amount, sale.facts.currency)
