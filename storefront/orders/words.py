"""The words by which an order is found: kept beside it whenever its buyer or its lines change."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ForeignKey, Index, String, delete, event, insert, inspect
from sqlalchemy.dialects.postgresql import VARCHAR
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.db import Base
from storefront.orders.order import Order

LONGEST = 80


class OrderWord(Base):
    """`word`: lower case, without accents, compared by bytes. `about`: buyer or lines, replaced as one."""

    __tablename__ = "order_words"

    word: Mapped[str] = mapped_column(String().with_variant(VARCHAR(collation="C"), "postgresql"), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_order_words_order", "order_id", "about"),)


def words(text: str) -> set[str]:
    """The words of `text`: addresses whole and in parts, everything without accents and case."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    addresses = {piece for piece in plain.split() if "@" in piece}
    return {word[:LONGEST] for word in {*re.findall(r"\w+", plain), *addresses}}


def _texts(order: Order, about: str) -> Iterable[str]:
    if about == "buyer":
        return (order.email or "", order.name or "", order.phone or "")
    return (text for line in order.lines for text in (line.title, line.variant_title or "", line.sku or ""))


_FIELDS = {"buyer": ("email", "name", "phone"), "lines": ("lines",)}


@event.listens_for(Session, "after_flush")
def _keep(session: Session, _context: Any) -> None:
    for order in [each for each in (*session.new, *session.dirty) if isinstance(each, Order)]:
        state = inspect(order)
        for about, fields in _FIELDS.items():
            if order in session.new or any(state.attrs[field].history.has_changes() for field in fields):
                _replace(session, order, about)


def _replace(session: Session, order: Order, about: str) -> None:
    found = {word for text in _texts(order, about) for word in words(text)}
    session.execute(delete(OrderWord).where(OrderWord.order_id == order.id, OrderWord.about == about))
    if found:
        session.execute(
            insert(OrderWord), [{"word": word, "order_id": order.id, "about": about} for word in sorted(found)]
        )
