"""Which parameters of a subscription go together, and what they mean (STRIPE.md section 8)."""

from typing import Any

from sandbox import rules
from sandbox.billing import collecting, invoices, periods, taxes
from sandbox.errors import StripeError, exclusive, invalid, missing
from sandbox.resources import item_terms, tax_rates
from sandbox.resources.prices import new_price
from sandbox.transaction import Thing, Transaction

MOST_ITEMS = 20
_NOT_YET = (
    "application_fee_percent", "billing_cycle_anchor_config", "billing_schedules", "billing_thresholds",
    "customer_account", "default_source", "invoice_settings", "on_behalf_of", "pending_invoice_item_interval",
    "transfer_data",
)  # fmt: skip


def check(params: Thing) -> None:
    """Raise Stripe's 400 for what does not go together or is not offered."""
    for name in _NOT_YET:
        if params.get(name) not in (None, "", False):
            raise invalid(f"The sandbox does not offer {name} for subscriptions.", name)
    if "days_until_due" in params and params.get("collection_method", "send_invoice") != "send_invoice":
        message = "`days_until_due` can only be set if `collection_method` is `send_invoice`."
        raise invalid(message, "days_until_due")
    if "trial_end" in params and "trial_period_days" in params:
        raise exclusive("trial_end", "trial_period_days")
    if params.get("cancel_at") and params.get("cancel_at_period_end"):
        raise exclusive("cancel_at", "cancel_at_period_end")
    rules.no_longer_than(params, {"description": 500})


def wanted(tx: Transaction, given: list[Any], within: str = "items", *, mixed: bool = False) -> list[tuple[Thing, int]]:
    """(price, quantity) of each item: recurring, in one currency, and in one rhythm unless `mixed`."""
    if len(given) > MOST_ITEMS:
        raise invalid(f"Subscriptions can have at most {MOST_ITEMS} items.", within)
    pairs = [(_price(tx, one, f"{within}[{place}]"), one.get("quantity", 1)) for place, one in enumerate(given)]
    check_rhythm([price for price, _ in pairs], within, mixed=mixed)
    return pairs


def check_rhythm(prices: list[Thing], within: str, *, mixed: bool) -> None:
    """One currency; one interval too, but for subscriptions in flexible billing mode (docs mixed-interval)."""
    if len({price["currency"] for price in prices}) > 1:
        raise invalid("All prices on a subscription must have the same currency.", within)
    if not mixed and len({periods.rhythm(price) for price in prices}) > 1:
        message = (
            "Currency and interval fields must match across all plans on this subscription. Found mismatch in interval "
            "field."
        )
        raise invalid(message, within)


def _price(tx: Transaction, given: Any, within: str) -> Thing:
    name = f"{within}[{{}}]" if within else "{}"
    data, param = name.format("price_data"), name.format("price")
    item_terms.check(given, within)
    if "plan" in given and "price" not in given:
        given = given | {"price": given["plan"]}
    if "price" in given and "price_data" in given:
        raise exclusive(param, data)
    if "price_data" in given:
        product = tx.require("product", given["price_data"]["product"], f"{data}[product]")
        return new_price(tx, given["price_data"], product["id"], data, active=False)
    if "price" not in given:
        raise missing(param)
    price = tx.require("price", given["price"], param)
    if not price["active"]:
        raise invalid("The price specified is inactive. This field only accepts active prices.", param)
    if not price["recurring"]:
        message = (
            "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`."
        )
        raise invalid(message, param)
    return price


def changed(
    tx: Transaction, subscription: Thing, given: list[Any], within: str = "items"
) -> list[tuple[Thing | None, Thing, int]]:
    """What an update asks of the items: (item or None, price, quantity); quantity 0 removes it.

    `within` is empty for a call about one item, whose parameters have no list around them.
    """
    items = {item["id"]: item for item in subscription["items"]["data"]}
    asked: list[tuple[Thing | None, Thing, int]] = []
    for place, one in enumerate(given):
        here = f"{within}[{place}]" if within else ""
        item = items.get(one.get("id", ""))
        if one.get("id") and item is None:
            raise invalid(f"No such subscription item: '{one['id']}'", f"{here}[id]", "resource_missing")
        priced = item is None or one.keys() & {"plan", "price", "price_data"}
        price = _price(tx, one, here) if priced or item is None else item["price"]
        quantity = 0 if one.get("deleted") else one.get("quantity", item["quantity"] if item else 1)
        asked.append((item, price, quantity))
    left = {name: item["price"] for name, item in items.items()}
    for number, (item, price, quantity) in enumerate(asked):
        name = item["id"] if item else f"new {number}"
        left = {other: kept for other, kept in left.items() if other != name} | ({name: price} if quantity else {})
    if given and not left:
        raise invalid("A subscription must keep at least one item. Cancel it instead.", within or None)
    check_rhythm(list(left.values()), within or "price", mixed=subscription["billing_mode"]["type"] == "flexible")
    return asked


def billing_mode(given: Thing | None) -> Thing:
    """Flexible, unless it is said otherwise (STRIPE.md section 3, Subscription data)."""
    if (given or {}).get("type") == "classic":
        return {"flexible": None, "type": "classic"}
    discounts = ((given or {}).get("flexible") or {}).get("proration_discounts", "included")
    return {"flexible": {"proration_discounts": discounts}, "type": "flexible"}


def start_date(tx: Transaction, params: Thing) -> int:
    """When a new subscription has begun, Unix seconds: now, or a day that is past."""
    start = params.get("backdate_start_date", tx.now)
    if start > tx.now:
        raise invalid("`backdate_start_date` must be a timestamp in the past.", "backdate_start_date")
    return int(start)


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
    if "description" in params:
        made["description"] = params["description"] or None
    if params.get("default_payment_method"):
        made["default_payment_method"] = _method(tx, params["default_payment_method"], customer)
    if "trial_settings" in params:
        made["trial_settings"] = _trial_settings(params["trial_settings"])
    if "payment_settings" in params:
        saves = params["payment_settings"].get("save_default_payment_method", "off")
        made["payment_settings"] = {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": saves,
        }
        made["_saves_method"] = saves == "on_subscription"
    return made | _taxes(tx, params, customer) | _pause(params) | _collection(params, old)


def _taxes(tx: Transaction, params: Thing, customer: Thing) -> Thing:
    made: Thing = {}
    if "automatic_tax" in params:
        enabled = params["automatic_tax"]["enabled"]
        if enabled:
            taxes.require_location(customer)
        made["automatic_tax"] = taxes.settings(enabled)
    if "default_tax_rates" in params:
        made["default_tax_rates"] = tax_rates.named(tx, params["default_tax_rates"], "default_tax_rates")
    return made


def _trial_settings(given: Thing) -> Thing:
    behavior = given["end_behavior"]
    if behavior.get("billing_cycle_anchor", "now") != "now":
        name = "trial_settings[end_behavior][billing_cycle_anchor]"
        raise invalid("The sandbox begins the first paid period at the end of the trial.", name)
    return {"end_behavior": {"missing_payment_method": behavior.get("missing_payment_method", "create_invoice")}}


def _collection(params: Thing, old: Thing | None) -> Thing:
    """Charged by itself, or sent and awaited for some days."""
    if not params.keys() & {"collection_method", "days_until_due"}:
        return {}
    method = params.get("collection_method", old["collection_method"] if old else "charge_automatically")
    if method == "charge_automatically":
        return {"collection_method": method, "days_until_due": None}
    days = params.get("days_until_due", old["days_until_due"] if old else None)
    if days is None:
        raise missing("days_until_due")
    return {"collection_method": method, "days_until_due": days}


def proration_date(params: Thing, subscription: Thing) -> int | None:
    """From when on time is credited and charged, Unix seconds within the running period; None for now."""
    date = params.get("proration_date")
    if date is None:
        return None
    item = subscription["items"]["data"][0]
    if not item["current_period_start"] <= date <= item["current_period_end"]:
        raise invalid("Proration date must be within the current period of the subscription.", "proration_date")
    return int(date)


def later_anchor(tx: Transaction, params: Thing, recurring: Thing) -> int | None:
    """billing_cycle_anchor of a new subscription: Unix seconds, at most one period ahead."""
    anchor = params.get("billing_cycle_anchor")
    if anchor is None:
        return None
    if anchor <= tx.now:
        raise invalid("billing_cycle_anchor must be a timestamp in the future.", "billing_cycle_anchor")
    if anchor > periods.boundary(tx.now, recurring, 1):
        message = "billing_cycle_anchor cannot be later than next natural billing date."
        raise invalid(message, "billing_cycle_anchor")
    return int(anchor)


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
    free = free or subscription["collection_method"] == "send_invoice"
    invoice = invoices.made(tx, customer, subscription["currency"], "manual")
    invoice["default_payment_method"] = subscription["default_payment_method"]
    if not free and collecting.method_for(tx, invoice) is None:
        message = (
            "This customer has no attached payment source or default payment method. Please consider adding a default "
            "payment method."
        )
        raise StripeError(400, "invalid_request_error", message, code="resource_missing")
