"""Idempotency keys whose calls are running at this moment (STRIPE.md section 2, Idempotency)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.errors import StripeError


class KeysInUse:
    """The keys of calls that are running at this moment; a kill ends those calls and so forgets their keys."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._keys: set[tuple[bool, str, str]] = set()

    @contextmanager
    def held(self, livemode: bool, path: str, key: str, error_type: str) -> Iterator[None]:
        """Raise Stripe's 409 while another call holds the same key."""
        entry = (livemode, path, key)
        with self._guard:
            if entry in self._keys:
                raise _in_use(key, error_type)
            self._keys.add(entry)
        try:
            yield
        finally:
            with self._guard:
                self._keys.discard(entry)


def _in_use(key: str, error_type: str) -> StripeError:
    message = (
        f"There is currently another in-progress request using this Idempotent Key ({key}) (that probably means you "
        "submitted twice, and the other request is still going through): please try again later."
    )
    return StripeError(409, error_type, message, begun=False, code="idempotency_key_in_use")
