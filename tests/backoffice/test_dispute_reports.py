"""The report on disputes says what a direct count of the same history says, with as few statements for many rows as for none."""

import csv
import io
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import event

from storefront.clock import now
from storefront.money import Money
from storefront.reports.counted_month import changed_months
from tests.reports.history import tell, write

HERE = "/backoffice/reports/disputes"
MONTHS = 12
MANY = 50_000


@contextmanager
def statements_of(app):
    """How many statements the shop gives its database inside."""
    said = []
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine

    def note(*facts):
        said.append(facts[2])

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


@contextmanager
def work_of(app):
    """Thousands of steps that SQLite takes inside; nothing is noted on another database."""
    steps = []
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    if engine.dialect.name != "sqlite":
        yield steps
        return

    def watch(connection, *_):
        connection.set_progress_handler(lambda: steps.append(1), 1000)

    event.listen(engine, "checkout", watch)
    yield steps
    event.remove(engine, "checkout", watch)


def keep_finished_months(database):
    """As the worker does. Answers which were counted."""
    counted = []
    while True:
        with database.session() as session:
            changed = changed_months(session)
            if not changed:
                return counted
            counted += [session.merge(month).month for month in changed]
            session.commit()


def sheet(mira, what, **asked):
    """The file, by its first column."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    head, *rows = csv.reader(io.StringIO(mira.get(f"{HERE}/{what}.csv?{query}").text))
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}


def is_dispute(one):
    return one.status not in ("warning_closed", "prevented")


def percent(part, whole):
    return "" if not whole else f"{part * 100_000 // whole / 1000:.3f}"


class Direct:
    """The same history, counted one by one."""

    def __init__(self, sales, complaints, months):
        today = now()
        number = today.year * 12 + today.month - months
        since = datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
        first = {}
        for sale in sales:
            if sale.received and sale.buyer:
                first.setdefault(sale.buyer, sale.paid_at)
        self.first = first
        self.sales = [sale for sale in sales if sale.received and sale.paid_at >= since]
        self.complaints = [one for one in complaints if one.opened_at >= since]
        self.disputes = [one for one in self.complaints if is_dispute(one)]

    def customer(self, sale):
        if sale.renewal:
            return "subscriber"
        return "returning" if sale.buyer and self.first[sale.buyer] < sale.paid_at else "new"

    def by(self, of_sale, of_dispute, currency):
        """Name: payments, disputes, paid, disputed."""
        figures = {}
        for sale in self.sales:
            row = figures.setdefault(of_sale(sale), [0, 0, 0, 0])
            row[0] += 1
            row[2] += sale.received * (sale.currency == currency)
        for one in self.disputes:
            row = figures.setdefault(of_dispute(one), [0, 0, 0, 0])
            row[1] += 1
            row[3] += one.amount * (one.sale.currency == currency)
        return figures

    def by_product(self, currency):
        figures = {}
        for sale in self.sales:
            for title, price, pieces in sale.lines:
                row = figures.setdefault(title, [0, 0, 0, 0])
                row[0] += 1
                row[2] += price * pieces * (sale.currency == currency)
        for one in self.disputes:
            for title, price, pieces in one.sale.lines:
                row = figures.setdefault(title, [0, 0, 0, 0])
                row[1] += 1
                row[3] += price * pieces * one.amount // one.sale.received * (one.sale.currency == currency)
        return figures


def as_written(figures, currency):
    """As the file has them."""
    return {
        name: {
            "Payments": str(payments), "Disputes": str(disputes), "Rate %": percent(disputes, payments),
            "Paid": str(Money(paid, currency).decimal()), "Disputed": str(Money(disputed, currency).decimal()),
            "Rate by amount %": percent(disputed, paid), "Currency of amounts": currency.upper(),
        }
        for name, (payments, disputes, paid, disputed) in figures.items()
    }  # fmt: skip


def test_fifty_thousand_payments_are_counted_right_in_as_many_statements_as_none(app, database, mira):
    mira.get(HERE)
    with statements_of(app) as for_nothing:
        mira.get(HERE)
    sales, complaints = tell(MANY, days=400)
    with database.session() as session:
        write(session, sales, complaints)
        session.commit()

    with statements_of(app) as for_many, work_of(app) as work:
        page = mira.get(f"{HERE}?months={MONTHS}")

    assert len(for_many) == len(for_nothing) <= 20
    told = Direct(sales, complaints, MONTHS)
    assert len(told.sales) > 40_000
    assert len(told.disputes) > 100
    check_files(mira, told, "eur")
    check_page(page, told)
    keep_finished_months(database)
    with statements_of(app) as for_kept, work_of(app) as work_for_kept:
        page = mira.get(f"{HERE}?months={MONTHS}")
    assert len(for_kept) == len(for_nothing)
    assert sum(work_for_kept) * 4 <= sum(work)
    check_files(mira, told, "eur")
    check_page(page, told)
    dollars = sheet(mira, "countries", months=3, currency="usd")
    fewer = Direct(sales, complaints, 3)
    assert dollars == as_written(fewer.by(lambda one: one.country, lambda one: one.sale.country, "usd"), "usd")


def check_files(mira, told, currency):
    def month(moment):
        return f"{moment:%Y-%m}"

    assert sheet(mira, "months", months=MONTHS) == as_written(
        told.by(lambda sale: month(sale.paid_at), lambda one: month(one.opened_at), currency), currency
    )
    assert sheet(mira, "countries") == as_written(
        told.by(lambda sale: sale.country, lambda one: one.sale.country, currency), currency
    )
    assert sheet(mira, "customers") == as_written(
        told.by(told.customer, lambda one: told.customer(one.sale), currency), currency
    )
    assert sheet(mira, "products") == as_written(told.by_product(currency), currency)


def check_page(page, told):
    words = page.words("main")
    assert f"{len(told.disputes)} disputes of {len(told.sales):,} payments" in words
    status = Counter(one.status for one in told.complaints)
    assert f"({status['warning_closed']} inquiries and {status['prevented']} prevented in this time)" in words
    won, lost = status["won"], status["lost"]
    assert f"By reason: {won * 10_000 // (won + lost) / 100:.2f} % of what was decided is won" in words
    fees = sum(one.fee for one in told.complaints)
    lost_money = {
        currency: sum(one.withheld for one in told.complaints if one.status == "lost" and one.sale.currency == currency)
        for currency in ("eur", "usd")
    }
    cost = page.find("h2", id="cost").find_parent("section")
    euros, dollars = [[cell.get_text() for cell in row.find_all("td")] for row in cost.find("tbody").find_all("tr")]
    assert euros[:3] == [Money(sum_, "eur").format() for sum_ in (lost_money["eur"], fees, lost_money["eur"] + fees)]
    assert dollars[:2] == [Money(sum_, "usd").format() for sum_ in (lost_money["usd"], 0)]
    assert [len(drawing.find_all("rect")) for drawing in page.find_all("svg", class_="sales-chart")] == [
        12,
        12,
        10,
        4,
        3,
        3,
    ]


def test_a_shop_without_a_dispute_has_a_page_too(mira):
    for odd in ("", "?months=0", "?months=x&currency=%27"):
        assert "0 disputes of 0 payments" in mira.get(f"{HERE}{odd}").words("main")
    assert sheet(mira, "reasons") == {}
    mira.get(f"{HERE}/passwords.csv", status=404)
