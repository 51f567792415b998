"""Orders that nobody pays: without a payment page they end ten minutes after checkout."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.clock import now
from storefront.orders.order import Order, OrderState, lock_order
from storefront.orders.timeline import tell
from storefront.payments.payment import PaymentState, payable_of
from storefront.payments.payment_link import link_of
from storefront.stock import hold


def end_overdue(session: Session, most: int = 100) -> int:
    """Expire open orders whose time is over, release their stock. Returns how many."""
    overdue = select(Order.id).where(Order.state == OrderState.OPEN, Order.expires_at < now()).limit(most)
    return sum(_end(session, order_id) for order_id in session.scalars(overdue).all())


def _end(session: Session, order_id: int) -> bool:
    order = lock_order(session, order_id)
    payment = payable_of(session, order_id)
    if order.state != OrderState.OPEN or order.expires_at is None or order.expires_at >= now():
        return False
    if payment is not None and payment.state == PaymentState.OPEN:
        return False
    hold.release(session, order_id)
    order.expire()
    link = link_of(session, order_id)
    key, what = (
        (f"expired:{link.number}", "The link to pay has ended") if link else ("expired", "Checkout was not finished")
    )
    tell(session, order_id, key, f"{what}. Nothing was charged.", "shop")
    return True
