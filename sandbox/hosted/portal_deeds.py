"""What a buyer can do at the portal (STRIPE.md sections 9 and 12)."""

from flask import abort

from sandbox.billing import changing, collecting, cycling, leaving, standing
from sandbox.hosted.portal_session import Visit
from sandbox.paying import methods, setups
from sandbox.paying.followers import follower
from sandbox.transaction import Thing, Transaction

RUNNING = ("active", "trialing", "past_due", "unpaid")


def subscriptions(at: Visit) -> list[Thing]:
    """The customer's own that are not over, oldest first."""
    found = at.tx.all("subscription", newest_first=False, customer=at.customer["id"])
    return [one for one in found if one["status"] not in (*standing.OVER, "incomplete")]


def invoices(at: Visit) -> list[Thing]:
    """Newest first, without drafts."""
    found = at.tx.all("invoice", customer=at.customer["id"])
    return [one for one in found if one["status"] != "draft"][:24]


def cards(at: Visit) -> list[Thing]:
    return at.tx.all("payment_method", customer=at.customer["id"], type="card")


def cancel(at: Visit, subscription: Thing, feedback: str, comment: str) -> None:
    """Now or at the end of the paid time, as the shop's configuration has it."""
    feature = at.features["subscription_cancel"]
    _allow(feature["enabled"] and subscription["status"] in (*RUNNING, "paused"))
    said = {"comment": comment[:500] or None, "feedback": feedback or None}
    if feature["mode"] == "at_period_end" and subscription["status"] != "paused":
        leaving.at_period_end(at.tx, subscription, said)
        return
    subscription["cancellation_details"] |= said
    if feature["proration_behavior"] != "none":
        changing.credit_rest(at.tx, subscription)
    if feature["proration_behavior"] == "always_invoice":
        changing.invoice_now(at.tx, subscription)
    standing.end(at.tx, subscription, "cancellation_requested")


def stay(at: Visit, subscription: Thing) -> None:
    _allow(bool(subscription["cancel_at"]) and subscription["status"] not in standing.OVER)
    leaving.undo(at.tx, subscription)


def pause(at: Visit, subscription: Thing) -> None:
    _allow(at.features["subscription_pause"]["enabled"] and subscription["status"] in RUNNING)
    cycling.pause(at.tx, subscription, "pause_requested")


def resume(at: Visit, subscription: Thing) -> None:
    _allow(subscription["status"] == "paused")
    cycling.resume(at.tx, subscription, anchor_now=True, needs_payment=False)


def offers(at: Visit, subscription: Thing) -> list[Thing]:
    """Prices that the configuration lets this buyer change to, the present one among them."""
    feature = at.features["subscription_update"]
    items = subscription["items"]["data"]
    # Section 9: a subscription of several items can only be canceled.
    if not feature["enabled"] or len(items) != 1 or subscription["status"] not in RUNNING:
        return []
    names = [name for product in feature["products"] for name in product["prices"]]
    prices = [at.tx.find(name) for name in names]
    return [one for one in prices if one and one["active"] and one["currency"] == subscription["currency"]]


def change_plan(at: Visit, subscription: Thing, price: str) -> None:
    chosen = next((one for one in offers(at, subscription) if one["id"] == price), None)
    if chosen is None:
        abort(400, "Choose one of the offered plans.")
    item = subscription["items"]["data"][0]
    behavior = at.features["subscription_update"]["proration_behavior"]
    changing.change(at.tx, subscription, [(item, chosen, item["quantity"])], behavior, anchor_now=False)


def pay(at: Visit, invoice: Thing) -> Thing:
    """Try an open invoice while the buyer is present; the intent says what came of it."""
    _allow(invoice["status"] == "open" and invoice["customer"] == at.customer["id"])
    collecting.collect(at.tx, invoice, off_session=False, page=at.url, by_clock=False)
    payments = at.tx.all("invoice_payment", invoice=invoice["id"])
    return at.tx.get(payments[0]["payment"]["payment_intent"])


def keep_card(at: Visit, method: Thing) -> Thing:
    """Set up a new card; once it is kept it becomes the default of the customer and all that runs."""
    known: Thing = {"customer": at.customer["id"], "usage": "off_session", "_becomes_default": True}
    method["allow_redisplay"] = "always"
    return setups.attempt(at.tx, setups.made(at.tx, **known), method, at.url)


def use_card(at: Visit, name: str) -> None:
    """Make one of the kept cards the default."""
    if name not in [one["id"] for one in cards(at)]:
        abort(400, "Choose one of your cards.")
    _make_default(at.tx, at.customer["id"], name)


@follower("_becomes_default")
def kept(tx: Transaction, intent: Thing) -> None:
    if intent["status"] == "succeeded":
        method = tx.get(intent["payment_method"])
        if method["customer"] is None:
            methods.attach(tx, method, intent["customer"])
        _make_default(tx, intent["customer"], method["id"])


def _make_default(tx: Transaction, customer_id: str, name: str) -> None:
    customer = tx.get(customer_id)
    previous = {"invoice_settings": dict(customer["invoice_settings"])}
    customer["invoice_settings"]["default_payment_method"] = name
    tx.put(customer)
    tx.tell("customer.updated", customer, previous)
    for subscription in tx.all("subscription", customer=customer_id):
        if subscription["status"] not in standing.OVER and subscription["default_payment_method"] not in (None, name):
            standing.change(tx, subscription, default_payment_method=name)


def _allow(allowed: bool) -> None:
    if not allowed:
        abort(409, "This cannot be done any more, or the shop does not offer it. Go back and look again.")
