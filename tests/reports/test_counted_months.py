"""Finished months are counted once, and again when a payment of theirs has changed."""

from datetime import timedelta

from sqlalchemy import select, update

from storefront.clock import now
from storefront.payments.payment import Payment
from storefront.reports.counted_month import CountedMonth, changed_months, firsts
from storefront.reports.disputes import dispute_report
from tests.reports.history import Sale, write


def count(session):
    """As the worker does, to the end. Answers which months were counted."""
    counted = []
    while found := changed_months(session):
        counted += [session.merge(month).month for month in found]
        session.flush()
    return counted


def test_a_month_is_counted_again_when_it_has_changed(session):
    *_, older, last, this = firsts(now(), 25)
    at = (older + timedelta(days=2), last + timedelta(days=2), this)
    tea = (("Tea", 1000, 1),)
    write(
        session,
        [Sale(number, None, "DE", "eur", 1000, tea, day, renewal=False) for number, day in enumerate(at, 1)],
        [],
    )
    live = dispute_report(session, 3, "eur")

    assert count(session) == firsts(now(), 25)[:-1]
    assert dispute_report(session, 3, "eur") == live
    assert [tally.paid for tally in live.months.values()] == [1000, 1000, 1000]

    session.execute(update(Payment).where(Payment.id == 1).values(received=400))
    assert [tally.paid for tally in dispute_report(session, 3, "eur").months.values()] == [1000, 1000, 1000]
    assert count(session) == [older]
    assert [tally.paid for tally in dispute_report(session, 3, "eur").months.values()] == [400, 1000, 1000]

    session.execute(update(Payment).where(Payment.id == 2).values(received=0))
    assert count(session) == [last]
    found = dispute_report(session, 3, "eur")
    assert (found.total.payments, found.products["Tea"].payments, found.countries["DE"].paid) == (2, 2, 1400)

    session.delete(session.scalars(select(CountedMonth).where(CountedMonth.month == older)).one())
    session.flush()
    assert dispute_report(session, 3, "eur").total.payments == 2, "what is not kept is counted"
