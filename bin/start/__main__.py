"""`bin/run`: sets the shop up where needed, starts its processes, watches them, and stops them all."""

import argparse
import os
import signal
import sys
import time
from types import FrameType

from bin.start import ready, wiring
from bin.start.given import Refused
from bin.start.preparing import MERCHANT, prepare
from bin.start.process import Process
from bin.start.wiring import Wiring

USAGE = """Starts the shop, its worker and, while .env holds no Stripe key of yours, the sandbox.

PORT, SANDBOX_PORT, SMTP_PORT and STORE_DIR choose where it listens and keeps its data; .env holds the rest."""
PATIENCE = 8.0
RESTARTS = 5


def main() -> None:
    """Ends with exit code 0 when asked to stop, and with a sentence when something is wrong."""
    parser = argparse.ArgumentParser("bin/run", description=USAGE, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--empty", action="store_true", help="start a new shop without the demo catalogue")
    arguments = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    processes: list[Process] = []
    try:
        chosen = wiring.read(os.environ)
        with ready.only_one_in(chosen.store):
            run(chosen, processes, empty=arguments.empty)
    except Refused as refused:
        sys.exit(f"bin/run: {refused}")
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)


def run(chosen: Wiring, processes: list[Process], *, empty: bool) -> None:
    """Until told to stop, which is KeyboardInterrupt. Raises Refused."""
    ready.check_ports(chosen)
    password = prepare(chosen, empty=empty)
    processes += described(chosen)
    try:
        start(chosen, processes)
        announce(chosen, password)
        watch(processes)
    finally:
        stop(processes)


def described(chosen: Wiring) -> list[Process]:
    """The processes of this start, in the order in which they need each other."""
    python, logs = sys.executable, chosen.store / "log"
    address = f"127.0.0.1:{chosen.port}"
    gunicorn = [
        python,
        "-m",
        "gunicorn",
        "wsgi:app",
        "--bind",
        address,
        "--log-level",
        "warning",
        "--no-control-socket",
    ]
    found = [
        Process("web", gunicorn, chosen.environment, logs),
        Process("worker", [python, "-m", "flask", "--app", "wsgi", "worker"], chosen.environment, logs),
    ]
    if chosen.sandbox:
        found.insert(0, Process("sandbox", [python, "-m", "sandbox"], chosen.for_sandbox(), logs))
    return found


def start(chosen: Wiring, processes: list[Process]) -> None:
    """Raises Refused if one does not answer."""
    for process in processes:
        process.start()
    if chosen.sandbox:
        ready.wait_for(f"{chosen.sandbox_url}/", processes)
    ready.wait_for(f"http://127.0.0.1:{chosen.port}/readyz", processes)


def announce(chosen: Wiring, password: str | None) -> None:
    """Where to look, in a few lines."""
    rows = [("Shop", chosen.site_url), ("Back office", f"{chosen.site_url}/backoffice")]
    if password:
        rows.append(("  sign in as", f"{MERCHANT}  {password}"))
    if chosen.sandbox:
        rows += [("Sandbox (local Stripe)", chosen.sandbox_url), ("Mailbox", f"{chosen.sandbox_url}/mailbox")]
        rows.append(("Test card", "4242 4242 4242 4242, any future date, any CVC"))
    rows += [("Data and logs", str(chosen.store)), ("To stop", "Ctrl-C")]
    print("\n" + "\n".join(f"  {label:24}{text}" for label, text in rows) + "\n", flush=True)


def watch(processes: list[Process]) -> None:
    """Starts again what ends by itself. Raises Refused when it keeps ending."""
    left = RESTARTS
    while True:
        time.sleep(0.5)
        for process in processes:
            code = process.ended()
            if code is None:
                continue
            if not left:
                raise Refused(f"{process.name} keeps ending (code {code}): {ready.last_words(process)}")
            left -= 1
            print(f"{process.name} ended (code {code}); starting it again.", flush=True)
            process.stop(0)
            process.start()


def stop(processes: list[Process]) -> None:
    """Leaves no process behind, however they behave."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for process in processes:
        process.ask_to_stop()
    deadline = time.monotonic() + PATIENCE
    for process in processes:
        process.stop(max(0.1, deadline - time.monotonic()))


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
