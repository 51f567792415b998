"""What a handler of events is, and what it says of an event."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from storefront.cashier.till import Till
from storefront.inbox.event import EventState, StripeEvent

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`words`: the verdict that the merchant reads. `payment_id`: of the payment that it turned out to be about."""

    state: EventState
    words: str
    payment_id: int | None = None


Handler = Callable[[Till, StripeEvent, Json], Outcome | None]
"""Given the event's row and its parsed body. None: it closed the event itself, in the transaction that applied it.

Raises GatewayError when Stripe cannot be read, NotYetError when what the event is about is not known here yet.
"""
