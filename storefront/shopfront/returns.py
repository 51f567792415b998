"""How each refund stands, in words for the buyer."""

from dataclasses import dataclass
from datetime import datetime

from storefront.money import Money
from storefront.payments.refund import Refund, RefundState
from storefront.payments.summary import Summary


@dataclass(frozen=True, slots=True)
class Return:
    """`amount`: on its way to the buyer, or not any more, as `text` says. `at`: when it was asked for."""

    amount: Money
    at: datetime
    title: str
    text: str


_WORDS = {
    RefundState.REQUESTED: ("Refund asked for", "We are passing it on. It then takes 5 to 10 business days."),
    RefundState.PENDING: ("Refund on its way", "It arrives the way you paid, in 5 to 10 business days."),
    RefundState.REQUIRES_ACTION: (
        "Refund waits for you",
        "Stripe, which carries our payments, has written to you how to get it.",
    ),
    RefundState.SUCCEEDED: ("Refunded", "Until you see it on your statement it takes 5 to 10 business days."),
    RefundState.FAILED: (
        "Refund did not arrive",
        "Your bank sent it back to us. You need not do anything: we will write to you.",
    ),
    RefundState.CANCELED: ("Refund called off", "It was not carried out."),
}


def returns_of(summary: Summary) -> list[Return]:
    """Oldest first. What Stripe refused at once never was on its way, and is for the merchant alone."""
    return [_return(refund) for refund in summary.refunds if refund.stripe_id or refund.counts]


def _return(refund: Refund) -> Return:
    title, text = _WORDS[RefundState(refund.state)]
    return Return(refund.money(refund.amount), refund.created_at, title, f"{text} {refund.why}".strip())
