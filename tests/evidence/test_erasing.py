"""Where a purchase came from is forgotten by age, unless a bank still asks about it."""

from datetime import timedelta

from storefront.clock import now
from storefront.evidence.erasing import KEPT, erase_traces
from storefront.orders.order import Order
from storefront.payments.reminding import remind
from tests.evidence.test_compelling import dispute_of, purchase


def test_traces_are_erased_by_age(session):
    old, young = now() - KEPT - timedelta(hours=1), now() - KEPT + timedelta(hours=1)
    purchase(session, old, "OLD")
    purchase(session, young, "YOUNG")
    session.add(dispute_of(purchase(session, old, "ASKED"), "du_open", now()))
    session.flush()

    assert erase_traces(session) == 1
    session.expire_all()

    kept = {order.number: order.ip for order in session.query(Order)}
    assert kept == {"OLD": "", "YOUNG": "203.0.113.7", "ASKED": "203.0.113.7"}
    assert erase_traces(session) == 0


def test_a_deadline_is_spoken_of_once_more(session):
    payment = purchase(session, now() - timedelta(days=9), "ASKED")
    near, far, past = (dispute_of(payment, f"du_{name}", now()) for name in ("near", "far", "past"))
    near.due_by, far.due_by, past.due_by = (now() + timedelta(hours=hours) for hours in (71, 73, -1))
    session.add_all([near, far, past])
    session.flush()
    assert (remind(session), remind(session)) == (1, 0)
    assert [one.warned_at is not None for one in (near, far, past)] == [True, False, False]
