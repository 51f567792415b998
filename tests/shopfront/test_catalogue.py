import pytest

from storefront.catalog import page, pictures, search, shelving, version
from storefront.catalog.image import ProductImage
from storefront.catalog.product import Kind, Product, Shown, Variant
from tests.cast import a_product
from tests.catalog.test_pictures import a_picture


@pytest.fixture
def tea(session):
    """Tea with a picture on the shelf "hot"; a teapot in two sizes, of which the small one is sold out; a tea club to
    come.
    """
    variant = a_product(session, "Tea", price=1250, stock=2)
    tea = variant.product
    tea.description = "<p>Leaves from <em>Uji</em></p>"
    tea.images = [ProductImage(source="x", alt="A tin of tea")]
    session.flush()
    pictures.keep(session, tea.images[0], pictures.encode(a_picture()))
    sizes = [
        Variant(price=3000, currency="eur", option1="Small", position=1, shown=Shown.SOLD_OUT),
        Variant(price=4000, currency="eur", option1="Large", position=2, compare_at=5000),
    ]
    session.add(Product(handle="teapot", title="Teapot", option1="Size", variants=sizes))
    a_product(session, "Tea club", kind=Kind.PLAN, stock=None)
    for product in session.query(Product):
        search.index(session, product)
    shelving.put(session, "hot", "Hot things", "<p>For cold days</p>", ["tea", "teapot"], 0)
    page.publish(session, "terms", "Terms", "<p>Be kind.</p>")
    session.commit()
    return variant


PAGES = ["/", "/products", "/products/tea", "/collections/hot", "/search?q=tea", "/pages/terms"]


def test_catalogue_pages_set_no_cookie_and_may_be_kept(client, tea):
    for path in PAGES:
        found = client.get(path)
        assert "Set-Cookie" not in found.headers, path
        assert found.headers["Cache-Control"] == "public, max-age=0, must-revalidate", path
        assert found.headers["ETag"].startswith('"'), path
        assert "Cookie" not in found.headers.get("Vary", ""), path


def test_a_page_that_is_known_is_not_sent_again(client, tea):
    for path in PAGES:
        etag = client.get(path).headers["ETag"]
        for asked in (etag, f'W/{etag}, "other"', f'"other", {etag}', "*"):
            answer = client.raw.get(path, headers={"If-None-Match": asked})
            assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag), (path, asked)
            assert "Content-Security-Policy" in answer.headers
        assert client.raw.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_tells_the_length_without_the_page(client, tea):
    whole = client.raw.get("/products")
    head = client.raw.head("/products")
    assert (head.status_code, head.data) == (200, b"")
    assert (head.headers["ETag"], head.headers["Content-Length"]) == (whole.headers["ETag"], str(len(whole.data)))


def test_the_kept_page_has_the_headers_of_the_first(client, tea):
    first, kept = client.raw.get("/products"), client.raw.get("/products")
    assert dict(first.headers) == dict(kept.headers)
    assert first.data == kept.data


def test_home_leads_to_collections_products_and_texts(client, tea):
    home = client.get("/")
    links = {tag["href"] for tag in home.select("a[href]")}
    assert {"/collections/hot", "/products/tea", "/products", "/pages/terms"} <= links


def test_a_list_shows_price_stock_and_picture(client, tea):
    words = client.get("/products").words()
    assert "€12.50" in words
    assert "Soon" in words
    image = client.get("/products").select_one('img[alt="A tin of tea"]')
    picture = client.raw.get(image["src"])
    assert (picture.status_code, picture.mimetype) == (200, "image/webp")


def test_a_long_list_is_paged(client, session):
    for number in range(25):
        a_product(session, f"Thing {number}")
    session.commit()
    first = client.get("/products")
    second = client.get(first.select_one('a[rel="next"]')["href"])
    assert (len(first.select('a[href^="/products/thing"]')), len(second.select('a[href^="/products/thing"]'))) >= (
        24,
        1,
    )
    assert second.select_one('a[href="/products/thing-0"]')
    assert not second.select_one('a[rel="next"]')


def test_a_product_page_offers_its_variants_without_javascript(client, tea):
    found = client.get("/products/teapot")
    small, large = found.select('form[action="/cart/lines"] input[name="variant"]')
    assert small.has_attr("disabled")
    assert not large.has_attr("disabled")
    assert "sold out" in found.words("main").lower()
    assert "€50.00" in found.words("main")
    assert found.select_one('input[name="quantity"][type="number"]')
    assert [button.get_text(strip=True) for button in found.select('form[action="/cart/lines"] button')] == [
        "Add to cart"
    ]


def test_an_only_variant_needs_no_choice(client, tea):
    found = client.get("/products/tea")
    assert found.select_one('form[action="/cart/lines"] input[type="hidden"][name="variant"]')["value"] == str(tea.id)
    assert "Leaves from Uji" in found.words("main")


def test_what_comes_later_cannot_be_put_in_the_cart(client, tea):
    found = client.get("/products/tea-club")
    assert "Soon" in found.words("main")
    assert not found.select('form[action="/cart/lines"]')


def test_search_finds_and_says_when_it_does_not(client, tea):
    assert client.get("/search?q=TEAPOT").select('a[href="/products/teapot"]')
    nothing = client.get("/search?q=%3Cb%3Ezebra")
    assert "<b>zebra" in nothing.words("main")
    assert client.get("/search").select_one('input[name="q"]')


def test_no_question_is_an_error(client, tea):
    assert client.raw.get("/search?q=%00").status_code == 404
    for asked in ("%22", "%27%3B--", "%FF%FE", "*", "a" * 3000, "NEAR(", "tea%20" * 400, "%F0%9F%91%8D"):
        assert client.raw.get(f"/search?q={asked}").status_code == 200, asked
    for query in ("after=-1", "after=x&after=y", "after=" + "9" * 400, "&&&=;", "%71=tea", "q"):
        assert client.raw.get(f"/products?{query}").status_code == 200, query


def test_what_is_not_there_is_404(client, tea):
    for path in (
        "/products/nothing",
        "/collections/nothing",
        "/pages/nothing",
        "/products/te%00a",
        "/products/%FF",
        "/products/a/b",
    ):
        client.get(path, 404)
    assert client.raw.get("/media/nothing").status_code == 404


def test_a_text_is_shown_in_its_newest_version(client, session, tea):
    assert "Be kind." in client.get("/pages/terms").words()
    page.publish(session, "terms", "Terms", "<p>Be kinder.</p>")
    session.commit()
    assert "Be kinder." in client.get("/pages/terms").words()
    assert page.current_version(session, "terms") == 2


def test_a_picture_is_kept_for_ever_and_can_do_nothing(client, session, tea):
    (hash_,) = {image.media_hash for image in session.query(ProductImage)}
    answer = client.raw.get(f"/media/{hash_}")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.raw.get(f"/media/{hash_}", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_robots_and_the_site_map_name_what_is_on_show(client, session, tea):
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in client.raw.get("/robots.txt").text
    found = client.raw.get("/sitemap.xml").text
    assert "<loc>http://127.0.0.1:8000/products/tea</loc>" in found
    tea.product.published = False
    version.move(session)
    session.commit()
    assert "/products/tea<" not in client.raw.get("/sitemap.xml").text
