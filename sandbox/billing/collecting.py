"""Collecting an open invoice: the first attempt, the retries, and what follows from each (STRIPE.md section 12)."""

from sandbox.billing import invoices, pending, standing
from sandbox.paying import attempting
from sandbox.paying.duties import duty
from sandbox.paying.followers import follower
from sandbox.transaction import Thing, Transaction

DAY = 86400
# Ours: Stripe plans eight tries within two weeks, each at a moment of its own choosing.
RETRIES = tuple(days * DAY for days in (1, 2, 2, 2, 2, 2, 3))
# STRIPE.md section 8, Retries: no bank is asked again about these before there is another card.
HARD = frozenset(
    ("incorrect_number", "lost_card", "pickup_card", "stolen_card", "revocation_of_authorization",
     "revocation_of_all_authorizations", "authentication_required", "highest_risk_level", "transaction_not_allowed")
)  # fmt: skip


def method_for(tx: Transaction, invoice: Thing) -> Thing | None:
    """Section 8, Method order: the invoice's, the subscription's, the customer's, the older default source."""
    subscription = tx.find(invoice["_subscription"])
    customer = tx.find(invoice["customer"])
    named = (
        invoice["default_payment_method"],
        subscription["default_payment_method"] if subscription else None,
        customer["invoice_settings"]["default_payment_method"] if customer else None,
        customer["default_source"] if customer else None,
    )
    found = (tx.find(name) for name in named)
    return next((one for one in found if one is not None and one["customer"] == invoice["customer"]), None)


def collect(
    tx: Transaction, invoice: Thing, *, off_session: bool = True, page: str | None = None, by_clock: bool = True
) -> None:
    """Try once to have an open invoice paid."""
    invoice["_by_clock"] = by_clock
    if not invoice["amount_remaining"]:
        settle(tx, invoice, None)
        return
    intent = invoices.intent_of(tx, invoice)
    method = method_for(tx, invoice)
    if method is None:
        _failed(tx, invoice)
        return
    refused = (intent["last_payment_error"] or {}).get("decline_code")
    if by_clock and refused in HARD and invoice.get("_tried") == method["id"]:
        _failed(tx, invoice)
        return
    invoice["_tried"] = method["id"]
    tx.put(invoice)
    attempting.attempt(tx, intent, method, page, off_session)


def ask(tx: Transaction, invoice: Thing, *, off_session: bool = True, page: str | None = None) -> None:
    """Have a finalized invoice paid its own way: charged now, or sent to the customer and awaited until its day."""
    if invoice["collection_method"] == "charge_automatically" or not invoice["amount_remaining"]:
        collect(tx, invoice, off_session=off_session, page=page)
    else:
        send(tx, invoice)


def send(tx: Transaction, invoice: Thing) -> None:
    """Tell invoice.sent; no letter leaves the sandbox."""
    tx.tell("invoice.sent", invoice)


@duty("miss_invoice")
def miss(tx: Transaction, invoice: Thing) -> None:
    """The day by which the customer should have paid."""
    if invoice["status"] == "open" and invoice["due_date"] == tx.now:
        tx.tell("invoice.overdue", invoice)
        standing.overdue(tx, invoice)


@follower("_invoice")
def after_attempt(tx: Transaction, intent: Thing) -> None:
    """An intent that pays an invoice has moved."""
    invoice = tx.get(intent["_invoice"])
    tx.stand_on(invoice)
    if invoice["status"] not in ("open", "uncollectible"):
        return
    if intent["status"] == "succeeded":
        _count(invoice)
        settle(tx, invoice, intent)
    elif intent["last_payment_error"]:
        _failed(tx, invoice, intent["last_payment_error"].get("code") == "authentication_required")
    elif intent["status"] == "requires_action":
        invoice["attempted"] = True
        _count(invoice)
        tx.put(invoice)
        tx.tell("invoice.payment_action_required", invoice)


def settle(tx: Transaction, invoice: Thing, intent: Thing | None) -> None:
    """Mark an open invoice paid, with all that its subscription has of it."""
    invoices.settle(tx, invoice, intent)
    if intent is not None:
        _remember(tx, invoice, intent)
    pending.paid(tx, invoice)
    standing.paid(tx, invoice)


def _remember(tx: Transaction, invoice: Thing, intent: Thing) -> None:
    """The card that paid the first invoice pays the following ones."""
    subscription = tx.find(invoice["_subscription"])
    if subscription and not subscription["default_payment_method"] and subscription.get("_saves_method"):
        subscription["default_payment_method"] = intent["payment_method"]
        tx.put(subscription)


def _count(invoice: Thing) -> None:
    """The first attempt is 1; after it only the clock's own count."""
    if invoice["attempt_count"] == 0 or invoice.get("_by_clock"):
        invoice["attempt_count"] += 1


def _failed(tx: Transaction, invoice: Thing, wants_buyer: bool = False) -> None:
    invoice["attempted"] = True
    _count(invoice)
    retried = invoice["billing_reason"] != "subscription_create" and pending.of(tx, invoice) is None
    if invoice.get("_by_clock") and retried:
        tries = invoice["attempt_count"]
        invoice["_given_up"] = tries > len(RETRIES)
        invoice["next_payment_attempt"] = None if invoice["_given_up"] else tx.now + RETRIES[tries - 1]
        if not invoice["_given_up"]:
            tx.schedule(invoice["next_payment_attempt"], "retry_invoice", invoice["id"])
    tx.put(invoice)
    if wants_buyer:
        tx.tell("invoice.payment_action_required", invoice)
    tx.tell("invoice.payment_failed", invoice)
    if invoice["attempt_count"] == 1:
        tx.tell("invoice.updated", invoice, {"attempt_count": 0, "attempted": False})
    standing.failed(tx, invoice)


@duty("retry_invoice")
def retry(tx: Transaction, invoice: Thing) -> None:
    subscription = tx.find(invoice["_subscription"])
    ended = subscription is not None and subscription["status"] in standing.OVER
    if invoice["status"] == "open" and invoice["next_payment_attempt"] == tx.now and not ended:
        collect(tx, invoice)


@duty("finalize_invoice")
def finalize(tx: Transaction, invoice: Thing) -> None:
    """The draft hour is over."""
    if invoice["status"] == "draft" and invoice["auto_advance"]:
        invoices.finalize(tx, invoice)
        ask(tx, invoice)


duty("expire_incomplete")(standing.expire)
