"""Lists of products, and a product."""

from flask import abort, render_template, request, url_for

from storefront.catalog import shelf
from storefront.shopfront.door import blueprint
from storefront.web.database import session

HIGHEST = 99
"""Pieces of one variant in a cart line."""


@blueprint.get("/products")
def products() -> str:
    """Everything on show, newest first."""
    after = request.args.get("after")
    row = shelf.products(session(), after=after)
    next_url = url_for("shopfront.products", after=row.after) if row.after else None
    return render_template("shopfront/products.html", row=row, first=not after, next_url=next_url)


@blueprint.get("/collections/<handle>")
def collection(handle: str) -> str:
    """What is on one shelf."""
    found = shelf.collection(session(), handle)
    if found is None:
        abort(404)
    after = request.args.get("after")
    row = shelf.on_collection(session(), found[0], after=after)
    next_url = url_for("shopfront.collection", handle=handle, after=row.after) if row.after else None
    return render_template("shopfront/collection.html", shelf=found[1], row=row, first=not after, next_url=next_url)


@blueprint.get("/products/<handle>")
def product(handle: str) -> str:
    """One product with its variants."""
    found = shelf.product(session(), handle)
    if found is None:
        abort(404)
    return render_template("shopfront/product.html", product=found, highest=HIGHEST)
