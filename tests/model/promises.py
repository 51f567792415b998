"""The first four promises of the house, seen from outside: Stripe's lists, the mailbox, the shelf, the buyer's page."""

from collections import Counter, defaultdict
from datetime import UTC, datetime

from sqlalchemy import func, select

from storefront.cashier.statement import statement_since
from storefront.money import Money
from storefront.orders.order import Order, OrderState
from storefront.orders.timeline import TimelineEntry
from storefront.outbox.letter import Letter
from storefront.payments.ledger import LedgerEntry
from storefront.payments.refund import Refund
from storefront.reports.books import compare
from storefront.stock.hold import HoldState, StockHold
from storefront.stock.level import StockLevel
from tests.model.street import POST, SHELF, Json, Street

GONE = ("succeeded", "pending", "requires_action")


def never_oversold(street: Street) -> None:
    """At every moment: held and on hand are those of the holds, and nothing is promised that is not there."""
    with street.counter.sessions() as session:
        holds = dict(
            session.execute(
                select(StockHold.variant_id, func.sum(StockHold.quantity))
                .where(StockHold.state == HoldState.HELD)
                .group_by(StockHold.variant_id)
            ).all()
        )
        for level in session.scalars(select(StockLevel)):
            assert level.held == holds.get(level.variant_id, 0), f"variant {level.variant_id} holds what nobody holds"
            assert 0 <= level.held <= level.on_hand, f"{level.held} promised of {level.on_hand}"


def one_page(street: Street) -> None:
    """An order has at most one payment page that can be paid."""
    pages = Counter(one["metadata"]["order"] for one in street.listed("checkout/sessions", status="open"))
    assert not [number for number, count in pages.items() if count > 1], pages


class Evidence:
    """Both sides after a run has come to rest."""

    def __init__(self, street: Street) -> None:
        self.street = street
        self.intents: defaultdict[str, list[Json]] = defaultdict(list)
        for intent in street.listed("payment_intents"):
            self.intents[intent["metadata"]["order"]].append(intent)
        self.refunds: defaultdict[str, list[Json]] = defaultdict(list)
        for refund in street.listed("refunds"):
            self.refunds[refund["payment_intent"]].append(refund)
        with street.counter.sessions() as session:
            self.orders = list(session.scalars(select(Order)))
            for order in self.orders:
                assert order.lines
            self.ledger = list(session.scalars(select(LedgerEntry)))
            self.letters = list(session.scalars(select(Letter)))
            self.rows = list(session.scalars(select(Refund)))
            self.put_back: Counter[int] = Counter()
            for refund in self.rows:
                for part in refund.lines if refund.stripe_id else ():
                    self.put_back[part.line.variant_id or 0] += part.put_back
            self.levels = {level.variant_id: level for level in session.scalars(select(StockLevel))}
            self.told = list(session.scalars(select(TimelineEntry)))

    def received(self, order: Order) -> int:
        return sum(intent["amount_received"] for intent in self.intents[order.number])

    def given_back(self, order: Order, *states: str) -> int:
        found = (one for intent in self.intents[order.number] for one in self.refunds[intent["id"]])
        return sum(one["amount"] for one in found if one["status"] in states)


def hold(street: Street) -> Evidence:
    """All four. Raises AssertionError with what is wrong."""
    never_oversold(street)
    found = Evidence(street)
    known = {order.number for order in found.orders}
    assert set(found.intents) <= known, "money of an order that the shop does not know"
    for order in found.orders:
        _books_agree(found, order)
        _one_receipt(found, order)
        _nothing_charged_for_nothing(found, order)
        _the_page_is_true(found, order)
    _refunds_once(found)
    _letters_arrived(found)
    _shelf(found)
    with street.counter.sessions() as session:
        books = compare(
            session, statement_since(street.counter.till, datetime.fromtimestamp(street.began, UTC), lambda _: None)
        )
    assert books.differences == []
    return found


def _books_agree(found: Evidence, order: Order) -> None:
    """Promise 1, and nothing lost: the ledger's sum is Stripe's."""
    ours = sum(entry.amount for entry in found.ledger if entry.order_id == order.id)
    theirs = found.received(order) - found.given_back(order, "succeeded")
    assert ours == theirs, f"order {order.number}: the ledger has {ours}, Stripe {theirs}"


def _one_receipt(found: Evidence, order: Order) -> None:
    """Promise 2."""
    receipts = [one for one in found.letters if one.order_id == order.id and one.kind == "receipt"]
    completed = [one for one in found.told if one.order_id == order.id and one.key == "order.completed"]
    wanted = int(order.state == OrderState.COMPLETED)
    assert (len(receipts), len(completed)) == (wanted, wanted), f"order {order.number} is {order.state}: {receipts}"


def _nothing_charged_for_nothing(found: Evidence, order: Order) -> None:
    """Promise 3: a sale that did not come about costs nothing, one that did costs what was agreed."""
    left = found.received(order) - found.given_back(order, *GONE)
    if order.state != OrderState.COMPLETED:
        assert left == 0 or order.attention, f"order {order.number} is {order.state}, and {left} was kept"
        return
    paid = [intent for intent in found.intents[order.number] if intent["amount_received"]]
    kept = [intent for intent in paid if sum(one["amount"] for one in found.refunds[intent["id"]]) == 0]
    assert len(kept) <= 1 or order.attention, f"order {order.number} was paid twice and nothing went back"
    if order.attention or order.number in found.street.by_hand:
        return
    pieces = sum(line.unit_amount * line.kept for line in order.lines)
    post = POST if order.continues_id is None else 0
    due = found.street.captured.get(order.number, pieces + post)
    assert due in [intent["amount_received"] for intent in paid], f"order {order.number}: {due} was due, {paid}"


def _the_page_is_true(found: Evidence, order: Order) -> None:
    """The buyer reads what Stripe has."""
    said, received = found.street.reads(order.reference), found.received(order)
    assert received or "Paid. Thank you!" not in said, said
    if order.state == OrderState.COMPLETED:
        charged = "Total" if received == order.total else "Charged:"
        assert f"{charged} {Money(received, 'eur')}" in said, said
    for intent in found.intents[order.number]:
        for refund in found.refunds[intent["id"]]:
            gone = refund["status"] == "succeeded"
            assert not gone or f"Refunded: {Money(refund['amount'], 'eur')}" in said, said


def _refunds_once(found: Evidence) -> None:
    """Promise 4: a wish of ours is one refund at Stripe, one of the Dashboard is one row of ours."""
    mine = {intent["id"] for intents in found.intents.values() for intent in intents}
    theirs = [one for intent in mine for one in found.refunds[intent]]
    ours = Counter(one["metadata"]["refund"] for one in theirs if (one["metadata"] or {}).get("refund"))
    assert not [name for name, count in ours.items() if count > 1], ours
    rows = {row.stripe_id: (row.amount, row.state) for row in found.rows if row.stripe_id}
    assert rows == {one["id"]: (one["amount"], one["status"]) for one in theirs}
    for order, intents in found.intents.items():
        for intent in intents:
            back = sum(one["amount"] for one in found.refunds[intent["id"]] if one["status"] in GONE)
            assert back <= intent["amount_received"], f"order {order}: more went back than came"


def _letters_arrived(found: Evidence) -> None:
    """Each row is one letter in the mailbox; a copy came under the same name."""
    arrived = {mail["message_id"].strip("<>").partition("@")[0] for mail in found.street.counter.letters()}
    assert arrived == {letter.message_id for letter in found.letters}


def _shelf(found: Evidence) -> None:
    """What left the shelf is what was sold, less what came back."""
    sold: Counter[int] = Counter()
    for order in found.orders:
        for line in order.lines if order.state == OrderState.COMPLETED else ():
            sold[line.variant_id or 0] += line.kept
    for variant, start in zip(found.street.variants, SHELF, strict=True):
        assert found.levels[variant].on_hand == start - sold[variant] + found.put_back[variant]
