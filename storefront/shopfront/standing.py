"""How an order stands, in words for its buyer."""

from dataclasses import dataclass

from storefront.orders.order import Order
from storefront.payments.closing import CALLED_OFF, CANCELLED, SOLD_OUT
from storefront.payments.payment import Payment
from storefront.payments.summary import Summary


@dataclass(frozen=True, slots=True)
class Standing:
    """`word`: for style sheets: good, waiting, action or over. The flags: what the page offers to do."""

    word: str
    title: str
    text: str
    check_again: bool = False
    pay: bool = False
    cancel: bool = False
    again: bool = False


UNPAID = ("open", "waiting", "declined")
"""States in which a buyer may still go to the payment page, or change the order."""

_CONFIRMING = Standing(
    "waiting",
    "We are waiting for Stripe's confirmation",
    "Your payment is being confirmed. That takes a few seconds, with some banks longer. You need not pay again, and "
    "you may close this page: the receipt comes by e-mail.",
    check_again=True,
    cancel=True,
)
_WORDS = {
    "paid": Standing("good", "Paid. Thank you!", "The receipt is on its way to you by e-mail."),
    "processing": Standing(
        "waiting",
        "Your bank is processing the payment",
        "With some ways to pay this takes a few days. You need not pay again: the receipt comes by e-mail as soon as "
        "the money has arrived.",
        check_again=True,
    ),
    "authorized": _CONFIRMING,
    "reserved": Standing(
        "good",
        "Thank you, your order is in",
        "The amount is held on your card and is taken when we send your things. Until then you can still cancel.",
        cancel=True,
    ),
    "review": Standing(
        "waiting",
        "Your payment is being reviewed",
        "Stripe looks at some payments more closely. The amount is held on your card and is not taken before that is "
        "over. You need not do anything, and you need not pay again.",
        check_again=True,
        cancel=True,
    ),
    "held": Standing(
        "waiting",
        "We are looking at your payment",
        "Something about it needs a person's eyes. You need not do anything: we will write to you.",
        check_again=True,
    ),
    "refunding": Standing(
        "waiting", "Your money is on its way back", "All that you paid is being refunded. See below how it stands."
    ),
    "refunded": Standing("over", "Refunded", "All that you paid was refunded. See below how it stands."),
    "declined": Standing(
        "action",
        "The card was declined",
        "Nothing was charged and your things are still kept for you. Try again, perhaps with another card.",
        check_again=True,
        pay=True,
        cancel=True,
    ),
    "waiting": Standing(
        "waiting",
        "We are waiting for Stripe's confirmation",
        "If you have just paid, check again in a moment: you need not pay twice. If you have not paid yet, go on to "
        "the payment page.",
        check_again=True,
        pay=True,
        cancel=True,
    ),
    "open": Standing(
        "action",
        "Not paid yet",
        "Nothing was charged. Go on to the payment page when you are ready.",
        check_again=True,
        pay=True,
        cancel=True,
    ),
    "expired": Standing("over", "This order has ended", "It was not paid in time. Nothing was charged.", again=True),
    "cancelled": Standing("over", "This order was cancelled", "Nothing was charged.", again=True),
}
_CLOSING = Standing(
    "waiting",
    "The order is being cancelled",
    "The payment page is being closed at Stripe. Nothing has been charged.",
    check_again=True,
)
_LETTING_GO = Standing(
    "waiting",
    "The order is being cancelled",
    "The hold on your card is being released at Stripe. Nothing has been charged.",
    check_again=True,
)
_LAPSED = Standing(
    "over",
    "The hold on your card has ended",
    "We did not take the payment in time, so nothing was charged and nothing will be sent.",
    again=True,
)
_SOLD_OUT = Standing(
    "over",
    "We could not keep the last piece for you",
    "Somebody else was faster. Your card was not charged: the amount that was held on it has been released.",
    again=True,
)


_BEGUN = Standing(
    "good",
    "Your subscription has begun. Thank you!",
    "There was nothing to pay today. We have written to you when the first payment is due, and how to end it before.",
)


_ANEW = Standing(
    "action",
    "Please pay once more",
    "The hold on your card ended before we took the payment, so nothing was charged. Your things are kept for you again.",
    check_again=True,
    pay=True,
    cancel=True,
)
_REST = Standing(
    "action",
    "The rest of your order can be paid",
    "These things were left out of your order and not charged. They are kept for you; nothing is sent before you pay.",
    check_again=True,
    pay=True,
    cancel=True,
)


def standing_for(order: Order, summary: Summary) -> Standing:
    """The same for one order, where it says more than its money does."""
    standing = standing_of(summary)
    if summary.state == "open" and order.continues_id is not None:
        return _REST
    free = order.plan_line is not None and order.total == 0 and standing is _WORDS["paid"]
    return _BEGUN if free else standing


def standing_of(summary: Summary) -> Standing:
    """Only what Stripe has confirmed counts as paid; nothing is called failed while money may still come."""
    last: Payment | None = summary.payments[-1] if summary.payments else None
    if summary.state == "cancelled" and last is not None and last.release_reason == SOLD_OUT:
        return _SOLD_OUT
    if summary.state == "open" and last is not None and last.capture_before is not None:
        return _ANEW
    if summary.state in UNPAID and last is not None and last.release_reason == CANCELLED:
        return _CLOSING
    if summary.state == "authorized" and last is not None and last.release_reason == CALLED_OFF:
        return _LETTING_GO
    if summary.state == "expired" and last is not None and last.capture_before is not None:
        return _LAPSED
    return _WORDS[summary.state]
