"""A street for one run of the model: a shop with a fresh database, its buyers, its merchant, Stripe, and time that goes on.

Buyers come by the shop's own pages, money by Stripe's; the merchant's acts are those of the back office's views, without
their pages. One sandbox and one shop serve all runs of a test: each begins days after the last one, and with a database that knows
nothing from before.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import requests
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.cashier.gateway import GatewayError
from storefront.cashier.reconciling import CURSOR, GRACE, reconcile
from storefront.clock import now
from storefront.inbox.cursor import move_cursor
from storefront.inbox.event import EventState, StripeEvent
from storefront.orders.fulfilling import NotShippableError, still_to_ship
from storefront.orders.order import Order, lock_order
from storefront.outbox.letter import Letter, LetterState
from storefront.payments import asking_anew, cancelling, capture, refunding, sending
from storefront.payments.command import CommandState, StripeCommand
from storefront.payments.payment import Payment
from storefront.payments.refund import Refund
from storefront.payments.refunding import RefundError, Wish
from tests.cast import HOME
from tests.client import Client
from tests.fixtures.counter import Counter

Json = dict[str, Any]
MINUTE, HOUR, DAY = 60, 3600, 86400
SHELF = (2, 4, 7)
PRICES = (1250, 333, 4999)
POST = 490
BUYERS = 5


@dataclass
class Street:
    """`captured`: what somebody asked for by hand, by order number. `by_hand`: money that was moved at Stripe's Dashboard."""

    counter: Counter
    variants: list[int] = field(default_factory=list)
    buyers: list[Client] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    captured: dict[str, int] = field(default_factory=dict)
    by_hand: set[str] = field(default_factory=set)
    wishes: int = 0
    steps: int = 0

    def __post_init__(self) -> None:
        self.began = int(now().timestamp()) - 1
        with self.counter.sessions.begin() as session:
            move_cursor(session, CURSOR, now())
        self.stripe = requests.Session()
        self.stripe.auth = (self.counter.till.settings.stripe_secret_key, "")
        goods = zip(("Tea", "Spoon", "Teapot"), PRICES, SHELF, strict=True)
        self.variants = [self.counter.sells(name, price=price, stock=pieces) for name, price, pieces in goods]
        self.buyers = [Client(self.counter.app, f"198.18.0.{number}") for number in range(1, 1 + BUYERS)]

    # what buyers do

    def check_out(self, buyer: int, variant: int, quantity: int) -> str:
        """Answers the order's reference; empty where there was too little."""
        client = self.buyers[buyer]
        self._posts(client, "/cart/lines", {"variant": self.variants[variant], "quantity": quantity})
        answer = self._posts(client, "/checkout", {"country": "DE"})
        reference = answer.headers.get("Location", "").rpartition("/")[2]
        if reference and reference not in self.references:
            self.references.append(reference)
        return reference

    def go_to_pay(self, reference: str) -> None:
        answer = self.buyers[0].raw.get(f"/pay/{reference}", base_url=self.buyers[0].origin)
        assert answer.status_code in (303, 409, 429, 503), answer.text[:500]

    def cancel(self, reference: str) -> None:
        self._posts(self.buyers[0], f"/orders/{reference}/cancellation", {})

    def reads(self, reference: str) -> str:
        """The words of the buyer's page."""
        answer = self.buyers[0].raw.get(f"/orders/{reference}", base_url=self.buyers[0].origin)
        assert answer.status_code == 200, answer.text[:500]
        return " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.text)).split())

    def _posts(self, client: Client, path: str, form: Json) -> Any:
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": client.origin}
        answer = client.raw.post(path, data=form, headers=headers, base_url=client.origin)
        assert answer.status_code in (303, 409, 429), f"{path}: {answer.status_code}, {answer.text[:500]}"
        return answer

    # what happens at Stripe

    def pay(self, session_id: str, card: str, authentication: str) -> None:
        typed = {**HOME, "name": "Ada Field", "expiry": "12/49", "authentication": authentication}
        self.counter.sandbox.pay(session_id, card, **typed)

    def pay_latest(self, card: str) -> None:
        pages = self.listed("checkout/sessions")
        if pages:
            self.pay(pages[-1]["id"], card, "complete")

    def dashboard(self, path: str, **parameters: Any) -> None:
        """Somebody presses a button there; what Stripe refuses, or a fault hides, is left as it is."""
        with suppress(requests.ConnectionError):
            self.stripe.post(f"{self.counter.sandbox.url}/v1/{path}", data=parameters, timeout=30)

    def listed(self, kind: str, **filters: Any) -> list[Json]:
        """Everything of this shop's since the run began, oldest first; refunds and events of everybody's."""
        found: list[Json] = []
        more = True
        while more:
            after = {"starting_after": found[-1]["id"]} if found else {}
            wanted = {"limit": 100, "created[gte]": self.began, **filters, **after}
            page = self._read(kind, wanted)
            found += page["data"]
            more = page["has_more"]
        if kind in ("refunds", "events"):
            return found[::-1]
        mine = self.counter.till.settings.store_id
        return [thing for thing in reversed(found) if thing["metadata"].get("store") == mine]

    def _read(self, kind: str, wanted: Json) -> Json:
        """Through whatever faults are in the way: they are spent on us then."""
        for _ in range(50):
            with suppress(requests.ConnectionError):
                answer = self.stripe.get(f"{self.counter.sandbox.url}/v1/{kind}", params=wanted, timeout=30)
                if answer.status_code == 200:
                    return dict(answer.json())
        raise AssertionError(f"{kind} cannot be read")

    # what the merchant does

    def merchant(self, reference: str, act: Callable[[Session, Order], object]) -> None:
        """One act of the back office in its own transaction; what the shop refuses is refused."""
        refused = (RefundError, capture.NotCapturableError, NotShippableError, cancelling.NotOpenError)
        with suppress(*refused, asking_anew.NotAskableError), self.counter.sessions.begin() as session:
            found = session.scalars(select(Order.id).where(Order.reference == reference)).one()
            act(session, lock_order(session, found))

    def refund(self, reference: str, wish: Callable[[Order], Wish]) -> None:
        self.wishes += 1
        key = f"form:{self.wishes}"
        for _ in range(2):  # the button is pressed twice
            self.merchant(
                reference, lambda session, order: refunding.ask(session, order, wish(order), key=key, by="Mira")
            )

    def capture(self, reference: str, percent: int) -> None:
        def act(session: Session, order: Order) -> None:
            amount = max(order.total * percent // 100, 1)
            capture.ask(session, order, amount, "Mira")
            self.captured[order.number] = amount

        self.merchant(reference, act)

    def ship(self, reference: str, pieces: int) -> None:
        def act(session: Session, order: Order) -> None:
            left = still_to_ship(session, order)
            wanted = {line_id: min(count, pieces) for line_id, count in left.items() if count}
            held = capture.held_payment(session, order)
            self.wishes += 1
            sending.send(session, order, wanted, key=f"parcel-{self.wishes}", carrier="", tracking_number="", by="Mira")
            asked = capture.capture_of(session, held.id) if held else None
            if asked:
                self.captured[order.number] = asked.amount

        self.merchant(reference, act)

    def call_off(self, reference: str) -> None:
        self.merchant(reference, lambda session, order: cancelling.ask(session, order, "Mira"))

    def ask_anew(self, reference: str) -> str:
        """By a new link: the lapsed order itself, or one of what was left out. Answers the asked order's reference."""
        found: list[str] = []

        def act(session: Session, order: Order) -> None:
            lapsed = asking_anew.lapsed(session, order)
            asked = asking_anew.ask(session, order, "Mira")
            if lapsed:
                self.captured.pop(order.number, None)
            if asked.reference not in self.references:
                self.references.append(asked.reference)
            found.append(asked.reference)

        self.merchant(reference, act)
        return "".join(found)

    # what the worker does

    def work(self, rounds: int | None = None) -> None:
        """So many rounds of steps, or until nothing is due."""
        if rounds is None:
            self.counter.work(deliver=False)
        for _ in range(rounds or 0):
            self.counter.step()

    def reconcile(self) -> None:
        with suppress(GatewayError):
            reconcile(self.counter.till)

    def catch_up(self) -> None:
        """What Stripe has to deliver now has been tried."""
        self.counter.sandbox.advance(0)

    def drain(self) -> None:
        """Everything works again; time goes on until nothing waits; what was parked is tried again by a person."""
        sandbox = self.counter.sandbox
        sandbox.heal()
        sandbox.mailserver("ok")
        sandbox.advance(GRACE.total_seconds() + MINUTE)  # an event lost just now is fetched no earlier
        for _ in range(12):
            sandbox.deliver()
            self.work()
            self.reconcile()
            self.work()
            if not self._waiting():
                return
            sandbox.advance(16 * MINUTE)
        raise AssertionError(f"after three hours there still waits: {self._waiting()}")

    def _waiting(self) -> list[str]:
        """Rows that are not at rest. Parked ones are taken up again, as the back office's Retry does."""
        found: list[str] = []
        with self.counter.sessions.begin() as session:
            for model, waits, parked in (
                (StripeCommand, CommandState.PENDING, CommandState.FAILED),
                (StripeEvent, EventState.RECEIVED, EventState.FAILED),
                (Letter, LetterState.QUEUED, LetterState.FAILED),
            ):
                for row in session.scalars(select(model).where(model.state.in_((waits, parked, "sending")))):
                    found.append(f"{model.__name__} {row.id}, {row.state}: {row.last_error}")
                    if row.state == parked:
                        row.state = waits
                        row.due_now()
            for model in (Payment, Refund):
                soon = select(model).where(model.next_try <= now())
                found += [f"{model.__name__} {row.id}: {row.last_error}" for row in session.scalars(soon)]
            lost = select(Refund).where(Refund.state == "requested")
            found += [f"Refund {row.id} is not at Stripe" for row in session.scalars(lost)]
        return found
