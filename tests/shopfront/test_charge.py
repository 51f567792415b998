"""What is this charge? Who asks reads nothing; who bought gets the order's link; and statements name the order."""

import re
from datetime import timedelta
from decimal import Decimal
from threading import get_ident

import pytest
from sqlalchemy import event, select

from storefront.cashier.session_parameters import on_statement
from storefront.clock import now
from storefront.payments.payment import Payment
from storefront.payments.recognising import ChargeQuestion, readings
from storefront.roots.duties import do_duties
from storefront.roots.tables import metadata
from tests.cast import ADA, BO
from tests.client import Client
from tests.subscriptions.club import DAY, MONTHLY, Club

LETTER = "The charge of"


class Asker:
    """Asks about 17.40 on a card ending in 4242 today, each time in a new browser. `touched`: the tables of these requests."""

    def __init__(self, counter):
        self.counter, self.touched, self._asking = counter, set(), 0
        with counter.app.app_context():
            engine = counter.app.extensions["sqlalchemy"].engine
        event.listen(engine, "before_cursor_execute", self._note)

    def ask(self, address, status=303, **asked):
        """What came of it: the answer and the page that it leads to."""
        browser = Client(self.counter.app, address=address)
        form = {"day": f"{now():%Y-%m-%d}", "amount": "17.40", "last4": "4242"} | asked
        self._asking = get_ident()
        answer = browser.post("/charge/questions", form, status)
        self._asking = 0
        shown = browser.follow(answer).text if status == 303 else ""
        return answer.status_code, answer.get_data(), dict(answer.headers) | {"X-Request-Id": ""}, shown

    def letters(self):
        self.counter.work()
        return self.counter.letters(LETTER)

    def _note(self, _connection, _cursor, statement, *_):
        if self._asking == get_ident():
            self.touched |= {table for table in metadata.tables if re.search(rf"\b{table}\b", statement)}


def test_the_buyer_gets_the_link_and_who_asks_reads_nothing(counter):
    tea = counter.sells()
    reference = counter.buys(tea)
    order = counter.order(reference)
    page = counter.client.get("/charge")
    assert "it says SANDBOX* and the number of the order" in page.words("main")
    assert page.select_one("footer a[href='/charge']")
    asker = Asker(counter)
    answers = [asker.ask("10.0.0.1", amount="17.41"), asker.ask("10.0.0.2", last4="4243")]
    assert asker.letters() == []
    answers.append(asker.ask("10.0.0.3"))
    assert [letter["to"] for letter in asker.letters()] == [[ADA]]

    other = counter.checks_out(tea, client=Client(counter.app))
    counter.pays(counter.page_of(other), email=BO)
    counter.work()
    answers.append(asker.ask("10.0.0.4", amount="€ 17,40"))
    letters = asker.letters()

    assert all(answer == answers[0] for answer in answers), "the answers tell who has bought"
    assert asker.touched == {"charge_questions", "rate_counts"}, "something is looked up while they wait"
    assert sorted(letter["to"][0] for letter in letters) == [ADA, BO], "one for each order, to its own buyer"
    [mine] = [letter for letter in letters if letter["to"] == [ADA]]
    assert f"order {order.number}" in mine["subject"]
    assert f"{counter.url}/orders/{reference}" in mine["text"]
    assert f"On your statement: SANDBOX* {order.number}" in mine["text"]
    assert all(word not in mine["raw"] for word in (BO, other))
    assert all(word not in answers[0][3] for word in (ADA, order.number, reference))
    with counter.sessions() as session:
        assert session.scalars(select(ChargeQuestion)).all() == [], "what was asked is kept"

    [receipt] = [letter for letter in counter.letters("receipt") if order.number in letter["subject"]]
    assert f"On your statement: SANDBOX* {order.number}\n" in receipt["text"].replace("\r", "")
    assert f"{counter.url}/charge" in receipt["text"]
    shown = counter.client.get(f"/orders/{reference}")
    assert f"On your statement: SANDBOX* {order.number}" in shown.words("main")
    assert shown.select_one("main a[href='/charge']")


def test_how_often_may_be_asked_and_written(counter):
    tea = counter.sells("Tea", stock=20)
    for _ in range(4):
        counter.buys(tea)
    asker = Asker(counter)
    assert [asker.ask(f"10.1.0.{i}", 303 if i < 3 else 429)[0] for i in range(4)] == [303, 303, 303, 429]
    assert len(asker.letters()) == 3, "an address is written to more than three times a day"
    for i in range(11):
        asker.ask("10.2.0.1", 303 if i < 10 else 429, amount=f"2{i}.00")
    for i in range(48):
        asker.ask(f"10.3.0.{i}", 303 if i < 47 else 429, amount=f"3{i}.00")
    counter.sandbox.advance(DAY)
    yesterday = f"{now() - timedelta(days=1):%Y-%m-%d}"
    asker.ask("10.2.0.1", day=yesterday)
    assert len(asker.letters()) == 6, "the next day is another"
    asker.ask("10.2.0.2", day=yesterday, amount="17.4")
    counter.sandbox.advance(DAY + 3601)
    do_duties(counter.sessions)
    assert len(asker.letters()) == 6, "what could not be answered in a day is kept"


def test_a_renewal_is_recognised_and_what_is_far_from_its_day_is_not(counter):
    club = Club(counter)
    club.joins(counter.sells("Tea club", price=1500, plan=MONTHLY))
    asker = Asker(counter)
    for _ in range(32):
        counter.sandbox.advance(DAY)
        counter.work()
    with counter.sessions() as session:
        first, second = session.scalars(select(Payment).order_by(Payment.id))
        renewed, amount = second.paid_at, str(second.money(second.received).decimal())
        assert renewed > first.paid_at + timedelta(days=25)
    counter.sandbox.advance(16 * DAY)
    for i, days in enumerate((-3, 15)):
        asker.ask(f"10.4.0.{i}", amount=amount, day=f"{renewed + timedelta(days=days):%Y-%m-%d}")
    assert asker.letters() == []
    asker.ask("10.4.0.9", amount=amount, day=f"{renewed + timedelta(days=2):%Y-%m-%d}")
    [letter] = asker.letters()
    assert "Tea club" in letter["text"]


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("day", "yesterday", "Write the day"),
        ("day", "2019-01-01", "Write the day"),
        ("amount", "0.00", "Write the amount"),
        ("amount", "much", "Write the amount"),
        ("last4", "424", "last four digits"),
        ("last4", "٤٢٤٢", "last four digits"),
        ("last4", "4242424242424242", "Please do not type a card number"),
    ],
)
def test_what_is_no_question_is_refused_with_what_to_do(client, field, text, said):
    form = {"day": f"{now():%Y-%m-%d}", "amount": "17.40", "last4": "4242"} | {field: text}
    assert said in client.post("/charge/questions", form, 400).get_data(as_text=True)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("17.40", ["17.40"]), ("17,40 EUR", ["17.40"]), ("-17.40", ["17.40"]), ("17", ["17"]), ("1,234.50", ["1234.50"]),
        ("1.234,50", ["1234.50"]), ("1.234", ["1.234", "1234"]), ("1'234.50", ["1234.50"]), ("0", []), ("", []), (".5", []),
        ("9" * 30, []),
    ],
)  # fmt: skip
def test_sums_are_read_as_statements_write_them(text, meant):
    assert readings(text) == {Decimal(one) for one in meant}


def test_a_number_without_letters_gets_one_for_the_statement():
    assert (on_statement("K7Q2-M9XD"), on_statement("2345-6789")) == ("K7Q2-M9XD", "2345N6789")
