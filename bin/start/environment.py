"""Makes the virtual environment and prints its path. Runs on the system's Python, before anything is installed.

`environment.py FILE...` installs each requirements file, with hashes, when its text is another than last time.
"""

import fcntl
import hashlib
import os
import subprocess  # nosec B404 - fixed programs only
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OFFLINE_SIGNS = (
    "name resolution",
    "Name or service not known",
    "NewConnectionError",
    "ConnectTimeout",
    "ReadTimeout",
    "ProxyError",
)


class Refused(Exception):
    """The environment cannot be made; the message says why and what to do."""


def writable_home() -> Path:
    """The checkout, or STORE_DIR where the checkout may not be written to. Raises Refused if neither may."""
    store = os.environ.get("STORE_DIR")
    for folder in (ROOT, Path(store) if store else None):
        if folder is None:
            continue
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    if store:
        raise Refused(
            f"This user may write neither to {ROOT} nor to STORE_DIR={store}. Point STORE_DIR to another folder."
        )
    raise Refused(
        f"{ROOT} may not be written to by this user. Clone it into a folder of your own, or point STORE_DIR to one."
    )


def stamp_of(requirements: Path) -> str:
    """What the environment must have been made from to hold `requirements`."""
    return hashlib.sha256(sys.version.encode() + str(ROOT).encode() + requirements.read_bytes()).hexdigest()


def make(home: Path, names: list[str]) -> Path:
    """The environment's folder, holding every requirements file of `names`. Raises Refused."""
    environment = home / ".venv"
    lock = os.open(home, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not runs(environment):
            create(environment)
        missing = [name for name in names if not installed(environment, name)]
        if missing:
            install(environment, missing)
    finally:
        os.close(lock)
    return environment


def runs(environment: Path) -> bool:
    """Whether the environment's interpreter is there, complete, and of this version."""
    check = f"import pip, sys; sys.exit(sys.version != {sys.version!r} or sys.prefix != {str(environment)!r})"
    try:
        return (
            subprocess.run([environment / "bin/python", "-c", check], capture_output=True, check=False).returncode == 0  # nosec B603 - our own command, no shell
        )
    except OSError:
        return False


def create(environment: Path) -> None:
    """A fresh environment in place of whatever is there. Raises Refused."""
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError as error:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Refused(
            f"This Python lacks its venv module. On Debian: apt-get install python3-venv (or python{version}-venv)"
        ) from error
    say("Making a Python environment in .venv")
    try:
        venv.create(environment, with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Refused(f"Cannot make a Python environment in {environment}: {error}") from error


def installed(environment: Path, name: str) -> bool:
    """Whether `name` was installed as it is now."""
    stamp = environment / f"{name}.installed"
    return stamp.exists() and stamp.read_text() == stamp_of(ROOT / name)


def install(environment: Path, names: list[str]) -> None:
    """Installs the files together. Raises Refused if pip fails."""
    say(f"Installing {', '.join(names)}")
    log = environment / "install.log"
    command: list[str | Path] = [
        environment / "bin/python",
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--disable-pip-version-check",
        "--retries",
        "2",
    ]
    for name in names:
        command += ["-r", ROOT / name]
    with log.open("w") as output:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False)  # nosec B603 - our own command, no shell
    if result.returncode:
        text = log.read_text(errors="replace")
        if any(sign in text for sign in OFFLINE_SIGNS):
            raise Refused(f"The package index cannot be reached, and the first start needs it. Details: {log}")
        errors = [line for line in text.splitlines() if line.startswith("ERROR")]
        raise Refused(f"Installing packages failed: {errors[-1] if errors else 'see below'}. Details: {log}")
    for name in names:
        (environment / f"{name}.installed").write_text(stamp_of(ROOT / name))


def say(text: str) -> None:
    """To the person; standard output is for the answer."""
    print(f"{text} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        print(make(writable_home(), sys.argv[1:]))
    except Refused as refused:
        sys.exit(str(refused))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    except OSError as error:
        sys.exit(f"Cannot make the Python environment: {error}")
