"""One process of the shop: in a group of its own, its lines kept in a file and shown, stopped without remains."""

import ctypes
import logging
import os
import signal
import subprocess  # nosec B404 - fixed programs only
import sys
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from threading import Thread

PR_SET_PDEATHSIG = 1
KEPT = 5_000_000


class Process:
    """A child named `name`. Its output goes to `folder/name.log` whole, and to the terminal a line at a time."""

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self.last_lines: deque[str] = deque(maxlen=8)
        self._command = command
        self._environment = dict(environment)
        self._log = _log_file(folder / f"{name}.log")
        self._child: subprocess.Popen[str] | None = None
        self._reader: Thread | None = None

    def start(self) -> None:
        """Also the way to start it again."""
        self._child = subprocess.Popen(  # nosec B603 - our own command, no shell
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - takes no lock
        )
        self._reader = Thread(target=self._forward, args=(self._child,), daemon=True)
        self._reader.start()

    def ended(self) -> int | None:
        """Its exit code, or None while it runs."""
        return self._child.poll() if self._child else None

    def ask_to_stop(self) -> None:
        """Without waiting."""
        if self._child and self._child.poll() is None:
            self._child.terminate()

    def stop(self, patience: float) -> None:
        """Waits `patience` seconds for it to end, then kills it and whatever is left of its group."""
        if not self._child:
            return
        try:
            self._child.wait(patience)
        except subprocess.TimeoutExpired:
            self._child.kill()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        if self._reader:
            self._reader.join(2)

    def _forward(self, child: "subprocess.Popen[str]") -> None:
        for line in child.stdout or ():
            text = line.rstrip()
            self.last_lines.append(text)
            self._log.info("%s", text)
            with suppress(OSError):
                print(f"{self.name:8} {text[:200]}", flush=True)


def _log_file(path: Path) -> logging.Logger:
    path.parent.mkdir(parents=True, exist_ok=True)
    logger = logging.getLogger(path.stem)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(RotatingFileHandler(path, maxBytes=KEPT, backupCount=3))
    return logger


def _die_with_parent() -> None:
    """A SIGKILL to bin/run leaves no orphans: Linux then ends its children too."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
