"""The first page."""

from flask import render_template

from storefront.catalog import shelf
from storefront.shopfront.door import blueprint
from storefront.web.database import session

NEWEST = 8


@blueprint.get("/")
def home() -> str:
    """Collections, and what is new."""
    database = session()
    collections = shelf.pictured_collections(database)
    return render_template("shopfront/home.html", collections=collections, row=shelf.products(database, limit=NEWEST))
