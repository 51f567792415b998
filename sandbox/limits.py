"""Stripe's rate limit, switched on when somebody wants to meet it (STRIPE.md section 2, Rate limit)."""

import json
import threading
import time

from sandbox.errors import StripeError
from sandbox.store import Store

# Calls a second.
STRIPES = {"test": 25, "live": 100}


class Limits:
    """A bucket for each mode that fills by so many calls a second of wall time; without a limit nothing is refused."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}
        self._limits: dict[str, int] = json.loads(store.fact("rate_limit") or "{}")

    def all(self) -> dict[str, int]:
        """Calls a second for each mode that has a limit."""
        return dict(self._limits)

    def choose(self, limits: dict[str, int]) -> None:
        """Remembered over a restart; an empty dict switches the limit off."""
        with self._guard:
            self._limits, self._left = dict(limits), {}
        self._store.remember("rate_limit", json.dumps(limits))

    def take(self, livemode: bool) -> None:
        """Count one call. Raises Stripe's 429 when the bucket is empty."""
        mode = "live" if livemode else "test"
        limit = self._limits.get(mode)
        if limit is None:
            return
        now = time.monotonic()
        with self._guard:
            left, since = self._left.get(mode, (float(limit), now))
            left = min(limit, left + (now - since) * limit)
            self._left[mode] = (max(0.0, left - 1), now) if left >= 1 else (left, now)
        if left < 1:
            raise too_many()


def too_many() -> StripeError:
    """Before execution began: the idempotency key stays free."""
    message = "Too many requests made to the API too quickly"
    return StripeError(429, "invalid_request_error", message, begun=False, code="rate_limit")
