"""The answer for a path that is not served: Stripe's own for one that does not exist, a clear one for one that does."""

import re
from functools import cache
from pathlib import Path

import stripe

from sandbox.errors import StripeError

_PATH = re.compile(r'"(/v1/[^"]+)"')


def nowhere(method: str, path: str) -> StripeError:
    """404, saying whether Stripe has such a path (the SDK knows it) and only the sandbox lacks it."""
    if any(one.match(path) for one in _known()):
        message = f"The sandbox does not cover {method} {path}, which Stripe's API has. sandbox/README.md lists what it covers."
    else:
        message = (
            f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at "
            "https://support.stripe.com/."
        )
    return StripeError(404, "invalid_request_error", message, begun=False)


@cache
def _known() -> list[re.Pattern[str]]:
    """Every path that the installed SDK calls."""
    paths = set()
    for file in Path(stripe.__file__).parent.rglob("*_service.py"):
        paths.update(_PATH.findall(file.read_text()))
    return [re.compile(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(path)) + r"\Z") for path in sorted(paths)]
