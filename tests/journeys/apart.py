"""A shop of two processes behind one origin: only the cashier's has the key."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.fixtures.database import Database
from tests.fixtures.router import Router, cashier_apart
from tests.fixtures.running import Running, free_port
from tests.fixtures.shop import Shop

NO_KEY = {"ROLE": "shop", "STRIPE_SECRET_KEY": "", "STRIPE_WEBHOOK_SECRET": ""}


@contextmanager
def two_processes(open_shop: Callable[..., Shop], database: Database) -> Iterator[tuple[Shop, str]]:
    """The shop, and where its keyless process listens. The router listens where the sandbox delivers."""
    shop = open_shop(database, webs=0, workers=0, TRUSTED_PROXIES="1")
    ports = free_port(), free_port()
    shop.start_web(ports[0], program="tests.journeys.asked:app", **NO_KEY)
    shop.start_web(ports[1], ROLE="cashier")
    shop.start_worker(ROLE="cashier")
    router = Router(cashier_apart(*ports), port=shop.sandbox.webhook_port)
    yield shop, f"http://127.0.0.1:{ports[0]}"
    router.close()


def assert_keyless(web: Running) -> None:
    """Neither the server's master nor its workers were given a key, by Linux' own table."""
    master = web.child.pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    assert children
    for process in (str(master), *children):
        settings = Path(f"/proc/{process}/environ").read_bytes()
        assert b"ROLE=shop" in settings
        for secret in (b"STRIPE_SECRET_KEY", b"sk_test_", b"whsec_"):
            assert secret not in settings
