"""`/metrics`: what waits, what was given up, what moved, for who knows the token and for nobody else."""

import re

from storefront.inbox.event import StripeEvent
from tests.cashier.postbag import hold_back
from tests.client import Client

TOKEN = "only-the-monitoring-knows-this"


def read(counter, token=TOKEN, status=200):
    answer = Client(counter.app).raw.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == status
    return answer


def figures(text):
    """By the whole name with its labels."""
    return {name: float(value) for name, value in re.findall(r"^(storefront_\S+) (\S+)$", text, flags=re.MULTILINE)}


def test_what_waits_and_what_moved(open_counter):
    counter = open_counter(METRICS_TOKEN=TOKEN)
    counter.buys(counter.sells(price=1250))
    found = figures(read(counter).text)
    assert found['storefront_movements{kind="charge",currency="eur"}'] == 1
    assert found['storefront_moved_minor_units{kind="charge",currency="eur"}'] == 1740
    assert found['storefront_due{queue="events"}'] == found['storefront_parked{queue="events"}'] == 0
    assert found["storefront_last_event_age_seconds"] < 600

    hold_back(counter)
    with counter.sessions.begin() as session:
        event = session.query(StripeEvent).first()
        event.state = "failed"
    with counter.sessions.begin() as session:
        waiting = session.query(StripeEvent).filter(StripeEvent.state != "failed").first()
        waiting.state = "received"
        waiting.due_now()
    counter.sandbox.advance(3600)

    later = figures(read(counter).text)
    assert later['storefront_parked{queue="events"}'] == 1
    assert later['storefront_due{queue="events"}'] == 1
    assert later['storefront_overdue_seconds{queue="events"}'] >= 3600
    assert later["storefront_last_event_age_seconds"] >= 3600


def test_each_name_is_explained_once_and_its_lines_stand_together(open_counter):
    counter = open_counter(METRICS_TOKEN=TOKEN)
    answer = read(counter)

    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer.get_data(as_text=True).endswith("\n")
    names = []
    for line in answer.text.splitlines():
        plain = re.fullmatch(r"(storefront_\w+)(\{(\w+=\"[\w ]*\",?)+\})? -?[\d.e+]+", line)
        told = re.fullmatch(r"# (HELP|TYPE) (storefront_\w+) .+", line)
        assert plain or told, line
        names.append(plain[1] if plain else told[2])
    runs = [name for place, name in enumerate(names) if place == 0 or names[place - 1] != name]
    assert len(runs) == len(set(runs))


def test_nobody_else_learns_anything(open_counter):
    counter = open_counter(METRICS_TOKEN=TOKEN)

    for token in ("", "wrong", TOKEN[:-1], "\u00e9"):
        assert "storefront_" not in read(counter, token.encode().decode("latin-1"), 404).text
    assert open_counter().app.test_client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
