"""bin/run brings up a shop that sells, in a folder with a space, and leaves nothing behind."""

import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.fixtures.calls import HEARD
from tests.fixtures.environment import ROOT
from tests.fixtures.running import Running, free_port, until

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".env", "instance", "tests", ".*_cache")


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Running]:
    checkout = tmp_path / "my shop"
    shutil.copytree(ROOT, checkout, ignore=LEFT_OUT)
    environment = {"PATH": os.defpath, "STORE_DIR": str(tmp_path / "store")}
    environment |= {name: str(free_port()) for name in ("PORT", "SANDBOX_PORT", "SMTP_PORT")}
    running = Running("run", [sys.executable, "-m", "bin.start"], environment, tmp_path, home=checkout)
    HEARD.watch(tmp_path / "store" / "sandbox-requests.jsonl", lambda: running.child.poll() is None)
    yield running
    running.kill()


def announced(running: Running) -> dict[str, str]:
    """The addresses that were printed, by their labels."""
    until(lambda: "To stop" in running.said() or running.child.poll() is not None, "the shop is announced", 240)
    assert running.child.poll() is None, running.said()
    return dict(re.findall(r"^  (\S[^\n]*?)  +(\S[^\n]*)$", running.said(), flags=re.MULTILINE))


def processes_with(text: str) -> list[str]:
    """The command lines of processes in whose environment `text` stands."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if text.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def test_it_starts_serves_and_leaves_nothing_behind(started: Running, tmp_path: Path) -> None:
    rows = announced(started)
    assert requests.get(f"{rows['Shop']}/readyz", timeout=60).ok
    assert "<h1" in requests.get(f"{rows['Shop']}/products", timeout=60).text
    assert requests.get(rows["Mailbox"], timeout=60).ok
    store = f"STORE_DIR={tmp_path / 'store'}"
    assert len(processes_with(store)) >= 4
    started.child.send_signal(signal.SIGINT)
    assert started.child.wait(20) == 0, started.said()
    assert processes_with(store) == []
    started.start()
    announced(started)


def test_a_killed_worker_is_started_again_and_a_killed_start_takes_all_along(started: Running, tmp_path: Path) -> None:
    rows = announced(started)
    worker = next(
        int(process.name)
        for process in Path("/proc").glob("[0-9]*")
        if b"worker" in (process / "cmdline").read_bytes()
        and f"{tmp_path}".encode() in (process / "environ").read_bytes()
    )
    os.kill(worker, signal.SIGKILL)
    until(lambda: "worker ended (code -9); starting it again" in started.said(), "the worker is back")
    assert requests.get(f"{rows['Shop']}/readyz", timeout=60).ok
    os.kill(started.child.pid, signal.SIGKILL)
    until(lambda: not processes_with(f"STORE_DIR={tmp_path / 'store'}"), "every process has ended", 60)
