"""Mira, the merchant, who comes in by the front door."""

from storefront.staff.invitation import set_password
from storefront.staff.member import add_member
from storefront.staff.password import hashed
from tests.cast import MIRA
from tests.client import Client
from tests.fixtures.counter import Counter

PASSWORD = "seventeen kettles on a shelf"


def mira_at(counter: Counter) -> Client:
    """Her browser, signed in to the back office of this shop."""
    with counter.sessions.begin() as session:
        set_password(session, add_member(session, MIRA, "Mira"), hashed(PASSWORD))
    browser = Client(counter.app)
    form = browser.get("/backoffice/session")
    browser.submit(form, "Sign in", email=MIRA, password=PASSWORD)
    return browser
