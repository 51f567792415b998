from datetime import timedelta

import pytest

from storefront.clock import now
from storefront.orders.order import LineItem, Order, OrderState
from storefront.orders.timeline import tell
from storefront.outbox.letter import Letter, LetterState, queue
from storefront.payments.command import CommandState, StripeCommand, Verb, command
from storefront.payments.ledger import EntryKind, enter
from storefront.payments.payment import Payment, PaymentState
from tests.backoffice.conftest import ORIGIN

CARD = "4242 4242 4242 4242"


@pytest.fixture
def sell(database):
    """`sell("Tea", name="Ada Field")`: an order of these titles; answers its number."""

    def make(*titles, state=OrderState.COMPLETED, payment=None, **order):
        with database.session() as session:
            lines = [
                LineItem(position=i, handle=title.lower(), title=title, unit_amount=1250, quantity=2)
                for i, title in enumerate(titles, 1)
            ]
            total = 2500 * len(titles)
            made = Order(
                cart_id=f"cart{now().timestamp()}{titles}",
                state=state,
                capture_policy="on_stock_check",
                country="DE",
                currency="eur",
                subtotal=total,
                total=total,
                lines=lines,
                **order,
            )
            session.add(made)
            session.flush()
            if payment:
                session.add(
                    Payment(
                        order_id=made.id,
                        lines_hash="x",
                        capture_method="manual",
                        currency="eur",
                        amount=total,
                        state=payment,
                        capturable=total if payment == PaymentState.AUTHORIZED else 0,
                        session_expires_at=now(),
                        capture_before=now() + timedelta(days=6),
                    )
                )
            session.commit()
            return made.number

    return make


def rows(page):
    return [cell.get_text(strip=True) for cell in page.select("tbody th")]


def test_newest_first_with_buyer_and_products(mira, sell):
    first = sell("Tea", name="Ada Field", email="ada@buyer.example")
    second = sell("Teapot", "Cup", "Saucer", state=OrderState.OPEN)
    page = mira.get("/backoffice/orders")
    assert rows(page) == [second, first]
    assert "Ada Field" in page.words("main")
    assert "2 \u00d7 Teapot" in page.words("main")
    assert "€75.00" in page.words("main")


@pytest.mark.parametrize("text", ["ada", "FIELD", "ada@buyer.example", "tea", "Téa", "ada tea", "fie", "+49 30 123"])
def test_found_by_name_address_and_product(mira, sell, text):
    number = sell("Tea", name="Áda Field", email="ada@buyer.example", phone="+49 30 123")
    sell("Lamp", name="Bo", email="bo@stranger.example")
    page = mira.get(f"/backoffice/orders?q={text.replace('+', '%2B')}")
    assert rows(page) == [number]


@pytest.mark.parametrize("text", ["zebra", "ada lamp", "%", "_", "'; DROP TABLE orders; --", "a" * 300, "🫖"])
def test_what_is_not_there_is_not_found(mira, sell, text):
    sell("Tea", name="Ada")
    sell("Lamp", name="Bo")
    assert rows(mira.get("/backoffice/orders", query_string={"q": text})) == []


def test_a_number_leads_straight_to_the_order(mira, sell):
    number = sell("Tea")
    for typed in (number, number.lower(), number.replace("-", ""), f"%23{number}"):
        answer = mira.raw.get(f"/backoffice/orders?q={typed}", base_url=ORIGIN)
        assert answer.headers["Location"] == f"/backoffice/orders/{number}"


def test_an_order_is_found_by_what_it_became(mira, sell, database):
    number = sell("Tea")
    with database.session() as session:
        order = session.query(Order).one()
        order.name = "Cleo"
        order.lines = [LineItem(position=1, handle="lamp", title="Lamp", unit_amount=1, quantity=1)]
        session.commit()
    assert rows(mira.get("/backoffice/orders?q=cleo lamp")) == [number]
    assert rows(mira.get("/backoffice/orders?q=tea")) == []


def test_each_filter_shows_its_own(mira, sell):
    paid = sell("Tea")
    look = sell("Tea", attention="Paid twice.")
    unpaid = sell("Tea", state=OrderState.OPEN)
    held = sell("Tea", state=OrderState.OPEN, payment=PaymentState.AUTHORIZED)
    expired, cancelled = sell("Tea", state=OrderState.EXPIRED), sell("Tea", state=OrderState.CANCELLED)
    wanted = {
        "all": {paid, look, unpaid, held, expired, cancelled},
        "paid": {paid, look},
        "attention": {look},
        "open": {unpaid, held},
        "held": {held},
        "expired": {expired},
        "cancelled": {cancelled},
        "nonsense": {paid, look, unpaid, held, expired, cancelled},
    }
    for word, numbers in wanted.items():
        assert set(rows(mira.get(f"/backoffice/orders?status={word}"))) == numbers, word


def test_a_long_list_is_read_page_by_page(mira, database):
    with database.session() as session:
        session.add_all(
            Order(
                cart_id=str(i),
                capture_policy="automatic",
                country="DE",
                currency="eur",
                subtotal=0,
                total=0,
                name="Ada",
            )
            for i in range(120)
        )
        session.commit()
    page, seen = mira.get("/backoffice/orders?q=ada"), []
    while True:
        seen += rows(page)
        older = page.select_one("a[rel=next]")
        if older is None:
            break
        page = mira.get(older["href"])
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("before", ["x", "-1", "99999999999999999999", "1e9", "٣"])
def test_an_odd_address_is_the_first_page(mira, sell, before):
    number = sell("Tea")
    assert rows(mira.get("/backoffice/orders", query_string={"before": before})) == [number]


def test_the_page_says_what_happened_and_who_says_so(mira, sell, database):
    number = sell(
        "Tea",
        name="Ada",
        email="ada@buyer.example",
        address={"line1": "Gartenweg 4", "city": "Berlin", "country": "DE"},
    )
    with database.session() as session:
        order = session.query(Order).one()
        enter(session, EntryKind.CHARGE, "ch_1", 2500, "eur", order.id)
        tell(
            session,
            order.id,
            "order.completed",
            "Stripe confirmed the payment of €25.00.",
            "stripe",
            event_id="evt_1Abc",
        )
        session.commit()
    page = mira.get(f"/backoffice/orders/{number}")
    words = page.words("main")
    for part in ("Stripe confirmed the payment of €25.00.", "Captured €25.00", "Gartenweg 4", "ada@buyer.example"):
        assert part in words
    assert page.select_one("a[href='/backoffice/events/evt_1Abc']")


def test_what_buyers_wrote_is_text(mira, sell):
    number = sell("<script>alert(1)</script>", name="<b>Ada</b>", email='"><img src=x>@x', attention="<i>look</i>")
    for path in (f"/backoffice/orders/{number}", "/backoffice/orders", "/backoffice"):
        page = mira.get(path)
        assert not page.select("script:not([src]), main b, img[src=x], main i")


def test_a_note_is_kept_once_with_its_writer(mira, sell):
    page = mira.get(f"/backoffice/orders/{sell('Tea')}")
    for _ in range(2):
        answer = mira.submit(page, "Add the note", text="She called: please ring twice.")
    words = mira.follow(answer).words("main")
    assert words.count("please ring twice") == 1
    assert "Mira" in words


def test_a_card_number_in_a_note_is_refused_kindly(mira, sell, database):
    page = mira.get(f"/backoffice/orders/{sell('Tea')}")
    answer = mira.submit(page, "Add the note", 422, text=f"her card {CARD} 12/27")
    assert "looks like a card number" in answer.get_data(as_text=True)
    assert "4242 4242" not in answer.get_data(as_text=True)
    with database.session() as session:
        dump = session.connection().exec_driver_sql("SELECT text FROM timeline_entries").all()
    assert "4242" not in str(dump)


def test_empty_and_endless_notes_are_refused(mira, sell):
    page = mira.get(f"/backoffice/orders/{sell('Tea')}")
    mira.submit(page, "Add the note", 422, text="   ")
    mira.submit(page, "Add the note", 422, text="x" * 2001)


def test_an_unpaid_order_is_cancelled_and_a_paid_one_is_not(mira, sell):
    unpaid = sell("Tea", state=OrderState.OPEN)
    page = mira.get(f"/backoffice/orders/{unpaid}")
    words = mira.follow(mira.submit(page, "Cancel this unpaid order")).words("main")
    assert "Cancelled" in words
    token = page.select_one("input[name=csrf_token]")["value"]
    mira.post(f"/backoffice/orders/{sell('Tea')}/cancellation", {"csrf_token": token}, 409)


def test_where_a_payment_page_is_open_the_cashier_is_asked_first(mira, sell, database):
    number = sell("Tea", state=OrderState.OPEN, payment=PaymentState.OPEN)
    with database.session() as session:
        session.query(Payment).one().session_id = "cs_test_1"
        session.commit()
    mira.submit(mira.get(f"/backoffice/orders/{number}"), "Cancel this unpaid order")
    with database.session() as session:
        assert session.query(Order).one().state == OrderState.OPEN
        assert session.query(StripeCommand).one().verb == Verb.EXPIRE_SESSION


def test_what_needs_a_look_stays_until_somebody_looked(mira, sell):
    number = sell("Tea", attention="Paid a second time.")
    assert "1" in mira.get("/backoffice").words("main")
    page = mira.get(f"/backoffice/orders/{number}")
    after = mira.follow(mira.submit(page, "I have looked into it"))
    assert "Looked into: Paid a second time." in after.words("main")
    assert rows(mira.get("/backoffice/orders?status=attention")) == []


def test_a_letter_that_failed_is_seen_and_sent_again(mira, sell, database):
    number = sell("Tea", email="ada@buyer.example")
    with database.session() as session:
        letter = queue(session, "receipt", number, "ada@buyer.example", order_id=session.query(Order).one().id)
        letter.state, letter.last_error, letter.next_try = LetterState.FAILED, "550 no such mailbox", None
        session.commit()
    assert "letters that could not be sent" in mira.get("/backoffice").words("main")
    assert "550 no such mailbox" in mira.get("/backoffice/letters?state=failed").words("main")
    mira.submit(mira.get(f"/backoffice/orders/{number}"), "Send it now")
    with database.session() as session:
        letter = session.query(Letter).one()
        assert (letter.state, letter.attempts, letter.last_error) == (LetterState.QUEUED, 0, "")
        assert letter.next_try <= now()


def test_a_sent_letter_is_not_sent_twice(mira, sell, database):
    number = sell("Tea")
    with database.session() as session:
        queue(session, "receipt", number, "ada@buyer.example").state = LetterState.SENT
        session.commit()
    token = mira.get("/backoffice").select_one("input[name=csrf_token]")["value"]
    mira.post("/backoffice/letters/1/tries", {"csrf_token": token}, 409)


def test_a_parked_command_is_asked_again_under_the_same_key(mira, database):
    with database.session() as session:
        row = command(session, Verb.CAPTURE, "abc", {"intent": "pi_1"}, None)
        row.state, row.next_try, row.last_error = CommandState.FAILED, None, "Stripe was not reached for 72 hours"
        key = row.idempotency_key
        session.commit()
    page = mira.get("/backoffice/commands?state=failed")
    mira.submit(page, "Ask again now")
    with database.session() as session:
        row = session.query(StripeCommand).one()
        assert (row.state, row.idempotency_key) == (CommandState.PENDING, key)
        row.state = CommandState.DONE
        session.commit()
    token = page.select_one("input[name=csrf_token]")["value"]
    mira.post("/backoffice/commands/1/tries", {"csrf_token": token}, 409)
