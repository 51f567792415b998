"""`flask catalog` and `flask demo` as a person meets them."""

import pytest
from sqlalchemy import func, select

from storefront.cart.shipping import rates_for
from storefront.catalog import page, shelf
from storefront.catalog.image import ImageState, ProductImage
from storefront.catalog.product import Product
from storefront.stock.level import StockLevel
from tests.catalog.files import TEA, a_file
from tests.catalog.test_pictures import a_picture
from tests.fixtures.environment import ROOT

SPREE = ROOT.parent / "shared" / "data" / "catalogue" / "spree-products.csv"


@pytest.fixture
def flask(app):
    def run(*arguments):
        result = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output

    return run


def test_an_import_tells_each_product_by_line_and_ends_with_zero(flask, session, tmp_path):
    path = a_file(tmp_path, TEA, {**TEA, "Handle": "pot", "Image Src": "https://x.example/1", "Variant SKU": "POT"})
    code, said = flask("catalog", "import", path)
    assert code == 0
    assert said.splitlines() == [
        "line 2  tea  created",
        "line 3  pot  created  (1 picture)",
        "2 products: 2 created, 0 updated, 0 unchanged, 0 refused; 0 warnings.",
    ]
    assert set(session.scalars(select(Product.handle))) == {"tea", "pot"}


def test_an_import_with_refusals_ends_with_one_and_says_why(flask, tmp_path):
    code, said = flask("catalog", "import", a_file(tmp_path, TEA, {**TEA, "Handle": "pot", "Variant Price": "x"}))
    assert code == 1
    assert "line 3  pot  refused\n  line 3: 'x' is not an amount of money\n" in said


def test_a_file_that_cannot_be_used_ends_with_two_and_changes_nothing(flask, session, tmp_path):
    only_header = a_file(tmp_path)
    assert flask("catalog", "import", only_header)[0] == 2
    for path in (tmp_path / "nothing.csv", tmp_path):
        code, said = flask("catalog", "import", path)
        assert (code, "cannot be read" in said) == (2, True)
    assert session.scalar(select(func.count()).select_from(Product)) == 0


@pytest.mark.skipif(not SPREE.exists(), reason=f"{SPREE.name} is not beside this project")
def test_columns_of_another_shop_system_are_refused_kindly(flask):
    code, said = flask("catalog", "import", SPREE)
    assert code == 2
    assert "is not in Shopify's product columns: the columns Handle (or URL handle), Title are missing" in said


def test_stock_is_only_reset_when_told(flask, session, tmp_path):
    flask("catalog", "import", a_file(tmp_path, TEA))
    more = a_file(tmp_path, {**TEA, "Variant Inventory Qty": "70"})
    assert "1 unchanged" in flask("catalog", "import", more)[1]
    assert session.scalar(select(StockLevel.on_hand)) == 5
    session.rollback()
    assert "1 updated" in flask("catalog", "import", more, "--stock")[1]
    assert session.scalar(select(StockLevel.on_hand)) == 70


def test_pictures_come_from_a_folder(flask, session, tmp_path):
    (tmp_path / "tin.jpg").write_bytes(a_picture())
    (tmp_path / "bad.jpg").write_text("no")
    row = {**TEA, "Image Src": "https://x.example/shots/tin.jpg?v=3"}
    path = a_file(tmp_path, row, {"Handle": "tea", "Image Src": "bad.jpg"}, {"Handle": "tea", "Image Src": "away.jpg"})
    code, said = flask("catalog", "import", path, "--images", tmp_path)
    assert code == 0
    assert "picture  bad.jpg: This is no JPEG" in said
    states = {image.source: image.state for image in session.scalars(select(ProductImage))}
    assert states == {row["Image Src"]: ImageState.READY, "bad.jpg": ImageState.FAILED, "away.jpg": ImageState.WAITING}


def test_the_demo_shop_is_whole_and_filled_once(flask, session):
    code, said = flask("demo")
    assert (code, "0 refused" in said) == (0, True), said
    row = shelf.products(session, limit=100)
    assert 20 <= len(row.cards) <= 30
    assert all(card.picture for card in row.cards)
    words = {card.stock for card in row.cards}
    assert {"last", "sold_out", "in_stock"} <= words
    assert {"digital", "plan", "physical"} == {card.kind for card in row.cards}
    assert [card.soon for card in row.cards if card.kind == "digital"] == [False]
    assert len(shelf.pictured_collections(session)) == 4
    assert all(one.picture for one in shelf.pictured_collections(session))
    assert {slug for slug, _ in page.titles(session)} == {"terms", "privacy", "refunds", "imprint"}
    assert rates_for(session, "DE")
    session.rollback()
    code, said = flask("demo")
    assert (code, "0 created, 0 updated" in said) == (0, True), said
    assert page.current_version(session, "terms") == 1


def test_a_download_is_given_its_file(flask, session, tmp_path):
    flask(
        "catalog", "import", a_file(tmp_path, {**TEA, "Type": "Digital"}, {**TEA, "Handle": "pot", "Variant SKU": "P"})
    )
    assert shelf.product(session, "tea").soon
    session.rollback()
    book = tmp_path / "tea.pdf"
    book.write_bytes(b"")
    assert flask("catalog", "attach", "tea", book) == (1, "Error: tea.pdf is empty.\n")
    book.write_bytes(b"%PDF-1.4 leaves")
    assert "only a digital product" in flask("catalog", "attach", "pot", book)[1].lower()
    assert "no product 'tee'" in flask("catalog", "attach", "tee", book)[1]
    assert "no product 'tea' with the SKU X" in flask("catalog", "attach", "tea", book, "--sku", "X")[1]
    code, said = flask("catalog", "attach", "tea", book)
    assert (code, said) == (0, "tea.pdf (15 bytes) is what buyers of Tea download.\n")
    assert not shelf.product(session, "tea").soon


def test_an_empty_shop_gets_what_an_order_needs_and_keeps_what_it_has(flask, session):
    page.publish(session, "terms", "Our terms", "<p>Ours.</p>")
    session.commit()
    for _ in range(2):
        assert flask("demo", "--empty")[0] == 0
    assert page.current(session, "terms").title == "Our terms"
    assert page.current(session, "imprint") is not None
    assert [rate.name for rate in rates_for(session, "NZ")] == ["Standard delivery"]
    assert shelf.products(session).cards == ()
