"""Search."""

from flask import render_template, request

from storefront.catalog import search as index
from storefront.catalog import shelf
from storefront.shopfront.door import blueprint
from storefront.web.database import session

MOST = 48


@blueprint.get("/search")
def search() -> str:
    """Products by words."""
    text = " ".join(request.args.get("q", "").replace("\0", " ").split())[: index.LONGEST_QUESTION]
    ids = index.find(session(), text, MOST + 1)
    cards = shelf.by_ids(session(), ids[:MOST])
    return render_template("shopfront/search.html", text=text, cards=cards, more=len(ids) > MOST)
