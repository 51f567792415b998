import pytest
from sqlalchemy.orm import Session

from storefront.catalog import search
from storefront.catalog.product import Product, Variant


def a_product(session: Session, handle: str, title: str, **more: str) -> Product:
    product = Product(
        handle=handle, title=title, variants=[Variant(price=1, currency="eur", sku=f"SKU-{handle}")], **more
    )
    session.add(product)
    session.flush()
    search.index(session, product)
    return product


@pytest.fixture
def shop(session):
    products = [
        a_product(session, "teapot", "Round teapot", description="<p>For strong coffee lovers too</p>", tags="kitchen"),
        a_product(session, "cafe", "Café crème bowl", vendor="Łukasz", description="Fits a chair? no"),
        a_product(session, "chair", "Brown chair", product_type="Furniture"),
        a_product(session, "coffee", "Coffee", tags="ground"),
    ]
    session.commit()
    return {product.id: product.handle for product in products}


QUESTIONS = [
    ("teapot", ["teapot"]),
    ("TEA", ["teapot"]),
    ("tea pot", []),
    ("round tea", ["teapot"]),
    ("cafe creme", ["cafe"]),
    ("CAFÉ", ["cafe"]),
    ("chairs", ["chair", "cafe"]),
    ("furnit", ["chair"]),
    ("sku-chair", ["chair", "cafe"]),
    ("coffee", ["coffee", "teapot"]),
    ("kitchen coffee", ["teapot"]),
    ("nothing", []),
    ("", []),
    ("  ,;- ", []),
    ("p", []),
]


def test_words_find_products_title_first(session, shop):
    answers = [(asked, [shop[product_id] for product_id in search.find(session, asked, 10)]) for asked, _ in QUESTIONS]
    assert answers == QUESTIONS


HOSTILE = [
    '"', '""', "'", "*", "tea*", "AND", "OR NOT", "NEAR(a b)", "title:tea", "{a}", "(", ")", "-tea", "^tea",
    "tea:*", "a & b | !c",
    "\\", "\0tea", "%", "_", "tea'; DROP TABLE products; --", "ﷺ" * 50, "x" * 5000, "tea " * 500, "\ud7ff", "<->", "👍",
]  # fmt: skip


def test_no_text_is_an_error(session, shop):
    for asked in HOSTILE:
        assert set(search.find(session, asked, 10)) <= set(shop), asked


def test_signs_of_query_languages_mean_nothing(session, shop):
    assert [shop[one] for one in search.find(session, 'title:"Brown"* -chair', 10)] == []
    assert [shop[one] for one in search.find(session, '"brown" (chair)*', 10)] == ["chair"]


def test_the_index_follows_the_product(session):
    product = a_product(session, "pot", "Old name")
    product.title = "New word"
    search.index(session, product)
    session.commit()
    assert search.find(session, "old", 5) == []
    assert search.find(session, "new", 5) == [product.id]


def test_the_index_is_undone_with_its_transaction(session):
    a_product(session, "pot", "Rolled back")
    session.rollback()
    assert search.find(session, "rolled", 5) == []


def test_a_very_long_description_is_indexed(session):
    product = a_product(session, "long", "Long", description="word " * 100_000 + "x" * 3000)
    session.commit()
    assert search.find(session, "word", 5) == [product.id]
