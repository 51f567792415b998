"""A wrong clock or a wrong secret refuses every delivery: the merchant must hear of it, and nothing may be lost."""

from tests.cashier.evidence import assert_paid_once, refusals
from tests.cashier.mira import mira_at
from tests.cashier.postbag import deliver, events_of, hold_back, only
from tests.fixtures.running import until


def test_a18_a_burst_of_timestamp_failures_alarms_the_merchant(counter):
    hold_back(counter)
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id)
    events = events_of(counter, session_id)
    mira = mira_at(counter)
    assert "refused" not in mira.get("/backoffice").words("main")

    def our_clock_is_six_minutes_fast():
        assert {deliver(counter, event, age=360) for event in events} == {400}
        return refusals(counter).get("clock")

    until(our_clock_is_six_minutes_fast, "a refusal by the clock is counted", 60)

    assert "refused in the last 24 hours" in mira.get("/backoffice").words("main")
    assert "check this machine's clock" in mira.get("/backoffice/events").words("main")
    counter.sandbox.heal()
    for event in events:
        [answer] = counter.sandbox.resend(event["id"])
        assert answer["status"] == 200, "the clock is right again, and Stripe tries once more"
    counter.work(deliver=False)
    assert_paid_once(counter, reference)


def test_a18_is_told_from_a_wrong_secret_while_two_are_known(open_counter):
    counter = open_counter(STRIPE_WEBHOOK_SECRET="whsec_of_the_tests,whsec_of_next_year")
    hold_back(counter)
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id)
    event = only(events_of(counter, session_id), "checkout.session.completed")

    def refused():
        assert deliver(counter, event, age=360) == 400
        return refusals(counter)

    found = until(refused, "a refusal is counted", 60)

    assert set(found) == {"clock"}


def test_a13_a_wrong_secret_alarms_the_merchant(counter):
    mira = mira_at(counter)
    hold_back(counter)
    reference = counter.checks_out(counter.sells())
    session_id = counter.page_of(reference)
    counter.pays(session_id)
    event = only(events_of(counter, session_id), "checkout.session.completed")

    def mistyped():
        assert deliver(counter, event, secret="whsec_mistyped") == 400
        return refusals(counter).get("signature")

    until(mistyped, "a refusal by its signature is counted", 60)

    assert "refused in the last 24 hours" in mira.get("/backoffice").words("main")
    assert "signed with another secret" in mira.get("/backoffice/events").words("main")
