"""Each case in turn with the bare view, slice by slice, so that whatever slows the machine slows both.

`python -m benchmarks` prints ratios; nothing here judges them, because they differ between machines.
"""

import itertools
import statistics
import sys
from collections.abc import Callable

import pytest

from benchmarks.cases import CASES, Case
from benchmarks.load import ask
from tests.fixtures.database import Database
from tests.fixtures.environment import shop_environment
from tests.fixtures.running import Running, free_port
from tests.fixtures.shop import Shop

BARE = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def bare(tmp_path) -> int:
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "benchmarks.bare:app",
        "--bind",
        f"127.0.0.1:{port}",
        "--no-control-socket",
    ]
    command += ["--workers", "1", "--log-level", "warning"]
    running = Running("bare", command, shop_environment(), tmp_path)
    running.wait_until_it_answers(f"http://127.0.0.1:{port}/")
    yield port
    running.stop()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_ratio(case: Case, bare: int, open_shop: Callable[..., Shop], request, capsys) -> None:
    database: Database = request.getfixturevalue(case.database)
    shop = open_shop(database, webs=1, workers=0)
    shop.flask("demo")
    rounds, seconds = request.config.getoption("--rounds"), request.config.getoption("--seconds")
    asked, plain = case.requests(shop), itertools.repeat(BARE)
    ask(shop.sandbox.webhook_port, asked, 0.5)
    floors, found = [], []
    for _ in range(rounds):
        floors.append(ask(bare, plain, seconds))
        found.append(ask(shop.sandbox.webhook_port, asked, seconds))
    assert {status for part in found for status in part.statuses} == {case.status}
    alone = ask(shop.sandbox.webhook_port, asked, seconds, connections=1)
    ratios = [part.rate / floor.rate for part, floor in zip(found, floors, strict=True)]
    figures = [
        f"{statistics.median(ratios):5.2f} R ({min(ratios):.2f}-{max(ratios):.2f})",
        f"{statistics.median(part.rate for part in found):6.0f}/s",
        f"p50 {statistics.median(part.wait(0.5) for part in found):5.1f} ms",
        f"p99 {statistics.median(part.wait(0.99) for part in found):5.1f} ms",
        f"alone {alone.wait(0.5):5.2f} ms",
    ]
    with capsys.disabled():
        print(f"\n{case.name:17}{'  '.join(figures)}  {case.says}", end="")
