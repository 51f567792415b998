"""Settling a payment that no Checkout Session was made for: the invoice it belongs to has been booked, the charge may move on."""

from storefront.cashier.reading import intent_of
from storefront.cashier.till import Till
from storefront.orders.order import lock_order
from storefront.payments.payment import Payment
from storefront.subscriptions.billing import book
from storefront.work import take_ticket

VERDICT = "Paid by invoice; the charge is booked as Stripe has it."


def settle_invoice_payment(till: Till, payment: Payment) -> str:
    """Take what Stripe says of the charge, such as its balance transaction. Raises GatewayError."""
    with till.sessions.begin() as session:
        ticket = take_ticket(session, Payment, payment.id)
    intent = intent_of(till.gateway.charged_intent(str(payment.intent_id)))
    with till.sessions.begin() as session:
        order = lock_order(session, payment.order_id)
        fresh = session.get_one(Payment, payment.id, with_for_update=True, populate_existing=True)
        if ticket > fresh.applied_ticket:
            book(session, order, intent, fresh.paid_at)
            fresh.applied(ticket)
    return VERDICT
