"""Billing: what Stripe says of one invoice becomes its row, and once it is paid, an order and entries of the ledger."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog.product import Variant
from storefront.orders.order import Order
from storefront.payments.facts import IntentFacts
from storefront.payments.ledger import EntryKind, enter
from storefront.payments.payment import Payment, PaymentState
from storefront.subscriptions import boxes, invoice_letters
from storefront.subscriptions.facts import InvoiceFacts, SubscriptionFacts
from storefront.subscriptions.invoice import Invoice, InvoiceStatus, invoice_with
from storefront.subscriptions.subscription import Subscription
from storefront.subscriptions.timeline import tell

FIRST = "subscription_create"


def known_variant(session: Session, variant_id: int | None) -> int | None:
    """The id, if there is such a variant of ours."""
    return variant_id if variant_id is not None and session.get(Variant, variant_id) is not None else None


def apply(session: Session, row: Subscription, facts: InvoiceFacts, whole: SubscriptionFacts) -> None:
    """Bring one invoice of the locked subscription up to what Stripe says."""
    invoice = invoice_with(session, facts.id)
    was_paid = invoice is not None and invoice.status == InvoiceStatus.PAID
    if invoice is None:
        invoice = Invoice(stripe_id=facts.id, subscription_id=row.id)
        session.add(invoice)
    _copy(invoice, facts)
    if row.erased_at is not None:
        invoice.page_url = ""
    session.flush()
    if invoice.status == InvoiceStatus.PAID:
        _sell(session, row, invoice, facts, whole)
        if not was_paid:
            invoice_letters.write_paid(session, row, invoice)
            if invoice.total:
                said = f"Invoice {invoice.number or invoice.stripe_id} of {invoice.money(invoice.total)} was paid."
                tell(session, row.id, f"paid:{invoice.stripe_id}", said)
    elif (
        facts.attempts
        and invoice.reason != FIRST
        and invoice.status in (InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE)
    ):
        invoice_letters.write_failed(session, row, invoice)


def _copy(invoice: Invoice, facts: InvoiceFacts) -> None:
    for name in (
        "number", "status", "reason", "currency", "subtotal", "discount", "tax", "total", "paid", "remaining", "attempts", "paid_at",
        "page_url", "failing",
    ):  # fmt: skip
        setattr(invoice, name, getattr(facts, name))
    invoice.next_attempt, invoice.invoiced_at = facts.next_attempt, facts.created_at
    invoice.lines = list(facts.lines)


def _sell(session: Session, row: Subscription, invoice: Invoice, facts: InvoiceFacts, whole: SubscriptionFacts) -> None:
    """The order of a paid invoice, made once. The first invoice is paid in Checkout, and its order was placed there."""
    if invoice.order_id is None and invoice.reason == FIRST and row.order_id is not None:
        invoice.order_id = row.order_id
    if invoice.order_id is None and boxes.sells_something(invoice):
        order = boxes.order_of(session, row, invoice, whole)
        invoice.order_id = order.id
        if not facts.intents:
            session.add(_payment(order, invoice.stripe_id, None, invoice.paid_at))
    if invoice.order_id is not None and invoice.order_id != row.order_id:
        order = session.get_one(Order, invoice.order_id)
        for intent in facts.intents:
            book(session, order, intent, invoice.paid_at)


def book(session: Session, order: Order, intent: IntentFacts, at: datetime | None) -> None:
    """A payment of the order's invoice, and its entry in the ledger, once for each intent."""
    if not intent.received:
        return
    payment = session.scalar(select(Payment).where(Payment.intent_id == intent.id))
    if payment is None:
        session.add(_payment(order, intent.id, intent, at))
    else:
        payment.charge_id, payment.received = intent.charge_id, intent.received
    enter(
        session, EntryKind.CHARGE, intent.charge_id or intent.id, intent.received, order.currency, order.id,
        balance_transaction=intent.balance_transaction,
    )  # fmt: skip


def _payment(order: Order, reference: str, intent: IntentFacts | None, at: datetime | None) -> Payment:
    """`reference`: Stripe's id, so that both sides of the books name it alike. An invoice may be paid outside of Stripe."""
    moment = (intent.paid_at if intent else None) or at or order.created_at
    return Payment(
        reference=reference, order_id=order.id, state=PaymentState.SUCCEEDED, lines_hash=order.lines_hash,
        capture_method="automatic", currency=order.currency, amount=order.total, received=intent.received if intent else 0,
        intent_id=intent.id if intent else None, charge_id=intent.charge_id if intent else "", session_expires_at=moment,
        paid_at=moment, card_brand=intent.card_brand if intent else "", card_last4=intent.card_last4 if intent else "",
        descriptor=intent.descriptor if intent else "", settled_order=True, next_try=None,
    )  # fmt: skip
