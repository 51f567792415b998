"""Lines of invoices: a subscription's item for a period, or an invoice item that waited (STRIPE.md section 8, Line)."""

from sandbox import ids, money
from sandbox.transaction import Thing, Transaction


def _line(tx: Transaction, amount: int, currency: str, period: tuple[int, int]) -> Thing:
    return {
        "id": ids.new_id("il"),
        "object": "line_item",
        "amount": amount,
        "currency": currency,
        "description": None,
        "discount_amounts": [],
        "discountable": amount > 0,
        "discounts": [],
        "invoice": None,
        "livemode": tx.livemode,
        "metadata": {},
        "period": {"end": period[1], "start": period[0]},
        "pretax_credit_amounts": [],
        "quantity": 1,
        "subtotal": amount,
        "taxes": [],
    }


def pricing(price: Thing) -> Thing | None:
    """Which price a line is made of; None for an amount per piece that belongs to no price."""
    if price["id"] is None:
        return None
    details = {"price": price["id"], "product": price["product"]}
    return {"price_details": details, "type": "price_details", "unit_amount_decimal": price["unit_amount_decimal"]}


def for_period(tx: Transaction, subscription: Thing, item: Thing, amount: int) -> Thing:
    """An item's line for its current period; `amount` is 0 in a trial."""
    price, period = item["price"], (item["current_period_start"], item["current_period_end"])
    name = tx.get(price["product"])["name"]
    every = price["recurring"]["interval"]
    said = money.said(price["unit_amount"] or 0, price["currency"])
    trial = subscription["status"] == "trialing"
    details = {
        "invoice_item": None,
        "proration": False,
        "proration_details": {"credited_items": None},
        "subscription": subscription["id"],
        "subscription_item": item["id"],
    }
    return _line(tx, amount, price["currency"], period) | {
        "description": f"Trial period for {name}"
        if trial
        else f"{item['quantity']} \u00d7 {name} (at {said} / {every})",
        "metadata": dict(subscription["metadata"]),
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": details,
            "type": "subscription_item_details",
        },
        "pricing": pricing(price),
        "quantity": item["quantity"],
    }


def of_invoice_item(tx: Transaction, waiting: Thing) -> Thing:
    """The line of an invoice item, such as a proration."""
    period = (waiting["period"]["start"], waiting["period"]["end"])
    parent = waiting["parent"] or {}
    details = {
        "invoice_item": waiting["id"],
        "proration": waiting["proration"],
        "proration_details": {"credited_items": None},
        "subscription": (parent.get("subscription_details") or {}).get("subscription"),
    }
    return _line(tx, waiting["amount"], waiting["currency"], period) | {
        "description": waiting["description"],
        "discountable": waiting["discountable"],
        "metadata": dict(waiting["metadata"]),
        "parent": {"invoice_item_details": details, "subscription_item_details": None, "type": "invoice_item_details"},
        "pricing": waiting["pricing"],
        "quantity": waiting["quantity"],
    }


def waiting_item(
    tx: Transaction, customer: str, amount: int, currency: str, description: str | None, **fields: object
) -> Thing:
    """Write an invoice item for the next invoice and tell invoiceitem.created."""
    item = tx.new("ii", "invoiceitem", amount=amount, currency=currency, customer=customer, date=tx.now)
    del item["created"]
    item |= {
        "customer_account": None,
        "description": description,
        "discountable": amount > 0,
        "discounts": [],
        "frozen_fields": [],
        "invoice": None,
        "metadata": {},
        "net_amount": amount,
        "parent": None,
        "period": {"end": tx.now, "start": tx.now},
        "pricing": None,
        "proration": False,
        "quantity": 1,
        "quantity_decimal": "1",
        "tax_rates": [],
        "test_clock": tx.get(customer)["test_clock"],
        **fields,
    }
    tx.put(item)
    tx.tell("invoiceitem.created", item)
    return item


def proration(
    tx: Transaction, subscription: Thing, item: Thing, amount: int, words: str, period: tuple[int, int]
) -> Thing:
    """Let a part of a period of a subscription's item wait for the next invoice."""
    name = tx.get(item["price"]["product"])["name"]
    details = {"subscription": subscription["id"], "subscription_item": item["id"]}
    return waiting_item(
        tx,
        subscription["customer"],
        amount,
        item["price"]["currency"],
        f"{words} {item['quantity']} \u00d7 {name}",
        discountable=False,
        parent={"subscription_details": details, "type": "subscription_details"},
        period={"end": period[1], "start": period[0]},
        pricing=pricing(item["price"]),
        proration=True,
        quantity=item["quantity"],
        quantity_decimal=str(item["quantity"]),
        tax_rates=item["tax_rates"] or subscription["default_tax_rates"],
    )


def take_waiting(tx: Transaction, invoice: Thing, subscription: str | None) -> list[Thing]:
    """Lines of all items that wait for this customer, and for this subscription or for none; they wait no longer."""
    taken = []
    for item in tx.all("invoiceitem", newest_first=False, customer=invoice["customer"]):
        parent = (item["parent"] or {}).get("subscription_details") or {}
        fits = parent.get("subscription") in (None, subscription) and item["currency"] == invoice["currency"]
        if item["invoice"] is None and fits:
            item["invoice"] = invoice["id"]
            tx.put(item)
            taken.append(of_invoice_item(tx, item))
    return taken


def once(tx: Transaction, item: Thing) -> Thing:
    """The line of a checkout item that is paid once, beside the recurring ones."""
    return _line(tx, item["amount_subtotal"], item["currency"], (tx.now, tx.now)) | {
        "description": item["description"],
        "parent": None,
        "pricing": pricing(item["price"]),
        "quantity": item["quantity"],
    }
