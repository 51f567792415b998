"""Recovering: sessions with this store's mark that the database does not know, as after a backup was restored."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storefront.cashier.listing import Json, ours, pages, things
from storefront.cashier.lost import is_whole, lost_sale
from storefront.cashier.reading import facts_of
from storefront.cashier.sessions_reading import whole_session
from storefront.cashier.till import Till
from storefront.orders.order import Order, lock_order
from storefront.outbox.letter import Letter, LetterState
from storefront.payments.payment import PAYABLE, Payment, PaymentState
from storefront.payments.restoring import bring_back, keep_back, receipt_was_sent, refund_letter_was_sent
from storefront.payments.verdict import state_of

UNSETTLED = (*PAYABLE, PaymentState.PROCESSING, PaymentState.AUTHORIZED)


def recover(till: Till, since: datetime, *, restored: bool = False) -> list[str]:
    """Bring back what was sold since then and is not known here. Returns the orders' numbers. Raises GatewayError.

    If there is such a thing, or `restored` says so, the database is an older one: letters that were sent before are
    kept back, those that still waited in the backup and those of sales completed meanwhile.
    """
    lost: list[Json] = []
    known: list[Json] = []
    for page in pages(till.gateway, "sessions", created={"gte": int(since.timestamp())}):
        mine = [one for one in page if ours(one, till.settings.store_id) and is_whole(one)]
        with till.sessions() as session:
            references = _known(session, mine)
        for one in mine:
            (known if one["metadata"]["payment"] in references else lost).append(one)
    if lost or restored:
        _keep_letters_back(till)
        for one in known:
            _receipt_may_be_sent(till, one)
    numbers = [_bring_back(till, one) for one in reversed(lost)]
    if lost or restored:
        _keep_refund_letters_back(till, since, {_intent(one): one["metadata"]["order"] for one in lost})
    return numbers


def _known(session: Session, mine: list[Json]) -> set[str]:
    by_reference = Payment.reference.in_([one["metadata"]["payment"] for one in mine])
    by_session = Payment.session_id.in_([one["id"] for one in mine])
    return set(session.scalars(select(Payment.reference).where(or_(by_reference, by_session))))


def _bring_back(till: Till, listed: Json) -> str:
    sale = lost_sale(whole_session(till.gateway, listed["id"]))
    with till.sessions.begin() as session:
        if session.scalar(select(Payment.id).where(Payment.reference == sale.payment)) is None:
            bring_back(session, sale)
    return sale.number


def _keep_letters_back(till: Till) -> None:
    """Of letters that waited in the backup nobody knows whether they were sent after it was made."""
    waiting = select(Letter).where(Letter.state.in_((LetterState.QUEUED, LetterState.SENDING)))
    with till.sessions.begin() as session:
        for letter in session.scalars(waiting.with_for_update()):
            keep_back(letter)


def _receipt_may_be_sent(till: Till, listed: Json) -> None:
    with till.sessions() as session:
        payment = session.scalar(select(Payment).where(Payment.reference == listed["metadata"]["payment"]))
    if payment is None or payment.state not in UNSETTLED or listed["status"] != "complete":
        return
    facts = facts_of(whole_session(till.gateway, listed["id"]))
    if state_of(facts) == PaymentState.SUCCEEDED:
        with till.sessions.begin() as session:
            order: Order = lock_order(session, payment.order_id)
            receipt_was_sent(session, order, facts.email)


def _keep_refund_letters_back(till: Till, since: datetime, brought_back: dict[str, str]) -> None:
    """`brought_back`: numbers of orders whose payments do not know their intents yet, by intent."""
    for refund in things(till.gateway, "refunds", created={"gte": int(since.timestamp())}):
        intent = _intent(refund)
        paid = select(Payment.order_id).where(Payment.intent_id == intent)
        wanted = select(Order).where(or_(Order.number == brought_back.get(intent, ""), Order.id.in_(paid)))
        with till.sessions.begin() as session:
            order = session.scalar(wanted)
            if order is not None and intent:
                refund_letter_was_sent(session, order, refund["id"], refund["amount"], refund["status"] or "pending")


def _intent(thing: Json) -> str:
    found = thing.get("payment_intent")
    return str((found.get("id") if isinstance(found, dict) else found) or "")
