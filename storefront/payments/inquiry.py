"""While a bank only asks: whether to refund now, or to answer."""

from storefront.money import Money
from storefront.orders.order import Order
from storefront.payments.dispute import Dispute


def advice(order: Order, dispute: Dispute, left: Money) -> str:
    """For the staff, in sentences; empty unless an inquiry is open and something can be refunded. `left`: what can be."""
    if not dispute.is_inquiry or dispute.over or not left.amount:
        return ""
    ends = "That ends the inquiry, without a fee and without a dispute on the shop's record."
    if order.to_ship and not order.shipped:
        return f"Nothing was sent yet: refund {left} now and do not send it. {ends}"
    if dispute.answerable:
        return (
            f"Refund {left} now if the buyer may be right. {ends} If the sale was right, answer with the evidence;"
            " an inquiry that nobody answers often becomes a dispute, and then the money is taken first and a fee with it."
        )
    return f"Refunding {left} is still possible. {ends} Otherwise wait: the inquiry closes by itself, or it becomes a dispute."
