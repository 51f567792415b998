"""`/backoffice/products`: the list, a new one, and one product with all that can be changed about it."""

from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, render_template, request
from sqlalchemy import select

from storefront.backoffice.door import blueprint
from storefront.backoffice.paging import before, chosen
from storefront.backoffice.product_form import collection_named, kind_in, money_in, wish_of
from storefront.catalog import cover
from storefront.catalog.collection import Collection
from storefront.catalog.editing import EditError, StaleError, create, edit, locked, mark, places
from storefront.catalog.file import files_of
from storefront.catalog.product import Kind, Product, Status
from storefront.reports.assortment import STATUSES, STOCK, listed
from storefront.stock.adjusting import moves_of
from storefront.stock.level import StockLevel
from storefront.web.current import settings
from storefront.web.database import session
from storefront.web.uploads import takes

STALE = (
    "Somebody else changed this product since you opened it, so nothing was saved yet. Your changes are still in the"
    " form: where they differ from what is stored now, that stands beside them. Look, then save again."
)


def product_of_merchant(product_id: int) -> Product:
    """The product, locked where something is about to be changed. 404 if there is none."""
    product = session().get(Product, product_id) if request.method == "GET" else locked(session(), product_id)
    if product is None:
        abort(404)
    return product


def page_of(product: Product) -> str:
    """Its address."""
    return f"/backoffice/products/{product.id}"


@blueprint.get("/products")
def products() -> Any:
    """Newest first."""
    text = " ".join(request.args.get("q", "").split())[:100]
    status, stock = chosen("status", STATUSES), chosen("stock", STOCK)
    found = listed(session(), text=text, status=status, stock=stock, before=before())
    return render_template(
        "backoffice/products/list.html",
        found=found,
        statuses=STATUSES,
        stocks=STOCK,
        status=status,
        stock=stock,
        text=text,
    )


@blueprint.get("/products/new")
def new_product() -> Any:
    """A title, a kind and a price; the rest follows on its page."""
    return render_template("backoffice/products/new.html", kinds=Kind, given={}, fault="")


@blueprint.post("/products")
def add_product() -> Any:
    """A draft, which buyers do not see yet."""
    form = request.form
    try:
        price = money_in(form.get("price", ""), "The price")
        product = create(session(), form.get("title", ""), kind_in(form.get("kind", "")), price, settings().currency)
    except EditError as error:
        session().rollback()
        return render_template("backoffice/products/new.html", kinds=Kind, given=form, fault=str(error)), 422
    session().commit()
    return redirect(page_of(product), 303)


@blueprint.get("/products/<int:product_id>")
def edit_product(product_id: int) -> Any:
    """Everything that can be changed about it."""
    return show_product(product_of_merchant(product_id))


@blueprint.post("/products/<int:product_id>")
@takes
def save_product(product_id: int) -> Any:
    """All of the form or nothing; buyers see it on their next request."""
    product = product_of_merchant(product_id)
    try:
        wish = wish_of(product, request.form, collection_named(session(), request.form))
        edit(session(), product, wish, request.form.get("seen", ""), settings().currency)
    except StaleError:
        return _again(product_id, STALE, 409)
    except EditError as error:
        return _again(product_id, str(error), 422)
    session().commit()
    return redirect(f"{page_of(product)}?saved=1", 303)


def _again(product_id: int, fault: str, status: int) -> Any:
    """The form with what was typed, against what is stored now."""
    session().rollback()
    return show_product(product_of_merchant(product_id), fault, status, request.form)


def show_product(product: Product, fault: str = "", status: int = 200, given: Mapping[str, str] | None = None) -> Any:
    """Its page. `fault`: why something was not saved. `given`: what was typed, to be shown again."""
    database = session()
    ids = [variant.id for variant in product.variants]
    levels = database.scalars(select(StockLevel).where(StockLevel.variant_id.in_(ids)))
    html = render_template(
        "backoffice/products/product.html",
        product=product,
        seen=mark(database, product),
        pictures=cover.all_of(database, product.id),
        files=files_of(database, product.id),
        levels={level.variant_id: level for level in levels},
        moves=moves_of(database, ids),
        names={variant.id: variant.title or product.title for variant in product.variants},
        collections=database.scalars(select(Collection).order_by(Collection.position, Collection.id)).all(),
        places=places(database, product.id),
        kinds=Kind,
        statuses=Status,
        given=given,
        fault=fault,
        saved="saved" in request.args,
        currency=settings().currency,
    )
    return html, status
