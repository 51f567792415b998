"""What must be so before the shop is announced: free ports, one start for each STORE_DIR, processes that answer."""

import fcntl
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from bin.start.given import Refused
from bin.start.process import Process
from bin.start.wiring import Wiring

LONGEST_START = 60.0


@contextmanager
def only_one_in(store: Path) -> Iterator[None]:
    """Two starts over the same data would be two workers and two sandboxes. Raises Refused."""
    with (store / "running").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refused(f"A shop is already running on {store}. Stop it, or choose another STORE_DIR.") from error
        yield


def check_ports(wiring: Wiring) -> None:
    """Raises Refused for the first port that cannot be listened on."""
    wanted = {"PORT": wiring.port}
    if wiring.sandbox:
        wanted |= {"SANDBOX_PORT": wiring.sandbox_port, "SMTP_PORT": wiring.smtp_port}
    for name, port in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except PermissionError as error:
                raise Refused(
                    f"Port {port} is kept for the system's administrator. Choose one above 1023: {name}=8080 bin/run"
                ) from error
            except OSError as error:
                raise Refused(
                    f"Port {port} is taken. Stop the program that has it, or choose another: {name}={port + 1} bin/run"
                ) from error


def wait_for(url: str, processes: list[Process]) -> None:
    """Until `url` answers 200. Raises Refused if a process ends first or nothing answers for a minute."""
    parts = urlsplit(url)
    deadline = time.monotonic() + LONGEST_START
    answer = "no answer"
    while time.monotonic() < deadline:
        for process in processes:
            if process.ended() is not None:
                raise Refused(f"{process.name} did not start: {last_words(process)}")
        connection = HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=5)
        try:
            connection.request("GET", parts.path or "/")
            response = connection.getresponse()
            if response.status == 200:
                return
            answer = f"status {response.status}"
        except (OSError, HTTPException) as error:
            answer = str(error)
        finally:
            connection.close()
        time.sleep(0.1)
    raise Refused(f"{url} is not ready after {LONGEST_START:.0f} s ({answer}).")


def last_words(process: Process) -> str:
    """The last line that a process wrote."""
    process.stop(0)
    return next((line for line in reversed(process.last_lines) if line.strip()), "it said nothing")
