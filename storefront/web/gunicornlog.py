"""Gunicorn's own log lines, through the same filter as everything else."""

from gunicorn.config import Config
from gunicorn.glogging import Logger

from storefront.web.logs import Lines, Masking

ACCESS = '%(h)s "%(r)s" %(s)s %(b)s %(M)sms'


class MaskedLogger(Logger):
    """Errors and, with `--access-logfile -`, a line for each request, its secret parts masked."""

    def setup(self, cfg: Config) -> None:
        """As gunicorn does, then with our format and filter."""
        super().setup(cfg)
        cfg.set("access_log_format", ACCESS)
        for logger in (self.error_log, self.access_log):
            for handler in logger.handlers:
                handler.setFormatter(Lines())
                handler.addFilter(Masking())
