"""Fixtures are real things: databases, processes, a browser. Each kind has its file in tests/fixtures."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storefront import clock
from tests.fixtures import server

ROOM = 3 * 1024**3
LONG_STORIES = {"life", "scene", "open_shop", "started", "chromium", "troubled"}
"""Who asks for one of these comes first, so that no process has a long test left when the others have done."""

pytest_plugins = [
    "tests.fixtures.database",
    "tests.fixtures.demo",
    "tests.fixtures.app",
    "tests.fixtures.sandbox",
    "tests.fixtures.shop",
    "tests.fixtures.counter",
    "tests.fixtures.browser",
    "tests.fixtures.judging",
]


@pytest.fixture(autouse=True)
def wall_time() -> Iterator[None]:
    """A test begins at wall time, whatever clock an app of the last one followed."""
    clock.follow(None)
    yield
    clock.follow(None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the full counts, up to an hour")
    parser.addoption("--without-browser", action="store_true", help="leave out what needs Chromium")


def pytest_configure(config: pytest.Config) -> None:
    """The first process makes the folder that all share. A person's .env is none of the tests' business."""
    begin(config, in_memory())


def begin(config: pytest.Config, place: str | None) -> None:
    """The shared folder, and in it those of the tests, unless --basetemp names another place to keep them."""
    os.environ["PYTHON_DOTENV_DISABLED"] = "1"
    if not hasattr(config, "workerinput"):
        shared = os.environ["STOREFRONT_TESTS"] = tempfile.mkdtemp(prefix="storefront-tests-", dir=place)
        config.option.basetemp = config.option.basetemp or str(Path(shared, "of-tests"))


def pytest_sessionstart() -> None:
    """What is loaded until the first test stays: nobody looks for garbage in it, now or later."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def in_memory() -> str | None:
    """A folder in memory with room for all databases: processes are killed in tests, but the power is never cut."""
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of our own in it
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return str(memory) if roomy else None


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shared = Path(os.environ.pop("STOREFRONT_TESTS"))
        server.stop(shared)
        shutil.rmtree(shared, ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [
        item
        for item in items
        if (item.get_closest_marker("long") and not config.getoption("--long"))
        or ("chromium" in getattr(item, "fixturenames", ()) and config.getoption("--without-browser"))
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: LONG_STORIES.isdisjoint(getattr(item, "fixturenames", ())))
