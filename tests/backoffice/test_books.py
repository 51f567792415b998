"""Mira's books: she compares, sees each difference in words, mends it with a click, and hands the month to her accountant."""

import csv
import io

import pytest
from sqlalchemy import delete, update

from storefront.cashier.checking import check_one
from storefront.clock import now
from storefront.orders.order import Order
from storefront.payments.ledger import LedgerEntry
from storefront.reports.accounting import NoMonthError, month_of
from storefront.reports.sheet import cell
from tests.cashier.evidence import assert_paid_once
from tests.cashier.mira import mira_at
from tests.cashier.postbag import hold_back

HERE = "/backoffice/books"


def works_on_books(counter):
    while check_one(counter.till):
        pass


def test_she_compares_and_mends_one_difference_with_a_click(counter):
    hold_back(counter)
    reference = counter.checks_out(counter.sells())
    counter.pays(counter.page_of(reference))
    number = counter.order(reference).number
    mira = mira_at(counter)
    assert "not been compared" in mira.get(HERE).words("main")

    mira.submit(mira.get(HERE), "Compare now")
    assert "A comparison was asked for by Mira" in mira.get(HERE).words("main")
    works_on_books(counter)

    page = mira.get(HERE)
    assert "1 difference" in page.words("main")
    assert f"Order {number}: Stripe has pi_" in page.words("main")
    mira.submit(page, "Repair")
    works_on_books(counter)
    counter.work(deliver=False)

    words = mira.get(HERE).words("main")
    assert "No difference" in words
    assert "1 difference was repaired" in words
    assert_paid_once(counter, reference)


def test_repair_all_leaves_to_her_what_no_reading_mends(counter):
    counter.buys(counter.sells())
    with counter.sessions.begin() as session:
        session.execute(update(LedgerEntry).values(amount=1))
    mira = mira_at(counter)
    mira.submit(mira.get(HERE), "Compare now")
    works_on_books(counter)

    mira.submit(mira.get(HERE), "Repair all")
    works_on_books(counter)

    words = mira.get(HERE).words("main")
    assert "the ledger has €0.01" in words
    assert "a person must look" in words
    assert "0 differences were repaired" in words


def test_stripe_away_is_tried_again_and_said(counter):
    mira = mira_at(counter)
    mira.submit(mira.get(HERE), "Compare now")
    counter.sandbox.fault("500_before", where="request", path="GET /v1/checkout/sessions", times=None)

    assert check_one(counter.till)

    assert "It waits" in mira.get(HERE).words("main")
    counter.sandbox.heal()
    counter.sandbox.advance(60)
    works_on_books(counter)
    assert "No difference" in mira.get(HERE).words("main")


def test_the_months_ledger_is_safe_in_a_spreadsheet(counter):
    reference = counter.buys(counter.sells())
    with counter.sessions.begin() as session:
        session.execute(update(Order).values(name='=cmd|" /C calc"!A0'))
    mira = mira_at(counter)
    month = f"{now():%Y-%m}"

    page = mira.get(f"{HERE}/{month}.csv")

    [header, row] = csv.reader(io.StringIO(page.text))
    entry = dict(zip(header, row, strict=True))
    assert (entry["Kind"], entry["Amount"], entry["Currency"]) == ("charge", "17.40", "EUR")
    assert entry["Order"] == counter.order(reference).number
    assert entry["Buyer"] == '\'=cmd|" /C calc"!A0'
    assert f"Ledger of {month}" in mira.get(HERE).words("main")


def test_a_month_without_entries_has_only_its_header(counter):
    with counter.sessions.begin() as session:
        session.execute(delete(LedgerEntry))
    result = counter.app.test_cli_runner().invoke(args=["books", "--csv", "2020-02"])
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)


def test_no_month_is_a_sentence(counter):
    result = counter.app.test_cli_runner().invoke(args=["books", "--csv", "2026-13"])
    assert result.exit_code == 1
    assert "'2026-13' is not a month. Write it as 2026-11." in result.output
    mira_at(counter).get(f"{HERE}/2026-13.csv", status=404)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx"])
def test_what_a_spreadsheet_would_count_becomes_text(text):
    assert cell(text) == f"'{text}"


def test_months_begin_and_end_where_they_should():
    assert [f"{one:%Y-%m-%d}" for one in month_of("2026-12")] == ["2026-12-01", "2027-01-01"]
    with pytest.raises(NoMonthError):
        month_of("2026-1")
