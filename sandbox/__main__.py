"""The command `python -m sandbox [--reset]`."""

import argparse
import socket
import sys

from sandbox.settings import BadSetting, Settings
from sandbox.variants import UnknownVariant, parse


def main() -> int:
    """Start the sandbox; every setting comes from the environment (sandbox/README.md lists them)."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A local Stripe with a mail catcher.")
    parser.add_argument("--reset", action="store_true", help="forget everything that was kept, then start")
    arguments = parser.parse_args()
    try:
        settings = Settings.from_env()
        parse(settings.variants)
        _look(settings)
    except (BadSetting, UnknownVariant) as wrong:
        print(f"sandbox: {wrong}", file=sys.stderr)
        return 2
    if arguments.reset:
        _forget(settings)
    from sandbox.serving import Server

    print(f"The sandbox listens at {settings.url} and takes mail on port {settings.smtp_port}.", flush=True)
    Server(settings).run()
    return 0


def _look(settings: Settings) -> None:
    """Say in a sentence what would otherwise be a traceback later."""
    try:
        settings.folder.mkdir(parents=True, exist_ok=True)
        (settings.folder / ".sandbox-can-write").touch()
        (settings.folder / ".sandbox-can-write").unlink()
    except OSError as error:
        raise BadSetting(
            f"STORE_DIR {settings.folder} cannot be written: {error.strerror}. Choose another folder."
        ) from None
    for name, port in (("SANDBOX_PORT", settings.port), ("SMTP_PORT", settings.smtp_port)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                raise BadSetting(f"Port {port} is taken by another program. Set {name} to a free port.") from None


def _forget(settings: Settings) -> None:
    for file in settings.folder.glob("sandbox.sqlite*"):
        file.unlink()
    settings.request_log.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
