"""The table of Stripe's paths that the sandbox answers; each resource adds its own lines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.transaction import Thing, Transaction


@dataclass(frozen=True)
class Upload:
    """The one file of a multipart call."""

    name: str
    content: bytes


@dataclass
class Call:
    """One API call on its way through a resource: checked parameters, ids from the path, and the books to write in."""

    tx: Transaction
    params: dict[str, Any]
    ids: dict[str, str] = field(default_factory=dict)
    path: str = ""
    upload: Upload | None = None


Answer = Callable[[Call], Thing]


@dataclass(frozen=True)
class Route:
    """`params` names the SDK's TypedDict below stripe.params, or is one of our own; None takes no parameters at all."""

    method: str
    path: str
    params: str | type | None
    answer: Answer


ROUTES: list[Route] = []


def route(method: str, path: str, params: str | type | None = None) -> Callable[[Answer], Answer]:
    """Answer `method path` with the decorated function; `<name>` in the path fills call.ids[name]."""

    def add(answer: Answer) -> Answer:
        ROUTES.append(Route(method, path, params, answer))
        return answer

    return add
