"""Orders for a spreadsheet: one line each, what was bought, and what was received and given back."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from storefront.orders.order import Order
from storefront.payments.ledger import LedgerEntry
from storefront.reports.ours import CHARGES, RETURNS
from storefront.reports.sheet import cell, written

HEADER = (
    "Number", "Placed (UTC)", "Paid (UTC)", "State", "Fulfilment", "E-mail", "Name", "Country", "Lines", "Currency",
    "Subtotal", "Shipping", "Discount", "Tax", "Total", "Received", "Refunded",
)  # fmt: skip
CHUNK = 200


def lines(session: Session, since: datetime | None = None) -> Iterator[str]:
    """CSV with a header, oldest order first. `since`: placed then or later."""
    yield written(HEADER)
    last = 0
    while True:
        wanted = select(Order).where(Order.id > last).order_by(Order.id).limit(CHUNK).options(selectinload(Order.lines))
        if since is not None:
            wanted = wanted.where(Order.created_at >= since)
        orders = session.scalars(wanted).all()
        if not orders:
            return
        last = orders[-1].id
        received, returned = (_sums(session, orders, kinds) for kinds in (CHARGES, RETURNS))
        for order in orders:
            yield written(_cells(order, received.get(order.id, 0), -returned.get(order.id, 0)))
        session.expunge_all()


def _sums(session: Session, orders: Sequence[Order], kinds: tuple[str, ...]) -> dict[int, int]:
    ids = [order.id for order in orders]
    wanted = select(LedgerEntry.order_id, func.sum(LedgerEntry.amount)).where(
        LedgerEntry.order_id.in_(ids), LedgerEntry.kind.in_(kinds)
    )
    return {order_id or 0: total for order_id, total in session.execute(wanted.group_by(LedgerEntry.order_id))}


def _cells(order: Order, received: int, returned: int) -> tuple[str, ...]:
    bought = "; ".join(f"{line.quantity} x {line.name}" for line in order.lines)
    country = str(order.address.get("country") or order.country)
    sums = (order.subtotal, order.shipping, order.discount, order.tax, order.total, received, returned)
    return (
        order.number, _when(order.created_at), _when(order.completed_at), order.state, order.fulfilment,
        *(cell(text) for text in (order.email, order.name, country, bought)), order.currency.upper(),
        *(str(order.money(amount).decimal()) for amount in sums),
    )  # fmt: skip


def _when(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if moment else ""
