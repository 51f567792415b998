"""`demo_shop`: the demonstration shop, one for all journeys of a test process; buyers are told apart by e-mail."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.cast import MIRA
from tests.fixtures.database import Database, copied_file, opened
from tests.fixtures.environment import ROOT, shop_environment
from tests.fixtures.running import free_port
from tests.fixtures.sandbox import Sandbox
from tests.fixtures.shop import Shop, beside
from tests.journeys.apart import two_processes

PASSWORD = "porridge-at-a-quarter-past-six"


@pytest.fixture(scope="session")
def demo_template(sqlite_template: Path) -> Path:
    """A file with the demonstration shop and its merchant, filled once for all test processes."""
    shared = Path(os.environ["STOREFRONT_TESTS"])
    template = shared / "demo.sqlite"
    with FileLock(shared / "demo.lock"):
        if not template.exists():
            made = shared / "demo-made.sqlite"
            environment = shop_environment(DATABASE_URL=copied_file(sqlite_template, made), STORE_DIR=str(shared))
            for command, said in (("demo",), ""), (("staff", "add", MIRA, "--password-stdin"), PASSWORD):
                _flask(environment, command, said)
            made.rename(template)
    return template


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy for one test alone."""
    yield from opened(copied_file(demo_template, tmp_path / "demo.sqlite"))


@pytest.fixture(scope="session")
def demo_shop(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("demo")
    sandbox = Sandbox(folder / "sandbox", free_port())
    for database in opened(copied_file(demo_template, folder / "demo.sqlite")):
        shop = beside(sandbox, database, folder / "shop", SITE_NAME="Early Wren")
        shop.start_web()
        shop.start_worker()
        yield shop
        shop.close()
    sandbox.process.kill()


@pytest.fixture
def apart(open_shop: Callable[..., Shop], demo: Database) -> Iterator[tuple[Shop, str]]:
    """The demonstration shop in two processes, and the address of the one without a key."""
    with two_processes(open_shop, demo) as found:
        yield found


@pytest.fixture
def email(request: pytest.FixtureRequest) -> str:
    """The buyer of this test, and of no other."""
    word = "".join(sign if sign.isalnum() else "-" for sign in request.node.name.lower()).strip("-")
    return f"{word[-50:].strip('-')}@buyer.example"


@pytest.fixture
def mira(open_page: Callable[..., object]) -> tuple[str, str]:
    """How the merchant signs in."""
    return MIRA, PASSWORD


def _flask(environment: dict[str, str], command: tuple[str, ...], said: str) -> None:
    arguments = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
    result = subprocess.run(
        arguments, cwd=ROOT, env=environment, input=said, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
