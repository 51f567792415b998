"""The shop's own texts: terms, privacy, refunds, imprint."""

from flask import abort, render_template

from storefront.catalog import page as texts
from storefront.catalog.cleaning import CleanHtml
from storefront.shopfront.door import blueprint
from storefront.web.database import session


@blueprint.get("/pages/<slug>")
def page(slug: str) -> str:
    """One text as it is today."""
    found = texts.current(session(), slug)
    if found is None:
        abort(404)
    return render_template("shopfront/page.html", page=found, body=CleanHtml(found.body))
