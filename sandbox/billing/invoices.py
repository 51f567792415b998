"""The life of an invoice: draft, open, then paid, void or uncollectible (STRIPE.md section 8)."""

from sandbox.billing import taxes
from sandbox.errors import StripeError, refused
from sandbox.paying import discounting, intents
from sandbox.transaction import Thing, Transaction

# STRIPE.md section 8, Draft window.
DRAFT = 3600


def made(tx: Transaction, customer: Thing, currency: str, reason: str, subscription: Thing | None = None) -> Thing:
    """A draft without lines, not yet written."""
    invoice = tx.new("in", "invoice")
    return invoice | {
        "account_country": "DE",
        "account_name": "Sandbox",
        "account_tax_ids": None,
        "amount_due": 0,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": 0,
        "amount_shipping": 0,
        "application": None,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": taxes.of_invoice(subscription),
        "automatically_finalizes_at": None,
        "billing_reason": reason,
        "collection_method": subscription["collection_method"] if subscription else "charge_automatically",
        "currency": currency,
        "custom_fields": None,
        "customer": customer["id"],
        "customer_account": None,
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_shipping": customer["shipping"],
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": [],
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": list(subscription["default_tax_rates"]) if subscription else [],
        "description": None,
        "discounts": [],
        "due_date": None,
        "effective_at": None,
        "ending_balance": None,
        "footer": None,
        "from_invoice": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "issuer": {"type": "self"},
        "last_finalization_error": None,
        "latest_revision": None,
        "lines": {"object": "list", "data": [], "has_more": False, "url": f"/v1/invoices/{invoice['id']}/lines"},
        "metadata": {},
        "next_payment_attempt": None,
        "number": None,
        "on_behalf_of": None,
        "parent": _parent(subscription),
        "payment_settings": {"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        "period_end": tx.now,
        "period_start": tx.now,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": None,
        "rendering": None,
        "shipping_cost": None,
        "shipping_details": None,
        "starting_balance": customer["balance"],
        "statement_descriptor": None,
        "status": "draft",
        "status_transitions": dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")),
        "subtotal": 0,
        "subtotal_excluding_tax": 0,
        "test_clock": customer["test_clock"],
        "total": 0,
        "total_discount_amounts": [],
        "total_excluding_tax": 0,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        "webhooks_delivered_at": tx.now,
        "_days": subscription["days_until_due"] if subscription else None,
        "_subscription": subscription["id"] if subscription else None,
    }


def _parent(subscription: Thing | None) -> Thing | None:
    if subscription is None:
        return None
    details = {"metadata": dict(subscription["metadata"]), "subscription": subscription["id"]}
    return {"quote_details": None, "subscription_details": details, "type": "subscription_details"}


def fill(tx: Transaction, invoice: Thing, lines: list[Thing], discounts: list[str] | None = None) -> Thing:
    """Set the lines, take the discounts off, add taxes, add up, and write."""
    for line in lines:
        line |= {"invoice": invoice["id"], "discount_amounts": []}
    taken: dict[str, int] = {}
    for discount in [tx.get(one) for one in discounts or []]:
        open_lines = [line for line in lines if line["discountable"]]
        rest = [line["subtotal"] - sum(one["amount"] for one in line["discount_amounts"]) for line in open_lines]
        shares = discounting.shares(tx.get(discount["source"]["coupon"]), rest, invoice["currency"])
        for line, share in zip(open_lines, shares, strict=True):
            line["discount_amounts"].append({"amount": share, "discount": discount["id"]})
        taken[discount["id"]] = sum(shares)
    subtotal = sum(line["amount"] for line in lines)
    total = subtotal - sum(taken.values()) + taxes.apply(tx, invoice, lines)
    held = taxes.included(invoice["total_taxes"])
    invoice["lines"]["data"] = lines
    invoice |= {
        "discounts": list(taken),
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal - held,
        "total": total,
        "total_discount_amounts": [{"amount": amount, "discount": name} for name, amount in taken.items()],
        "total_excluding_tax": subtotal - sum(taken.values()) - held,
    }
    due = max(0, total + invoice["starting_balance"])
    invoice |= {"amount_due": due, "amount_remaining": due}
    return tx.put(invoice)


def finalize(tx: Transaction, invoice: Thing) -> None:
    """Number the draft, use the customer's balance, and open it for payment; nothing is charged yet."""
    customer = tx.get(invoice["customer"])
    if invoice["automatic_tax"]["enabled"]:
        _place(tx, invoice, customer)
    rest = invoice["total"] + customer["balance"]
    due = max(0, rest)
    invoice |= {
        "amount_due": due,
        "amount_remaining": due,
        "ending_balance": min(0, rest),
        "starting_balance": customer["balance"],
    }
    customer["balance"] = min(0, rest)
    open_with_number(tx, invoice, customer)


def open_with_number(tx: Transaction, invoice: Thing, customer: Thing) -> None:
    """Give a draft its number and tell invoice.finalized; what is due stays as it is."""
    invoice |= {
        "automatically_finalizes_at": None,
        "effective_at": tx.now,
        "hosted_invoice_url": f"{tx.site}/i/{invoice['id']}",
        "invoice_pdf": f"{tx.site}/i/{invoice['id']}",
        "next_payment_attempt": None,
        "number": f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}",
        "status": "open",
    }
    if invoice["due_date"] is None and invoice["_days"] is not None:
        invoice["due_date"] = tx.now + invoice["_days"] * 86400
    customer["next_invoice_sequence"] += 1
    invoice["status_transitions"]["finalized_at"] = tx.now
    tx.put(customer)
    tx.put(invoice)
    if invoice["due_date"]:
        tx.schedule(invoice["due_date"], "miss_invoice", invoice["id"])
    tx.tell("invoice.finalized", invoice)


def _place(tx: Transaction, invoice: Thing, customer: Thing) -> None:
    """Tax by where the customer lives now; for one whom nobody can place it is switched off, as its reason says."""
    if taxes.country_of(customer) is None:
        invoice["automatic_tax"] = taxes.of_invoice(None) | {"disabled_reason": "finalization_requires_location_inputs"}
        subscription = tx.find(invoice["_subscription"])
        if subscription:
            subscription["automatic_tax"] = taxes.settings(enabled=False, why_not="requires_location_inputs")
            tx.put(subscription)
    fill(tx, invoice, invoice["lines"]["data"], invoice["discounts"])


def intent_of(tx: Transaction, invoice: Thing) -> Thing:
    """The intent that pays an open invoice, made when it is first needed."""
    for payment in tx.all("invoice_payment", invoice=invoice["id"]):
        if payment["status"] == "open":
            return tx.get(payment["payment"]["payment_intent"])
    first = invoice["billing_reason"] == "subscription_create"
    intent = intents.made(
        tx,
        invoice["amount_remaining"],
        invoice["currency"],
        customer=invoice["customer"],
        description="Subscription creation" if first else "Subscription update" if invoice["_subscription"] else None,
        setup_future_usage="off_session" if first else None,
        _invoice=invoice["id"],
    )
    expect(tx, invoice, intent)
    return intent


def expect(tx: Transaction, invoice: Thing, intent: Thing) -> None:
    """Write which intent pays an open invoice."""
    payment = tx.new("inpay", "invoice_payment", amount_paid=None, amount_requested=invoice["amount_remaining"])
    payment |= {
        "currency": invoice["currency"],
        "invoice": invoice["id"],
        "is_default": True,
        "payment": {"payment_intent": intent["id"], "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }
    tx.put(payment)


def settle(tx: Transaction, invoice: Thing, intent: Thing | None) -> None:
    """Mark an open invoice paid and tell it in the order of section 12."""
    invoice |= {
        "amount_paid": invoice["amount_due"],
        "amount_remaining": 0,
        "attempted": True,
        "next_payment_attempt": None,
        "status": "paid",
    }
    invoice["status_transitions"]["paid_at"] = tx.now
    tx.put(invoice)
    if intent and (invoice["billing_reason"] == "subscription_create" or "_of_session" in invoice):
        tx.tell("invoice.updated", invoice, {"status": "open"})
    tx.tell("invoice.paid", invoice)
    tx.tell("invoice.payment_succeeded", invoice)
    for payment in tx.all("invoice_payment", invoice=invoice["id"], status="open"):
        if intent and payment["payment"]["payment_intent"] == intent["id"]:
            payment |= {"amount_paid": payment["amount_requested"], "status": "paid"}
            payment["status_transitions"]["paid_at"] = tx.now
            tx.put(payment)
            tx.tell("invoice_payment.paid", payment)


def void(tx: Transaction, invoice: Thing) -> None:
    _close(tx, invoice, "void", "voided_at", "void_invoice")
    tx.tell("invoice.voided", invoice)


def write_off(tx: Transaction, invoice: Thing, reason: str) -> None:
    """Mark an invoice uncollectible, for the reason that endive tells."""
    invoice["status_details"] = {"uncollectible": {"reason": reason}}
    _close(tx, invoice, "uncollectible", "marked_uncollectible_at", "failed_invoice")
    tx.tell("invoice.marked_uncollectible", invoice)


def _close(tx: Transaction, invoice: Thing, status: str, moment: str, why: str) -> None:
    invoice |= {"auto_advance": False, "next_payment_attempt": None, "status": status}
    invoice["status_transitions"][moment] = tx.now
    tx.put(invoice)
    if status == "void":
        drop_payments(tx, invoice, why)


def drop_payments(tx: Transaction, invoice: Thing, why: str | None) -> None:
    """Cancel the intents that were to pay an invoice which asks for nothing any more."""
    for payment in tx.all("invoice_payment", invoice=invoice["id"], status="open"):
        payment["status"] = "canceled"
        payment["status_transitions"]["canceled_at"] = tx.now
        tx.put(payment)
        intent = tx.get(payment["payment"]["payment_intent"])
        if intent["status"] in intents.CANCELABLE:
            intents.cancel(tx, intent, why)


def must_be(invoice: Thing, statuses: tuple[str, ...], doing: str) -> None:
    """Raise Stripe's 400 for an invoice in any other status."""
    if invoice["status"] not in statuses:
        raise unfit(invoice, doing)


def unfit(invoice: Thing, doing: str) -> StripeError:
    if invoice["status"] == "paid":
        return refused("Invoice is already paid")
    return refused(f"You can't {doing} an invoice that is {invoice['status']}.", None, "invoice_not_editable")
