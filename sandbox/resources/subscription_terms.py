"""Which parameters of a subscription go together, and what they mean (STRIPE.md section 8)."""

from typing import Any

from sandbox import rules
from sandbox.billing import collecting, invoices
from sandbox.errors import StripeError, exclusive, invalid, missing
from sandbox.resources.prices import new_price
from sandbox.transaction import Thing, Transaction

MOST_ITEMS = 20
_NOT_YET = (
    "add_invoice_items", "application_fee_percent", "automatic_tax", "billing_cycle_anchor_config",
    "billing_schedules", "billing_thresholds", "customer_account", "default_source", "default_tax_rates",
    "invoice_settings", "on_behalf_of", "pending_invoice_item_interval", "transfer_data", "proration_date",
    "backdate_start_date",
)  # fmt: skip


def check(params: Thing) -> None:
    """Raise Stripe's 400 for what does not go together or is not offered."""
    for name in _NOT_YET:
        if params.get(name) not in (None, "", False):
            raise invalid(f"The sandbox does not offer {name} for subscriptions.", name)
    if params.get("collection_method") == "send_invoice":
        raise invalid("The sandbox charges subscriptions automatically only.", "collection_method")
    if isinstance(params.get("billing_cycle_anchor"), int):
        raise invalid("The sandbox begins every period at once or at the trial's end.", "billing_cycle_anchor")
    if params.get("payment_behavior") == "pending_if_incomplete":
        raise invalid("The sandbox does not offer pending updates.", "payment_behavior")
    if "trial_end" in params and "trial_period_days" in params:
        raise exclusive("trial_end", "trial_period_days")
    if params.get("cancel_at") and params.get("cancel_at_period_end"):
        raise exclusive("cancel_at", "cancel_at_period_end")
    rules.no_longer_than(params, {"description": 500})


def wanted(tx: Transaction, given: list[Any], within: str = "items") -> list[tuple[Thing, int]]:
    """(price, quantity) of each item: recurring, in one currency and one rhythm."""
    if len(given) > MOST_ITEMS:
        raise invalid(f"Subscriptions can have at most {MOST_ITEMS} items.", within)
    pairs = [(_price(tx, one, f"{within}[{place}]"), one.get("quantity", 1)) for place, one in enumerate(given)]
    check_rhythm([price for price, _ in pairs], within)
    return pairs


def check_rhythm(prices: list[Thing], within: str) -> None:
    """One currency, one interval."""
    if len({price["currency"] for price in prices}) > 1:
        raise invalid("All prices on a subscription must have the same currency.", within)
    if len({(price["recurring"]["interval"], price["recurring"]["interval_count"]) for price in prices}) > 1:
        raise invalid("The sandbox bills all items of a subscription at the same interval.", within)


def _price(tx: Transaction, given: Any, within: str) -> Thing:
    if "price" in given and "price_data" in given:
        raise exclusive(f"{within}[price]", f"{within}[price_data]")
    if "price_data" in given:
        product = tx.require("product", given["price_data"]["product"], f"{within}[price_data][product]")
        return new_price(tx, given["price_data"], product["id"], f"{within}[price_data]", active=False)
    if "price" not in given:
        raise missing(f"{within}[price]")
    price = tx.require("price", given["price"], f"{within}[price]")
    if not price["active"]:
        raise invalid("The price specified is inactive. This field only accepts active prices.", f"{within}[price]")
    if not price["recurring"]:
        message = (
            "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`."
        )
        raise invalid(message, f"{within}[price]")
    return price


def changed(tx: Transaction, subscription: Thing, given: list[Any]) -> list[tuple[Thing | None, Thing, int]]:
    """What an update asks of the items: (item or None, price, quantity); quantity 0 removes it."""
    items = {item["id"]: item for item in subscription["items"]["data"]}
    asked: list[tuple[Thing | None, Thing, int]] = []
    for place, one in enumerate(given):
        within = f"items[{place}]"
        item = items.get(one.get("id", ""))
        if one.get("id") and item is None:
            raise invalid(f"No such subscription item: '{one['id']}'", f"{within}[id]", "resource_missing")
        price = _price(tx, one, within) if item is None or "price" in one or "price_data" in one else item["price"]
        quantity = 0 if one.get("deleted") else one.get("quantity", item["quantity"] if item else 1)
        asked.append((item, price, quantity))
    left = {name: item["price"] for name, item in items.items()}
    for number, (item, price, quantity) in enumerate(asked):
        name = item["id"] if item else f"new {number}"
        left = {other: kept for other, kept in left.items() if other != name} | ({name: price} if quantity else {})
    if given and not left:
        raise invalid("A subscription must keep at least one item. Cancel it instead.", "items")
    check_rhythm(list(left.values()), "items")
    return asked


def trial_end(tx: Transaction, params: Thing) -> int | None:
    """Unix seconds, or None for no trial."""
    if params.get("trial_period_days"):
        return int(tx.now + params["trial_period_days"] * 86400)
    end = params.get("trial_end")
    if end is None or end == "now":
        return None
    if int(end) <= tx.now:
        raise invalid("trial_end must be a timestamp in the future.", "trial_end")
    return int(end)


def fields(tx: Transaction, params: Thing, customer: Thing, old: Thing | None = None) -> Thing:
    """What create and update alike may set."""
    made: Thing = {}
    if "metadata" in params:
        made["metadata"] = rules.merged_metadata(old["metadata"] if old else {}, params["metadata"])
    for name in ("description", "cancel_at_period_end"):
        if name in params:
            made[name] = params[name] if params[name] != "" else None
    if params.get("default_payment_method"):
        made["default_payment_method"] = _method(tx, params["default_payment_method"], customer)
    if "trial_settings" in params:
        behavior = params["trial_settings"]["end_behavior"]["missing_payment_method"]
        made["trial_settings"] = {"end_behavior": {"missing_payment_method": behavior}}
    if "payment_settings" in params:
        saves = params["payment_settings"].get("save_default_payment_method", "off")
        made["payment_settings"] = {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": saves,
        }
        made["_saves_method"] = saves == "on_subscription"
    return made | _ends(tx, params, old) | _pause(params)


def _ends(tx: Transaction, params: Thing, old: Thing | None) -> Thing:
    """cancel_at, cancel_at_period_end and their undoing (section 12, cancel at period end)."""
    made: Thing = {}
    if "cancel_at" in params:
        at = params["cancel_at"]
        if isinstance(at, str) and at:
            if old is None:
                raise invalid("The sandbox takes a timestamp here.", "cancel_at")
            at = old["items"]["data"][0]["current_period_end"]
        made |= {"cancel_at": at or None, "canceled_at": tx.now if at else None}
    if old and "cancel_at_period_end" in params:
        ends = params["cancel_at_period_end"]
        end = old["items"]["data"][0]["current_period_end"]
        made |= {"cancel_at": end if ends else None, "canceled_at": tx.now if ends else None}
    if made and old:
        reason = "cancellation_requested" if made.get("canceled_at") else None
        made["cancellation_details"] = old["cancellation_details"] | {"reason": reason}
    if "cancellation_details" in params and old:
        details = made.get("cancellation_details", old["cancellation_details"])
        made["cancellation_details"] = dict(details or {}) | feedback(params["cancellation_details"])
    return made


def feedback(given: Thing | None) -> Thing:
    """What the buyer said on leaving."""
    return {name: value or None for name, value in (given or {}).items() if name in ("comment", "feedback")}


def _pause(params: Thing) -> Thing:
    if "pause_collection" not in params:
        return {}
    given = params["pause_collection"]
    if not given:
        return {"pause_collection": None}
    return {"pause_collection": {"behavior": given["behavior"], "resumes_at": given.get("resumes_at")}}


def _method(tx: Transaction, name: str, customer: Thing) -> str:
    method = tx.require("payment_method", name, "default_payment_method", "PaymentMethod")
    if method["customer"] != customer["id"]:
        message = f"The customer does not have a payment method with the ID {name}."
        raise invalid(message, "default_payment_method", "resource_missing")
    return name


def require_method(tx: Transaction, subscription: Thing, customer: Thing) -> None:
    """Section 8, Create: without any card 400 resource_missing, and nothing is written."""
    free = all(item["price"]["unit_amount"] == 0 for item in subscription["items"]["data"])
    invoice = invoices.made(tx, customer, subscription["currency"], "manual")
    invoice["default_payment_method"] = subscription["default_payment_method"]
    if not free and collecting.method_for(tx, invoice) is None:
        message = (
            "This customer has no attached payment source or default payment method. Please consider adding a default "
            "payment method."
        )
        raise StripeError(400, "invalid_request_error", message, code="resource_missing")
