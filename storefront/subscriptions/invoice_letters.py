"""Letters about an invoice: its receipt, each attempt that failed, and that it was paid after all."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.outbox.letter import Letter, queue
from storefront.subscriptions.invoice import Invoice
from storefront.subscriptions.letters import facts_of
from storefront.subscriptions.subscription import Subscription


def write_paid(session: Session, row: Subscription, invoice: Invoice) -> None:
    """The receipt of an invoice above zero, and the good news where bad news was written before."""
    if not row.email or invoice.total <= 0:
        return
    facts = facts_of(row) | _of_invoice(invoice)
    queue(session, "invoice_receipt", invoice.stripe_id, row.email, order_id=invoice.order_id, facts=facts)
    failed = select(Letter.id).where(Letter.kind == "payment_failed", Letter.key.startswith(f"{invoice.stripe_id}:"))
    if session.scalars(failed).first() is not None:
        queue(session, "recovered", invoice.stripe_id, row.email, facts=facts)


def write_failed(session: Session, row: Subscription, invoice: Invoice) -> None:
    """One for each attempt that Stripe has made by itself, with the day of the next."""
    if not row.email:
        return
    key = f"{invoice.stripe_id}:{invoice.attempts}"
    queue(session, "payment_failed", key, row.email, facts=facts_of(row) | _of_invoice(invoice))


def _of_invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "invoice": invoice.number or invoice.stripe_id,
        "page": invoice.page_url,
        "lines": [
            {"name": line["name"], "quantity": line["quantity"], "amount": str(invoice.money(line["amount"]))}
            for line in invoice.lines
            if line["amount"]
        ],
        "subtotal": str(invoice.money(invoice.subtotal)),
        "discount": str(invoice.money(invoice.discount)) if invoice.discount else "",
        "tax": str(invoice.money(invoice.tax)) if invoice.tax else "",
        "total": str(invoice.money(invoice.total)),
        "paid_at": _iso(invoice.paid_at),
        "attempt": invoice.attempts,
        "next_attempt": _iso(invoice.next_attempt),
        "why": invoice.failing,
    }


def _iso(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
