"""Finding orders: by what must be done with them, by number, buyer and product; newest first, page by page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, literal_column, select
from sqlalchemy.orm import Session, selectinload

from storefront.orders.order import Order, OrderState
from storefront.orders.words import OrderWord, words
from storefront.payments.payment import Payment, PaymentState

PAGE = 50
_NUMBER = re.compile(r"#?\s*([A-Z2-9]{4})[\s-]?([A-Z2-9]{4})")
_HELD = exists().where(Payment.order_id == Order.id, Payment.state == literal_column(f"'{PaymentState.AUTHORIZED}'"))

FILTERS: Mapping[str, tuple[str, ColumnElement[bool] | None]] = {
    "all": ("All", None),
    "attention": ("Needs a look", Order.attention != literal_column("''")),
    "paid": ("Paid", Order.state == OrderState.COMPLETED),
    "to_ship": ("To ship", Order.to_ship > literal_column("0")),
    "held": ("Money on hold", _HELD),
    "open": ("Not paid yet", Order.state == OrderState.OPEN),
    "expired": ("Expired", Order.state == OrderState.EXPIRED),
    "cancelled": ("Cancelled", Order.state == OrderState.CANCELLED),
}
"""By the word in the address: what it is called, and which orders it shows."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page. `older`: the id to go on from, None at the end."""

    orders: list[Order]
    older: int | None


def order_with(session: Session, number: str) -> Order | None:
    """By its number, with or without the dash, in any case."""
    match = _NUMBER.fullmatch(number.strip().upper())
    return session.scalar(select(Order).where(Order.number == f"{match[1]}-{match[2]}")) if match else None


def find(session: Session, *, which: str = "all", text: str = "", before: int | None = None) -> Found:
    """Orders of the filter `which` that have every word of `text` (or its beginning), older than the id `before`."""
    statement = select(Order).options(selectinload(Order.lines)).order_by(Order.id.desc()).limit(PAGE + 1)
    condition = FILTERS[which][1]
    if condition is not None:
        statement = statement.where(condition)
    if before is not None:
        statement = statement.where(Order.id < before)
    numbered = order_with(session, text) if text else None
    if numbered is not None:
        statement = statement.where(Order.id == numbered.id)
    elif text:
        wanted = _wanted(text)
        if not wanted:
            return Found([], None)
        for word in wanted:
            begins = (OrderWord.word >= word) & (OrderWord.word < word + "\U0010ffff")
            statement = statement.where(Order.id.in_(select(OrderWord.order_id).where(begins)))
    rows = list(session.scalars(statement))
    return Found(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def _wanted(text: str) -> list[str]:
    """An address is looked for whole; of other words the first six."""
    addresses = [piece for piece in text.casefold().split() if "@" in piece]
    rest = " ".join(piece for piece in text.split() if "@" not in piece)
    return [*addresses, *sorted(words(rest), key=len, reverse=True)][:6]
