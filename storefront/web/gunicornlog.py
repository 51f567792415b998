"""Gunicorn's own log lines, through the same filter as everything else."""

from datetime import timedelta
from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from storefront.web.logs import Lines, Masking, masked

ACCESS = '%(h)s "%(r)s" %(s)s %(b)s %(M)sms'


class MaskedLogger(Logger):  # type: ignore[misc]
    """Errors and, with `--access-logfile -`, a line for each request, its secret parts masked."""

    def setup(self, cfg: Config) -> None:
        """As gunicorn does, then with our format and filter."""
        super().setup(cfg)
        cfg.set("access_log_format", ACCESS)
        for logger in (self.error_log, self.access_log):
            for handler in logger.handlers:
                handler.setFormatter(Lines())
                handler.addFilter(Masking())

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """What a line may be made of, masked before it is put together."""
        return {name: masked(value) if isinstance(value, str) else value for name, value in super().atoms(resp, req, environ, request_time).items()}
