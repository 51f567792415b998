"""`python -m bin.start.command ARGS`: becomes `flask ARGS` with the environment that bin/run gives the shop."""

import os
import sys

from bin.start import wiring
from bin.start.given import Refused

if __name__ == "__main__":
    try:
        environment = wiring.read(os.environ).environment
    except Refused as refused:
        sys.exit(str(refused))
    os.execve(sys.executable, [sys.executable, "-m", "flask", "--app", "wsgi", *sys.argv[1:]], environment)  # nosec B606 - this very interpreter, no shell
