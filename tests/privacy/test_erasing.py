"""All that is held about a buyer: handed out whole, then erased, and it stays erased whatever Stripe says later."""

import pytest
import requests
from sqlalchemy import select

from storefront.inbox.event import StripeEvent
from storefront.orders.order import Order
from storefront.privacy.register import HELD, PASSING
from tests.cashier.disputed import books_agree
from tests.cashier.mira import mira_at
from tests.cashier.returns import at_dashboard
from tests.privacy import quist

NOT_IN_THE_STORY = {"captures", "payment_links", "fraud_warnings", "evidence_pictures"}


@pytest.fixture
def mira(counter):
    return mira_at(counter)


def order_rows(counter):
    with counter.sessions() as session:
        wanted = select(Order.number, Order.total, Order.tax, Order.currency, Order.created_at).order_by(Order.id)
        return session.execute(wanted).all()


def test_everything_is_handed_out_then_she_is_erased_and_does_not_come_back(counter, mira):
    ada = counter.buys(counter.sells("Teapot"))
    browser = quist.a_browser(counter)
    tea = quist.buys(counter, browser, counter.sells("Tea"), quantity=2)
    quist.signs_in(counter, browser)
    waits = browser.get("/account/data").words("main")
    assert f"Order {counter.order(tea).number} is paid and not wholly sent" in waits
    assert "Erase me" not in waits
    quist.sent_and_noted(counter, mira, tea)
    quist.takes_a_file(counter, browser)
    quist.disputes(counter, mira)
    club = quist.subscribes(counter, browser)
    assert "is not over" in browser.get("/account/data").words("main")
    quist.ends(counter, mira, club)

    before, everywhere = order_rows(counter), quist.traces(counter, PASSING)
    data, files = quist.unpacked(browser.raw.get("/account/data.zip", base_url=counter.url).data)

    assert {table for table, _ in everywhere} <= set(HELD)
    assert {trace for _, trace in everywhere} == quist.telling(counter)
    handed_out = {name for name, section in data["held"].items() if section["rows"]}
    assert set(HELD) - handed_out == NOT_IN_THE_STORY | {"order_words"}
    assert {table for table, _ in everywhere} - {"order_words"} <= handed_out
    assert any(name.startswith("files/evidence_files-") for name in files)
    told = str(data)
    assert all(trace in told.lower() for trace in quist.telling(counter) - {"jd77014600"})
    assert "Mira" not in told
    assert "ada@buyer.example" not in told
    [customer] = {row["stripe_customer"] or "" for row in data["held"]["buyers"]["rows"]} - {""} or {
        row["customer"] for row in data["held"]["subscriptions"]["rows"]
    }

    page = browser.get("/account/data")
    browser.submit(page, "Erase me", 422, email="ada@buyer.example")
    assert quist.traces(counter, PASSING) == everywhere
    assert "You are erased" in browser.follow(browser.submit(page, "Erase me", email=quist.email(counter).upper())).text
    stripe_is_slow_to_forget(counter, mira)

    assert quist.traces(counter, PASSING) == set()
    assert order_rows(counter) == before
    assert at_stripe(counter, customer).get("deleted") is True
    assert "Send me a link" in browser.get("/account").text
    with counter.sessions() as session:
        gone = session.scalars(select(StripeEvent).where(StripeEvent.type == "customer.deleted"))
        assert [event.object_id for event in gone] == [customer]
    assert counter.order(ada).email == "ada@buyer.example"
    assert "Ada Field" in mira.get(f"/backoffice/orders/{counter.order(ada).number}").words("main")
    assert "who bought this is not known" in mira.get(f"/backoffice/orders/{counter.order(tea).number}").words("main")

    intents = {one["metadata"]["order"]: one["id"] for one in counter.at_stripe()}
    at_dashboard(counter, intents[counter.order(tea).number], amount=100)
    tried_again(counter, mira, "payment_intent.succeeded")
    counter.work()

    assert "1.00" in mira.get(f"/backoffice/orders/{counter.order(tea).number}").words("main")
    assert quist.traces(counter, PASSING) == set()
    books_agree(counter)


def stripe_is_slow_to_forget(counter, mira):
    """The customer's deletion fails at first, and what the subscription is looks as before until then."""
    counter.sandbox.fault("429", where="request", path="DELETE /v1/customers/*", times=1)
    tried_again(counter, mira, "customer.subscription.deleted")
    counter.work()
    counter.sandbox.advance(70)
    counter.work()


def tried_again(counter, mira, kind):
    """Whatever is left of these events, Stripe is asked once more what they were about."""
    with counter.sessions() as session:
        names = session.scalars(select(StripeEvent.event_id).where(StripeEvent.type == kind)).all()
    assert names
    for name in names:
        page = mira.get(f"/backoffice/events/{name}")
        token = page.select_one("input[name=csrf_token]")["value"]
        mira.post(f"/backoffice/events/{name}/tries", {"csrf_token": token})


def at_stripe(counter, customer):
    key = counter.till.settings.stripe_secret_key
    return requests.get(f"{counter.sandbox.url}/v1/customers/{customer}", auth=(key, ""), timeout=10).json()


def test_merchants_erase_with_the_address_typed_and_only_when_all_is_settled(counter, mira):
    browser = quist.a_browser(counter)
    tea = counter.sells("Tea")
    sent = quist.buys(counter, browser, tea)
    waiting = counter.checks_out(tea, client=browser)
    counter.page_of(waiting)
    counter.work()
    mira.submit(mira.get(f"/backoffice/orders/{counter.order(sent).number}"), "Mark as shipped")
    open_one = quist.buys(counter, browser, tea, card="4000000000000259")  # disputed at once
    order = mira.get(f"/backoffice/orders/{counter.order(sent).number}")
    page = mira.follow(mira.submit(order, "All that is held about this buyer"))
    said = page.words("main")
    assert "is disputed: the bank has to decide first" in said
    assert f"Order {counter.order(open_one).number} is paid and not wholly sent" in said
    assert "Erase for good" not in said

    before = quist.traces(counter, PASSING)
    token = page.select_one("input[name=csrf_token]")["value"]
    path = f"{page.path}/erasure"
    refused = mira.post(path, {"csrf_token": token, "email": quist.email(counter)}, 409)
    assert "Nothing was erased" in refused.text
    assert quist.traces(counter, PASSING) == before

    settled = counter.app.test_cli_runner().invoke(args=["privacy", "erase", quist.email(counter), "--yes"])
    assert settled.exit_code == 1
    assert "Nothing was erased. Order" in settled.output


def test_flask_privacy_hands_out_and_erases(counter, mira, tmp_path):
    reference = quist.buys(counter, quist.a_browser(counter), counter.sells("Tea"))
    mira.submit(mira.get(f"/backoffice/orders/{counter.order(reference).number}"), "Mark as shipped")
    counter.work()
    file, runner = tmp_path / "all.zip", counter.app.test_cli_runner()

    assert runner.invoke(args=["privacy", "export", "no@body.example"]).exit_code == 1
    assert runner.invoke(args=["privacy", "export", quist.email(counter), "--to", str(file)]).exit_code == 0
    data, _ = quist.unpacked(file.read_bytes())
    assert [row["name"] for row in data["held"]["orders"]["rows"]] == [quist.name(counter)]
    assert runner.invoke(args=["privacy", "erase", quist.email(counter)], input="n\n").exit_code == 1
    assert counter.order(reference).email == quist.email(counter)

    erased = runner.invoke(args=["privacy", "erase", quist.email(counter), "--yes"])

    assert erased.exit_code == 0, erased.output
    counter.work()
    assert quist.traces(counter, PASSING) == set()
    again = runner.invoke(args=["privacy", "erase", "no@body.example", "--yes"])
    assert "Nothing is held about the address" in again.output
    assert "flask privacy" in mira.get("/backoffice/buyers").words("main")
