"""A shop with one plan and one customer, in the words of the tests."""

from typing import Any

import stripe

from tests.sandbox.till import Till

DAY, HOUR = 86400, 3600


class Club:
    """A shop with a monthly price of 9 euros and one customer."""

    def __init__(self, till: Till, card: str | None = "pm_card_visa", **customer: Any) -> None:
        self.till, self.v1 = till, till.v1
        self.price = self.v1.prices.create(
            {
                "currency": "eur",
                "unit_amount": 900,
                "recurring": {"interval": "month"},
                "product_data": {"name": "Club"},
            }
        )
        self.customer = self.v1.customers.create({"email": "ada@buyer.example", **customer})
        if card:
            self.keep(card)

    def a_price(self, amount: int, interval: str = "month") -> stripe.Price:
        """Another price of the same product."""
        params: Any = {"currency": "eur", "unit_amount": amount, "recurring": {"interval": interval}}
        return self.v1.prices.create(params | {"product": str(self.price.product)})

    def keep(self, card: str) -> None:
        method = self.v1.payment_methods.attach(card, {"customer": self.customer.id})
        self.v1.customers.update(self.customer.id, {"invoice_settings": {"default_payment_method": method.id}})

    def join(self, **more: Any) -> stripe.Subscription:
        params: Any = {"customer": self.customer.id, "items": [{"price": self.price.id}], **more}
        return self.v1.subscriptions.create(params)

    def read(self, subscription: stripe.Subscription) -> stripe.Subscription:
        return self.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice.payments"]})

    def invoices(self, **more: Any) -> list[stripe.Invoice]:
        return list(self.v1.invoices.list({"customer": self.customer.id, **more}).auto_paging_iter())

    def story(self) -> list[stripe.Event]:
        """What was told about this customer within the thirty days that Stripe keeps events, oldest first."""
        told = []
        for event in self.v1.events.list({"limit": 100}).auto_paging_iter():
            thing = event.data.object.to_dict()
            if self.customer.id in (thing.get("id"), thing.get("customer")) or "invoice_payment" in event.type:
                told.append(event)
            if event.type == "customer.created" and thing["id"] == self.customer.id:
                break
        return told[::-1]

    def last(self, kind: str) -> Any:
        """The object of the newest event of this type, as it was told."""
        return next(event.data.object for event in self.story()[::-1] if event.type == kind)

    def types(self) -> list[str]:
        return [
            event.type for event in self.story() if not event.type.startswith(("customer.updated", "charge.updated"))
        ]

    def to_the_end(self, subscription: stripe.Subscription) -> None:
        """The clock at the end of the current period."""
        end = self.read(subscription)["items"].data[0].current_period_end
        self.till.sandbox.advance(end - self.till.now())
