"""`flask backup` and `flask restore`: an hour is lost here and not at Stripe, and the worker alone brings it back."""

import stat
from contextlib import suppress

import requests

from storefront.inbox.cursor import Cursor
from storefront.orders.order import Order, OrderState
from storefront.outbox.letter import Letter
from storefront.payments.ledger import LedgerEntry
from storefront.stock.level import StockLevel
from tests.fixtures.running import until
from tests.fixtures.shop import KEY
from tests.races.crowd import Buyer

HOUR = 3600


def seen(shop):
    """What is known of every order and of the shelf."""
    with shop.database.session() as session:
        orders = sorted((order.number, order.state, order.total, order.email) for order in session.query(Order))
        ledger = sorted((entry.kind, entry.stripe_id, entry.amount) for entry in session.query(LedgerEntry))
        shelf = [(level.on_hand, level.held) for level in session.query(StockLevel)]
    return orders, ledger, shelf


def asked_of_stripe(shop):
    """Every call that changes something, by path."""
    return [call["path"] for call in shop.sandbox.requests() if call["method"] != "GET"]


def all_is_done(shop, orders, letters):
    """Whether so many are paid and so many letters arrived."""
    with shop.database.session() as session:
        paid = session.query(Order).filter_by(state=OrderState.COMPLETED).count()
    return (paid, len(shop.sandbox.mails())) == (orders, letters)


def test_f7_an_hour_is_lost_and_the_worker_brings_it_back(open_shop, database, tmp_path):
    shop = open_shop(database, TRUSTED_PROXIES="1")
    tea = shop.sells("Tea", price=1250, stock=20)
    Buyer(shop, 1).buys(tea)
    slow = Buyer(shop, 2)
    slow.fills_cart(tea)
    page = slow.gets(slow.checks_out().headers["Location"]).headers["Location"]
    until(lambda: all_is_done(shop, 1, 1), "the first order is paid", 60)
    file = tmp_path / "monday.backup"
    shop.flask("backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    shop.sandbox.advance(HOUR / 4)
    assert slow.pays(page) == "done"
    Buyer(shop, 3).buys(tea, 2)
    until(lambda: all_is_done(shop, 3, 3), "the hour's orders are paid", 60)
    first = shop.at_stripe("payment_intents")[-1]["id"]
    requests.post(
        f"{shop.sandbox.url}/v1/refunds", {"payment_intent": first, "amount": 500}, auth=(KEY, ""), timeout=20
    )
    until(lambda: all_is_done(shop, 3, 4), "the refund of the Dashboard is written about", 60)
    told, asked, totals = seen(shop), asked_of_stripe(shop), shop.sandbox.totals()

    assert "in use" in shop.flask("restore", str(file), "--yes", succeeds=False)
    shop.close()
    shop.database.engine.dispose()
    assert "is restored" in shop.flask("restore", str(file), "--yes")
    assert len(seen(shop)[0]) == 2, "the hour is gone"
    shop.sandbox.fault("cut_before", path="GET /v1/events", times=1)
    shop.start_web()
    shop.start_worker()

    def is_back():
        shop.sandbox.advance(61)
        with suppress(AssertionError):
            return seen(shop) == told
        return False

    until(is_back, "the hour is back", 90)
    assert asked_of_stripe(shop) == asked, "nothing is charged, captured or refunded again"
    assert {name: shop.sandbox.totals()[name] for name in ("captured", "refunded")} == {
        name: totals[name] for name in ("captured", "refunded")
    }
    assert len(shop.sandbox.mails()) == 4, "nobody gets a letter twice"
    with shop.database.session() as session:
        assert session.get(Cursor, "restored") is None
        assert session.query(Letter).filter_by(kind="receipt").count() == 3
    assert "No difference in 3 orders." in shop.flask("books")


def test_a_file_that_is_no_backup_changes_nothing(counter, tmp_path):
    run = counter.app.test_cli_runner().invoke
    counter.sells()
    foreign, damaged = tmp_path / "foreign", tmp_path / "damaged"
    foreign.write_text("Dear diary")
    kind = counter.database.engine.dialect.name
    damaged.write_bytes((b"SQLite format 3\x00" if kind == "sqlite" else b"PGDMP") + b"nonsense" * 100)
    before = counter.sessions()
    counter.let_go()

    for file, words in ((foreign, "is no backup of a"), (damaged, ""), (tmp_path / "none", "cannot be read")):
        result = run(args=["restore", str(file), "--yes"])
        assert result.exit_code == 1
        assert words in result.output
        assert "Traceback" not in result.output
    with before as session:
        assert session.query(StockLevel).count() == 1
        assert session.get(Cursor, "restored") is None


def test_a_backup_is_never_written_over(counter, tmp_path):
    run = counter.app.test_cli_runner().invoke
    file = tmp_path / "backup"

    assert run(args=["backup", str(file)]).exit_code == 0
    first = file.read_bytes()
    again = run(args=["backup", str(file)])

    assert again.exit_code == 1
    assert "exists already" in again.output
    assert file.read_bytes() == first
    assert [path.name for path in tmp_path.glob("backup*")] == ["backup"]
