"""Products by hand: found, made, changed for the next request, never over a colleague's change, counted and pictured."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from storefront.catalog.collection import Collection, Shelving
from storefront.catalog.image import Media, ProductImage
from storefront.catalog.product import Kind, Product, Variant
from storefront.stock.level import StockLevel, StockMove
from tests.cast import a_product
from tests.client import Client, form_values


@pytest.fixture
def tea(session):
    variant = a_product(session, "Tea", price=1250, stock=10)
    session.add(Collection(handle="warm", title="Warm things"))
    product = variant.product_id
    session.commit()
    return product


def ask(session, statement):
    """Rows, by a transaction that ends at once: SQLite has one writer."""
    found = list(session.scalars(statement))
    session.rollback()
    return found


def a_png(colour="red"):
    out = BytesIO()
    Image.new("RGB", (300, 200), colour).save(out, "PNG")
    return out.getvalue()


def saves(mira, product, answer=303, **fields):
    """What her form answers; a field may be called status, so it is sent as it stands."""
    address = f"/backoffice/products/{product}"
    return mira.post(address, form_values(mira.get(address).select_one(f'form[action="{address}"]')) | fields, answer)


def shop(app):
    return Client(app).get("/products/tea").text


def test_a_changed_price_and_text_are_there_on_the_next_request(app, mira, tea, session):
    variant = ask(session, select(Variant.id))[0]
    assert "€12.50" in shop(app)
    before = Client(app).get("/products/tea").headers["ETag"]
    saves(
        mira, tea, title="Green tea", description="Picked <b>early</b>.<script>alert(1)</script>",
        **{f"price-{variant}": "9.90", f"compare-{variant}": "12.50", f"sku-{variant}": "GT", "capture": "on_shipping",
           "new_collection": "Leaves"},
    )  # fmt: skip
    page = Client(app).get("/products/tea")
    assert page.headers["ETag"] != before
    assert "Green tea" in page.text
    assert "€9.90" in page.text
    assert "Picked early." in page.text
    assert "alert" not in str(page)
    assert "Green tea" in Client(app).get("/search?q=gt").text
    assert "Green tea" in Client(app).get("/collections/leaves").text
    assert ask(session, select(Product.tags))[0] == "capture:on_shipping"
    for wrong in ({"title": " "}, {f"price-{variant}": "9,9x"}, {f"price-{variant}": "-1"}, {"status": "gone"}):
        assert "alert" in str(saves(mira, tea, 422, **wrong).text)
    assert "€9.90" in shop(app)
    saves(mira, tea, status="archived")
    Client(app).get("/products/tea", status=404)


def test_a_colleagues_change_is_noticed_and_nothing_is_lost(app, mira, tea, session):
    variant = ask(session, select(Variant.id))[0]
    old = mira.get(f"/backoffice/products/{tea}")
    saves(mira, tea, **{f"price-{variant}": "15.00"})
    answer = mira.submit(old, "Save", 409, title="Black tea")
    assert "Somebody else changed this product" in answer.text
    assert "Stored now: 15.00" in answer.text
    assert 'value="Black tea"' in answer.text
    assert "€15.00" in shop(app)
    assert "Black tea" not in shop(app)
    again = type(old)(answer.text, old.path, {})
    mira.submit(again, "Save", **{f"price-{variant}": "15.00"})
    assert "Black tea" in shop(app)
    assert "€15.00" in shop(app)


def test_a_new_product_is_a_draft_with_variants_until_it_is_shown(app, mira, session):
    page = mira.get("/backoffice/products/new")
    assert "price" in mira.submit(page, "Make the draft", 422, title="Cup", price="much").text
    made = mira.submit(page, "Make the draft", title="Cup", price="8").headers["Location"]
    assert made.startswith("/backoffice/products/")
    Client(app).get("/products/cup", status=404)
    assert "Cup" in mira.get("/backoffice/products?status=draft").text
    assert "Cup" not in mira.get("/backoffice/products?status=active").words("main")
    first = ask(session, select(Variant.id))[0]
    more = {"name-1": "Size", "option-new-1": "Large", "price-new": "11", "ships-new": "on"}
    assert "say what the present one is called" in mira.submit(mira.get(made), "Save", 422, **more).text
    saves(mira, made.rsplit("/", 1)[-1], status="active", **more, **{f"option-{first}-1": "Small"})
    words = Client(app).get("/products/cup").words("main")
    assert "Small" in words
    assert "Large" in words
    assert "€11.00" in words
    second = ask(session, select(Variant.id).where(Variant.id != first))[0]
    mira.submit(mira.get(made), "Save", **{f"option-{first}-1": "Large", f"option-{second}-1": "Small"})
    gone = form_values(mira.get(made).select_one(f'form[action="{made}"]'))
    gone.pop(f"sold-{second}")
    mira.post(made, gone)
    assert "Small" not in Client(app).get("/products/cup").words("main")
    twin = mira.submit(page, "Make the draft", title="Cup", price="9")
    assert ask(session, select(Product.handle).order_by(Product.id)) == ["cup", "cup-2"]
    assert twin.status_code == 303


def test_stock_moves_by_hand_once_with_a_reason(mira, tea, session, app):
    page = mira.get(f"/backoffice/products/{tea}")
    for _ in range(2):
        mira.submit(page, "Change the stock", why="received", pieces="5", note="from the attic")
    assert ask(session, select(StockLevel.on_hand))[0] == 15
    for why, pieces, left in (("lost", "3", 12), ("counted", "1", 1)):
        mira.submit(mira.get(f"/backoffice/products/{tea}"), "Change the stock", why=why, pieces=pieces)
        assert ask(session, select(StockLevel.on_hand))[0] == left
    assert "Last one" in shop(app)
    seen = mira.get(f"/backoffice/products/{tea}").words("main")
    assert "+5 Tea came in, Mira: from the attic" in seen
    assert "-11 Tea counted, Mira" in seen
    assert "Tea" in mira.get("/backoffice/products?stock=low").words("main table")
    mira.get("/backoffice/products?stock=out")
    page = mira.get(f"/backoffice/products/{tea}")
    for wrong in ({"why": "lost", "pieces": "2"}, {"pieces": "many"}, {"why": "sold"}, {"variant": "0"}):
        mira.submit(page, "Change the stock", 422, **wrong)
    assert ask(session, select(StockMove.quantity).order_by(StockMove.id)) == [10, 5, -3, -11]
    mira.submit(page, "Change the stock", why="not_counted")
    assert "Last one" not in shop(app)


def test_pictures_are_made_anew_ordered_worded_and_taken_away(app, mira, tea, session):
    address = f"/backoffice/products/{tea}/pictures"
    token = form_values(mira.get(f"/backoffice/products/{tea}").select_one(f'form[action="{address}"]'))
    files = {"pictures": [(BytesIO(a_png("red")), "red.png"), (BytesIO(a_png("blue")), "../blue.png")]}
    mira.post(address, {**token, **files}, content_type="multipart/form-data")
    assert ask(session, select(ProductImage.source).order_by(ProductImage.position)) == ["red.png", "../blue.png"]
    assert set(ask(session, select(Media.content_type))) == {"image/webp"}
    red, blue = ask(session, select(ProductImage.id).order_by(ProductImage.position))
    words = {f"alt-{blue}": "A blue tin", f"position-{blue}": "1", f"position-{red}": "2"}
    mira.submit(mira.get(f"/backoffice/products/{tea}"), "Save the pictures", **words)
    assert 'alt="A blue tin"' in str(Client(app).get("/products"))
    mira.submit(mira.get(f"/backoffice/products/{tea}"), "Save the pictures", **{f"remove-{red}": "on"})
    assert ask(session, select(ProductImage.id)) == [blue]
    broken = {**token, "pictures": (BytesIO(b"<svg onload=alert(1)>"), "x.svg")}
    assert "x.svg: This is no JPEG" in mira.post(address, broken, status=422, content_type="multipart/form-data").text


def test_a_file_is_uploaded_by_whoever_is_signed_in_and_nobody_else(app, mira, session):
    book = a_product(session, "Booklet", kind=Kind.DIGITAL, stock=None)
    product = book.product_id
    session.commit()
    address = f"/backoffice/products/{product}/files"
    form = form_values(mira.get(f"/backoffice/products/{product}").select_one(f'form[action="{address}"]'))
    large = b"%PDF" + b"x" * 400_000
    mira.post(address, {**form, "file": (BytesIO(large), "b.pdf")}, content_type="multipart/form-data")
    assert "A file to download" in Client(app).get("/products/booklet").text
    Client(app).post(address, {**form, "file": (BytesIO(large), "b.pdf")}, 401, content_type="multipart/form-data")
    mira.submit(mira.get(f"/backoffice/products/{product}"), "Take it away")
    assert "Soon" in Client(app).get("/products/booklet").text
    assert ask(session, select(Shelving)) == []
