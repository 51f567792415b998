"""The way to Stripe's customer portal: one's own and no other, once each time, from the account and from a letter."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import select, update

from storefront.buyers.buyer import Buyer, buyer_of
from storefront.buyers.dunning import dunning_link
from storefront.buyers.portal_visit import Deed, PortalVisit
from storefront.cashier.portal_terms import mend_portal
from storefront.catalog.plan import Terms
from storefront.clock import now
from storefront.subscriptions.subscription import Subscription
from tests.cast import ADA, BO, EXPIRY
from tests.client import Client
from tests.shopfront.signing_in import sign_in

MONTHLY = Terms("month")
LIST = "/account/subscriptions"


@pytest.fixture
def database(sqlite):
    return sqlite


@pytest.fixture
def club(counter):
    return counter.sells("Tea club", price=900, stock=50, plan=MONTHLY)


@pytest.fixture
def subscribe(counter, club):
    """`subscribe(email)`: subscribes, signs in and answers the browser and the subscription's row."""

    def act(email=ADA, card="4242424242424242", plan=club):
        reference = counter.checks_out(plan, client=Client(counter.app))
        counter.pays(counter.page_of(reference), card, email=email)
        counter.work()
        return sign_in(counter, email), row_of(counter, email)

    return act


def row_of(counter, email):
    with counter.sessions() as session:
        wanted = select(Subscription).join(Buyer).where(Buyer.email == email).order_by(Subscription.id.desc())
        row = session.scalars(wanted).first()
        assert row.items
        return row


def form_of(browser, **fields):
    return {"csrf_token": browser.get(LIST).select_one("input[name=csrf_token]")["value"], **fields}


def opens(counter, browser, **fields):
    """Where the form leads, through the cashier: an address at Stripe, or the refusal's status."""
    answer = browser.post("/account/portal", form_of(browser, **fields), status=307)
    return through_cashier(browser, answer)


def through_cashier(browser, answer, status=303):
    path = answer.headers["Location"]
    assert path.startswith("/portal?visit=")
    return browser.post(path, status=status)


def opened_at_stripe(counter):
    """What Stripe was asked for, newest last."""
    asked = counter.sandbox.requests()
    return [call for call in asked if call["path"] == "/v1/billing_portal/sessions" and call["method"] == "POST"]


def test_every_deed_opens_its_own_page_for_ones_own_customer(counter, subscribe):
    browser, row = subscribe()
    counter.sells("Coffee club", price=1200, stock=50, plan=MONTHLY)
    mend_portal(counter.till)
    assert mend_portal(counter.till)[1] == "kept"
    flows = {
        "home": None,
        "card": "payment_method_update",
        "plan": "subscription_update",
        "cancel": "subscription_cancel",
        "pause": "subscription_pause",
    }
    page = browser.get(LIST)
    assert {"Change card", "Change plan", "Cancel", "Pause"} <= {
        next(iter(button.stripped_strings)) for button in page.select("form[action='/account/portal'] button")
    }
    for deed, flow in flows.items():
        answer = opens(counter, browser, deed=deed, subscription=row.stripe_id, customer="cus_of_bo")
        assert urlsplit(answer.headers["Location"]).path.startswith("/p/session/")
        asked = opened_at_stripe(counter)[-1]["response"]
        assert asked["customer"] == row.customer
        assert (asked["flow"] or {}).get("type") == flow
        if flow and deed != "card":
            assert asked["flow"][flow]["subscription"] == row.stripe_id
        assert requests.get(answer.headers["Location"], timeout=10).status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_visit_opens_once_and_for_two_minutes_and_cannot_be_made_up(counter, subscribe):
    browser, _row = subscribe()
    mend_portal(counter.till)
    first = browser.post("/account/portal", form_of(browser, deed="home"), status=307)
    through_cashier(browser, first)
    again = through_cashier(browser, first, 410).get_data(as_text=True)
    late = browser.post("/account/portal", form_of(browser, deed="home"), status=307)
    counter.sandbox.advance(121)
    assert through_cashier(browser, late, 410).get_data(as_text=True) == again
    with counter.sessions() as session:
        name = session.scalars(select(PortalVisit.name).order_by(PortalVisit.id.desc())).first()
    for forged in (name, f"{name}.{'0' * 64}", "", "x.y"):
        assert browser.post(f"/portal?visit={forged}", status=410).get_data(as_text=True) == again


def test_posted_to_the_cashier_without_a_visit_it_is_asked_who_signs_for_it(counter, subscribe):
    browser, row = subscribe()
    mend_portal(counter.till)
    first = browser.post("/portal", form_of(browser, customer="cus_of_bo"), status=307)
    assert first.headers["Location"] == "/account/portal"
    second = browser.post("/account/portal", form_of(browser, customer="cus_of_bo"), status=307)
    through_cashier(browser, second)
    assert opened_at_stripe(counter)[-1]["response"]["customer"] == row.customer
    stranger = Client(counter.app)
    assert stranger.post("/portal", status=307).headers["Location"] == "/account/portal"
    stranger.post("/account/portal", status=401)


def test_back_from_the_portal_the_page_says_what_stripe_confirmed(counter, subscribe):
    browser, row = subscribe()
    mend_portal(counter.till)
    answer = opens(counter, browser, deed="cancel", subscription=row.stripe_id)
    done = requests.post(f"{answer.headers['Location']}/cancel/{row.stripe_id}", timeout=10, allow_redirects=False)
    assert done.headers["Location"].startswith(f"{counter.url}/portal?visit=")
    back = browser.follow(done)
    assert back.path == LIST
    assert "We are waiting for Stripe's confirmation" in back.words("main")
    assert "Active" in back.words("main"), "what Stripe has not confirmed yet is shown"
    assert back.find("a", string="Check again")
    counter.work(deliver=False)
    page = browser.get(LIST)
    assert "Cancelled" in page.words("main")
    assert "waiting for Stripe" not in page.words("main")
    home = opens(counter, browser, deed="home")
    requests.post(f"{home.headers['Location']}/stay/{row.stripe_id}", timeout=10)
    counter.work()
    assert "Active" in browser.get(LIST).words("main")


def test_after_the_end_it_opens_still(counter, subscribe):
    browser, row = subscribe()
    mend_portal(counter.till)
    url = f"{counter.sandbox.url}/v1/subscriptions/{row.stripe_id}"
    requests.delete(url, auth=(counter.till.settings.stripe_secret_key, ""), timeout=10).raise_for_status()
    counter.work()
    page = browser.get(LIST)
    assert "Ended" in page.words("main")
    answer = browser.submit(page, f"See past invoices : {row.what}", status=307)
    opened = requests.get(through_cashier(browser, answer).headers["Location"], timeout=10).text
    assert "You have no running subscription" in opened


def test_stripe_away_is_said_and_a_customer_who_is_gone_too(counter, subscribe):
    browser, row = subscribe()
    mend_portal(counter.till)
    counter.sandbox.fault("500_before", where="request", path="POST /v1/billing_portal/sessions", times=1)
    answer = browser.post("/account/portal", form_of(browser, deed="home"), status=307)
    assert "not possible at this moment" in through_cashier(browser, answer, 503).get_data(as_text=True)
    url = f"{counter.sandbox.url}/v1/customers/{row.customer}"
    requests.delete(url, auth=(counter.till.settings.stripe_secret_key, ""), timeout=10).raise_for_status()
    answer = browser.post("/account/portal", form_of(browser, deed="home"), status=307)
    assert "nothing left to manage" in through_cashier(browser, answer, 410).get_data(as_text=True)


def failed_letter(counter):
    letters = counter.letters("did not go through") or counter.letters("payment")
    found = [re.search(r"/account/portal/\S+", mail["text"]) for mail in letters]
    return next(match.group() for match in reversed(found) if match)


def test_the_letter_about_a_failed_payment_opens_the_card_and_nothing_else(counter, subscribe):
    trial = counter.sells("Coffee club", stock=9, plan=Terms("month", trial_days=7))
    _browser, row = subscribe(card="4000000000000341", plan=trial)
    mend_portal(counter.till)
    counter.sandbox.advance(7 * 86400 + 2 * 3600)
    counter.work()
    assert row_of(counter, ADA).status == "past_due"
    link = failed_letter(counter)
    stranger = Client(counter.app)
    for _ in range(3):
        page = stranger.get(link)
        assert "The last payment failed" in page.words("main")
    with counter.sessions() as session:
        assert session.scalars(select(PortalVisit)).all() == [], "looking at the link has begun a visit"
    answer = through_cashier(stranger, stranger.submit(page, "Change the card at Stripe", status=307))
    asked = opened_at_stripe(counter)[-1]["response"]
    assert (asked["customer"], asked["flow"]["type"]) == (row.customer, "payment_method_update")
    form = {"card_number": "4242424242424242", "expiry": EXPIRY, "cvc": "123", "name": "Ada Field"}
    done = requests.post(f"{answer.headers['Location']}/card", data=form, timeout=10, allow_redirects=False)
    page = stranger.follow(done)
    assert page.path == link
    next_try = int(re.search(r"~(\d+)\.", link)[1]) - 3 * 86400
    counter.sandbox.advance(next_try + 60 - now().timestamp())
    counter.work()
    assert "Active" in stranger.get(page.find("a", string="Check again")["href"]).words("main")
    assert "Visa **** 4242" in stranger.get(link).words("main")
    assert "Send me a link" in stranger.get("/account").words("main"), "the link has signed somebody in"


def test_a_dunning_link_ends_three_days_after_the_next_try(counter, subscribe):
    _browser, row = subscribe()
    secret = counter.till.settings.secret_key
    link = dunning_link(row.stripe_id, Deed.CARD, now() - timedelta(days=3) + timedelta(seconds=600))
    path = f"/account/portal/{link.token(secret)}"
    stranger = Client(counter.app)
    stranger.get(path)
    other = dunning_link("sub_of_nobody", Deed.CARD, now()).token(secret)
    head, _, marked = path.rpartition(".")
    neutral = stranger.get(f"/account/portal/{other}", 410).text
    for forged in (f"{head}.{'0' * 64}", head, path.replace("~card~", "~home~"), f"{head}9.{marked}"):
        assert stranger.get(forged, 410).text == neutral
        stranger.post(forged, status=410)
    counter.sandbox.advance(601)
    assert stranger.get(path, 410).text == neutral
    with counter.sessions.begin() as session:
        session.execute(update(Subscription).values(buyer_id=None))
    later = dunning_link(row.stripe_id, Deed.CARD, now()).token(secret)
    assert stranger.get(f"/account/portal/{later}", 410).text == neutral


def test_another_buyers_subscription_is_404_in_every_way_tried(counter, subscribe):
    """Whichever deed a stranger tries with somebody else's subscription."""
    ada, row = subscribe()
    bo, others = subscribe(BO)
    mend_portal(counter.till)
    assert others.customer != row.customer
    assert row.what in ada.get(LIST).words("main")
    assert row.stripe_id not in bo.get(LIST).text
    before = len(opened_at_stripe(counter))
    for deed in ("", "home", "card", "plan", "cancel", "pause"):
        bo.post("/account/portal", form_of(bo, deed=deed, subscription=row.stripe_id), status=404)
    bo.post("/account/portal", form_of(bo, deed="cancel"), status=400)
    bo.post("/account/portal", form_of(bo, deed="everything"), status=400)
    bo.post("/account/portal", {**form_of(ada), "subscription": others.stripe_id}, status=400)
    assert len(opened_at_stripe(counter)) == before
    answer = opens(counter, bo, deed="home", customer=row.customer)
    assert answer.status_code == 303
    assert opened_at_stripe(counter)[-1]["response"]["customer"] == others.customer


def test_a_buyer_without_anything_at_stripe_is_told_so(counter):
    with counter.sessions.begin() as session:
        buyer_of(session, ADA)
    browser = sign_in(counter)
    form = {"csrf_token": browser.get("/account").select_one("input[name=csrf_token]")["value"]}
    assert "nothing to manage" in browser.post("/account/portal", form, status=409).get_data(as_text=True)
    assert "You have no subscription" in browser.get(LIST).words("main")
