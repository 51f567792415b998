"""What a coupon takes off, and who may use it (STRIPE.md section 0 row 9)."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from sandbox import ids
from sandbox.transaction import Thing, Transaction


def usable(tx: Transaction, coupon: Thing) -> bool:
    """Neither used up nor past its day."""
    spent = coupon["max_redemptions"] is not None and coupon["times_redeemed"] >= coupon["max_redemptions"]
    return not spent and (coupon["redeem_by"] is None or coupon["redeem_by"] > tx.now)


def code_usable(tx: Transaction, code: Thing, customer: str | None, subtotal: int) -> bool:
    """A promotion code's own limits and those of its coupon. Amounts are minor units."""
    spent = code["max_redemptions"] is not None and code["times_redeemed"] >= code["max_redemptions"]
    late = code["expires_at"] is not None and code["expires_at"] <= tx.now
    foreign = code["customer"] is not None and code["customer"] != customer
    least = code["restrictions"]["minimum_amount"] or 0
    coupon = tx.find(code["promotion"]["coupon"])
    if coupon is None or not code["active"] or spent or late or foreign or subtotal < least:
        return False
    if code["restrictions"]["first_time_transaction"] and customer and tx.all("charge", customer=customer, paid=True):
        return False
    return usable(tx, coupon)


def by_code(tx: Transaction, word: str) -> Thing | None:
    """The active promotion code a buyer typed, whatever its case."""
    for code in tx.all("promotion_code", active=True):
        if code["code"].lower() == word.strip().lower():
            return code
    return None


def shares(coupon: Thing, amounts: Sequence[int], currency: str) -> list[int]:
    """What the coupon takes off each amount, minor units; a fixed sum is spread in proportion, to the last unit."""
    if coupon["percent_off"] is not None:
        rate = Decimal(str(coupon["percent_off"])) / 100
        return [int((amount * rate).quantize(Decimal(1), ROUND_HALF_UP)) for amount in amounts]
    total = sum(amounts)
    left = min(coupon["amount_off"] if coupon["currency"] == currency else 0, total)
    taken = []
    for amount in amounts:
        share = left * amount // total if total else 0
        taken.append(share)
        left, total = left - share, total - amount
    return taken


def redeem(tx: Transaction, coupon: Thing, code: Thing | None) -> None:
    """Count one use."""
    for thing in (coupon, code):
        if thing is not None:
            thing["times_redeemed"] += 1
            tx.put(thing)
    coupon["valid"] = usable(tx, coupon)
    tx.put(coupon)


def granted(tx: Transaction, coupon: Thing, code: Thing | None, **holder: str | None) -> Thing:
    """Write a discount and count the use of its coupon and code."""
    redeem(tx, coupon, code)
    return written(tx, coupon, code, **holder)


def written(tx: Transaction, coupon: Thing, code: Thing | None, **holder: str | None) -> Thing:
    """Write a discount: a coupon in the hand of a customer, a subscription, an invoice or a session."""
    months = coupon["duration_in_months"]
    discount = {
        "id": ids.new_id("di"),
        "object": "discount",
        "checkout_session": None,
        "customer": None,
        "customer_account": None,
        "end": tx.now + months * 30 * 86400 if months else None,
        "invoice": None,
        "invoice_item": None,
        "promotion_code": code["id"] if code else None,
        "source": {"coupon": coupon["id"], "type": "coupon"},
        "start": tx.now,
        "subscription": None,
        "subscription_item": None,
        **holder,
    }
    return tx.put(discount)
