"""What a buyer can do at the portal (STRIPE.md sections 9 and 12)."""

from flask import abort

from sandbox.billing import changing, collecting, cycling, leaving, periods, standing
from sandbox.hosted.portal_session import Visit
from sandbox.paying import discounting, methods, setups
from sandbox.paying.duties import duty
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
    allow(feature["enabled"] and subscription["status"] in (*RUNNING, "paused"))
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
    allow(bool(subscription["cancel_at"]) and subscription["status"] not in standing.OVER)
    leaving.undo(at.tx, subscription)


def retain(at: Visit, subscription: Thing) -> None:
    """Stay for the coupon that the deep link offers (section 9, retention)."""
    offer = retention(at)
    allow(offer is not None and subscription["status"] in RUNNING)
    if offer:
        give_discount(at, subscription, offer["coupon"], None)


def give_discount(at: Visit, subscription: Thing, coupon_id: str | None, code_id: str | None) -> None:
    """Add a coupon, or what a promotion code stands for, to the subscription's discounts."""
    code = at.tx.find(code_id)
    coupon = at.tx.find(code["promotion"]["coupon"] if code else coupon_id)
    if coupon is None or not discounting.usable(at.tx, coupon):
        abort(409, "The discount that came with this link can no longer be used. Ask the shop for a new link.")
    holder = {"subscription": subscription["id"], "customer": at.customer["id"]}
    discount = discounting.granted(at.tx, coupon, code, **holder)
    standing.change(at.tx, subscription, discounts=[*subscription["discounts"], discount["id"]])


def retention(at: Visit) -> Thing | None:
    """`{"coupon": id}` where the link leads to canceling and an offer goes with it."""
    cancel = (at.session["flow"] or {}).get("subscription_cancel") or {}
    offer: Thing | None = (cancel.get("retention") or {}).get("coupon_offer")
    return offer


def pauses(at: Visit) -> list[Thing]:
    """How long a pause may last, `{"interval", "interval_count"}`; nothing where it lasts until the buyer resumes."""
    duration = at.features["subscription_pause"]["duration"]
    return list(duration["interval_options"]) if duration["type"] == "interval_options" else []


def pause(at: Visit, subscription: Thing, chosen: int) -> None:
    """`chosen` is the place of the duration among those that the configuration offers."""
    allow(at.features["subscription_pause"]["enabled"] and subscription["status"] in RUNNING)
    offered = pauses(at)
    if offered and not 0 <= chosen < len(offered):
        abort(400, "Choose how long the pause shall be.")
    cycling.pause(at.tx, subscription, "pause_requested")
    if offered:
        end = periods.boundary(at.tx.now, offered[chosen], 1)
        subscription["_paused_until"] = end
        at.tx.put(subscription)
        at.tx.schedule(end, "end_pause", subscription["id"])


@duty("end_pause")
def end_pause(tx: Transaction, subscription: Thing) -> None:
    """A pause of a chosen length is over."""
    if subscription["status"] == "paused" and subscription.get("_paused_until") == tx.now:
        cycling.resume(tx, subscription, anchor_now=True, needs_payment=False)


def resume(at: Visit, subscription: Thing) -> None:
    allow(subscription["status"] == "paused")
    cycling.resume(at.tx, subscription, anchor_now=True, needs_payment=False)


def pay(at: Visit, invoice: Thing) -> Thing:
    """Try an open invoice while the buyer is present; the intent says what came of it."""
    allow(invoice["status"] == "open" and invoice["customer"] == at.customer["id"])
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


def allow(allowed: bool) -> None:
    """Answer 409 to what is not, or no longer, on offer."""
    if not allowed:
        abort(409, "This cannot be done any more, or the shop does not offer it. Go back and look again.")
