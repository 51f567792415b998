"""What a buyer has ordered, page by page."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.orders.order import Order, OrderState

PAGE = 10


def orders_of(session: Session, buyer_id: int, before: int | None = None) -> tuple[list[Order], int | None]:
    """Newest first, those older than the id `before`, without what ended unpaid; and the id to go on before, if any."""
    wanted = select(Order).where(Order.buyer_id == buyer_id, Order.state != OrderState.EXPIRED)
    if before is not None:
        wanted = wanted.where(Order.id < before)
    found = list(session.scalars(wanted.order_by(Order.id.desc()).limit(PAGE + 1)))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def order_of(session: Session, buyer_id: int, number: str) -> Order | None:
    """The buyer's own order with this number."""
    return session.scalar(select(Order).where(Order.number == number, Order.buyer_id == buyer_id))
