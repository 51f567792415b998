"""What search engines ask for."""

from flask import Response
from markupsafe import escape
from werkzeug.urls import iri_to_uri

from storefront.catalog import directory
from storefront.shopfront.door import blueprint
from storefront.web.address import absolute
from storefront.web.database import session

CLOSED = ("/account", "/backoffice", "/cart", "/checkout", "/orders/", "/pay/", "/portal", "/search")
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Where they need not go, and where the map is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "", f"Sitemap: {absolute('/sitemap.xml')}", ""]
    return Response("\n".join(lines), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Every page that may be found."""
    paths = (escape(iri_to_uri(absolute(path))) for path in directory.addresses(session()))
    entries = "".join(f"<url><loc>{path}</loc></url>\n" for path in paths)
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{NAMESPACE}">\n{entries}</urlset>\n'
    return Response(body, mimetype="application/xml")
