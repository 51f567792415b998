"""What a shop and a buyer do at Stripe, in the words of the tests."""

from typing import Any

import requests
import stripe

from tests.cast import EXPIRY
from tests.fixtures.sandbox import Sandbox
from tests.sandbox.listener import Listener

SHOP = "http://shop.example"
TEA = {"quantity": 2, "price_data": {"currency": "eur", "unit_amount": 1250, "product_data": {"name": "Tea"}}}
POST = {
    "shipping_rate_data": {
        "display_name": "Post",
        "type": "fixed_amount",
        "fixed_amount": {"amount": 490, "currency": "eur"},
    }
}
COURIER = {
    "shipping_rate_data": {
        "display_name": "Courier",
        "type": "fixed_amount",
        "fixed_amount": {"amount": 990, "currency": "eur"},
    }
}
HELD = {"payment_method_options": {"card": {"capture_method": "manual"}}}
NO_REDIRECT = {"enabled": True, "allow_redirects": "never"}


class Till:
    """One test's shop: its sessions are its own, so that tests can share a sandbox."""

    def __init__(self, sandbox: Sandbox, client: stripe.StripeClient, listener: Listener) -> None:
        self.sandbox, self.client, self.v1, self.listener = sandbox, client, client.v1, listener
        newest = client.v1.events.list({"limit": 1}).data
        self._before: Any = {"ending_before": newest[0].id} if newest else {}

    def session(self, **more: Any) -> stripe.checkout.Session:
        params: Any = {
            "mode": "payment",
            "success_url": f"{SHOP}/thanks?session={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{SHOP}/cart",
            "line_items": [TEA],
            **more,
        }
        return self.v1.checkout.sessions.create(params)

    def pay(self, session: stripe.checkout.Session, card: str = "4242424242424242", **more: Any) -> Any:
        return self.sandbox.pay(session.id, card, **more)

    def read(self, session: stripe.checkout.Session) -> stripe.checkout.Session:
        """The session with its intent and its latest charge."""
        return self.v1.checkout.sessions.retrieve(
            session.id, {"expand": ["payment_intent.latest_charge", "line_items"]}
        )

    def intent(self, **more: Any) -> stripe.PaymentIntent:
        """A confirmed intent of 20 euros."""
        params: Any = {
            "amount": 2000,
            "currency": "eur",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "automatic_payment_methods": NO_REDIRECT,
            **more,
        }
        return self.v1.payment_intents.create(params)

    def submit(self, session: stripe.checkout.Session, **fields: str) -> requests.Response:
        """What a browser sends from the hosted page, without following the redirect."""
        typed = {
            "email": "ada@buyer.example",
            "card_number": "4242 4242 4242 4242",
            "expiry": EXPIRY,
            "cvc": "123",
            "name": "Ada Buyer",
            **fields,
        }
        return self.sandbox.http.post(self.page(session), data=typed, allow_redirects=False, timeout=60)

    def page(self, session: stripe.checkout.Session) -> str:
        return f"{self.sandbox.url}/c/{session.id}"

    def now(self) -> int:
        answer = self.sandbox.http.get(f"{self.sandbox.url}/_sandbox/clock", timeout=60)
        return int(answer.json()["now"])

    def story(self, *object_ids: str) -> list[stripe.Event]:
        """The events about these objects, and about objects that name them, in the order they were told."""
        told = []
        for event in self.v1.events.list({"limit": 100, **self._before}).data:
            thing = event.data.object.to_dict()
            named = {thing.get("id"), thing.get("payment_intent"), thing.get("charge")}
            if named & set(object_ids):
                told.append(event)
        return told[::-1]

    def types(self, *object_ids: str) -> list[str]:
        return [event.type for event in self.story(*object_ids)]
