"""The shop's own texts: terms, privacy, refunds, imprint."""

from flask import abort, render_template

from storefront.catalog import page as texts
from storefront.catalog.cleaning import CleanHtml
from storefront.shopfront.door import blueprint
from storefront.web.database import session
from storefront.web.store import store


@blueprint.get("/pages/<slug>")
def page(slug: str) -> str:
    """One text as it is today."""
    found = texts.current(session(), slug)
    if found is None:
        abort(404)
    address = store().address if slug == "imprint" else ""
    return render_template("shopfront/page.html", page=found, body=CleanHtml(found.body), address=address, old=False)


@blueprint.get("/pages/<slug>/<int:number>")
def page_version(slug: str, number: int) -> str:
    """One text as it was when an order was placed."""
    found = texts.version_of(session(), slug, number) if number < 10**6 else None
    if found is None:
        abort(404)
    old = found.version != texts.current_version(session(), slug)
    return render_template("shopfront/page.html", page=found, body=CleanHtml(found.body), address="", old=old)
