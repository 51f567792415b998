"""Subscriptions by API (STRIPE.md section 8)."""

from fractions import Fraction
from typing import Any

from sandbox.billing import beginning, changing, cycling, keeping, pending, periods, standing
from sandbox.errors import StripeError, invalid, missing, refused
from sandbox.paying import discounting
from sandbox.resources import invoice_items, item_terms, subscription_ends, subscription_terms
from sandbox.transaction import Thing, Transaction
from sandbox.wire.listing import listed
from sandbox.wire.routing import Call, route


@route("POST", "/v1/subscriptions", "SubscriptionCreateParams")
def create(call: Call) -> Thing:
    tx, params = call.tx, call.params
    subscription_terms.check(params)
    if "customer" not in params:
        raise missing("customer")
    customer = tx.require("customer", params["customer"], "customer")
    _leave_room(tx, customer)
    behavior = params.get("payment_behavior", "allow_incomplete")
    if behavior == "pending_if_incomplete":
        message = "`payment_behavior=pending_if_incomplete` can only be used when updating a subscription."
        raise invalid(message, "payment_behavior")
    subscription, part = made(tx, params, customer)
    if not subscription["trial_end"] and behavior != "default_incomplete":
        subscription_terms.require_method(tx, subscription, customer)
    off_session = bool(params.get("off_session"))
    collects = behavior != "default_incomplete"
    beginning.start(tx, subscription, collects=collects, off_session=off_session, part=part)
    if behavior == "error_if_incomplete" and subscription["status"] == "incomplete":
        raise _unpaid(tx, subscription)
    _plan_end(tx, subscription)
    if behavior == "default_incomplete" and not tx.get(subscription["latest_invoice"])["amount_due"]:
        keeping.ask_for_card(tx, subscription)
    return subscription


def made(tx: Transaction, params: Thing, customer: Thing) -> tuple[Thing, Fraction]:
    """A subscription as the parameters have it, and the part of a period that is billed first; not yet written."""
    if not params.get("items"):
        raise missing("items")
    mode = subscription_terms.billing_mode(params.get("billing_mode"))
    wanted = subscription_terms.wanted(tx, params["items"], mixed=mode["type"] == "flexible")
    fields = subscription_terms.fields(tx, params, customer) | {"billing_mode": mode}
    fields["start_date"] = subscription_terms.start_date(tx, params)
    recurring = min((price["recurring"] for price, _ in wanted), key=lambda one: periods.boundary(tx.now, one, 1))
    anchor = subscription_terms.later_anchor(tx, params, recurring)
    trial_end = subscription_terms.trial_end(tx, params)
    subscription = beginning.made(tx, customer, wanted, trial_end, anchor, **fields)
    subscription |= subscription_ends.ends(tx, params, subscription)
    item_terms.adorn(tx, subscription, params["items"])
    grant(tx, subscription, params.get("discounts") or [])
    if params.get("proration_behavior") != "none":
        beginning.bill_elapsed(tx, subscription)
    invoice_items.added(tx, customer, subscription["id"], params.get("add_invoice_items") or [])
    if anchor is None:
        return subscription, Fraction(1)
    if params.get("proration_behavior") == "none":
        return subscription, Fraction(0)
    return subscription, Fraction(anchor - tx.now, anchor - periods.boundary(anchor, recurring, -1))


def _leave_room(tx: Transaction, customer: Thing) -> None:
    """Section 10: at most three subscriptions of a customer on a test clock; section 8, Limits: 500 of any other."""
    running = [one for one in tx.all("subscription", customer=customer["id"]) if one["status"] not in standing.OVER]
    most = 3 if customer["test_clock"] else 500
    if len(running) >= most:
        raise refused(f"A customer can have at most {most} active subscriptions here.", "customer")


def _unpaid(tx: Transaction, subscription: Thing) -> StripeError:
    """402, and nothing is kept of the subscription."""
    intent = next(iter(tx.all("payment_intent", customer=subscription["customer"])))
    error = intent["last_payment_error"] or {"message": "This payment requires additional user action.", "code": None}
    code = error["code"] or "subscription_payment_intent_requires_action"
    return StripeError(402, "card_error", error["message"], code=code, decline_code=error.get("decline_code"))


def grant(tx: Transaction, subscription: Thing, given: list[Any]) -> None:
    """Turn coupons and promotion codes into discounts of the subscription."""
    granted = []
    for place, one in enumerate(given):
        code = None
        if one.get("promotion_code"):
            code = tx.require("promotion_code", one["promotion_code"], f"discounts[{place}][promotion_code]")
        name = code["promotion"]["coupon"] if code else one.get("coupon")
        coupon = tx.require("coupon", str(name), f"discounts[{place}][coupon]")
        if not discounting.usable(tx, coupon):
            raise refused(f"Coupon {coupon['id']} is used up and cannot be applied.", f"discounts[{place}]")
        holder = {"subscription": subscription["id"], "customer": subscription["customer"]}
        granted.append(discounting.granted(tx, coupon, code, **holder)["id"])
    subscription["discounts"] = granted


def _plan_end(tx: Transaction, subscription: Thing) -> None:
    if subscription["cancel_at"]:
        tx.schedule(subscription["cancel_at"], "cancel_subscription", subscription["id"])


@route("GET", "/v1/subscriptions/<id>", "SubscriptionRetrieveParams")
def retrieve(call: Call) -> Thing:
    return call.tx.require("subscription", call.ids["id"])


@route("POST", "/v1/subscriptions/<id>", "SubscriptionUpdateParams")
def update(call: Call) -> Thing:
    tx, params = call.tx, call.params
    subscription = tx.require("subscription", call.ids["id"])
    if subscription["status"] in standing.OVER and set(params) - {"metadata", "cancellation_details"}:
        message = "A canceled subscription can only update its cancellation_details and metadata."
        raise refused(message, None, "invalid_canceled_subscription_fields")
    subscription_terms.check(params)
    if subscription["schedule"] and params.keys() & {"cancel_at", "cancel_at_period_end"}:
        message = (
            f"The subscription is managed by the subscription schedule `{subscription['schedule']}`, and updating any "
            "cancelation behavior directly is not allowed. Please update the schedule instead."
        )
        raise refused(message, min(params.keys() & {"cancel_at", "cancel_at_period_end"}))
    customer = tx.find(subscription["customer"]) or {"id": subscription["customer"]}
    waits = params.get("payment_behavior") == "pending_if_incomplete"
    if waits:
        pending.check(subscription, params)
    if subscription["pending_update"] and params.keys() - {"metadata"}:
        pending.drop(tx, subscription)
    changes = subscription_terms.fields(tx, params, customer, subscription)
    later = {"metadata": changes.pop("metadata")} if waits and "metadata" in changes else {}
    changes |= subscription_ends.ends(tx, params, subscription)
    if "discounts" in params:
        before = subscription["discounts"]
        grant(tx, subscription, params["discounts"] or [])
        changes["discounts"], subscription["discounts"] = subscription["discounts"], before
    _end_trial(tx, subscription, params)
    anchor_now = (params.get("billing_cycle_anchor") or {}).get("type") == "now"
    items = subscription_terms.changed(tx, subscription, params.get("items") or [])
    standing.change(tx, subscription, **changes)
    invoice_items.added(tx, customer, subscription["id"], params.get("add_invoice_items") or [])
    if items or anchor_now:
        apply(tx, subscription, items, params, anchor_now)
        item_terms.adorn(tx, subscription, params.get("items") or [])
        tx.put(subscription)
    if later and subscription["pending_update"]:
        subscription["pending_update"]["metadata"] = params["metadata"]
        tx.put(subscription)
    else:
        standing.change(tx, subscription, **later)
    if "cancel_at" in changes:
        _plan_end(tx, subscription)
    if changes.get("pause_collection") and changes["pause_collection"]["resumes_at"]:
        tx.schedule(changes["pause_collection"]["resumes_at"], "resume_collection", subscription["id"])
    return subscription


def apply(tx: Transaction, subscription: Thing, items: list[changing.Wanted], params: Thing, anchor_now: bool) -> None:
    """Change items with the proration and payment behaviour that the parameters ask for."""
    moment = subscription_terms.proration_date(params, subscription)
    behavior, pays = params.get("proration_behavior", "create_prorations"), params.get("payment_behavior")
    latest = subscription["latest_invoice"]
    attempts = pays != "default_incomplete"

    def change(one: Thing) -> None:
        changing.change(tx, one, items, behavior, anchor_now, moment=moment, attempts=attempts)

    if pays == "pending_if_incomplete" and pending.fails(tx, subscription, change):
        pending.hold(tx, subscription, change)
        return
    change(subscription)
    invoice = tx.find(subscription["latest_invoice"])
    unpaid = invoice is not None and invoice["id"] != latest and invoice["status"] == "open"
    if pays == "error_if_incomplete" and unpaid:
        raise _unpaid(tx, subscription)


def _end_trial(tx: Transaction, subscription: Thing, params: Thing) -> None:
    """trial_end=now or another day: the running period ends then."""
    if "trial_end" not in params:
        return
    if subscription["status"] != "trialing":
        raise invalid("The sandbox changes trial_end only while the subscription is trialing.", "trial_end")
    end = tx.now if params["trial_end"] == "now" else int(params["trial_end"])
    for item in subscription["items"]["data"]:
        item["current_period_end"] = end
    subscription |= {"trial_end": end, "billing_cycle_anchor": end}
    tx.put(subscription)
    if end <= tx.now:
        cycling.renew(tx, subscription)
    else:
        beginning.schedule_renewal(tx, subscription)


@route("DELETE", "/v1/subscriptions/<id>", "SubscriptionCancelParams")
def cancel(call: Call) -> Thing:
    tx, params = call.tx, call.params
    subscription = tx.require("subscription", call.ids["id"])
    if subscription["status"] in standing.OVER:
        raise StripeError(404, "invalid_request_error", f"No such subscription: '{subscription['id']}'",
                          code="resource_missing", param="id")  # fmt: skip
    subscription["cancellation_details"] |= subscription_ends.feedback(params.get("cancellation_details"))
    if params.get("prorate"):
        changing.credit_rest(tx, subscription)
    if params.get("invoice_now"):
        changing.invoice_now(tx, subscription)
    standing.end(tx, subscription, "cancellation_requested")
    return subscription


@route("POST", "/v1/subscriptions/<id>/pause", "SubscriptionPauseParams")
def pause(call: Call) -> Thing:
    tx, params = call.tx, call.params
    subscription = tx.require("subscription", call.ids["id"])
    if subscription["status"] not in ("active", "trialing", "past_due"):
        raise refused(f"You cannot pause a subscription whose status is {subscription['status']}.")
    if subscription["schedule"]:
        raise refused("You cannot pause a subscription that is managed by a subscription schedule.")
    unused = ((params.get("bill_for") or {}).get("unused_time_from") or {}).get("type")
    if unused in ("now", "item_current_period_start"):
        start = subscription["items"]["data"][0]["current_period_start"]
        changing.credit_rest(tx, subscription, start if unused == "item_current_period_start" else None)
    if params.get("invoicing_behavior") == "invoice":
        changing.invoice_now(tx, subscription)
    cycling.pause(tx, subscription, "pause_requested")
    return subscription


@route("POST", "/v1/subscriptions/<id>/resume", "SubscriptionResumeParams")
def resume(call: Call) -> Thing:
    tx, params = call.tx, call.params
    subscription = tx.require("subscription", call.ids["id"])
    if subscription["status"] != "paused":
        raise refused("You can only resume subscriptions with status `paused`.")
    if subscription["collection_method"] != "charge_automatically":
        raise refused("You can only resume subscriptions whose collection method is `charge_automatically`.")
    anchor = (params.get("billing_cycle_anchor") or {}).get("type", "now")
    cycling.resume(tx, subscription, anchor == "now", params.get("payment_behavior") == "resume_on_payment_success")
    return subscription


@route("GET", "/v1/subscriptions", "SubscriptionListParams")
def listing(call: Call) -> Thing:
    """Canceled ones, and those of a test clock, only when asked for (section 8, Limits)."""
    status = call.params.pop("status", None)
    where, values = "json_extract(body, '$.status') NOT IN ('canceled', 'incomplete_expired')", []
    if status in ("all", "ended"):
        where = "1" if status == "all" else where.replace("NOT IN", "IN")
    elif status:
        where, values = "json_extract(body, '$.status') = ?", [status]
    if not call.params.keys() & {"customer", "test_clock"}:
        where += " AND json_extract(body, '$.test_clock') IS NULL"
    price = call.params.get("price")
    if price:
        where += " AND instr(body, ?) > 0"
        values.append(f'"id": "{price}"')
    return listed(call, "subscription", "customer", "test_clock", where=where, values=tuple(values))
