"""Settlement: one read of Stripe becomes the subscription's state and everything that follows from it.

Rows, timeline, orders to pack, ledger and letters change together in the caller's transaction, under the subscription's
lock. Everything is keyed by what it is about, so settling twice, late or out of order changes nothing.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.buyers.buyer import buyer_of
from storefront.clock import now
from storefront.orders.order import Order
from storefront.outbox.letter import Letter
from storefront.payments.restoring import keep_back
from storefront.subscriptions import agreeing, billing, letters, telling
from storefront.subscriptions.before import Before, before_of
from storefront.subscriptions.facts import ItemFacts, SubscriptionFacts
from storefront.subscriptions.invoice import invoices_of
from storefront.subscriptions.subscription import OVER, Status, Subscription, SubscriptionItem
from storefront.subscriptions.twins import flag_second

SWEEP = timedelta(days=1)
"""Each living subscription is looked at so often, whatever events say."""
SLACK = timedelta(minutes=5)
DRAFT_HOUR = timedelta(hours=1)


def begun(session: Session, facts: SubscriptionFacts) -> Subscription:
    """A new row for what Stripe describes, not applied yet."""
    row = Subscription(
        stripe_id=facts.id, customer=facts.customer, status="", currency=facts.currency, started_at=facts.started_at
    )
    session.add(row)
    session.flush()
    return row


def settle(session: Session, row: Subscription, facts: SubscriptionFacts, *, quiet: bool = False) -> str:
    """Apply what was read to the locked row. Returns the verdict in plain words.

    `quiet`: the database was restored from an older backup, so letters that become due now were most likely sent then.
    """
    newest = session.scalar(select(func.max(Letter.id))) or 0
    before = before_of(row) if row.status else Before()
    _copy(row, facts)
    _belong(session, row, facts)
    _copy_items(session, row, facts.items)
    row.pauses += row.paused and not before.paused
    verdict = telling.tell_changes(session, row, before)
    for invoice in facts.invoices:
        billing.apply(session, row, invoice, facts)
    letters.write(session, row, before)
    if quiet:
        session.flush()
        for letter in session.scalars(select(Letter).where(Letter.id > newest, Letter.recipient == row.email)):
            keep_back(letter)
    agreeing.compare(session, row)
    if not before.status:
        flag_second(session, row)
    row.done_with()
    row.waiting_since = now()
    row.next_try = next_look(session, row)
    return verdict


def bury(session: Session, row: Subscription, why: str) -> str:
    """Stripe does not have it any more: it is kept here as ended, and never asked for again."""
    if not row.gone:
        before = before_of(row)
        row.gone = True
        if row.status not in OVER:
            row.status, row.ended_at, row.cancel_reason = Status.CANCELED, now(), row.cancel_reason or "gone"
            letters.write(session, row, before)
        telling.tell_gone(session, row, why)
    row.done_with()
    return "Stripe no longer has this subscription; it counts as ended."


def _copy(row: Subscription, facts: SubscriptionFacts) -> None:
    for name in (
        "customer", "status", "currency", "started_at", "cancel_at", "cancel_at_period_end", "canceled_at", "ended_at", "pause",
        "resumes_at", "paused_why", "trial_start", "trial_end", "without_card",
    ):  # fmt: skip
        setattr(row, name, getattr(facts, name))
    row.cancel_reason, row.cancel_feedback, row.cancel_comment = facts.reason, facts.feedback, facts.comment
    row.email, row.name = facts.email or row.email, facts.name or row.name
    row.language = facts.language or row.language
    card = facts.card if row.erased_at is None else None
    if row.erased_at is not None:
        row.email = row.name = row.language = row.cancel_comment = ""
    row.card_brand, row.card_last4 = (card.brand, card.last4) if card else ("", "")
    row.card_month, row.card_year = (card.month, card.year) if card else (0, 0)
    if row.status in (Status.PAST_DUE, Status.UNPAID):
        row.late_since = row.late_since or now()
    else:
        row.late_since = None
    row.period_start = min((item.period_start for item in facts.items), default=None)
    row.period_end = min((item.period_end for item in facts.items), default=None)


def _belong(session: Session, row: Subscription, facts: SubscriptionFacts) -> None:
    """Whose it is, and which checkout it began with."""
    if row.order_id is None and facts.order:
        row.order_id = session.scalar(select(Order.id).where(Order.number == facts.order))
    if row.buyer_id is None:
        order = session.get(Order, row.order_id) if row.order_id else None
        row.buyer_id = (order.buyer_id or order.visitor_id) if order else None
        address = (order.email if order else "") or row.email
        if row.buyer_id is None and address:
            row.buyer_id = buyer_of(session, address, row.name).id


def _copy_items(session: Session, row: Subscription, items: tuple[ItemFacts, ...]) -> None:
    known = {item.stripe_id: item for item in row.items}
    kept = []
    for position, told in enumerate(items, 1):
        item = known.get(told.id) or SubscriptionItem(stripe_id=told.id)
        item.position, item.price, item.name = position, told.price, told.name
        item.unit_amount, item.quantity = told.unit_amount, told.quantity
        item.interval, item.interval_count = told.interval, told.count
        item.period_start, item.period_end = told.period_start, told.period_end
        item.variant_id = billing.known_variant(session, told.variant_id)
        kept.append(item)
    row.items = kept
    session.flush()


def next_look(session: Session, row: Subscription) -> datetime | None:
    """Shortly after whatever is to happen next, and every day; never again once it has ended."""
    if row.over:
        return None
    moment = now()
    expected = [row.period_end, row.ends_at, row.resumes_at, row.trial_end, letters.card_notice(row)]
    if row.trial_end is not None:
        expected.append(row.trial_end - letters.TRIAL_NOTICE)
    if row.status == Status.INCOMPLETE:
        expected += [moment + 2 * SLACK, row.started_at + timedelta(hours=23)]
    for invoice in invoices_of(session, row.id)[:6]:
        if invoice.status == "draft":
            expected.append(invoice.invoiced_at + DRAFT_HOUR)
        if not invoice.settled:
            expected.append(invoice.next_attempt)
    soon = [at.astimezone(UTC) + SLACK for at in expected if at is not None and at + SLACK > moment]
    return min([moment + SWEEP, *soon])
