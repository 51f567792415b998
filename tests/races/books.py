"""The books after a run: what Stripe has, what the shop believes, what came by mail, what is left on the shelf."""

from collections import Counter, defaultdict
from contextlib import suppress

from storefront.orders.order import Order, OrderState
from storefront.outbox.letter import Letter, LetterState
from storefront.payments.ledger import LedgerEntry
from storefront.payments.payment import Payment
from storefront.stock.level import StockLevel
from tests.fixtures.running import until
from tests.fixtures.shop import Shop


def come_to_rest(shop: Shop, orders: int) -> None:
    """Until all is paid and sent: time goes on, so that leases end and retries come due, and Stripe delivers."""

    def done() -> bool:
        shop.sandbox.deliver()
        with shop.database.session() as session:
            paid = session.query(Order).filter_by(state=OrderState.COMPLETED).count()
            sent = session.query(Letter).filter_by(state=LetterState.SENT).count()
        return (paid, sent) == (orders, orders)

    for _ in range(8):
        with suppress(AssertionError):
            return until(done, "all is paid and sent", 10)
        shop.sandbox.advance(61)
    with shop.database.session() as session:
        left = [(order.number, order.state, order.attention) for order in session.query(Order)]
        raise AssertionError(f"not all of {orders} orders are paid and sent: {Counter(state for _, state, _ in left)}")


def agree(shop: Shop, bought: dict[str, int], stock: dict[int, int]) -> None:
    """To the cent and to the piece. `bought`: pieces by order reference. `stock`: on hand before, by variant id."""
    intents = {intent["id"]: intent for intent in shop.at_stripe("payment_intents")}
    sessions = Counter(one["metadata"]["order"] for one in shop.at_stripe("checkout/sessions"))
    captured = {name: one["amount_received"] for name, one in intents.items() if one["status"] == "succeeded"}
    with shop.database.session() as session:
        orders = {order.id: order for order in session.query(Order)}
        payments = session.query(Payment).all()
        ledger = session.query(LedgerEntry).all()
        levels = {level.variant_id: level for level in session.query(StockLevel)}
        letters = session.query(Letter).all()

        assert {order.reference for order in orders.values()} == set(bought)
        assert {order.state for order in orders.values()} == {OrderState.COMPLETED}
        assert sessions == Counter(order.number for order in orders.values()), "one Checkout Session for each order"
        assert {payment.intent_id: payment.received for payment in payments} == captured
        assert {payment.intent_id: orders[payment.order_id].total for payment in payments} == captured
        assert sorted(entry.amount for entry in ledger) == sorted(captured.values())
        assert shop.sandbox.totals()["captured"] == {"eur": sum(captured.values())}
        assert shop.sandbox.totals()["authorized"].get("eur", 0) == 0
        _one_receipt_each(shop, orders, letters)
        pieces = sum(line.quantity for order in orders.values() for line in order.lines)
        left = {variant: (level.on_hand, level.held) for variant, level in levels.items()}
    [(variant, start)] = stock.items()
    assert pieces == sum(bought.values())
    assert left == {variant: (start - pieces, 0)}


def _one_receipt_each(shop: Shop, orders: dict[int, Order], letters: list[Letter]) -> None:
    """One row for each order; a mail that came twice came under the same Message-ID."""
    assert Counter((letter.kind, letter.order_id) for letter in letters) == Counter(("receipt", one) for one in orders)
    arrived: defaultdict[str, set[str]] = defaultdict(set)
    for mail in shop.sandbox.mails():
        arrived[str(mail["to"])].add(mail["message_id"])
    assert len(arrived) == len(orders)
    assert {len(names) for names in arrived.values()} == {1}
    names = {name.strip("<>").partition("@")[0] for found in arrived.values() for name in found}
    assert names == {letter.message_id for letter in letters}
