"""A new subscription: its items, its first invoice, its trial (STRIPE.md sections 8 and 12)."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from sandbox import ids
from sandbox.billing import collecting, invoices, lines, periods, taxes
from sandbox.money import said
from sandbox.transaction import Thing, Transaction, public

DAY = 86400
UNPAID_FOR = 23 * 3600
WARNING = 3 * DAY
_WHOLE, _NOTHING = Fraction(1), Fraction(0)


def plan_of(tx: Transaction, price: Thing) -> Thing:
    """The old-style plan that says the same as a recurring price."""
    recurring = price["recurring"]
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": price["created"],
        "currency": price["currency"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "livemode": tx.livemode,
        "metadata": price["metadata"],
        "meter": None,
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": recurring["usage_type"],
    }


def item_of(tx: Transaction, subscription: str, price: Thing, quantity: int, period: tuple[int, int]) -> Thing:
    """A subscription item; its old-style plan says the same as its price."""
    return {
        "id": ids.new_id("si"),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": tx.now,
        "current_period_end": period[1],
        "current_period_start": period[0],
        "discounts": [],
        "metadata": {},
        "plan": plan_of(tx, price),
        "price": public(price),
        "quantity": quantity,
        "subscription": subscription,
        "tax_rates": [],
    }


def made(
    tx: Transaction,
    customer: Thing,
    wanted: list[tuple[Thing, int]],
    trial_end: int | None,
    anchor: int | None = None,
    **fields: Any,
) -> Thing:
    """A subscription of (price, quantity) pairs, incomplete or trialing, not yet written.

    `anchor` is a later moment, in Unix seconds, at which its periods begin; until then it runs for a part of one.
    """
    subscription = tx.new("sub", "subscription")
    stub = trial_end or anchor
    anchor = anchor or trial_end or tx.now
    items = [
        item_of(tx, subscription["id"], price, quantity, _period(price, anchor, stub, tx.now))
        for price, quantity in wanted
    ]
    url = f"/v1/subscription_items?subscription={subscription['id']}"
    return subscription | {
        "application": None,
        "application_fee_percent": None,
        "automatic_tax": taxes.settings(enabled=False),
        "billing_cycle_anchor": anchor,
        "billing_cycle_anchor_config": None,
        "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"},
        "billing_schedules": [],
        "billing_thresholds": None,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "currency": wanted[0][0]["currency"],
        "customer": customer["id"],
        "customer_account": None,
        "days_until_due": None,
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": {"type": "self"},
        },
        "items": {"object": "list", "data": items, "has_more": False, "url": url},
        "latest_invoice": None,
        "metadata": {},
        "next_pending_invoice_item_invoice": None,
        "on_behalf_of": None,
        "pause_collection": None,
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        "pending_invoice_item_interval": None,
        "pending_setup_intent": None,
        "pending_update": None,
        "schedule": None,
        "start_date": tx.now,
        "status": "trialing" if trial_end else "incomplete",
        "test_clock": customer["test_clock"],
        "transfer_data": None,
        "trial_end": trial_end,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": tx.now if trial_end else None,
        **fields,
    }


def _period(price: Thing, anchor: int, stub: int | None, now: int) -> tuple[int, int]:
    return (now, stub) if stub else periods.bounds(anchor, price["recurring"], now)


def start(
    tx: Transaction,
    subscription: Thing,
    *,
    collects: bool,
    off_session: bool,
    page: str | None = None,
    part: Fraction = _WHOLE,
) -> None:
    """Write it with its first invoice and try to be paid, in the order of section 12; `part` is that of a period."""
    if subscription["trial_end"]:
        tx.put(subscription)
        tx.tell("customer.subscription.created", subscription)
        invoice = _first_invoice(tx, subscription, _NOTHING)
        if invoice["amount_remaining"] and collects:
            collecting.collect(tx, invoice, off_session=off_session, page=page, by_clock=False)
        elif not invoice["amount_remaining"]:
            invoices.settle(tx, invoice, None)
        warn_at = max(tx.now, subscription["trial_end"] - WARNING)
        tx.schedule(warn_at, "warn_of_trial_end", subscription["id"])
        schedule_renewal(tx, subscription)
        return
    if subscription["collection_method"] == "send_invoice":
        _start_sent(tx, subscription, part)
        return
    invoice = _first_invoice(tx, subscription, part)
    tx.put(subscription)
    tx.tell("customer.subscription.created", subscription)
    tx.schedule(tx.now + UNPAID_FOR, "expire_incomplete", subscription["id"])
    schedule_renewal(tx, subscription)
    if collects or not invoice["amount_remaining"]:
        collecting.collect(tx, invoice, off_session=off_session, page=page, by_clock=False)
    else:
        invoices.intent_of(tx, invoice)


def _start_sent(tx: Transaction, subscription: Thing, part: Fraction) -> None:
    """Active at once; its first invoice is drafted for an hour, then sent (section 8, Draft window)."""
    subscription["status"] = "active"
    invoice = _drafted(tx, subscription, part)
    invoice |= {"automatically_finalizes_at": tx.now + invoices.DRAFT}
    tx.put(invoice)
    tx.tell("invoice.created", invoice)
    tx.tell("customer.subscription.created", subscription)
    tx.schedule(tx.now + invoices.DRAFT, "finalize_invoice", invoice["id"])
    schedule_renewal(tx, subscription)


def _first_invoice(tx: Transaction, subscription: Thing, part: Fraction) -> Thing:
    invoice = _drafted(tx, subscription, part)
    tx.tell("invoice.created", invoice)
    invoices.finalize(tx, invoice)
    return invoice


def _drafted(tx: Transaction, subscription: Thing, part: Fraction) -> Thing:
    customer = tx.get(subscription["customer"])
    invoice = invoices.made(tx, customer, subscription["currency"], "subscription_create", subscription)
    extra = [one | {"invoice": invoice["id"]} for one in subscription.pop("_one_time", [])]
    write(tx, subscription, invoice, extra, part)
    return invoice


def write(tx: Transaction, subscription: Thing, invoice: Thing, extra: list[Thing], part: Fraction = _WHOLE) -> None:
    """Fill an invoice with the lines of the periods that begin now and what has waited; it becomes the latest."""
    found = [
        lines.for_period(tx, subscription, item, int(price_of(item) * part + Fraction(1, 2)))
        for item in subscription["items"]["data"]
        if item["current_period_start"] >= tx.now
    ]
    found += extra + lines.take_waiting(tx, invoice, subscription["id"])
    tx.put(subscription)
    invoices.fill(tx, invoice, found, subscription["discounts"] if part else None)
    if part:
        use_up(tx, subscription)
    subscription["latest_invoice"] = invoice["id"]
    tx.put(subscription)


def bill_elapsed(tx: Transaction, subscription: Thing) -> None:
    """Let the first invoice ask for the time since a backdated start (docs billing/subscriptions/backdating).

    Flexible billing has a line for each cycle around the anchor, classic a single one that counts from the start.
    """
    start = subscription["start_date"]
    flexible = subscription["billing_mode"]["type"] == "flexible"
    for item in subscription["items"]["data"]:
        anchor = subscription["billing_cycle_anchor"] if flexible else start
        cycles = periods.elapsed(start, tx.now, anchor, item["price"]["recurring"])
        if cycles and not flexible:
            cycles = [(start, tx.now, sum((part for _, _, part in cycles), _NOTHING))]
        for first, last, part in cycles:
            amount = int(price_of(item) * part + Fraction(1, 2))
            lines.proration(tx, subscription, item, amount, "Time on", (first, last))


def use_up(tx: Transaction, subscription: Thing) -> None:
    """A coupon that holds once has now been used; one that holds for months ends on its day."""
    kept = []
    for name in subscription["discounts"]:
        discount = tx.get(name)
        coupon = tx.find(discount["source"]["coupon"])
        once = coupon is None or coupon["duration"] == "once"
        if not once and (discount["end"] is None or discount["end"] > tx.now):
            kept.append(name)
    subscription["discounts"] = kept


def price_of(item: Thing) -> int:
    """Minor units for one period."""
    exact = Decimal(item["price"]["unit_amount_decimal"]) * item["quantity"]
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def schedule_renewal(tx: Transaction, subscription: Thing) -> None:
    """Have the end of the current period noticed, and announced some days before."""
    item = periods.first_due(subscription)
    tx.schedule(item["current_period_end"], "renew_subscription", subscription["id"])
    if item["current_period_end"] - item["current_period_start"] > 2 * WARNING:
        tx.schedule(item["current_period_end"] - WARNING, "announce_renewal", subscription["id"])


def words(subscription: Thing) -> str:
    """What it costs, as a person says it: €9.00 per month."""
    item = subscription["items"]["data"][0]
    recurring = item["price"]["recurring"]
    every = recurring["interval"] if recurring["interval_count"] == 1 else (
        f"{recurring['interval_count']} {recurring['interval']}s"
    )  # fmt: skip
    return f"{said(sum(price_of(one) for one in subscription['items']['data']), subscription['currency'])} per {every}"
