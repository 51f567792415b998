from sqlalchemy import select

from storefront.catalog import search, version
from storefront.catalog.image import ImageState
from storefront.catalog.product import Kind, Product, Shown, Status, Variant
from storefront.stock.hold import hold
from storefront.stock.level import StockLevel
from tests.catalog.files import TEA, a_file
from tests.catalog.story import pieces, run, the, words


def test_a_product_is_made_whole(session, tmp_path):
    path = a_file(
        tmp_path,
        {
            **TEA,
            "Title": "Green tea",
            "Body (HTML)": "<h1>Leaves</h1><script>alert(1)</script>"
            "<p onclick=x>From <a href='javascript:x'>Uji</a></p>",
            "Vendor": "Uji",
            "Tags": "tea, green",
            "Option1 Name": "Weight",
            "Option1 Value": "50 g",
            "Variant Compare At Price": "5.00",
            "Variant Grams": "50.0",
            "Image Src": "https://pictures.example/a.jpg",
            "Image Alt Text": "A tin",
        },
        {"Handle": "tea", "Option1 Value": "100 g", "Variant Price": "8", "Variant Inventory Tracker": ""},
        {"Handle": "tea", "Image Src": "https://pictures.example/b.jpg", "Image Position": "2"},
    )
    assert words(run(session, path)) == {"tea": "created"}
    tea = the(session)
    assert (tea.title, tea.vendor, tea.option1, tea.status, tea.kind) == (
        "Green tea",
        "Uji",
        "Weight",
        Status.ACTIVE,
        Kind.PHYSICAL,
    )
    assert tea.description == '<h2>Leaves</h2><p>From <a rel="noopener noreferrer nofollow">Uji</a></p>'
    small, large = tea.variants
    assert (small.title, small.price, small.compare_at, small.grams, small.sku, small.shown) == (
        "50 g", 450, 500, 50, "TEA", Shown.IN_STOCK,
    )  # fmt: skip
    assert (large.title, large.price, large.tracked, large.shown) == ("100 g", 800, False, Shown.UNTRACKED)
    assert pieces(session) == 5
    assert [(image.alt, image.state) for image in tea.images] == [
        ("A tin", ImageState.WAITING),
        ("Green tea", ImageState.WAITING),
    ]
    assert search.find(session, "green", 5) == [tea.id]


def test_again_changes_nothing_and_moves_nothing(session, tmp_path):
    path = a_file(tmp_path, TEA, {**TEA, "Handle": "b", "Image Src": "https://x.example/b.png", "Option1 Value": "x"})
    run(session, path)
    before = version.current(session)
    session.rollback()
    assert words(run(session, path)) == {"tea": "unchanged", "b": "unchanged"}
    assert version.current(session) == before
    assert len(session.scalars(select(Product)).all()) == len(session.scalars(select(Variant)).all()) == 2


def test_a_change_is_put_in_and_told(session, tmp_path):
    run(session, a_file(tmp_path, TEA))
    before = version.current(session)
    session.rollback()
    assert words(run(session, a_file(tmp_path, {**TEA, "Title": "Better tea", "Variant Price": "5"}))) == {
        "tea": "updated"
    }
    assert (the(session).title, the(session).variants[0].price) == ("Better tea", 500)
    assert search.find(session, "better", 5)
    assert version.current(session) == before + 1


def test_counted_stock_stays_unless_told(session, tmp_path):
    run(session, a_file(tmp_path, TEA))
    variant_id = the(session).variants[0].id
    hold(session, 1, {variant_id: 2})
    session.commit()
    more = a_file(tmp_path, {**TEA, "Variant Inventory Qty": "50"})
    assert words(run(session, more)) == {"tea": "unchanged"}
    assert pieces(session) == 5
    before = version.current(session)
    session.rollback()
    assert words(run(session, more, recount=True)) == {"tea": "updated"}
    assert version.current(session) == before + 1, "three pieces were few, fifty are enough"
    session.rollback()
    run(session, a_file(tmp_path, {**TEA, "Variant Inventory Qty": "51"}), recount=True)
    assert version.current(session) == before + 1, "the word is still in_stock"
    level = session.get(StockLevel, variant_id)
    assert (level.on_hand, level.held) == (51, 2)


def test_stock_that_is_no_longer_tracked_is_no_longer_counted(session, tmp_path):
    run(session, a_file(tmp_path, {**TEA, "Variant Inventory Qty": "0"}))
    assert the(session).variants[0].shown == Shown.SOLD_OUT
    session.rollback()
    run(session, a_file(tmp_path, {**TEA, "Variant Inventory Tracker": ""}))
    variant = the(session).variants[0]
    assert (variant.shown, session.get(StockLevel, variant.id)) == (Shown.UNTRACKED, None)


def test_continue_selling_is_kept(session, tmp_path):
    run(session, a_file(tmp_path, {**TEA, "Variant Inventory Qty": "0", "Variant Inventory Policy": "continue"}))
    variant = the(session).variants[0]
    assert (variant.oversell, variant.shown) == (True, Shown.UNTRACKED)
    hold(session, 1, {variant.id: 3})
    session.commit()
    run(session, a_file(tmp_path, {**TEA, "Variant Inventory Qty": "0", "Variant Inventory Policy": "deny"}))
    assert the(session).variants[0].shown == Shown.SOLD_OUT


def test_a_variant_that_vanished_is_put_away_and_comes_back(session, tmp_path):
    two = [
        {**TEA, "Option1 Name": "Size", "Option1 Value": "S"},
        {"Handle": "tea", "Option1 Value": "L", "Variant Price": "9"},
    ]
    run(session, a_file(tmp_path, *two))
    ids = [variant.id for variant in the(session).variants]
    run(session, a_file(tmp_path, two[0]))
    assert [variant.active for variant in the(session).variants] == [True, False]
    session.rollback()
    run(session, a_file(tmp_path, *two))
    assert [(variant.id, variant.active) for variant in the(session).variants] == [(ids[0], True), (ids[1], True)]


def test_a_renamed_option_keeps_its_variant_by_sku(session, tmp_path):
    run(session, a_file(tmp_path, {**TEA, "Option1 Name": "Size", "Option1 Value": "S"}))
    before = the(session).variants[0].id
    session.rollback()
    run(session, a_file(tmp_path, {**TEA, "Option1 Name": "Size", "Option1 Value": "Small"}))
    assert [(variant.id, variant.option1) for variant in the(session).variants] == [(before, "Small")]


def test_pictures_follow_the_file(session, tmp_path):
    run(
        session,
        a_file(
            tmp_path, {**TEA, "Image Src": "https://x.example/1"}, {"Handle": "tea", "Image Src": "https://x.example/2"}
        ),
    )
    run(session, a_file(tmp_path, {**TEA, "Image Src": "https://x.example/2", "Variant Image": "https://x.example/3"}))
    tea = the(session)
    assert [image.source for image in tea.images] == ["https://x.example/2", "https://x.example/3"]
    assert tea.variants[0].image.source == "https://x.example/3"
