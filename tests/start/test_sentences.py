"""What is missing or in the way is told in one sentence, and never as a traceback."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fixtures.environment import ROOT
from tests.fixtures.running import free_port

Result = subprocess.CompletedProcess[str]


@pytest.fixture
def checkout() -> Iterator[Path]:
    """The programs in a folder that anybody may look into, without the environment that they would make."""
    folder = Path(tempfile.mkdtemp(suffix=" my shop"))
    folder.chmod(0o755)
    shutil.copytree(ROOT / "bin", folder / "bin")
    for name in (".env.example", "requirements.txt", "requirements-sandbox.txt"):
        shutil.copy(ROOT / name, folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def start(checkout: Path) -> Callable[..., Result]:
    """Everything after the virtual environment, with this environment in its place."""

    def run(**given: str) -> Result:
        environment = {"PATH": os.defpath, "PORT": str(free_port()), "SMTP_PORT": str(free_port())}
        environment |= {"SANDBOX_PORT": str(free_port()), **given}
        command = [sys.executable, "-m", "bin.start"]
        return subprocess.run(
            command, cwd=checkout, env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    return run


def refused(result: Result) -> str:
    """The one sentence of a program that did not start."""
    assert result.returncode not in (0, None)
    lines = result.stderr.strip().splitlines()
    assert "Traceback" not in result.stderr
    return lines[-1]


def test_a_taken_port(start: Callable[..., Result]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(start(PORT=str(port)))
    assert said.startswith(f"bin/run: Port {port} is taken. Stop the program that has it, or choose another: PORT=")


def test_a_port_that_is_none(start: Callable[..., Result]) -> None:
    assert refused(start(SMTP_PORT="mail")) == "bin/run: SMTP_PORT must be a port from 1 to 65535, not 'mail'."


def test_one_port_for_two(start: Callable[..., Result]) -> None:
    port = str(free_port())
    assert "must be three ports" in refused(start(PORT=port, SANDBOX_PORT=port))


def test_a_store_dir_that_cannot_be(start: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = refused(start(STORE_DIR=str(tmp_path / "file" / "store")))
    assert said.startswith("bin/run: Cannot write to ")
    assert said.endswith("Point STORE_DIR to a folder of your own.")


def test_a_key_of_ones_own_beside_the_sandboxs_wiring(start: Callable[..., Result], checkout: Path) -> None:
    (checkout / ".env").write_text("STRIPE_SECRET_KEY=sk_test_51Mine\nSTRIPE_API_BASE=http://127.0.0.1:8010\n")
    assert "empty STRIPE_API_BASE" in refused(start())


def test_a_command_that_fails_is_quoted(start: Callable[..., Result], checkout: Path) -> None:
    (checkout / "wsgi.py").write_text("raise ValueError('CURRENCY must be a three-letter code.')\n")
    said = refused(start())
    assert said.startswith("bin/run: `flask db upgrade` failed: CURRENCY must be a three-letter code.")


def programs(folder: Path, *, python: str) -> str:
    """A PATH with a shell and with `python` as every python3."""
    folder.mkdir()
    for name in ("sh", "dirname"):
        (folder / name).symlink_to(f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}")
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14") if python else ():
        (folder / name).write_text(python)
        (folder / name).chmod(0o755)
    return str(folder)


def test_an_old_python(checkout: Path, tmp_path: Path) -> None:
    path = programs(tmp_path / "old", python='#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit\nexit 1\n')
    result = subprocess.run([checkout / "bin/run"], env={"PATH": path}, capture_output=True, text=True, check=False)
    assert refused(result).startswith("The shop needs Python 3.11 or newer; this machine has Python 3.9.2.")


def test_no_python(checkout: Path, tmp_path: Path) -> None:
    path = programs(tmp_path / "none", python="")
    result = subprocess.run([checkout / "bin/run"], env={"PATH": path}, capture_output=True, text=True, check=False)
    assert refused(result).startswith("The shop needs Python 3.11 or newer; this machine has no python3.")


def test_a_python_without_its_venv_module(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "ensurepip.py").write_text("raise ImportError('as on Debian without python3-venv')\n")
    path = programs(tmp_path / "bare", python=f'#!/bin/sh\nPYTHONPATH="{tmp_path}" exec "{sys.executable}" "$@"\n')
    result = subprocess.run([checkout / "bin/run"], env={"PATH": path}, capture_output=True, text=True, check=False)
    assert refused(result).startswith("This Python lacks its venv module. On Debian: apt-get install python3-venv")


def test_a_folder_that_may_not_be_written_to(checkout: Path) -> None:
    """Root may write anywhere, so for root this is tried as nobody."""
    checkout.chmod(0o555)
    user = "nobody" if os.geteuid() == 0 else None
    environment = {"PATH": os.defpath}
    try:
        result = subprocess.run(
            ["bin/run"], cwd=checkout, env=environment, user=user, capture_output=True, text=True, check=False
        )
    finally:
        checkout.chmod(0o755)
    assert "may not be written to by this user" in refused(result)
