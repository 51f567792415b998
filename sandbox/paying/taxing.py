"""Automatic tax by a simple table of our own: one rate for each country, none elsewhere (STRIPE.md section 3)."""

from decimal import ROUND_HALF_UP, Decimal

from sandbox.transaction import Thing

# Percent. Stripe knows regions, kinds of goods and registrations; this table knows countries.
RATES = {
    "AT": "20", "BE": "21", "BG": "20", "CH": "8.1", "CY": "19", "CZ": "21", "DE": "19", "DK": "25", "EE": "24",
    "ES": "21", "FI": "25.5", "FR": "20", "GB": "20", "GR": "24", "HR": "25", "HU": "27", "IE": "23", "IT": "22",
    "LT": "21", "LU": "17", "LV": "21", "MT": "18", "NL": "21", "NO": "25", "PL": "23", "PT": "23", "RO": "21",
    "SE": "25", "SI": "22", "SK": "23",
}  # fmt: skip
# Where a price says nothing, tax comes on top in these currencies and is included in all others, as Stripe has it.
_ON_TOP = frozenset(("usd", "cad"))
OFF = {"enabled": False, "liability": None, "provider": None, "status": None}


def settings(given: Thing | None) -> Thing:
    """automatic_tax of a new session."""
    if not (given or {}).get("enabled"):
        return dict(OFF)
    liability = {"type": "self"}
    return {"enabled": True, "liability": liability, "provider": "stripe", "status": "requires_location_inputs"}


def rate_of(session: Thing) -> Decimal | None:
    """Percent where the buyer lives; None without automatic tax or while nobody knows where that is."""
    country = country_of(session)
    return None if country is None else Decimal(RATES.get(country, "0"))


def country_of(session: Thing) -> str | None:
    """Where the buyer is taxed: where things are sent, else where they live; None without automatic tax."""
    shipping = (session["collected_information"] or {}).get("shipping_details") or {}
    details = session["customer_details"] or {}
    for address in (shipping.get("address"), details.get("address"), session.get("_tax_address")):
        if session["automatic_tax"]["enabled"] and address and address["country"]:
            return str(address["country"])
    return None


def comes_on_top(behavior: str, currency: str) -> bool:
    """Whether tax is added to a price whose tax_behavior is this."""
    return behavior == "exclusive" or (behavior == "unspecified" and currency in _ON_TOP)


def on(amount: int, rate: Decimal, behavior: str, currency: str) -> tuple[int, int]:
    """(tax, the part of it that comes on top) of an amount in minor units."""
    on_top = comes_on_top(behavior, currency)
    part = rate / 100 if on_top else rate / (100 + rate)
    tax = int((amount * part).quantize(Decimal(1), ROUND_HALF_UP))
    return tax, tax if on_top else 0


def of_items(session: Thing, rate: Decimal) -> tuple[int, int]:
    """Write each item's tax; (tax, the part on top) in sum."""
    taxes, added = 0, 0
    for item in session["_line_items"]:
        net = item["amount_subtotal"] - item["amount_discount"]
        tax, on_top = on(net, rate, item["price"]["tax_behavior"], session["currency"])
        item |= {"amount_tax": tax, "amount_total": net + on_top}
        taxes, added = taxes + tax, added + on_top
    return taxes, added


def of_shipping(session: Thing, name: str | None, amount: int) -> tuple[int, int]:
    """(tax, the part on top) of a shipping rate."""
    rate = rate_of(session)
    if rate is None or name is None:
        return 0, 0
    return on(amount, rate, session["_rate_behaviors"][name], session["currency"])


def on_top(session: Thing, name: str | None, amount: int) -> int:
    """What tax adds to the sum of goods and of this shipping rate."""
    return int(session.get("_tax_on_items", 0)) + of_shipping(session, name, amount)[1]
