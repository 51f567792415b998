"""Stripe's side of the books: what it says of this store's sales, refunds and movements of the balance."""

from dataclasses import dataclass, field
from datetime import datetime

from storefront.payments.facts import Facts


@dataclass(frozen=True, slots=True)
class Sale:
    """A Checkout Session with this store's mark. `number`: of the order. `reference`: of the payment."""

    number: str
    reference: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Returned:
    """A refund. `amount`: minor units, positive. `status`: Stripe's word. `moved`: the balance knows of it: letting a hold go
    may be called a refund too.
    """

    id: str
    intent_id: str
    amount: int
    currency: str
    status: str
    moved: bool = True


@dataclass(frozen=True, slots=True)
class Disputed:
    """A dispute. `amount`: minor units that it is over. `withheld`: what Stripe has pulled and not given back."""

    id: str
    intent_id: str
    amount: int
    withheld: int
    currency: str
    status: str


@dataclass(frozen=True, slots=True)
class Movement:
    """A balance transaction: `amount` is signed, in minor units of the currency that the account is paid in."""

    id: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything since then. `movements`: by the charge or refund that they come from."""

    since: datetime
    sales: list[Sale]
    refunds: list[Returned]
    movements: dict[str, Movement]
    disputes: list[Disputed] = field(default_factory=list)
