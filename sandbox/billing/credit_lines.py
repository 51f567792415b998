"""Lines of a credit note: so many or so much of an invoice's line, or a sum of the shop's own (docs: programmatic credit notes)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox import ids, money
from sandbox.billing import taxes
from sandbox.errors import exclusive, invalid, missing
from sandbox.transaction import Thing, Transaction, public


def made(tx: Transaction, invoice: Thing, given: list[Any]) -> list[Thing]:
    """The lines; raise Stripe's 400 for more than is left of the invoice's own."""
    lines: list[Thing] = []
    for place, one in enumerate(given):
        within = f"lines[{place}]"
        for name in ("tax_amounts", "tax_rates"):
            if name in one:
                raise invalid(f"The sandbox does not offer {name} on credit notes.", f"{within}[{name}]")
        make = _of_line if one["type"] == "invoice_line_item" else _custom
        lines.append(make(tx, invoice, one, within, lines))
    return lines


def plain(tx: Transaction, amount: int, description: str | None = None) -> Thing:
    """A line that only says how much."""
    return _line(tx, "custom_line_item", amount, description, 1, Decimal(amount))


def _custom(tx: Transaction, _invoice: Thing, given: Thing, within: str, _before: list[Thing]) -> Thing:
    for name in ("invoice_line_item", "amount"):
        if name in given:
            raise invalid(f"`{name}` is only for lines of the type `invoice_line_item`.", f"{within}[{name}]")
    if ("unit_amount" in given) == ("unit_amount_decimal" in given):
        if "unit_amount" in given:
            raise exclusive(f"{within}[unit_amount]", f"{within}[unit_amount_decimal]")
        raise missing(f"{within}[unit_amount]")
    for name in ("description", "quantity"):
        if not given.get(name):
            raise missing(f"{within}[{name}]")
    unit = Decimal(str(given.get("unit_amount", given.get("unit_amount_decimal"))))
    amount = _rounded(unit * given["quantity"])
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", f"{within}[unit_amount]")
    line = _line(tx, "custom_line_item", amount, given["description"], given["quantity"], unit)
    return line | {"metadata": dict(given.get("metadata") or {})}


def _of_line(tx: Transaction, invoice: Thing, given: Thing, within: str, before: list[Thing]) -> Thing:
    if not given.get("invoice_line_item"):
        raise missing(f"{within}[invoice_line_item]")
    name = given["invoice_line_item"]
    source = next((one for one in invoice["lines"]["data"] if one["id"] == name), None)
    if source is None:
        raise invalid(f"No such invoice line item: '{name}'", f"{within}[invoice_line_item]", "resource_missing")
    if ("amount" in given) == ("quantity" in given):
        raise exclusive(f"{within}[amount]", f"{within}[quantity]")
    earlier = [*credited(tx, invoice, name), *(one for one in before if one.get("invoice_line_item") == name)]
    by_quantity = "quantity" in given
    if any((one["unit_amount_decimal"] is not None) != by_quantity for one in earlier):
        message = "This line has been credited before: go on by quantity or by amount, as then."
        raise invalid(message, f"{within}[{'quantity' if by_quantity else 'amount'}]")
    amount, unit = _share(source, given, earlier, within)
    line = _line(tx, "invoice_line_item", amount, source["description"], given.get("quantity"), unit)
    own = {"invoice_line_item": name, "metadata": dict(given.get("metadata") or {})}
    return line | _parts(tx, source, amount, earlier) | own


def credited(tx: Transaction, invoice: Thing, name: str) -> list[Thing]:
    """Lines of the notes that stand which credit this line of the invoice."""
    notes = tx.all("credit_note", invoice=invoice["id"], status="issued")
    return [one for note in notes for one in note["lines"]["data"] if one.get("invoice_line_item") == name]


def _share(source: Thing, given: Thing, earlier: list[Thing], within: str) -> tuple[int, Decimal | None]:
    """(amount, price of one) of what is taken from a line, of which some may be gone already."""
    left = source["amount"] - sum(one["amount"] for one in earlier)
    if "amount" in given:
        if not 1 <= given["amount"] <= left:
            most = money.said(left, source["currency"])
            raise invalid(f"At most {most} of this line can still be credited.", f"{within}[amount]")
        return int(given["amount"]), None
    count = source["quantity"] or 1
    rest = count - sum(one["quantity"] for one in earlier)
    if not 1 <= given["quantity"] <= rest:
        raise invalid(f"At most {rest} of this line can still be credited.", f"{within}[quantity]")
    # The last of them brings what the roundings before have left.
    unit = Decimal(source["amount"]) / count
    return (left if given["quantity"] == rest else _rounded(unit * given["quantity"])), unit


def _parts(tx: Transaction, source: Thing, amount: int, earlier: list[Thing]) -> Thing:
    """Discounts and taxes in the proportion in which the line is credited; the last part brings what roundings left."""
    gone = sum(one["amount"] for one in earlier)

    def part(kind: str, place: int, name: str = "amount") -> int:
        whole = source[kind][place][name]
        if gone + amount == source["amount"]:
            return int(whole - sum(one[kind][place][name] for one in earlier))
        return _rounded(Decimal(whole) * amount / source["amount"])

    discounts = [
        one | {"amount": part("discount_amounts", place)} for place, one in enumerate(source["discount_amounts"])
    ]
    taxed = [
        tax | {"amount": part("taxes", place), "taxable_amount": part("taxes", place, "taxable_amount")}
        for place, tax in enumerate(source["taxes"])
    ]
    rates = [tx.get(tax["tax_rate_details"]["tax_rate"]) for tax in taxed]
    return {
        "discount_amount": sum(one["amount"] for one in discounts),
        "discount_amounts": discounts,
        "pretax_credit_amounts": [one | {"type": "discount"} for one in discounts],
        "tax_rates": [public(rate) for rate in rates if not rate.get("_of_table")],
        "taxes": taxed,
    }


def _line(
    tx: Transaction, kind: str, amount: int, description: str | None, quantity: int | None, unit: Decimal | None
) -> Thing:
    whole = unit is not None and unit == unit.to_integral_value()
    return {
        "id": ids.new_id("cnli"),
        "object": "credit_note_line_item",
        "amount": amount,
        "description": description,
        "discount_amount": 0,
        "discount_amounts": [],
        "livemode": tx.livemode,
        "metadata": {},
        "pretax_credit_amounts": [],
        "quantity": quantity,
        "tax_rates": [],
        "taxes": [],
        "type": kind,
        "unit_amount": int(unit) if unit is not None and whole else None,
        "unit_amount_decimal": None if unit is None else format(round(unit, 12).normalize(), "f"),
    }


def net(line: Thing) -> int:
    """What a line credits in the end, minor units."""
    return int(line["amount"] - line["discount_amount"] + on_top(line))


def on_top(line: Thing) -> int:
    """The tax that comes on top of a line."""
    return int(sum(tax["amount"] for tax in line["taxes"]) - taxes.included(line["taxes"]))


def _rounded(exact: Decimal) -> int:
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))
