"""A tea club seen from every side: Stripe's objects, the portal's pages, our rows, the mailbox and the boxes to pack."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from storefront.cashier.portal_terms import portal_for
from storefront.catalog.plan import Gives, Terms
from storefront.orders.order import Order
from storefront.outbox.letter import Letter
from storefront.subscriptions.invoice import Invoice, invoices_of
from storefront.subscriptions.subscription import Subscription
from storefront.subscriptions.timeline import timeline_of
from tests.client import Client
from tests.fixtures.counter import Counter

DAY, HOUR = 86400, 3600
FAILS = "4000000000000341"
WORKS = "4242424242424242"
MONTHLY, YEARLY = Terms("month"), Terms("year", gives=Gives.ACCESS)


@dataclass(frozen=True)
class Standing:
    """What both sides must agree on: `items` are (price, quantity, period end), `invoices` (id, status, total, attempts)."""

    status: str
    cancel_at: int | None
    canceled_at: int | None
    ended_at: int | None
    trial_end: int | None
    pause: str
    items: list[tuple[str, int, int]]
    invoices: list[tuple[str, str, int, int]]


class Club:
    """`stripe` calls the API as the shop's account; `counter` is the shop."""

    def __init__(self, counter: Counter) -> None:
        self.counter, self.sandbox = counter, counter.sandbox
        self._key = counter.till.settings.stripe_secret_key
        self._letters = 0

    def stripe(self, method: str, path: str, **parameters: Any) -> Any:
        """Stripe's answer; nested parameters as `a[b]`."""
        kind = "params" if method == "GET" else "data"
        answer = self.sandbox.http.request(
            method, f"{self.sandbox.url}/v1/{path}", **{kind: parameters}, auth=(self._key, ""), timeout=60
        )
        assert answer.ok, answer.text
        return answer.json()

    def joins(self, variant: int, card: str = WORKS, *, email: str = "ada@buyer.example", **more: Any) -> str:
        """Buys the plan in a browser of its own up to the worker's rest; the id of the subscription."""
        browser = Client(self.counter.app)
        reference = self.counter.checks_out(variant, client=browser, **more.pop("cart", {}))
        outcome = self.counter.pays(self.counter.page_of(reference), card, email=email, **more)
        assert outcome["state"] == "done", outcome
        self.counter.work()
        return str(outcome["session"]["subscription"])

    def at_stripe(self, name: str) -> Any:
        """The subscription as Stripe has it."""
        return self.stripe("GET", f"subscriptions/{name}")

    def row(self, name: str) -> Subscription:
        """Ours, detached."""
        with self.counter.sessions() as session:
            row = session.scalars(select(Subscription).where(Subscription.stripe_id == name)).one()
            assert isinstance(row.items, list)
            return row

    def invoices(self, name: str) -> list[Invoice]:
        """Ours, newest first."""
        with self.counter.sessions() as session:
            return invoices_of(session, self.row(name).id)

    def told(self, name: str) -> list[str]:
        """The timeline."""
        with self.counter.sessions() as session:
            return [entry.text for entry in timeline_of(session, self.row(name).id)]

    def ours(self, name: str) -> Standing:
        """How it stands in our rows."""
        row = self.row(name)
        return Standing(
            row.status,
            _stamp(row.cancel_at),
            _stamp(row.canceled_at),
            _stamp(row.ended_at),
            _stamp(row.trial_end),
            row.pause,
            [(item.price, item.quantity, _whole(item.period_end)) for item in row.items],
            [(one.stripe_id, one.status, one.total, one.attempts) for one in self.invoices(name)],
        )

    def theirs(self, name: str) -> Standing:
        """How it stands at Stripe."""
        thing = self.at_stripe(name)
        listed = self.stripe("GET", "invoices", subscription=name, limit=100)["data"]
        return Standing(
            thing["status"],
            thing["cancel_at"],
            thing["canceled_at"],
            thing["ended_at"],
            thing["trial_end"],
            (thing["pause_collection"] or {}).get("behavior") or "",
            [(one["price"]["id"], one["quantity"], one["current_period_end"]) for one in thing["items"]["data"]],
            [(one["id"], one["status"], one["total"], one["attempt_count"]) for one in listed],
        )

    def new_letters(self) -> list[str]:
        """Kinds of the letters written since the last call, each of them sent; sorted."""
        with self.counter.sessions() as session:
            found = list(session.scalars(select(Letter).where(Letter.id > self._letters).order_by(Letter.id)))
        assert {letter.state for letter in found} <= {"sent"}, [letter.last_error for letter in found]
        self._letters = max([self._letters, *(letter.id for letter in found)])
        return sorted(letter.kind for letter in found)

    def boxes(self, name: str) -> list[Order]:
        """Orders of its invoices that have something to send, oldest first."""
        with self.counter.sessions() as session:
            of_invoices = (
                select(Order)
                .join(Invoice, Invoice.order_id == Order.id)
                .order_by(Order.id)
                .options(selectinload(Order.lines))
            )
            orders = session.scalars(of_invoices.where(Invoice.subscription_id == self.row(name).id))
            return [order for order in orders if order.to_ship or order.shipped]

    def later(self, seconds: float) -> None:
        """Time goes on, and the worker does what follows."""
        self.sandbox.advance(seconds)
        self.counter.work()

    def to_the_end(self, name: str) -> None:
        """To the end of the period, and through the hour in which the invoice is a draft."""
        end = max(item["current_period_end"] for item in self.at_stripe(name)["items"]["data"])
        self.sandbox.advance(end - self.now() + 1)
        self.counter.work()
        self.later(HOUR + 60)

    def now(self) -> float:
        """Stripe's time."""
        answer = self.sandbox.http.get(f"{self.sandbox.url}/_sandbox/clock", timeout=10)
        return float(answer.json()["now"])

    def portal(self, name: str) -> "Portal":
        """The customer portal, opened for the subscriber."""
        customer = self.at_stripe(name)["customer"]
        ours = portal_for(self.counter.till)
        asked = {"customer": customer, "return_url": "http://shop.example/"} | ({"configuration": ours} if ours else {})
        session = self.stripe("POST", "billing_portal/sessions", **asked)
        return Portal(session["url"])

    def keeps(self, name: str, card: str) -> None:
        """The subscriber gives another card to pay with."""
        year = datetime.fromtimestamp(self.now(), UTC).year + 8
        self.portal(name).press("card", card_number=card, expiry=f"12 / {year}", cvc="123", name="Ada Field")

    def close(self) -> None:
        """Nothing runs on into the next test."""
        for thing in self.stripe("GET", "subscriptions", limit=100)["data"]:
            self.stripe("DELETE", f"subscriptions/{thing['id']}")


@dataclass(frozen=True)
class Portal:
    """Stripe's page for a subscriber, pressed without a browser."""

    url: str

    def press(self, deed: str, **fields: Any) -> None:
        """Sends the form of one deed."""
        answer = requests.post(f"{self.url}/{deed}", data=fields, timeout=30)
        assert answer.ok, answer.text[:500]
        assert 'class="wrong"' not in answer.text, answer.text[:2000]


def _whole(moment: Any) -> int:
    return int(moment.timestamp())


def _stamp(moment: Any) -> int | None:
    return _whole(moment) if moment else None
