import pytest
from sqlalchemy import select

from storefront.catalog import search, version
from storefront.catalog.image import ImageState
from storefront.catalog.importing.applying import Applying
from storefront.catalog.importing.file import judged
from storefront.catalog.product import Kind, Product, Shown, Status, Variant
from storefront.stock.counting import counted
from storefront.stock.hold import hold
from storefront.stock.level import StockLevel
from tests.catalog.files import TEA, a_file
from tests.fixtures.environment import ROOT

FURNITURE = ROOT.parent / "shared" / "data" / "catalogue" / "shopify-furniture.csv"


def run(session, path, **options):
    outcomes = Applying("eur", counted, **options).apply(session, list(judged(path, "eur")))
    session.commit()
    session.expunge_all()
    return outcomes


def words(outcomes):
    return {outcome.judged.handle: outcome.word for outcome in outcomes}


def reasons(outcomes):
    return [(line, text) for outcome in outcomes for line, text in outcome.judged.refusals]


def the(session, handle="tea"):
    return session.scalar(select(Product).where(Product.handle == handle))


def pieces(session, handle="tea"):
    return session.get(StockLevel, the(session, handle).variants[0].id).on_hand


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


WRONG = {
    "no price": ({"Variant Price": ""}, "it has no price"),
    "letters": ({"Variant Price": "free"}, "'free' is not an amount of money"),
    "below zero": ({"Variant Price": "-1"}, "its price '-1' is below zero"),
    "too dear": ({"Variant Price": "1000000"}, "its price '1000000' is more than can be charged"),
    "fractions": ({"Variant Price": "1.999"}, "'1.999' has more digits than EUR is charged in"),
    "no title": ({"Title": ""}, "it has no title in its first row"),
    "long title": ({"Title": "x" * 300}, "its title is longer than 255 characters"),
    "quantity": ({"Variant Inventory Qty": "many"}, "its quantity 'many' is not a whole number"),
    "half": ({"Variant Inventory Qty": "1.5"}, "its quantity '1.5' is not a whole number"),
}


def test_a_product_with_a_fault_is_refused_wholly_and_the_others_come_in(session, tmp_path):
    good = [{**TEA, "Handle": "before"}, {**TEA, "Handle": "after"}]
    bad = [{**TEA, "Handle": f"bad-{number}", **change} for number, (change, _) in enumerate(WRONG.values())]
    outcomes = run(session, a_file(tmp_path, good[0], *bad, good[1]))
    assert reasons(outcomes) == [(number + 3, told) for number, (_, told) in enumerate(WRONG.values())]
    assert set(session.scalars(select(Product.handle))) == {"before", "after"}


def test_a_fault_in_one_variant_refuses_the_product(session, tmp_path):
    first = {**TEA, "Option1 Name": "Size", "Option1 Value": "S"}
    outcomes = run(
        session, a_file(tmp_path, first, {"Handle": "tea", "Option1 Value": "L", "Variant Price": "x"}, first)
    )
    assert reasons(outcomes) == [(3, "'x' is not an amount of money"), (4, "it has the variant 'S' already, on line 2")]
    assert the(session) is None


def test_a_refused_product_stays_as_it_was(session, tmp_path):
    run(session, a_file(tmp_path, TEA))
    run(session, a_file(tmp_path, {**TEA, "Title": "New", "Variant Price": "x"}))
    assert the(session).title == "Tea"


def test_what_the_database_refuses_is_told_and_alone(session, tmp_path, database):
    """A title that only the database minds stands for all that judging does not foresee."""
    path = a_file(tmp_path, TEA, {**TEA, "Handle": "b"}, {**TEA, "Handle": "c"})
    batch = list(judged(path, "eur"))
    object.__setattr__(batch[1].sheet, "title", None)
    outcomes = Applying("eur", counted).apply(session, batch)
    session.commit()
    assert words(outcomes) == {"tea": "created", "b": "refused", "c": "created"}
    assert "the database refused it" in reasons(outcomes)[0][1]
    assert set(session.scalars(select(Product.handle))) == {"tea", "c"}


def test_a_handle_that_comes_again_further_down_is_refused(session, tmp_path):
    outcomes = run(session, a_file(tmp_path, TEA, {**TEA, "Handle": "b"}, {**TEA, "Title": "Other"}))
    assert [outcome.word for outcome in outcomes] == ["created", "created", "refused"]
    assert reasons(outcomes) == [(4, "its handle stood on line 2 already; put all its rows together")]
    assert the(session).title == "Tea"


def test_odd_things_are_warned_of_and_imported(session, tmp_path):
    outcomes = run(
        session,
        a_file(
            tmp_path,
            {**TEA, "Variant Inventory Qty": "-3"},
            {**TEA, "Handle": "b", "Status": "strange"},
            {**TEA, "Handle": "c", "Variant SKU": "", "Variant Inventory Qty": ""},
        ),
    )
    assert [warning for outcome in outcomes for warning in outcome.judged.warnings] == [
        (2, "its stock of -3 is below zero and counts as 0"),
        (3, "its status 'strange' is unknown here, so it becomes a draft"),
        (3, "its SKU 'TEA' is also that of 'tea'"),
        (4, "its stock is counted but the file gives no quantity: it starts with 0"),
    ]
    assert (the(session).variants[0].shown, the(session, "b").status) == (Shown.SOLD_OUT, Status.DRAFT)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"Type": "Digital download"}, Kind.DIGITAL),
        ({"Tags": "new, subscription"}, Kind.PLAN),
        ({"Gift Card": "true"}, Kind.DIGITAL),
        ({"Variant Requires Shipping": "false"}, Kind.DIGITAL),
        ({"Variant Requires Shipping": "true", "Type": "Tea"}, Kind.PHYSICAL),
    ],
)
def test_the_kind_is_known_by_type_tag_or_shipping(tmp_path, change, kind):
    (one,) = judged(a_file(tmp_path, {**TEA, **change}), "eur")
    assert one.sheet.kind == kind


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("4", 400),
        ("4.5", 450),
        ("4.500", 450),
        ("1,234.50", 123450),
        ("19,99", 1999),
        ("1.234,5", 123450),
        ("€ 7", 700),
        (".5", 50),
    ],
)
def test_prices_are_read_as_people_write_them(tmp_path, text, amount):
    (one,) = judged(a_file(tmp_path, {**TEA, "Variant Price": text}), "eur")
    assert one.sheet.variants[0].price == amount


def test_a_yen_price_has_no_hundredths(tmp_path):
    (one,) = judged(a_file(tmp_path, {**TEA, "Variant Price": "500.00"}), "jpy")
    assert one.sheet.variants[0].price == 500


def test_a_handle_is_made_fit_for_an_address(tmp_path):
    handles = [
        one.handle for one in judged(a_file(tmp_path, {**TEA, "Handle": "../Ä b?c"}, {**TEA, "Handle": ""}), "eur")
    ]
    assert handles == ["ä-b-c", "tea"]


def test_a_broken_row_refuses_its_product_only(session, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Handle,Title,Price,Option1 Value\na,A,1,S\na,"x"y,2,L\nb,B,1,\n')
    assert words(run(session, path)) == {"a": "refused", "b": "created"}


@pytest.mark.skipif(not FURNITURE.exists(), reason=f"{FURNITURE.name} is not beside this project")
def test_a_real_export_comes_in_wholly_and_twice(session):
    outcomes = run(session, FURNITURE)
    assert (len(outcomes), set(words(outcomes).values())) == (20, {"created"})
    lamp = the(session, "floor-lamp").variants[0]
    assert (lamp.price, lamp.compare_at) == (6999, 8500)
    assert len(the(session, "gardening-gloves").variants) == 2
    session.rollback()
    assert set(words(run(session, FURNITURE)).values()) == {"unchanged"}
