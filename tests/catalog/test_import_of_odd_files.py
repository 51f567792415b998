import pytest
from sqlalchemy import select

from storefront.catalog.importing.applying import Applying
from storefront.catalog.importing.file import judged
from storefront.catalog.product import Kind, Product, Shown, Status
from storefront.stock.counting import counted
from tests.catalog.files import TEA, a_file
from tests.catalog.story import reasons, run, the, words
from tests.fixtures.environment import ROOT

FURNITURE = ROOT.parent / "shared" / "data" / "catalogue" / "shopify-furniture.csv"

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
