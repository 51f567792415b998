"""Gunicorn's settings: `gunicorn wsgi:app` finds this file by itself; options on its command line win."""

worker_class = "gthread"
workers = 2
threads = 8
graceful_timeout = 5
logger_class = "storefront.web.gunicornlog.MaskedLogger"
# Which proxies to believe is TRUSTED_PROXIES' business alone: the application counts them.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
