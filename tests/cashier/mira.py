"""Mira, the merchant, and her colleagues, who come in by the front door."""

from storefront.staff.invitation import set_password
from storefront.staff.member import add_member
from storefront.staff.password import hashed
from tests.cast import MIRA
from tests.client import Client
from tests.fixtures.counter import Counter

PASSWORD = "seventeen kettles on a shelf"


def mira_at(counter: Counter) -> Client:
    """Her browser, signed in to the back office of this shop."""
    return colleague_at(counter, "Mira", MIRA)


def colleague_at(counter: Counter, name: str, email: str) -> Client:
    """The browser of somebody new, signed in."""
    with counter.sessions.begin() as session:
        set_password(session, add_member(session, email, name), hashed(PASSWORD))
    browser = Client(counter.app)
    form = browser.get("/backoffice/session")
    browser.submit(form, "Sign in", email=email, password=PASSWORD)
    return browser
