"""What an invoice would say: of the next renewal, of a change, of a subscription not yet made (STRIPE.md section 1)."""

from sandbox import rules
from sandbox.billing import beginning, changing, invoices, lines, previewing, standing, taxes
from sandbox.errors import exclusive, invalid, missing, refused
from sandbox.resources import invoice_items, subscription_terms, subscriptions
from sandbox.transaction import Thing, Transaction
from sandbox.wire.routing import Call, route

_NOT_YET = ("customer_account", "customer_details", "issuer", "on_behalf_of", "preview_mode",
            "schedule", "schedule_details")  # fmt: skip
_OFFERED = frozenset(
    ("billing_cycle_anchor", "cancel_now", "items", "metadata", "proration_behavior", "proration_date", "trial_end")
)


@route("POST", "/v1/invoices/create_preview", "InvoiceCreatePreviewParams")
def create_preview(call: Call) -> Thing:
    """Everything is done as it would be done, looked at, and forgotten."""
    tx, params = call.tx, call.params
    _check(params)
    if not params.keys() & {"customer", "subscription"}:
        raise missing("customer")
    with tx.trying():
        if "subscription" in params:
            subscription = tx.require("subscription", params["subscription"], "subscription")
            if params.get("customer", subscription["customer"]) != subscription["customer"]:
                raise invalid("The subscription belongs to another customer.", "customer")
            return _of_running(tx, subscription, params)
        return _of_new(tx, tx.require("customer", params["customer"], "customer"), params)


def _check(params: Thing) -> None:
    for name in _NOT_YET:
        if params.get(name) and params[name] != {"enabled": False}:
            raise invalid(f"The sandbox does not offer {name} in previews.", name)
    details = params.get("subscription_details") or {}
    for name in details.keys() - _OFFERED:
        name = f"subscription_details[{name}]"  # noqa: PLW2901
        raise invalid(f"The sandbox does not offer {name} in previews.", name)
    if details.get("cancel_now") and details.get("items"):
        raise exclusive("subscription_details[cancel_now]", "subscription_details[items]")


def _of_running(tx: Transaction, subscription: Thing, params: Thing) -> Thing:
    details = params.get("subscription_details") or {}
    if subscription["status"] in standing.OVER or (subscription["cancel_at"] and not details):
        raise refused("No upcoming invoices for customer", None, "invoice_upcoming_none")
    customer = tx.get(subscription["customer"])
    if "automatic_tax" in params:
        subscription["automatic_tax"] = taxes.settings(params["automatic_tax"]["enabled"])
        tx.put(subscription)
    _wait(tx, customer, params, subscription["id"])
    if "discounts" in params:
        subscriptions.grant(tx, subscription, params["discounts"] or [])
        tx.put(subscription)
    before = subscription["latest_invoice"]
    if details.get("cancel_now"):
        if details.get("proration_behavior", "create_prorations") != "none":
            changing.credit_rest(tx, subscription, subscription_terms.proration_date(details, subscription))
        return _of_waiting(tx, customer, subscription["currency"], subscription)
    anchor_now = (details.get("billing_cycle_anchor") or {}).get("type") == "now"
    items = subscription_terms.changed(tx, subscription, details.get("items") or [], "subscription_details[items]")
    if items or anchor_now:
        asked = {"payment_behavior": "default_incomplete", **details}
        subscriptions.apply(tx, subscription, items, asked, anchor_now)
    if subscription["latest_invoice"] != before:
        return previewing.unwritten(tx, tx.get(subscription["latest_invoice"])) | _as_draft()
    return previewing.upcoming(tx, subscription["id"])


def _as_draft() -> Thing:
    """A preview is never finalized, though what it was made from has been."""
    return {"effective_at": None, "ending_balance": None, "hosted_invoice_url": None, "invoice_pdf": None,
            "number": None, "status": "draft",
            "status_transitions": dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at"))
            }  # fmt: skip


def _of_new(tx: Transaction, customer: Thing, params: Thing) -> Thing:
    details = params.get("subscription_details") or {}
    if not details.get("items"):
        currency = rules.sound_currency(params.get("currency") or customer["currency"] or "eur")
        _wait(tx, customer, params, None)
        taxed = {"automatic_tax": params.get("automatic_tax", {"enabled": False})}
        return _of_waiting(tx, customer, currency, None, automatic_tax=taxes.of_invoice(taxed))
    asked = {
        name: details[name] for name in ("items", "metadata", "proration_behavior", "trial_end") if name in details
    }
    asked["discounts"] = params.get("discounts") or []
    if "automatic_tax" in params:
        asked["automatic_tax"] = params["automatic_tax"]
    subscription, part = subscriptions.made(tx, asked, customer)
    tx.put(subscription)
    _wait(tx, customer, params, subscription["id"])
    invoice = invoices.made(tx, customer, subscription["currency"], "upcoming", subscription)
    beginning.write(tx, subscription, invoice, [], part if not subscription["trial_end"] else part * 0)
    return previewing.unwritten(tx, invoice)


def _wait(tx: Transaction, customer: Thing, params: Thing, subscription: str | None) -> None:
    for one in params.get("invoice_items") or []:
        fields = invoice_items.worth(tx, {"currency": params.get("currency", "eur"), **one})
        amount, currency = fields.pop("amount"), fields.pop("currency")
        words = one.get("description", fields.pop("description", None))
        fields["parent"] = invoice_items.parent_of(subscription) if subscription else None
        lines.waiting_item(tx, customer["id"], amount, currency, words, **fields)


def _of_waiting(tx: Transaction, customer: Thing, currency: str, subscription: Thing | None, **fields: Thing) -> Thing:
    """What waits for the next invoice, alone."""
    invoice = invoices.made(tx, customer, currency, "upcoming", subscription) | fields
    found = lines.take_waiting(tx, invoice, subscription["id"] if subscription else None)
    if not found:
        raise refused("No upcoming invoices for customer", None, "invoice_upcoming_none")
    return previewing.unwritten(tx, invoices.fill(tx, invoice, found))
