"""The life of a checkout session: added up, completed, expired (STRIPE.md sections 3 and 12)."""

from typing import Any

from sandbox import rules
from sandbox.paying import customers, discounting, intents, recovering, taxing
from sandbox.transaction import Thing, Transaction


def method_types(params: Thing, currency: str, dynamic: str) -> list[str]:
    """What the hosted page offers; methods that the sandbox has not are dropped, as Stripe drops incompatible ones."""
    if params["mode"] != "payment":
        return ["card"]
    allowed = params.get("allowed_payment_method_types")
    held = (params.get("payment_intent_data") or {}).get("capture_method") == "manual"
    delayed = currency == "eur" and not held and (allowed is not None or dynamic == "card_and_sepa_debit")
    offered = ["card", "sepa_debit"] if delayed else ["card"]
    excluded = params.get("excluded_payment_method_types") or []
    return [name for name in offered if (allowed is None or name in allowed) and name not in excluded] or ["card"]


def details(**known: Any) -> Thing:
    """customer_details with every field, null where unknown."""
    fields = ("address", "business_name", "email", "individual_name", "name", "phone")
    return {name: known.get(name) for name in fields} | {"tax_exempt": "none", "tax_ids": []}


def add_up(session: Thing) -> None:
    """Totals from the items and the chosen shipping rate; the first one is chosen until the buyer says otherwise."""
    options = session["shipping_options"]
    chosen = session.get("_chosen_rate") or (options[0]["shipping_rate"] if options else None)
    shipping = next((one["shipping_amount"] for one in options if one["shipping_rate"] == chosen), 0)
    if session["mode"] == "setup":
        session |= {"amount_subtotal": None, "amount_total": None, "shipping_cost": None, "total_details": None}
        return
    items = session["_line_items"]
    subtotal, discount = sum(item["amount_subtotal"] for item in items), _discount(session, items)
    rate = taxing.rate_of(session)
    tax, session["_tax_on_items"] = (0, 0) if rate is None else taxing.of_items(session, rate)
    shipping_tax, shipping_on_top = taxing.of_shipping(session, chosen, shipping)
    if rate is not None:
        session["automatic_tax"]["status"] = "complete"
    added = session["_tax_on_items"] + shipping_on_top
    session |= {
        "amount_subtotal": subtotal,
        "amount_total": subtotal - discount + shipping + added,
        "shipping_cost": None,
        "total_details": {"amount_discount": discount, "amount_shipping": shipping, "amount_tax": tax + shipping_tax},
    }
    if chosen:
        session["shipping_cost"] = {
            "amount_subtotal": shipping,
            "amount_tax": shipping_tax,
            "amount_total": shipping + shipping_on_top,
            "shipping_rate": chosen,
        }


def _discount(session: Thing, items: list[Thing]) -> int:
    """Spread the session's coupon over its items; minor units in sum."""
    coupon = session.get("_coupon")
    amounts = [item["amount_subtotal"] for item in items]
    shares = discounting.shares(coupon, amounts, session["currency"]) if coupon else [0] * len(items)
    for item, share in zip(items, shares, strict=True):
        item |= {"amount_discount": share, "amount_total": item["amount_subtotal"] - share}
    return sum(shares)


def intent_of(tx: Transaction, session: Thing) -> Thing:
    """The session's intent, made at the first submit; after a decline the same one, or a new one by variant."""
    old = tx.find(session["payment_intent"])
    if old and (tx.variants["intent_after_decline"] == "same" or old["last_payment_error"] is None):
        return old
    if old:
        intents.cancel(tx, old, None)
    given = session["_intent"]
    card = session["payment_method_options"].get("card", {})
    intent = intents.made(
        tx,
        session["amount_total"],
        session["currency"],
        capture_method=given.get("capture_method", "automatic_async"),
        customer=session["customer"],
        description=given.get("description"),
        metadata=rules.merged_metadata({}, given.get("metadata")),
        payment_method_options={"card": intents.card_options(card)},
        payment_method_types=list(session["payment_method_types"]),
        receipt_email=given.get("receipt_email"),
        setup_future_usage=given.get("setup_future_usage"),
        shipping=rules.shipping(given.get("shipping")),
        statement_descriptor=given.get("statement_descriptor"),
        statement_descriptor_suffix=given.get("statement_descriptor_suffix"),
        transfer_group=given.get("transfer_group"),
        _session=session["id"],
        _invoiced_session=session["id"] if session["invoice_creation"]["enabled"] else None,
    )
    session["payment_intent"] = intent["id"]
    return intent


def complete(tx: Transaction, session: Thing, intent: Thing | None) -> None:
    """Close a session whose buyer has done all there is to do, and tell checkout.session.completed."""
    status = "paid" if session["mode"] == "subscription" or _succeeded(intent) else "unpaid"
    if not session["amount_total"]:
        free = session["mode"] == "subscription" and tx.variants["trial_session"] == "paid"
        status = "paid" if free else "no_payment_required"
    coupon = session.get("_coupon")
    if coupon and session["mode"] == "payment":
        discounting.redeem(tx, tx.get(coupon["id"]), tx.find(session["discounts"][0]["promotion_code"]))
    session |= {"status": "complete", "payment_status": status, "url": None}
    tx.put(session)
    _teach_customer(tx, session)
    tx.tell("checkout.session.completed", session)


def _succeeded(intent: Thing | None) -> bool:
    return intent is not None and intent["status"] == "succeeded"


def expire(tx: Transaction, session: Thing) -> Thing:
    """End an open session; an intent that it has made ends with it."""
    session |= {"status": "expired", "url": None}
    recovering.offer(tx, session)
    tx.put(session)
    tx.tell("checkout.session.expired", session)
    intent = tx.find(session["payment_intent"])
    if intent and intent["status"] in intents.CANCELABLE and tx.variants["intent_of_expired"] == "canceled":
        intents.cancel(tx, intent, None)
    return session


def paid_later(tx: Transaction, intent: Thing) -> None:
    """A hold that has been captured: the session reads paid from now on, without an event (section 12)."""
    session = tx.find(intent.get("_session"))
    if session and session["status"] == "complete" and tx.variants["captured_session"] == "paid":
        session["payment_status"] = "paid"
        tx.put(session)


def _teach_customer(tx: Transaction, session: Thing) -> None:
    """Copy what the buyer wrote to a known customer, where customer_update says so (section 3, Customer)."""
    wanted = {name for name, when in session.get("_customer_update", {}).items() if when == "auto"}
    customer, known = tx.find(session["customer"]), session["customer_details"]
    if not wanted or customer is None or known is None:
        return
    shipping = (session["collected_information"] or {}).get("shipping_details")
    learnt = {"address": known["address"], "name": known["name"], "shipping": rules.shipping(shipping)}
    changes = {name: learnt[name] for name in wanted if learnt[name] and learnt[name] != customer[name]}
    if changes:
        previous = {name: customer[name] for name in changes}
        tx.put(customer | changes)
        customer |= changes
        tx.tell("customer.updated", customer, previous)


def know_customer(tx: Transaction, session: Thing) -> None:
    """Make a customer of the buyer where the shop asked for one always, or where an invoice needs one."""
    wanted = session["customer_creation"] == "always" or session["invoice_creation"]["enabled"]
    if session["customer"] or not wanted:
        return
    known = session["customer_details"]
    shipping = (session["collected_information"] or {}).get("shipping_details")
    taxed = known["address"] if session["automatic_tax"]["enabled"] else None
    customer = customers.made(
        tx, address=taxed, email=known["email"], name=known["name"], shipping=rules.shipping(shipping)
    )
    session["customer"] = customer["id"]


def ready(session: Thing, intent: Thing) -> None:
    """Bring an intent up to date with what the buyer chose on the page."""
    intent["amount"] = session["amount_total"]
    intent["customer"] = session["customer"]
    shipping = (session["collected_information"] or {}).get("shipping_details")
    if shipping:
        intent["shipping"] = rules.shipping(shipping)
