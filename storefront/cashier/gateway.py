"""The gateway: the one place that knows the Stripe SDK. Plain dictionaries come out, GatewayError is all that is raised.

The SDK's own retries are off: rows retry, with the key and parameters that were committed before the first call.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, cast

import stripe

from storefront import pan
from storefront.cashier.billing_calls import BillingCalls
from storefront.settings import Settings

Json = dict[str, Any]

TOLERANCE = 300
"""Seconds that a webhook's timestamp may lie back."""

READ_WITH = ["line_items", "shipping_cost.shipping_rate", "payment_intent.latest_charge", "payment_intent.review"]

stripe.enable_telemetry = False
# At DEBUG the SDK logs whole bodies: addresses, secrets of payments, hosted pages. The cashier logs what came of a call.
logging.getLogger("stripe").disabled = True


class Trouble(StrEnum):
    """What kind of no it was.

    unreachable: no answer, or one that says later. replayed: a stored 5xx. conflict: the key was used with other
    parameters. missing: no such object. refused: a final no. unauthorised: the key is wrong or may not.
    """

    UNREACHABLE = "unreachable"
    REPLAYED = "replayed"
    CONFLICT = "conflict"
    MISSING = "missing"
    REFUSED = "refused"
    UNAUTHORISED = "unauthorised"


class GatewayError(Exception):
    """A call to Stripe that brought no result. `code`: Stripe's error code, or empty. `request_id`: to ask Stripe about.

    `param`: the parameter that Stripe objects to, or empty. `status`: of HTTP, 0 where no answer came.
    """

    def __init__(
        self, trouble: Trouble, message: str, code: str = "", request_id: str = "", param: str = "", status: int = 0
    ) -> None:
        super().__init__(message)
        self.trouble, self.code, self.request_id, self.param, self.status = trouble, code, request_id, param, status


class ForgedError(Exception):
    """A delivery that is not Stripe's, or not fresh. `reason`: `unset`, `signature`, `clock` or `malformed`."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def verify(body: bytes, header: str, secrets: tuple[str, ...]) -> None:
    """Check Stripe's signature over the raw `body` against every configured secret. Raises ForgedError."""
    if not secrets:
        raise ForgedError("unset", "No webhook secret is configured; nothing can be believed.")
    problem = ForgedError("malformed", "The signature header cannot be read.")
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(body, header, secret, TOLERANCE)
        except stripe.SignatureVerificationError as error:
            if "Timestamp" in str(error):
                raise ForgedError("clock", "The timestamp is too old.") from error
            problem = ForgedError("signature", "No signature fits.")
        except (TypeError, ValueError):
            continue  # bytes or signs that no genuine delivery has
        else:
            return
    raise problem


def signed(body: str, secret: str) -> str:
    """The Stripe-Signature header that Stripe would send with this body now."""
    return str(stripe.WebhookSignature.generate_signature_header(body, secret))


class Gateway(BillingCalls):
    """Calls to Stripe with the key and address of `settings`. `patience`: seconds to connect and to wait for an answer."""

    def __init__(self, settings: Settings, patience: tuple[float, float]) -> None:
        api, real = settings.stripe_api_base, settings.stripe_api_base == stripe.DEFAULT_API_BASE
        self._client = stripe.StripeClient(
            settings.stripe_secret_key,
            base_addresses=cast("Any", {"api": api, "files": stripe.DEFAULT_UPLOAD_API_BASE if real else api}),
            http_client=stripe.RequestsClient(timeout=cast("Any", patience)),
            max_network_retries=0,
        )

    def _ask(self, call: Callable[[Any], Any]) -> Json:
        return _answer(lambda: call(self._client.v1))

    def ask(self, call: Callable[[stripe.StripeClient], Any]) -> Json:
        """Stripe's answer to a call of the SDK's client."""
        return _answer(lambda: call(self._client))

    def open_session(self, parameters: Json, key: str) -> Json:
        """The new Checkout Session."""
        return _answer(
            lambda: self._client.v1.checkout.sessions.create(cast("Any", parameters), {"idempotency_key": key})
        )

    def expire_session(self, session_id: str, key: str) -> Json:
        """The session, closed."""
        return _answer(lambda: self._client.v1.checkout.sessions.expire(session_id, {}, {"idempotency_key": key}))

    def capture(self, intent_id: str, parameters: Json, key: str) -> Json:
        """The PaymentIntent, captured."""
        return _answer(
            lambda: self._client.v1.payment_intents.capture(
                intent_id, cast("Any", parameters), {"idempotency_key": key}
            )
        )

    def release(self, intent_id: str, parameters: Json, key: str) -> Json:
        """The PaymentIntent, canceled."""
        return _answer(
            lambda: self._client.v1.payment_intents.cancel(intent_id, cast("Any", parameters), {"idempotency_key": key})
        )

    def session(self, session_id: str) -> Json:
        """The session with all its line items, its intent, the intent's latest charge and review."""
        found = _answer(lambda: self._client.v1.checkout.sessions.retrieve(session_id, {"expand": READ_WITH}))
        if found["line_items"]["has_more"]:
            found["line_items"] = _answer(
                lambda: self._client.v1.checkout.sessions.line_items.list(session_id, {"limit": 100})
            )
        return found

    def intent(self, intent_id: str) -> Json:
        """The PaymentIntent."""
        return _answer(lambda: self._client.v1.payment_intents.retrieve(intent_id))

    def sessions(self, **filters: Any) -> list[Json]:
        """Up to 100 sessions, newest first."""
        return cast(
            "list[Json]",
            _answer(lambda: self._client.v1.checkout.sessions.list(cast("Any", {"limit": 100, **filters})))["data"],
        )

    def page(self, kind: str, parameters: Json) -> Json:
        """One page of a list, newest first. `kind`: the list's name. `parameters`: Stripe's, for at most 100 a page."""
        calls = self._client.v1
        lists: dict[str, Any] = {
            "events": calls.events,
            "sessions": calls.checkout.sessions,
            "refunds": calls.refunds,
            "disputes": calls.disputes,
            "early_fraud_warnings": calls.radar.early_fraud_warnings,
            "balance_transactions": calls.balance_transactions,
            "subscriptions": calls.subscriptions,
        }
        return _answer(lambda: lists[kind].list(parameters))

    def event(self, event_id: str) -> Json:
        """The event; Stripe keeps it for 30 days."""
        return _answer(lambda: self._client.v1.events.retrieve(event_id))

    def create_refund(self, parameters: Json, key: str) -> Json:
        """The refund."""
        return _answer(lambda: self._client.v1.refunds.create(cast("Any", parameters), {"idempotency_key": key}))

    def refund(self, refund_id: str) -> Json:
        """The refund as it is now."""
        return _answer(lambda: self._client.v1.refunds.retrieve(refund_id))

    def refunds(self, **filters: Any) -> list[Json]:
        """All refunds that fit, newest first."""
        found: list[Json] = []
        while True:
            after = {"starting_after": found[-1]["id"]} if found else {}
            wanted = {"limit": 100, **filters, **after}
            answer = _answer(lambda: self._client.v1.refunds.list(cast("Any", wanted)))  # noqa: B023 - called at once
            found += answer["data"]
            if not answer["has_more"]:
                return found

    def account(self) -> Json:
        """The account that the key belongs to."""
        return _answer(self._client.v1.accounts.retrieve_current)

    def clock(self) -> datetime:
        """Stripe's time, by the `Date` of an answer: aware, to the second."""
        answer = _tried(self._client.v1.accounts.retrieve_current)
        return parsedate_to_datetime(answer.last_response.headers["date"])

    def endpoints(self) -> list[Json]:
        """The account's webhook endpoints."""
        return cast("list[Json]", _answer(lambda: self._client.v1.webhook_endpoints.list({"limit": 100}))["data"])

    def create_endpoint(self, parameters: Json) -> Json:
        """A new webhook endpoint; its secret is only in this answer."""
        return _answer(lambda: self._client.v1.webhook_endpoints.create(cast("Any", parameters)))

    def update_endpoint(self, endpoint_id: str, parameters: Json) -> Json:
        """The endpoint, changed."""
        return _answer(lambda: self._client.v1.webhook_endpoints.update(endpoint_id, cast("Any", parameters)))

    def call(self, act: Callable[[Any], Any]) -> Json:
        """What `act` of the SDK's `v1` services answers; for resources whose calls stand in a file of their own."""
        return _answer(lambda: act(self._client.v1))


def api_version() -> str:
    """The version of Stripe's API that the SDK speaks."""
    return stripe.api_version


def _answer(call: Callable[[], Any]) -> Json:
    """Stripe's answer, without card numbers: buyers type them into names and addresses of the hosted page too."""
    return cast("Json", pan.mask_json(_tried(call).last_response.data))


def _tried(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except stripe.StripeError as error:
        param = getattr(error, "param", None) or ""
        raise GatewayError(
            _trouble(error), _message(error), _code(error), error.request_id or "", param, error.http_status or 0
        ) from error


def _trouble(error: stripe.StripeError) -> Trouble:
    status = error.http_status
    if isinstance(error, stripe.IdempotencyError):
        return Trouble.CONFLICT
    if (
        status is not None
        and status >= 500
        and str((error.headers or {}).get("idempotent-replayed", "")).lower() == "true"
    ):
        return Trouble.REPLAYED
    if status is None or status in (409, 429) or status >= 500:
        return Trouble.UNREACHABLE
    if status in (401, 403):
        return Trouble.UNAUTHORISED
    return Trouble.MISSING if status == 404 or _code(error) == "resource_missing" else Trouble.REFUSED


def _code(error: stripe.StripeError) -> str:
    found = getattr(error.error, "code", None) or error.code
    return found or ""


def _message(error: stripe.StripeError) -> str:
    """Stripe's own sentence; of a network error only what kind it was, for its text names addresses."""
    if error.http_status is None:
        return "Stripe did not answer."
    return f"{error.user_message or 'Stripe answered'} (HTTP {error.http_status})"
