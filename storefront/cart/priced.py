"""A cart with prices: what is shown, what is placed, and why it may not be."""

from dataclasses import dataclass

from storefront.cart.cart import Cart
from storefront.cart.delivery import Delivery, Rate
from storefront.catalog.plan import Terms
from storefront.money import Money


@dataclass(frozen=True, slots=True)
class PricedLine:
    """`unit`: price of one piece today. `most`: pieces that can be had, 99 at most.

    `trouble`: why it cannot be bought now, in a sentence, else empty. `plan`: None: paid once.
    """

    variant_id: int
    handle: str
    title: str
    variant_title: str
    sku: str
    media_hash: str
    unit: Money
    quantity: int
    most: int
    requires_shipping: bool
    trouble: str = ""
    plan: Terms | None = None

    @property
    def free_today(self) -> bool:
        """Whether it begins with a trial: nothing is paid and nothing sent for it yet."""
        return self.plan is not None and self.plan.trial_days > 0

    @property
    def due(self) -> Money:
        """For one piece, today."""
        return self.unit * 0 if self.free_today else self.unit

    @property
    def total(self) -> Money:
        """For all pieces, today."""
        return self.due * self.quantity

    @property
    def name(self) -> str:
        """Product and variant, as in a sentence."""
        return f"{self.title} ({self.variant_title})" if self.variant_title else self.title


@dataclass(frozen=True, slots=True)
class PricedCart:
    """`cart`: as it should be kept from now on. `changes`: sentences on what is no longer as the buyer last saw it.

    `obstacle`: why it cannot be checked out as it is, in a sentence, else empty. Lines in trouble are not in the sums.
    """

    cart: Cart
    currency: str
    lines: tuple[PricedLine, ...]
    changes: tuple[str, ...]
    delivery: Delivery
    obstacle: str

    @property
    def subtotal(self) -> Money:
        """Of all lines that can be bought."""
        return sum((line.total for line in self.lines if not line.trouble), Money(0, self.currency))

    @property
    def plan(self) -> PricedLine | None:
        """The line that a subscription begins with."""
        return next((line for line in self.lines if line.plan is not None and not line.trouble), None)

    @property
    def buyable(self) -> bool:
        """Whether anything in it can be had now."""
        return any(not line.trouble for line in self.lines)

    @property
    def rate(self) -> Rate | None:
        """The shipping rate that counts now."""
        return self.delivery.chosen

    @property
    def total(self) -> Money:
        """With shipping."""
        return self.subtotal + self.rate.money if self.rate else self.subtotal


class ChangedError(Exception):
    """Something is no longer as the buyer saw it; `priced.changes` and the lines' `trouble` say what."""

    def __init__(self, priced: PricedCart) -> None:
        super().__init__("the cart has changed")
        self.priced = priced


class UnpayableError(Exception):
    """The cart cannot be checked out as it is; `priced.obstacle` says why."""

    def __init__(self, priced: PricedCart) -> None:
        super().__init__(priced.obstacle)
        self.priced = priced
