"""A product's pictures, stock and files: forms of their own beside its texts and prices."""

import re
import secrets
from typing import Any

from flask import redirect, request
from werkzeug.datastructures import FileStorage

from storefront import pan
from storefront.backoffice.access import me
from storefront.backoffice.door import blueprint
from storefront.backoffice.products import page_of, product_of_merchant, show_product
from storefront.catalog import pictures
from storefront.catalog.file import MOST_BYTES, FileError, attach, detach
from storefront.catalog.picturing import Told, TooManyError, add, arrange
from storefront.catalog.product import Product, Variant
from storefront.stock.adjusting import AdjustError, Why, adjust
from storefront.web.database import session
from storefront.web.uploads import takes

LONGEST_NOTE = 200


@blueprint.post("/products/<int:product_id>/pictures")
@takes
def save_pictures(product_id: int) -> Any:
    """New ones, made anew before anything is locked; the order, the words and the removals of those that are there."""
    fault = ""
    new = []
    for sent in request.files.getlist("pictures"):
        try:
            if sent.filename:
                new.append((sent.filename, pictures.encode(_read(sent, pictures.MOST_BYTES))))
        except pictures.PictureError as error:
            fault = f"{sent.filename}: {error}"
    product = product_of_merchant(product_id)
    if not fault:
        try:
            arrange(session(), product, _told(product))
            add(session(), product, new)
        except TooManyError as error:
            fault = str(error)
    return _done(product, "pictures", fault)


@blueprint.post("/products/<int:product_id>/stock")
def save_stock(product_id: int) -> Any:
    """One counted move of one variant, once."""
    product = product_of_merchant(product_id)
    try:
        adjust(session(), _variant(product), _why(), _pieces(), key=_once(), note=_note())
    except AdjustError as error:
        return _done(product, "stock", str(error))
    return _done(product, "stock")


@blueprint.post("/products/<int:product_id>/files")
@takes
def save_file(product_id: int) -> Any:
    """What buyers of a variant download, or that there is nothing any more."""
    product = product_of_merchant(product_id)
    sent = request.files.get("file")
    named = sent.filename if sent is not None else ""
    if "remove" not in request.form and not named:
        return _done(product, "files", "Choose a file first.")
    try:
        if "remove" in request.form or sent is None or not named:
            detach(session(), _variant(product))
        else:
            attach(session(), _variant(product), named, _read(sent, MOST_BYTES))
    except (FileError, AdjustError) as error:
        return _done(product, "files", str(error))
    return _done(product, "files")


def _done(product: Product, part: str, fault: str = "") -> Any:
    if fault:
        session().rollback()
        return show_product(product_of_merchant(product.id), fault, 422)
    session().commit()
    return redirect(f"{page_of(product)}?saved=1#{part}", 303)


def _told(product: Product) -> dict[int, Told]:
    form = request.form
    told = {}
    for image in product.images:
        place = form.get(f"position-{image.id}", "")
        if re.fullmatch(r"[0-9]{1,4}", place):
            told[image.id] = Told(int(place), form.get(f"alt-{image.id}", ""), f"remove-{image.id}" not in form)
    return told


def _variant(product: Product) -> Variant:
    text = request.form.get("variant", "")
    found = next((variant for variant in product.variants if str(variant.id) == text), None)
    if found is None:
        raise AdjustError("Choose which variant it is.")
    return found


def _note() -> str:
    note = " ".join(request.form.get("note", "").split())
    if len(note) > LONGEST_NOTE or pan.found(note):
        raise AdjustError(f"A note has at most {LONGEST_NOTE} characters, and never a card number.")
    return f"{me().name}: {note}" if note else me().name


def _why() -> Why:
    try:
        return Why(request.form.get("why", ""))
    except ValueError as error:
        raise AdjustError("Choose the reason from the list.") from error


def _pieces() -> int:
    text = request.form.get("pieces", "").strip()
    if not re.fullmatch(r"[0-9]{0,7}", text):
        raise AdjustError(f"'{text[:20]}' is not a number of pieces.")
    return int(text or 0)


def _once() -> str:
    once = request.form.get("once", "")
    return f"hand:{once if re.fullmatch(r'[A-Za-z0-9_-]{10,40}', once) else secrets.token_urlsafe(12)}"


def _read(sent: FileStorage, most: int) -> bytes:
    """The file, but no more of it than shows that it is too large."""
    return sent.stream.read(most + 1)
