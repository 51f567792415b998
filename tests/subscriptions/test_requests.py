"""What a merchant asks Stripe to do: a row, a command, and what Stripe says afterwards."""

from sqlalchemy import select

from storefront.subscriptions.request import SubscriptionRequest
from tests.cashier.mira import mira_at
from tests.cashier.postbag import hold_back


def asks(mira, name, deed, button):
    mira.submit(mira.get(f"/backoffice/subscriptions/{name}/requests/{deed}"), button, note="by phone")


def test_pause_go_on_and_end(club, tea):
    name, mira = club.joins(tea), mira_at(club.counter)
    club.new_letters()
    asks(mira, name, "pause", "Pause it")
    assert club.at_stripe(name)["pause_collection"] is None, "nothing happens inside the request"
    club.counter.work()
    assert club.at_stripe(name)["pause_collection"]["behavior"] == "void"
    assert (club.row(name).pause, club.new_letters()) == ("void", ["paused"])

    asks(mira, name, "resume", "Go on after the pause")
    club.counter.work()
    assert (club.at_stripe(name)["pause_collection"], club.new_letters()) == (None, ["resumed"])
    asks(mira, name, "end_later", "End it with the paid time")
    club.counter.work()
    assert (club.at_stripe(name)["cancel_at_period_end"], club.new_letters()) == (True, ["will_end"])
    asks(mira, name, "stay", "Take its end back")
    club.counter.work()
    assert (club.row(name).ends_at, club.at_stripe(name)["cancel_at"]) == (None, None)

    asks(mira, name, "end_now", "End it at once")
    club.counter.work()

    assert (club.row(name).status, club.new_letters()) == ("canceled", ["ended"])
    assert club.ours(name) == club.theirs(name)
    page = mira.get(f"/backoffice/subscriptions/{name}")
    assert not page.select('a[href*="/requests/"]')
    assert "Asked to end it at once. by phone" in page.words("main")


def test_a_lost_answer_is_asked_for_again_under_the_same_key(club, tea):
    name, mira = club.joins(tea), mira_at(club.counter)
    club.new_letters()
    club.sandbox.fault("cut_after", path="POST /v1/subscriptions/*")
    asks(mira, name, "end_later", "End it with the paid time")
    club.counter.work()
    club.later(60)

    keys = [
        one
        for one in club.sandbox.requests()
        if one["method"] == "POST" and one["path"].endswith(f"subscriptions/{name}")
    ]
    assert len(keys) == 2
    assert (club.row(name).ends_at is not None, club.new_letters()) == (True, ["will_end"])

    club.sandbox.fault("cut_after", path="DELETE /v1/subscriptions/*")
    asks(mira, name, "end_now", "End it at once")
    club.counter.work()
    club.later(60)
    with club.counter.sessions() as session:
        assert {row.state for row in session.scalars(select(SubscriptionRequest))} == {"confirmed"}
    assert (club.row(name).status, club.new_letters()) == ("canceled", ["ended"])


def test_stripes_word_replaces_ours_and_the_timeline_says_so(club, tea):
    name, mira = club.joins(tea), mira_at(club.counter)
    club.counter.work()
    hold_back(club.counter)
    asks(mira, name, "pause", "Pause it")
    club.sandbox.fault("timeout_before", path=f"GET /v1/subscriptions/{name}", times=1, seconds=5)
    club.counter.work(deliver=False)
    club.stripe("POST", f"subscriptions/{name}", pause_collection="")
    club.later(60)

    assert (club.row(name).pause, club.at_stripe(name)["pause_collection"]) == ("", None)
    assert "Mira had asked to pause it, but Stripe says otherwise. Stripe's word counts." in club.told(name)


def test_what_stripe_refuses_is_shown(club, tea):
    name, mira = club.joins(tea), mira_at(club.counter)
    club.counter.work()
    hold_back(club.counter)
    asks(mira, name, "end_later", "End it with the paid time")
    club.stripe("DELETE", f"subscriptions/{name}")
    club.counter.work(deliver=False)

    assert club.row(name).status == "canceled"
    assert "Stripe refused to end it with the paid time" in mira.get(f"/backoffice/subscriptions/{name}").words("main")
