"""The store's name and words for this request: asked for once, and never while something is already wrong."""

from flask import Flask, g

from storefront.settings import Settings
from storefront.store.store import Store, from_environment, store_of
from storefront.web.current import settings
from storefront.web.database import session

PLAIN = "store_from_environment"


def store() -> Store:
    """As it is now."""
    found: Store | None = g.get("store")
    if found is None:
        found = from_environment(settings()) if g.get(PLAIN) else store_of(session(), settings())
        g.store = found
    return found


def without_database() -> None:
    """What is rendered from here on needs no database: a fault is being told."""
    setattr(g, PLAIN, True)


def init_store(app: Flask, settings: Settings) -> None:
    """`site_name` and `site_tagline` for templates; macros, which see no request, have the environment's."""
    app.jinja_env.globals.update(site_name=settings.site_name, site_tagline=settings.site_tagline)

    @app.context_processor
    def words() -> dict[str, str]:
        said = store()
        return {"site_name": said.name, "site_tagline": said.tagline}
