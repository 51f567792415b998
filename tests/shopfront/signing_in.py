"""How a buyer signs in: asks, reads the letter, opens its link, presses the button."""

import re

from tests.cast import ADA
from tests.client import Client


def ask(counter, browser, email):
    """The status that `browser` is answered with when it asks for a link."""
    answer = browser.raw.post(
        "/account/links",
        data={"email": email},
        base_url=counter.url,
        headers={"Sec-Fetch-Site": "same-origin"},
        environ_overrides=browser._address,  # noqa: SLF001 - of our own client
    )
    return answer.status_code


def link_in(counter, email=ADA):
    """The path of a new link, from the newest letter. The asker's address is a new one each time."""
    before = len(counter.letters("link to sign in"))
    with counter.sessions.begin() as session:
        session.connection().exec_driver_sql("DELETE FROM rate_counts")
    assert ask(counter, Client(counter.app), email) == 303
    counter.work()
    letters = counter.letters("link to sign in")
    assert len(letters) == before + 1
    return re.search(r"(/account/links/\S+)", letters[-1]["text"])[1]


def sign_in(counter, email=ADA):
    """A browser in which `email` is signed in."""
    browser = Client(counter.app)
    answer = browser.submit(browser.get(link_in(counter, email)), "Sign in")
    browser.follow(answer)
    return browser
