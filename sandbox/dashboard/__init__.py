"""What a person wants to see of the sandbox, and the switches: one file for each page."""

from sandbox.dashboard import (
    customers,
    disputes,
    events,
    misbehaving,
    moving,
    objects,
    payments,
    payouts,
    requests,
    subscriptions,
)
from sandbox.dashboard.door import door

__all__ = [
    "customers",
    "disputes",
    "door",
    "events",
    "misbehaving",
    "moving",
    "objects",
    "payments",
    "payouts",
    "requests",
    "subscriptions",
]
