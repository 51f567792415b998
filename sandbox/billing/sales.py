"""The paid invoice of what was bought once at the checkout, where the session asks for one (docs: receipts and paid invoices).

It is made when the payment has succeeded, at once or days later, and says what the session says, to the cent.
"""

from typing import Any

from sandbox import rules
from sandbox.billing import invoices, lines, taxes
from sandbox.errors import invalid
from sandbox.paying import discounting, taxing
from sandbox.paying.followers import follower
from sandbox.transaction import Thing, Transaction

_WITHIN = "invoice_creation[invoice_data]"
_LIMITS = {"description": 1500, "footer": 5000}
MOST_FIELDS = 4


def check(params: Thing) -> None:
    """Raise Stripe's 400 for an invoice that cannot be made."""
    given = params.get("invoice_creation") or {}
    if not given.get("enabled"):
        return
    if params["mode"] != "payment":
        message = (
            "You can only enable invoice creation when `mode` is set to `payment`. Invoices are created automatically "
            "when `mode` is set to `subscription`, and are unsupported when set to `setup`."
        )
        raise invalid(message, "invoice_creation")
    card = (params.get("payment_method_options") or {}).get("card") or {}
    for data in (params.get("payment_intent_data") or {}, card):
        if data.get("capture_method") == "manual":
            raise invalid("The sandbox makes no invoice for money that is only held.", "invoice_creation")
    _check_data(given.get("invoice_data") or {})


def _check_data(data: Thing) -> None:
    rules.no_longer_than(data, _LIMITS, _WITHIN)
    rules.merged_metadata({}, data.get("metadata"), f"{_WITHIN}[metadata]")
    fields = data.get("custom_fields") or []
    if len(fields) > MOST_FIELDS:
        raise invalid(f"You may only specify up to {MOST_FIELDS} custom fields.", f"{_WITHIN}[custom_fields]")
    for place, one in enumerate(fields):
        rules.no_longer_than(one, {"name": 40, "value": 140}, f"{_WITHIN}[custom_fields][{place}]")
    options = data.get("rendering_options") or {}
    away = {
        "account_tax_ids": "The sandbox's account has no tax ids.",
        "issuer": "The sandbox has one account and no Connect.",
    }
    for name, words in away.items():
        if data.get(name) and data[name] != {"type": "self"}:
            raise invalid(words, f"{_WITHIN}[{name}]")
    if options.get("template"):
        raise invalid("The sandbox has no templates of invoices.", f"{_WITHIN}[rendering_options][template]")


def settings(given: Thing | None) -> Thing:
    """invoice_creation of a new session or payment link."""
    data: Thing = (given or {}).get("invoice_data") or {}
    options = data.get("rendering_options") or None
    return {
        "enabled": bool((given or {}).get("enabled")),
        "invoice_data": {
            "account_tax_ids": None,
            "custom_fields": data.get("custom_fields") or None,
            "description": data.get("description") or None,
            "footer": data.get("footer") or None,
            "issuer": data.get("issuer"),
            "metadata": rules.merged_metadata({}, data.get("metadata")),
            "rendering_options": options
            and {"amount_tax_display": options.get("amount_tax_display") or None, "template": None},
        },
    }


@follower("_invoiced_session")
def paid(tx: Transaction, intent: Thing) -> None:
    """The payment of a session that wants an invoice has succeeded: made, numbered and paid in one go."""
    session = tx.get(intent["_invoiced_session"])
    if intent["status"] != "succeeded" or session["invoice"]:
        return
    customer = tx.get(session["customer"])
    invoice = tx.put(_made(tx, session, customer))
    tx.tell("invoice.created", invoice)
    invoices.open_with_number(tx, invoice, customer)
    invoices.expect(tx, invoice, intent)
    invoice["attempt_count"] = 1
    invoices.settle(tx, invoice, intent)
    session["invoice"] = invoice["id"]
    tx.put(session)


def _made(tx: Transaction, session: Thing, customer: Thing) -> Thing:
    data, total = session["invoice_creation"]["invoice_data"], session["amount_total"]
    invoice = invoices.made(tx, customer, session["currency"], "manual")
    invoice["lines"]["data"] = _lines(tx, session, invoice)
    shipping = (session["collected_information"] or {}).get("shipping_details")
    sums = session["total_details"]
    return invoice | {
        "amount_due": total,
        "amount_remaining": total,
        "amount_shipping": sums["amount_shipping"],
        "auto_advance": False,
        "automatic_tax": dict(session["automatic_tax"]) | {"disabled_reason": None},
        "custom_fields": data["custom_fields"],
        "description": data["description"],
        "ending_balance": 0,
        "footer": data["footer"],
        "metadata": dict(data["metadata"]),
        "rendering": _rendering(data["rendering_options"]),
        "shipping_cost": session["shipping_cost"],
        "shipping_details": rules.shipping(shipping),
        "starting_balance": 0,
        "subtotal": session["amount_subtotal"],
        "total": total,
        "total_excluding_tax": total - sums["amount_tax"],
        "_of_session": session["id"],
    } | _taxed(tx, session, invoice)  # fmt: skip


def _rendering(options: Any) -> Thing | None:
    if not options:
        return None
    shown = {"amount_tax_display": options["amount_tax_display"]}
    return shown | {"pdf": None, "template": None, "template_version": None}


def _lines(tx: Transaction, session: Thing, invoice: Thing) -> list[Thing]:
    made = []
    for item in session["_line_items"]:
        line = lines.once(tx, item)
        line |= {"invoice": invoice["id"], "metadata": dict(item["metadata"]), "taxes": _tax(tx, session, item)}
        made.append(line)
    _discount(tx, session, invoice, made)
    return made


def _discount(tx: Transaction, session: Thing, invoice: Thing, made: list[Thing]) -> None:
    """The session's coupon as a discount of the invoice; `complete` counts its use."""
    coupon = session.get("_coupon")
    if not coupon:
        return
    code = tx.find(session["discounts"][0]["promotion_code"])
    holder = {"customer": session["customer"], "checkout_session": session["id"], "invoice": invoice["id"]}
    discount = discounting.written(tx, coupon, code, **holder)["id"]
    shares = [item["amount_discount"] for item in session["_line_items"]]
    for line, share in zip(made, shares, strict=True):
        line["discount_amounts"] = [{"amount": share, "discount": discount}]
    invoice |= {"discounts": [discount], "total_discount_amounts": [{"amount": sum(shares), "discount": discount}]}


def _tax(tx: Transaction, session: Thing, item: Thing) -> list[Thing]:
    net = item["amount_subtotal"] - item["amount_discount"]
    return _of(tx, session, item["amount_tax"], net, item["price"]["tax_behavior"])


def _of(tx: Transaction, session: Thing, tax: int, net: int, behavior: str) -> list[Thing]:
    """The tax that the session has reckoned on an amount; none where it knows of none."""
    country = taxing.country_of(session)
    if country is None:
        return []
    on_top = taxing.comes_on_top(behavior, session["currency"])
    rate = taxes.of_table(tx, country, not on_top)
    return [
        {
            "amount": tax,
            "tax_behavior": "exclusive" if on_top else "inclusive",
            "tax_rate_details": {"tax_rate": rate["id"]},
            "taxability_reason": "standard_rated" if rate["percentage"] else "not_collecting",
            "taxable_amount": net if on_top else net - tax,
            "type": "tax_rate_details",
        }
    ]


def _taxed(tx: Transaction, session: Thing, invoice: Thing) -> Thing:
    """Taxes of the lines and of the shipping in sum."""
    every = [tax for line in invoice["lines"]["data"] for tax in line["taxes"]]
    held = taxes.included(every)
    cost = session["shipping_cost"]
    if cost and cost["amount_total"]:
        behavior = session["_rate_behaviors"][cost["shipping_rate"]]
        every += _of(tx, session, cost["amount_tax"], cost["amount_subtotal"], behavior)
    return {"total_taxes": taxes.summed(every), "subtotal_excluding_tax": session["amount_subtotal"] - held}
