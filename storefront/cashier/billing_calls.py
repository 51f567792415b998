"""Calls about plans, subscriptions, invoices and the customer portal: the part of the gateway that bills again and again."""

from collections.abc import Callable
from typing import Any, cast

Json = dict[str, Any]
SUBSCRIPTION_WITH = ["default_payment_method", "customer.invoice_settings.default_payment_method"]
INVOICE_WITH = "payments.data.payment.payment_intent"


class BillingCalls:
    """Plain dictionaries come out; the gateway's GatewayError is all that is raised."""

    def _ask(self, call: Callable[[Any], Any]) -> Json:
        """The answer to `call`, which is given Stripe's services of version 1."""
        raise NotImplementedError

    def create_price(self, parameters: Json, key: str) -> Json:
        """The price, with a product of its own."""
        return self._ask(lambda stripe: stripe.prices.create(parameters, {"idempotency_key": key}))

    def prices(self, lookup_keys: list[str]) -> list[Json]:
        """Those that have one of these keys."""
        return cast(
            "list[Json]",
            self._ask(lambda stripe: stripe.prices.list({"lookup_keys": lookup_keys, "limit": 100}))["data"],
        )

    def subscription(self, subscription_id: str) -> Json:
        """The subscription with its customer and the card of each."""
        return self._ask(lambda stripe: stripe.subscriptions.retrieve(subscription_id, {"expand": SUBSCRIPTION_WITH}))

    def update_subscription(self, subscription_id: str, change: Json, key: str) -> Json:
        """The subscription, changed."""
        return self._ask(lambda stripe: stripe.subscriptions.update(subscription_id, change, {"idempotency_key": key}))

    def cancel_subscription(self, subscription_id: str) -> Json:
        """The subscription, ended at once. A second time Stripe says that there is none."""
        return self._ask(lambda stripe: stripe.subscriptions.cancel(subscription_id))

    def resume_subscription(self, subscription_id: str, key: str) -> Json:
        """The subscription, after its status was paused."""
        return self._ask(lambda stripe: stripe.subscriptions.resume(subscription_id, {}, {"idempotency_key": key}))

    def invoices(self, **filters: Any) -> list[Json]:
        """All invoices that fit, with their payments, newest first."""
        found: list[Json] = []
        while True:
            after = {"starting_after": found[-1]["id"]} if found else {}
            wanted = {"limit": 100, "expand": [f"data.{INVOICE_WITH}"], **filters, **after}
            answer = self._ask(lambda stripe: stripe.invoices.list(wanted))  # noqa: B023 - called at once
            found += answer["data"]
            if not answer["has_more"]:
                return found

    def invoice(self, invoice_id: str) -> Json:
        """The invoice with its payments."""
        return self._ask(lambda stripe: stripe.invoices.retrieve(invoice_id, {"expand": [INVOICE_WITH]}))

    def invoice_of_intent(self, intent_id: str) -> str:
        """The id of the invoice that an intent pays, empty where it pays none."""
        wanted = {"payment": {"type": "payment_intent", "payment_intent": intent_id}}
        found = self._ask(lambda stripe: stripe.invoice_payments.list(wanted))["data"]
        return str(found[0]["invoice"]) if found else ""

    def charged_intent(self, intent_id: str) -> Json:
        """The PaymentIntent with its latest charge and review."""
        return self._ask(
            lambda stripe: stripe.payment_intents.retrieve(intent_id, {"expand": ["latest_charge", "review"]})
        )
