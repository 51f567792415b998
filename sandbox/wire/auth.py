"""Who calls: a secret key as Bearer token or as the user of HTTP Basic."""

import re

from werkzeug.datastructures import Authorization

from sandbox.errors import StripeError

_KEY = re.compile(r"(sk|rk)_(test|live)_[A-Za-z0-9_]+\Z")


def livemode(authorization: Authorization | None) -> bool:
    """True for a live key, False for a test key; raises Stripe's 401 for anything else."""
    if authorization is None:
        raise _unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    key = authorization.token if authorization.type == "bearer" else authorization.username
    match = _KEY.match(key or "")
    if match is None:
        raise _unauthorized(f"Invalid API Key provided: {_masked(key or '')}")
    return match[2] == "live"


def _masked(key: str) -> str:
    return key[:8] + "*" * max(0, len(key) - 12) + key[-4:] if len(key) > 12 else "*" * len(key)


def _unauthorized(message: str) -> StripeError:
    return StripeError(401, "invalid_request_error", message, begun=False)
