"""Tax on invoices: by the table of paying/taxing.py, or by tax rates that the shop made itself (STRIPE.md section 8, Line)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from sandbox.errors import StripeError, invalid
from sandbox.paying import taxing
from sandbox.transaction import Thing, Transaction

# (percent, whether the price includes it, id of the tax rate, why)
Rate = tuple[Decimal, bool, str, str]
_REASONS = {"exempt": "customer_exempt", "reverse": "reverse_charge"}


def settings(enabled: bool, why_not: str | None = None) -> Thing:
    """automatic_tax of a subscription."""
    return {"disabled_reason": why_not, "enabled": enabled, "liability": {"type": "self"} if enabled else None}


def of_invoice(subscription: Thing | None) -> Thing:
    """automatic_tax of a new draft: as its subscription has it."""
    on = bool(subscription and subscription["automatic_tax"]["enabled"])
    return settings(on) | {"provider": "stripe" if on else None, "status": "requires_location_inputs" if on else None}


def country_of(customer: Thing) -> str | None:
    """Where the customer is taxed: where things are sent, else where they live."""
    for address in ((customer["shipping"] or {}).get("address"), customer["address"]):
        if address and address["country"]:
            return str(address["country"])
    return None


def require_location(customer: Thing) -> None:
    """Raise Stripe's 400 for a customer whom nobody can place."""
    if country_of(customer) is None:
        raise nowhere()


def nowhere() -> StripeError:
    message = "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate tax."
    return invalid(message, None, "customer_tax_location_invalid")


def apply(tx: Transaction, invoice: Thing, lines: Sequence[Thing]) -> int:
    """Write the taxes of each line and their sums into the invoice; minor units that come on top of the lines."""
    customer = tx.get(invoice["customer"])
    country = country_of(customer)
    if invoice["automatic_tax"]["enabled"]:
        invoice["automatic_tax"]["status"] = "complete" if country else "requires_location_inputs"
    for line in lines:
        net = line["amount"] - sum(one["amount"] for one in line["discount_amounts"])
        line["taxes"] = _taxes(net, _rates(tx, invoice, line, customer, country))
    invoice["total_taxes"] = summed([tax for line in lines for tax in line["taxes"]])
    return sum(tax["amount"] for tax in invoice["total_taxes"] if tax["tax_behavior"] == "exclusive")


def summed(taxes: Sequence[Thing]) -> list[Thing]:
    """One sum for each tax rate."""
    sums: dict[str, Thing] = {}
    for tax in taxes:
        total = sums.setdefault(tax["tax_rate_details"]["tax_rate"], tax | {"amount": 0, "taxable_amount": 0})
        total["amount"] += tax["amount"]
        total["taxable_amount"] += tax["taxable_amount"]
    return list(sums.values())


def included(taxes: Sequence[Thing]) -> int:
    """Minor units of tax that the amounts already hold."""
    return sum(tax["amount"] for tax in taxes if tax["tax_behavior"] == "inclusive")


def _taxes(net: int, rates: Sequence[Rate]) -> list[Thing]:
    held = sum((percent for percent, inclusive, _, _ in rates if inclusive), Decimal(0))
    base = net / (1 + held / 100)
    return [
        {
            "amount": _rounded(base * percent / 100),
            "tax_behavior": "inclusive" if inclusive else "exclusive",
            "tax_rate_details": {"tax_rate": name},
            "taxability_reason": reason,
            "taxable_amount": _rounded(base),
            "type": "tax_rate_details",
        }
        for percent, inclusive, name, reason in rates
    ]


def _rounded(exact: Decimal) -> int:
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def _rates(tx: Transaction, invoice: Thing, line: Thing, customer: Thing, country: str | None) -> list[Rate]:
    if not invoice["automatic_tax"]["enabled"]:
        return [
            (Decimal(str(rate["percentage"])), rate["inclusive"], rate["id"], "standard_rated")
            for rate in _named(tx, invoice, line)
        ]
    if country is None:
        return []
    inclusive = not taxing.comes_on_top(_behavior(tx, line), invoice["currency"])
    rate = of_table(tx, country, inclusive)
    percent = Decimal(str(rate["percentage"]))
    reason = _REASONS.get(customer["tax_exempt"])
    if reason:
        return [(Decimal(0), inclusive, rate["id"], reason)]
    return [(percent, inclusive, rate["id"], "standard_rated" if percent else "not_collecting")]


def _named(tx: Transaction, invoice: Thing, line: Thing) -> list[Thing]:
    """The line's own tax rates, else those of its subscription's item, else the defaults."""
    parent = line["parent"] or {}
    waited = tx.find((parent.get("invoice_item_details") or {}).get("invoice_item"))
    if waited and waited["tax_rates"]:
        return list(waited["tax_rates"])
    subscription = tx.find(invoice["_subscription"])
    items = subscription["items"]["data"] if subscription else []
    name = (parent.get("subscription_item_details") or {}).get("subscription_item")
    own = next((item["tax_rates"] for item in items if item["id"] == name), None)
    return list(own or invoice["default_tax_rates"])


def _behavior(tx: Transaction, line: Thing) -> str:
    """tax_behavior of the price behind a line, or of the invoice item that it came from."""
    waited = tx.find(((line["parent"] or {}).get("invoice_item_details") or {}).get("invoice_item"))
    if waited and waited.get("_tax_behavior"):
        return str(waited["_tax_behavior"])
    price = tx.find(line["pricing"]["price_details"]["price"]) if line["pricing"] else None
    return str(price["tax_behavior"]) if price else "unspecified"


def of_table(tx: Transaction, country: str, inclusive: bool) -> Thing:
    """The tax rate that stands for a country's row of the table, made when it is first needed."""
    for rate in tx.all("tax_rate", country=country, inclusive=inclusive):
        if rate.get("_of_table"):
            return rate
    percent = float(taxing.RATES.get(country, "0"))
    made = new_rate(tx, percentage=percent, inclusive=inclusive, country=country, display_name="VAT")
    made |= {"jurisdiction": country, "jurisdiction_level": "country", "rate_type": "percentage", "tax_type": "vat"}
    return tx.put(made | {"effective_percentage": percent, "_of_table": True})


def new_rate(tx: Transaction, **fields: object) -> Thing:
    """A tax rate, written."""
    empty = ("country", "description", "effective_percentage", "flat_amount", "jurisdiction", "jurisdiction_level",
             "rate_type", "state", "tax_type")  # fmt: skip
    return tx.put(tx.new("txr", "tax_rate", **(dict.fromkeys(empty) | {"active": True, "metadata": {}} | fields)))
