"""Draining: what is due at Stripe is done here and now, beside whichever worker is at it too."""

from collections.abc import Callable

from storefront.cashier.applying import apply_one
from storefront.cashier.commands import carry_out_one
from storefront.cashier.disputes_settling import settle_dispute_one
from storefront.cashier.refunds_settling import settle_refund_one
from storefront.cashier.settling import settle_one
from storefront.cashier.subscription_settling import settle_subscription_one
from storefront.cashier.till import Till

STEPS = (carry_out_one, apply_one, settle_one, settle_refund_one, settle_dispute_one, settle_subscription_one)


def drain(till: Till, say: Callable[[str], None] = lambda _: None) -> int:
    """Commands, events and looks at payments, until none is due. Returns how many steps that took."""
    steps = 0
    while sum(step(till) for step in STEPS):
        steps += 1
        if steps % 25 == 0:
            say(f"{steps:,} steps done.")
    return steps
