"""Allocation: between authorisation and capture, what can be sent is kept for the order and the rest is left out."""

from collections import Counter

from sqlalchemy.orm import Session

from storefront.money import spread
from storefront.orders.order import LineItem, Order
from storefront.stock import hold


def wanted_of(order: Order) -> Counter[int]:
    """Pieces by variant id that are not left out, and not of a trial."""
    wanted: Counter[int] = Counter()
    for line in order.lines:
        if line.variant_id is not None and not line.begins_free:
            wanted[line.variant_id] += line.kept
    return wanted


def allocate(session: Session, order: Order) -> bool:
    """Keep for the order what there is, and leave out what is gone. Returns whether anything is left to send.

    Where nothing is, nothing is changed. Again, it changes nothing.
    """
    if hold.kept(session, order.id):
        return True
    try:
        hold.hold(session, order.id, wanted_of(order))
    except hold.ShortError as short:
        lacking = {shortage.variant_id: shortage.wanted - shortage.available for shortage in short.shortages}
        missed = _missed(order, lacking)
        if all(line.kept == missed[line.id] for line in order.lines):
            return False
        for line in order.lines:
            line.left_out += missed[line.id]
        hold.hold(session, order.id, wanted_of(order))
    return True


def keep_only(session: Session, order: Order, pieces: dict[int, int]) -> None:
    """Leave out all but `pieces` (by line id) of what is held, and give the stock of the rest back, once."""
    for line in order.lines:
        line.left_out = line.quantity - min(pieces.get(line.id, 0), line.kept)
    hold.hold(session, order.id, wanted_of(order))


def amount_due(order: Order) -> int:
    """Minor units to capture: all that was agreed, less the left-out pieces and the tax on them.

    Shipping is kept as long as anything is sent. The order's totals are Stripe's.
    """
    if not any(line.left_out for line in order.lines):
        return order.total
    due = sum(line.unit_amount * line.kept for line in order.lines) + shipping_due(order)
    if not order.tax_included:
        taxes = spread(order.tax, [line.subtotal for line in order.lines])
        due += sum(_of_kept(line, tax) for line, tax in zip(order.lines, taxes, strict=True))
    return min(due, order.total)


def shipping_due(order: Order) -> int:
    """Minor units: the shipping that was agreed, or nothing where all that is shipped was left out."""
    if any(line.left_out for line in order.lines) and not any(
        line.kept and line.requires_shipping for line in order.lines
    ):
        return 0
    return order.shipping


def left_out_of(order: Order) -> list[dict[str, object]]:
    """What the buyer will not get and does not pay, as letters name it."""
    return [{"name": line.name, "quantity": line.left_out} for line in order.lines if line.left_out]


def _of_kept(line: LineItem, amount: int) -> int:
    """The kept pieces' share of an amount for all pieces."""
    return spread(amount, [line.kept, line.left_out])[0]


def _missed(order: Order, lacking: dict[int, int]) -> Counter[int]:
    """Pieces by line id that cannot be had; the last lines go without first."""
    missed: Counter[int] = Counter()
    for line in reversed(order.lines):
        short = min(lacking.get(line.variant_id or 0, 0), line.kept)
        if short:
            missed[line.id] = short
            lacking[line.variant_id or 0] -= short
    return missed
