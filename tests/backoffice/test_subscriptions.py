from datetime import timedelta

import pytest

from storefront.clock import now
from storefront.reports import subscribers
from tests.client import Client
from tests.subscriptions.rows import a_paid_invoice, a_subscription


def test_an_empty_shop_says_so(mira):
    assert "No subscriptions here." in mira.get("/backoffice/subscriptions").words("main")
    assert "None has ended" in mira.get("/backoffice/subscriptions/figures").words("main")
    mira.get("/backoffice/subscriptions/sub_of_nobody", 404)


def test_failing_payments_come_first_on_every_page(mira, session, monkeypatch):
    monkeypatch.setattr(subscribers, "PAGE", 3)
    for number in range(8):
        late = number in (0, 3, 5, 6)
        a_subscription(
            session, f"sub_{number}", name=f"Buyer {number}", status="past_due" if late else "active",
            late_since=now() - timedelta(days=number) if late else None,
        )  # fmt: skip
    session.commit()

    seen, path = [], "/backoffice/subscriptions"
    while path:
        page = mira.get(path)
        seen += [tag.get_text() for tag in page.select("tbody th a")]
        more = page.select_one('a[rel="next"]')
        path = more["href"] if more else None

    assert seen == [f"Buyer {number}" for number in (6, 5, 3, 0, 7, 4, 2, 1)]
    assert "failing for 6 days" in mira.get("/backoffice/subscriptions").words("main")


@pytest.mark.parametrize(
    ("which", "names"),
    [("late", ["sub_u"]), ("trialing", ["sub_t"]), ("ending", ["sub_e", "sub_f"]), ("paused", ["sub_p", "sub_q"]), ("ended", ["sub_x"])],
)  # fmt: skip
def test_filters(mira, session, which, names):
    soon = now() + timedelta(days=9)
    rows = {
        "sub_u": {"status": "unpaid"}, "sub_t": {"status": "trialing", "trial_end": soon}, "sub_e": {"cancel_at": soon},
        "sub_f": {"cancel_at_period_end": True}, "sub_p": {"status": "paused"}, "sub_q": {"pause": "void"},
        "sub_x": {"status": "canceled", "cancel_at": soon, "ended_at": now()},
    }  # fmt: skip
    for name, facts in rows.items():
        a_subscription(session, name, **facts)
    session.commit()

    page = mira.get(f"/backoffice/subscriptions?status={which}")

    assert sorted(tag["href"].rsplit("/", 1)[-1] for tag in page.select("tbody th a")) == names


def test_search_finds_a_buyer_and_nobody_else(mira, session):
    a_subscription(session, "sub_1")
    a_subscription(session, "sub_2", email="bo@stranger.example", name="Bo")
    session.commit()
    words = mira.get("/backoffice/subscriptions?q=bo@stranger.example").words("tbody")
    assert "Bo" in words
    assert "Ada" not in words


def test_the_page_of_one_offers_what_is_possible_and_asks_before(mira, session):
    row = a_subscription(session)
    a_paid_invoice(session, row, now() - timedelta(days=1), now() + timedelta(days=29))
    session.commit()
    page = mira.get("/backoffice/subscriptions/sub_1")
    assert "A-0001" in page.words("main")
    links = [tag.get_text() for tag in page.select('a[href*="/requests/"]')]
    assert links == ["Pause it", "End it with the paid time", "End it at once"]

    sure = mira.get("/backoffice/subscriptions/sub_1/requests/end_now")
    assert "It cannot be taken back" in sure.words("main")
    mira.submit(sure, "End it at once", note="asked on the phone")

    page = mira.get("/backoffice/subscriptions/sub_1")
    assert "has not answered yet" in page.words("main")
    assert not page.select('a[href*="/requests/"]')
    assert "Asked to end it at once. asked on the phone" in page.words("main")


def test_what_is_not_possible_is_refused(mira, session):
    a_subscription(session)
    session.commit()
    token = mira.get("/backoffice/subscriptions/sub_1/requests/pause").find("input", attrs={"name": "csrf_token"})[
        "value"
    ]
    here = "/backoffice/subscriptions/sub_1/requests"
    mira.get(f"{here}/resume", 409)
    mira.get(f"{here}/explode", 404)
    mira.post(here, {"csrf_token": token, "deed": "resume"}, 409)
    mira.post(here, {"csrf_token": token, "deed": "explode"}, 404)
    mira.post(here, {"csrf_token": token, "deed": "pause", "note": "card 4242 4242 4242 4242"}, 422)
    mira.post(here, {"csrf_token": token, "deed": "pause"})
    mira.post(here, {"csrf_token": token, "deed": "pause"})
    mira.post(here, {"csrf_token": token, "deed": "end_now"}, 409)


def test_figures_are_drawn_and_written(mira: Client, session):
    row = a_subscription(session, started_at=now() - timedelta(days=70))
    a_paid_invoice(session, row, now() - timedelta(days=10), now() + timedelta(days=20))
    session.commit()

    page = mira.get("/backoffice/subscriptions/figures")

    assert "€9.00 now, from 1 subscription" in page.words("main")
    assert len(page.select("svg rect")) == len(page.select("tbody tr")) == 12
    assert float(page.select("svg rect")[-1]["height"]) > 0
