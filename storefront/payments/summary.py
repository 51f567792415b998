"""An order's money in one look, for its buyer and its merchant."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storefront.money import Money
from storefront.orders.order import Order, OrderState
from storefront.orders.policy import ON_SHIPPING
from storefront.payments.dispute import Dispute, disputes_of
from storefront.payments.ledger import EntryKind, balance_of
from storefront.payments.payment import Payment, PaymentState, payments_of
from storefront.payments.refund import UNDER_WAY, Refund, refunds_of


@dataclass(frozen=True, slots=True)
class Summary:
    """`state`: open, waiting, declined, processing, authorized, reserved, review, paid, held, refunding, refunded, expired or cancelled.

    `withheld`: pulled by banks for disputes that are not decided. `lost`: in disputes, for good as far as is known.
    `disputes`: oldest first.

    `refunded`: what has gone back. `returning`: what is on its way back. `refunds`: oldest first.

    `statement`: what the card's statement says of the payment, as `WREN* K7Q2-M9XD`; empty where that is not known.

    `payable`: a buyer may go to the payment page. `hold_until`: when the hold on the card lapses.
    """

    state: str
    payable: bool
    authorized: Money
    captured: Money
    refunded: Money
    returning: Money
    hold_until: datetime | None
    declined: str
    card: str
    statement: str
    payments: list[Payment]
    refunds: list[Refund]
    disputes: list[Dispute]
    withheld: Money
    lost: Money


def money_of(session: Session, order: Order) -> Summary:
    """Sums from the ledger, state from the latest payment."""
    payments = payments_of(session, order.id)
    holds = [payment for payment in payments if payment.state == PaymentState.AUTHORIZED]
    latest = payments[-1] if payments else None
    paid = next((payment for payment in payments if payment.settled_order), latest)
    captured = balance_of(session, order.id, EntryKind.CHARGE)
    refunded = -balance_of(session, order.id, EntryKind.REFUND, EntryKind.REFUND_FAILURE)
    refunds, disputes = refunds_of(session, order.id), disputes_of(session, order.id)
    returning = sum(refund.amount for refund in refunds if refund.state in UNDER_WAY)
    return Summary(
        state=_gone(captured, refunded, returning) or _word(order, latest, captured),
        payable=order.state == OrderState.OPEN
        and (latest is None or latest.state not in (PaymentState.PROCESSING, PaymentState.AUTHORIZED)),
        authorized=order.money(sum(payment.capturable for payment in holds)),
        captured=order.money(captured),
        refunded=order.money(refunded),
        returning=order.money(returning),
        hold_until=min((payment.capture_before for payment in holds if payment.capture_before), default=None),
        declined=latest.declined if latest and latest.state == PaymentState.OPEN else "",
        card=f"{paid.card_brand.capitalize()} **** {paid.card_last4}" if paid and paid.card_last4 else "",
        statement=paid.descriptor if paid else "",
        payments=payments,
        refunds=refunds,
        disputes=disputes,
        withheld=order.money(sum(one.withheld - one.lost for one in disputes)),
        lost=order.money(sum(one.lost for one in disputes)),
    )


def _gone(captured: int, refunded: int, returning: int) -> str:
    """Where the buyer gets everything back."""
    if not captured or refunded + returning < captured:
        return ""
    return "refunding" if returning else "refunded"


def _word(order: Order, latest: Payment | None, captured: int) -> str:
    if order.state == OrderState.COMPLETED:
        return "paid"
    if order.state != OrderState.OPEN:
        return "held" if captured else str(order.state)
    if latest is None:
        return "open"
    if latest.state == PaymentState.OPEN and latest.declined:
        return "declined"
    if latest.state == PaymentState.AUTHORIZED:
        return _held_word(order, latest)
    return _WORDS.get(PaymentState(latest.state), "open")


def _held_word(order: Order, payment: Payment) -> str:
    if order.attention:
        return "held"
    if payment.under_review:
        return "review"
    return "reserved" if order.capture_policy == ON_SHIPPING and not payment.release_reason else "authorized"


_WORDS = {
    PaymentState.OPEN: "waiting",
    PaymentState.PROCESSING: "processing",
    PaymentState.AUTHORIZED: "authorized",
    PaymentState.SUCCEEDED: "held",
}
