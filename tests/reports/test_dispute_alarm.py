"""The alarm of disputes: what counts, from which rate on, and one letter each time that the rate rises to a limit."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from storefront.clock import now
from storefront.outbox.letter import Letter
from storefront.payments.dispute import Dispute
from storefront.reports.dispute_alarm import crossings, watch
from storefront.reports.dispute_rate import Level, Rate, recent_rate
from storefront.staff.member import add_member
from tests.cast import BO, MIRA
from tests.reports.history import Complaint, Sale, write


def a_history(session, payments, disputes, status="needs_response"):
    at = now() - timedelta(days=3)
    tea = (("Tea", 1000, 1),)
    sales = [Sale(number, None, "DE", "eur", 1000, tea, at, renewal=False) for number in range(1, payments + 1)]
    complaints = [Complaint(sale.id, sale, status, "fraudulent", 1000, 1000, 1500, at) for sale in sales[:disputes]]
    write(session, sales, complaints)
    return complaints


def disputed(session, many):
    """As many count as this; the others are inquiries."""
    session.execute(update(Dispute).values(status="warning_closed"))
    session.execute(update(Dispute).where(Dispute.id <= many).values(status="lost"))
    watch(session)
    session.flush()
    return recent_rate(session)


def letters(session):
    """The limits that were written of, to Mira."""
    found = session.scalars(
        select(Letter).where(Letter.kind == "dispute_rate", Letter.recipient == MIRA).order_by(Letter.id)
    )
    return [one.facts["limit"] for one in found]


def test_each_rise_to_a_limit_is_told_once(session):
    add_member(session, MIRA, "Mira")
    add_member(session, BO, "Bo")
    a_history(session, payments=1000, disputes=20)
    for many, level, told in (
        (4, Level.CALM, []),
        (5, Level.WARNING, ["0.5 %"]),
        (4, Level.CALM, ["0.5 %"]),
        (5, Level.WARNING, ["0.5 %", "0.5 %"]),
        (7, Level.WARNING, ["0.5 %", "0.5 %"]),
        (8, Level.ALARM, ["0.5 %", "0.5 %", "0.75 %"]),
        (7, Level.WARNING, ["0.5 %", "0.5 %", "0.75 %"]),
        (8, Level.ALARM, ["0.5 %", "0.5 %", "0.75 %"]),
        (3, Level.CALM, ["0.5 %", "0.5 %", "0.75 %"]),
        (20, Level.ALARM, ["0.5 %", "0.5 %", "0.75 %", "0.75 %"]),
    ):
        assert disputed(session, many) == Rate(many, 1000)
        assert recent_rate(session).level == level
        assert letters(session) == told, many
    assert session.scalar(select(Letter.facts).where(Letter.recipient == BO)) is not None
    assert [(row.level, row.disputes, row.ended_at is None) for row in crossings(session)][:2] == [
        (1, 20, True),
        (2, 20, True),
    ]


def test_what_counts(session):
    complaints = a_history(session, payments=30, disputes=9)
    words = (
        "warning_needs_response",
        "warning_closed",
        "prevented",
        "won",
        "lost",
        "needs_response",
        "under_review",
        "said_in_2031",
    )
    for one, status in zip(complaints, words, strict=False):
        session.execute(update(Dispute).where(Dispute.id == one.id).values(status=status))
    session.execute(update(Dispute).where(Dispute.id == 9).values(opened_at=now() - timedelta(days=31)))

    assert recent_rate(session) == Rate(5, 30)
    assert recent_rate(session, exact=False) == Rate(5, 30)

    session.execute(delete(Dispute).where(Dispute.id > 3))
    assert recent_rate(session, exact=False).level == Level.CALM


def test_limits_are_compared_exactly():
    assert [Rate(5, payments).level for payments in (667, 1000, 1001)] == [Level.WARNING, Level.WARNING, Level.CALM]
    assert Rate(5, 666).level == Level.ALARM
    assert Rate(1, 0).level == Level.ALARM
    assert Rate(0, 0).level == Level.CALM
    assert Rate(1, 0).parts is None
