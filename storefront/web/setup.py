"""Installs on an application everything that the doors share."""

from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from storefront.settings import Settings
from storefront.web import metrics
from storefront.web.database import database
from storefront.web.errors import init_errors
from storefront.web.finished import init_finished
from storefront.web.guard import init_guard
from storefront.web.headers import init_headers
from storefront.web.limits import init_limits
from storefront.web.logs import init_logs
from storefront.web.scheme import init_scheme
from storefront.web.static import init_static
from storefront.web.store import init_store
from storefront.web.templates import init_templates

HOUSE = Path(__file__).resolve().parents[2]
LOCAL = ("127.0.0.1", "localhost")


def init_web(app: Flask, settings: Settings) -> None:
    """Limits on what is read, trust in proxies and hosts, guards, pages for errors, and headers on top of it all."""
    app.config.update(
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_MEMORY_SIZE=64 * 1024,
        MAX_FORM_PARTS=200,
        TRUSTED_HOSTS=[urlsplit(settings.site_url).hostname or "", *settings.trusted_hosts, *LOCAL],
    )
    with app.app_context():
        init_finished(app, database.engine)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        fixed = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0)
        app.wsgi_app = fixed  # type: ignore[method-assign]
    init_logs(settings.log_format)
    init_errors(app)
    init_headers(app, settings)
    init_scheme(app, settings)
    init_guard(app, settings)
    init_limits(app)
    init_templates(app, settings)
    init_store(app, settings)
    init_static(app, HOUSE / "static")
    app.register_blueprint(metrics.blueprint)
