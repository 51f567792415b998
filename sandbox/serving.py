"""One gunicorn worker with 16 threads; the dispatcher and the mail catcher live in that worker."""

from typing import Any

from gunicorn.app.base import BaseApplication

from sandbox.app import create_app
from sandbox.beginning import begin
from sandbox.delivering.dispatcher import Dispatcher
from sandbox.mail.catcher import Catcher
from sandbox.settings import Settings
from sandbox.wire import idempotency
from sandbox.world import World


class Server(BaseApplication):
    """Gunicorn, told what to do by this program instead of a file."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._world: World | None = None
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": [
                f"0.0.0.0:{self._settings.port}" if self._settings.everywhere else f"127.0.0.1:{self._settings.port}"
            ],
            "workers": 1,
            "worker_class": "gthread",
            "threads": 16,
            "timeout": 120,
            "graceful_timeout": 5,
            "keepalive": 75,
            "loglevel": "warning",
            "proc_name": "sandbox",
            "control_socket_disable": True,
            "worker_int": self._stop,
            "worker_exit": self._stopped,
            "limit_request_line": 8190,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Called in the worker, after the fork: threads and connections begin here."""
        world = World(self._settings)
        self._world = world
        world.dispatcher = dispatcher = Dispatcher(world)
        world.catcher = catcher = Catcher(world)
        with world.writing() as tx:
            idempotency.prune(tx)
        begin(world)
        app = create_app(world)
        catcher.start()
        dispatcher.start()
        return app

    def _stop(self, _worker: Any) -> None:
        if self._world is not None:
            self._world.stopping.set()

    def _stopped(self, _arbiter: Any, _worker: Any) -> None:
        if self._world is not None:
            self._world.dispatcher.stop()
            self._world.catcher.stop()
