"""Buyers: programs that buy over HTTP as browsers do, each with an address of its own behind one trusted proxy."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import TypeVar

import requests

from tests.cast import HOME
from tests.fixtures.running import until
from tests.fixtures.shop import Shop

Answer = TypeVar("Answer")


class Buyer:
    """Number `number` of a crowd. Each act is one request, answered without following redirects."""

    def __init__(self, shop: Shop, number: int) -> None:
        self.email = f"buyer{number}@crowd.example"
        self._shop, self._site = shop, shop.environment["SITE_URL"]
        self._browser = requests.Session()
        self._browser.headers.update(
            {
                "X-Forwarded-For": f"198.18.{number // 250}.{number % 250 + 1}",
                "Accept": "text/html",
                "Origin": self._site,
            }
        )

    def gets(self, path: str) -> requests.Response:
        return self._browser.get(self._site + path, allow_redirects=False, timeout=40)

    def posts(self, path: str, **form: object) -> requests.Response:
        return self._browser.post(self._site + path, form, allow_redirects=False, timeout=40)

    def fills_cart(self, variant: int, quantity: int = 1) -> requests.Response:
        return self.posts("/cart/lines", variant=variant, quantity=quantity)

    def checks_out(self) -> requests.Response:
        return self.posts("/checkout", country="DE")

    def pays(self, address: str, card: str = "4242424242424242") -> str:
        """At Stripe's page with this address. Answers the page's word: done, declined ..."""
        session = address.rsplit("/", 1)[-1]
        return str(self._shop.sandbox.pay(session, card, email=self.email, name="Ada Field", **HOME)["state"])

    def insists(self, act: Callable[[], requests.Response], status: int = 303) -> requests.Response:
        """Tries again, as people do, until the shop answers so."""
        last = "no answer"

        def tried() -> requests.Response | None:
            nonlocal last
            with suppress(requests.RequestException):
                response = act()
                last = f"{response.status_code} {response.text[:300]}"
                return response if response.status_code == status else None
            return None

        try:
            return until(tried, self.email, 60)
        except AssertionError as error:
            raise AssertionError(f"{error}; the last answer was {last}") from None

    def buys(self, variant: int, quantity: int = 1) -> str:
        """The whole way, whatever falls over. Answers the order's reference."""
        self.insists(lambda: self.fills_cart(variant, quantity))
        way = self.insists(self.checks_out).headers["Location"]
        page = self.insists(lambda: self.gets(way)).headers["Location"]
        assert "/c/cs_" in page, page
        assert self.pays(page) == "done"
        return way.rsplit("/", 1)[-1]


def at_once(acts: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """What each of `acts` answers, all begun in the same moment."""
    start = Barrier(len(acts))

    def begin(act: Callable[[], Answer]) -> Answer:
        start.wait(30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begin, acts))
