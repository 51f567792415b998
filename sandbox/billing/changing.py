"""Another price, another quantity, another rhythm, in the middle of a period (STRIPE.md section 8, Proration)."""

import copy
from fractions import Fraction

from sandbox.billing import beginning, collecting, invoices, lines, periods
from sandbox.transaction import Thing, Transaction

Wanted = tuple[Thing | None, Thing, int]


def change(
    tx: Transaction,
    subscription: Thing,
    wanted: list[Wanted],
    behavior: str,
    anchor_now: bool,
    *,
    moment: int | None = None,
    attempts: bool = True,
) -> None:
    """Give items another price and quantity: (item or None for a new one, price, quantity); quantity 0 removes.

    behavior is create_prorations, always_invoice or none; the money for the rest of the period, from `moment` on or
    from now, is credited and charged to the second, each line rounded. Without `attempts` nothing is charged yet.
    """
    before = copy.deepcopy(subscription["items"])
    period = _period(before["data"][0])
    touched = _replace(tx, subscription, wanted, period)
    moved = anchor_now or _rhythm(before["data"][0]) != _rhythm(subscription["items"]["data"][0])
    trial = subscription["status"] == "trialing"
    if moved and not trial:
        _restart(tx, subscription)
    tx.put(subscription)
    if before != subscription["items"]:
        tx.tell("customer.subscription.updated", subscription, {"items": before})
    if trial or subscription["status"] not in ("active", "past_due"):
        return
    if behavior != "none":
        for was, now_is in touched:
            _prorate(tx, subscription, was, None if moved else now_is, period, moment)
    if moved:
        _bill(tx, subscription, whole=True, attempts=attempts)
        beginning.schedule_renewal(tx, subscription)
    elif behavior == "always_invoice":
        _bill(tx, subscription, whole=False, attempts=attempts)


def _replace(
    tx: Transaction, subscription: Thing, wanted: list[Wanted], period: tuple[int, int]
) -> list[tuple[Thing | None, Thing | None]]:
    """Write the new items into the subscription; (what it was, what it is) for each that changed."""
    kept = {item["id"]: item for item in subscription["items"]["data"]}
    touched: list[tuple[Thing | None, Thing | None]] = []
    for item, price, quantity in wanted:
        fresh = beginning.item_of(tx, subscription["id"], price, quantity, period)
        if item is None:
            kept[fresh["id"]] = fresh
            touched.append((None, fresh))
        elif quantity == 0:
            touched.append((kept.pop(item["id"]), None))
        else:
            old = kept[item["id"]]
            kept[item["id"]] = fresh | {name: item[name] for name in ("id", "created", "metadata")}
            touched.append((old, kept[item["id"]]))
    subscription["items"]["data"] = list(kept.values())
    return touched


def _period(item: Thing) -> tuple[int, int]:
    return item["current_period_start"], item["current_period_end"]


def _rhythm(item: Thing) -> tuple[str, int]:
    recurring = item["price"]["recurring"]
    return recurring["interval"], recurring["interval_count"]


def _restart(tx: Transaction, subscription: Thing) -> None:
    """The period begins anew now."""
    subscription["billing_cycle_anchor"] = tx.now
    for item in subscription["items"]["data"]:
        start, end = periods.bounds(tx.now, item["price"]["recurring"], tx.now)
        item |= {"current_period_end": end, "current_period_start": start}


def unused(item: Thing, period: tuple[int, int], now: int) -> int:
    """Minor units of an item's price that fall on the rest of the period; half a unit is rounded up."""
    part = Fraction(max(0, period[1] - now), period[1] - period[0])
    return int(beginning.price_of(item) * part + Fraction(1, 2))


def _prorate(
    tx: Transaction,
    subscription: Thing,
    was: Thing | None,
    now_is: Thing | None,
    period: tuple[int, int],
    moment: int | None = None,
) -> None:
    """Credit the unused time of the old item, charge the remaining time of the new one; from now or a moment on."""
    moment = moment or tx.now
    for item, sign, words in ((was, -1, "Unused time on"), (now_is, 1, "Remaining time on")):
        if item is None:
            continue
        price = item["price"]
        amount = sign * unused(item, period, moment)
        name = tx.get(price["product"])["name"]
        details = {"subscription": subscription["id"], "subscription_item": item["id"]}
        lines.waiting_item(
            tx,
            subscription["customer"],
            amount,
            price["currency"],
            f"{words} {item['quantity']} \u00d7 {name}",
            discountable=False,
            parent={"subscription_details": details, "type": "subscription_details"},
            period={"end": period[1], "start": moment},
            pricing=lines.pricing(price),
            proration=True,
            quantity=item["quantity"],
            quantity_decimal=str(item["quantity"]),
        )


def credit_rest(tx: Transaction, subscription: Thing, moment: int | None = None) -> None:
    """Credit all the time that is left from now, or was left from a moment on; for an end or a pause that prorates."""
    for item in subscription["items"]["data"]:
        _prorate(tx, subscription, item, None, _period(item), moment)


def invoice_now(tx: Transaction, subscription: Thing) -> None:
    """Bill what waits, at once."""
    _bill(tx, subscription, whole=False)


def _bill(tx: Transaction, subscription: Thing, whole: bool, attempts: bool = True) -> None:
    customer = tx.get(subscription["customer"])
    invoice = invoices.made(tx, customer, subscription["currency"], "subscription_update", subscription)
    if whole:
        beginning.write(tx, subscription, invoice, [])
    else:
        invoices.fill(tx, invoice, lines.take_waiting(tx, invoice, subscription["id"]))
        subscription["latest_invoice"] = invoice["id"]
        tx.put(subscription)
    tx.tell("invoice.created", invoice)
    invoices.finalize(tx, invoice)
    if attempts:
        collecting.ask(tx, invoice)
    else:
        invoices.intent_of(tx, invoice)
