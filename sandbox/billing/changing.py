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
    touched = _replace(tx, subscription, wanted)
    moved = anchor_now or _turns_otherwise(before, subscription["items"])
    trial = subscription["status"] == "trialing"
    if moved and not trial:
        _restart(tx, subscription)
    tx.put(subscription)
    if before != subscription["items"] and not subscription.get("_held"):
        tx.tell("customer.subscription.updated", subscription, {"items": before})
    if trial or subscription["status"] not in ("active", "past_due"):
        return
    if behavior != "none":
        for was, now_is in touched:
            _prorate(tx, subscription, was, None if moved else now_is, moment)
    if moved:
        _bill(tx, subscription, whole=True, attempts=attempts)
        beginning.schedule_renewal(tx, subscription)
    elif behavior == "always_invoice":
        _bill(tx, subscription, whole=False, attempts=attempts)


def _turns_otherwise(before: Thing, after: Thing) -> bool:
    """Whether the only rhythm of a subscription has become another: then its cycle begins anew."""
    old, new = ({periods.rhythm(item["price"]) for item in items["data"]} for items in (before, after))
    return len(old) == len(new) == 1 and old != new


def _running(tx: Transaction, subscription: Thing, price: Thing) -> tuple[int, int]:
    """The period that runs for a price: that of the items of its rhythm, else one around the cycle's anchor."""
    items = subscription["items"]["data"]
    alike = [item for item in items if periods.rhythm(item["price"]) == periods.rhythm(price)]
    if alike or (len({periods.rhythm(item["price"]) for item in items}) == 1 and subscription["status"] == "trialing"):
        return _period((alike or items)[0])
    return periods.bounds(subscription["billing_cycle_anchor"], price["recurring"], tx.now)


def _replace(tx: Transaction, subscription: Thing, wanted: list[Wanted]) -> list[tuple[Thing | None, Thing | None]]:
    """Write the new items into the subscription; (what it was, what it is) for each that changed."""
    kept = {item["id"]: item for item in subscription["items"]["data"]}
    touched: list[tuple[Thing | None, Thing | None]] = []
    for item, price, quantity in wanted:
        period = _running(tx, subscription, price)
        fresh = beginning.item_of(tx, subscription["id"], price, quantity, period)
        if item is None:
            kept[fresh["id"]] = fresh
            touched.append((None, fresh))
        elif quantity == 0:
            touched.append((kept.pop(item["id"]), None))
        else:
            old = kept[item["id"]]
            kept[item["id"]] = fresh | {name: item[name] for name in ("id", "created", "metadata", "tax_rates")}
            touched.append((old, kept[item["id"]]))
    subscription["items"]["data"] = list(kept.values())
    return touched


def _period(item: Thing) -> tuple[int, int]:
    return item["current_period_start"], item["current_period_end"]


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
    tx: Transaction, subscription: Thing, was: Thing | None, now_is: Thing | None, moment: int | None = None
) -> None:
    """Credit the unused time of the old item, charge the remaining time of the new one; from now or a moment on."""
    moment = moment or tx.now
    for item, sign, words in ((was, -1, "Unused time on"), (now_is, 1, "Remaining time on")):
        if item is None:
            continue
        amount = sign * unused(item, _period(item), moment)
        lines.proration(tx, subscription, item, amount, words, (moment, _period(item)[1]))


def credit_rest(tx: Transaction, subscription: Thing, moment: int | None = None) -> None:
    """Credit all the time that is left from now, or was left from a moment on; for an end or a pause that prorates."""
    for item in subscription["items"]["data"]:
        _prorate(tx, subscription, item, None, moment)


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
