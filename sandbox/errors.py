"""Stripe's four kinds of error and their bodies (STRIPE.md section 2)."""

from typing import Any

DOCS = "https://stripe.com/docs/error-codes/"


class StripeError(Exception):
    """An answer that is an error.

    `begun` says that the call's execution had begun, so that its idempotency key keeps the answer;
    `keep` says that what the call wrote until then stays (a declined charge is a charge).
    """

    def __init__(
        self, status: int, kind: str, message: str, *, begun: bool = True, keep: bool = False, **more: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message
        self.begun = begun
        self.keep = keep
        self.more = more

    def body(self) -> dict[str, Any]:
        """The body as sent; nulls are left out, doc_url comes only with a code."""
        error: dict[str, Any] = {key: value for key, value in self.more.items() if value is not None}
        if error.get("code"):
            error["doc_url"] = DOCS + str(error["code"]).replace("_", "-")
        error["message"] = self.message
        error["type"] = self.kind
        return {"error": dict(sorted(error.items()))}


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeError:
    """400 before execution began: the parameters are wrong, and the idempotency key stays free."""
    return StripeError(400, "invalid_request_error", message, begun=False, param=param, code=code)


def refused(message: str, param: str | None = None, code: str | None = None, **more: Any) -> StripeError:
    """400 after execution began: the parameters are right, the state of things is not."""
    return StripeError(400, "invalid_request_error", message, param=param, code=code, **more)


def missing(param: str) -> StripeError:
    return invalid(f"Missing required param: {param}.", param, "parameter_missing")


def exclusive(first: str, second: str) -> StripeError:
    message = f"You may only specify one of these parameters: {first}, {second}."
    return invalid(message, first, "parameters_exclusive")


def no_such(noun: str, object_id: str, param: str | None = None, found_in: str = "") -> StripeError:
    """404 for an id in the path (param `id`), 400 for an id in a parameter. `found_in`: the mode that has one, if the other has."""
    message = f"No such {noun}: '{object_id}'"
    if found_in:
        used = "test" if found_in == "live" else "live"
        message += f"; a similar object exists in {found_in} mode, but a {used} mode key was used to make this request."
    status = 400 if param else 404
    return StripeError(status, "invalid_request_error", message, param=param or "id", code="resource_missing")


def card_error(message: str, code: str, **more: Any) -> StripeError:
    """402; the failed charge and its events stay."""
    return StripeError(402, "card_error", message, keep=True, code=code, **more)


def server_error() -> StripeError:
    message = "An unknown error occurred. If this persists, please contact support."
    return StripeError(500, "api_error", message, keep=True)
