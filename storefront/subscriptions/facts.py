"""What Stripe says of a subscription, with the invoices that may have changed, read whole at one moment."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storefront.payments.facts import IntentFacts


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """`unit_amount`: minor units for one of `quantity`, each `count` `interval`s. `variant_id`: as our price's metadata names it."""

    id: str
    price: str
    name: str
    unit_amount: int
    quantity: int
    interval: str
    count: int
    period_start: datetime
    period_end: datetime
    variant_id: int | None


@dataclass(frozen=True, slots=True)
class CardFacts:
    """The card that pays next. `month`, `year`: of its end."""

    brand: str
    last4: str
    month: int
    year: int


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """Amounts: minor units. `lines`: as Invoice keeps them. `intents`: of the payments that were made, with their charges.

    `failing`: why the last attempt failed, in the bank's words.
    """

    id: str
    number: str
    status: str
    reason: str
    currency: str
    subtotal: int
    discount: int
    tax: int
    total: int
    paid: int
    remaining: int
    attempts: int
    next_attempt: datetime | None
    created_at: datetime
    paid_at: datetime | None
    page_url: str
    lines: tuple[dict[str, Any], ...]
    intents: tuple[IntentFacts, ...] = ()
    failing: str = ""


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """`order`, `payment`: our order's number and payment's reference, as its metadata names them.

    `cancel_at`: when it will end, by whichever of Stripe's two flags. `pause`: behaviour of `pause_collection`, or empty;
    `paused_why`: of the status paused. `gone`: Stripe does not have it, or its customer, any more.
    """

    id: str
    customer: str
    status: str
    currency: str
    items: tuple[ItemFacts, ...]
    started_at: datetime
    cancel_at: datetime | None = None
    cancel_at_period_end: bool = False
    canceled_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    feedback: str = ""
    comment: str = ""
    pause: str = ""
    resumes_at: datetime | None = None
    paused_why: str = ""
    trial_start: datetime | None = None
    trial_end: datetime | None = None
    without_card: str = ""
    order: str = ""
    payment: str = ""
    email: str = ""
    name: str = ""
    language: str = ""
    address: dict[str, Any] = field(default_factory=dict)
    address_name: str = ""
    card: CardFacts | None = None
    invoices: tuple[InvoiceFacts, ...] = ()
