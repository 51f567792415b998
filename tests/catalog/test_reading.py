import pytest

from storefront.catalog.importing.reading import UnusableFileError, rows
from tests.catalog.files import TEA, a_file

MEANT = {"handle": "tea", "title": "Thé vert 茶", "price": "4.50"}
SHORT = ["Handle", "Title", "Variant Price"]
ROW = {"Handle": "tea", "Title": "Thé vert 茶", "Variant Price": "4.50"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_letters_delimiters_and_line_ends_are_found_out(tmp_path, encoding, delimiter, ending):
    path = a_file(tmp_path, ROW, header=SHORT, encoding=encoding, delimiter=delimiter, lineterminator=ending)
    assert [row.fields for row in rows(path)] == [MEANT]


def test_old_windows_files_are_read(tmp_path):
    path = a_file(tmp_path, {**ROW, "Title": "Café 5 €"}, header=SHORT, encoding="cp1252")
    assert [row["title"] for row in rows(path)] == ["Café 5 €"]


def test_lines_are_counted_as_an_editor_does(tmp_path):
    path = a_file(tmp_path, {**ROW, "Title": "two\nlines"}, {**ROW, "Handle": "b"}, header=SHORT)
    assert [row.line for row in rows(path)] == [2, 4]


def test_the_header_is_read_by_name_in_any_order_and_case(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("variant  PRICE,Unknown,title,HANDLE\n1,x,T,t\n")
    assert [row.fields for row in rows(path)] == [{"price": "1", "title": "T", "handle": "t"}]


def test_excels_first_line_is_passed_over(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("sep=;\nHandle;Title;Price\nt;T;1\n")
    assert [row["handle"] for row in rows(path)] == ["t"]


def test_the_newer_template_is_understood(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "Title,URL handle,Description,Price,Compare-at price,Inventory quantity,Product image URL\nT,t,D,1,2,3,http://i\n"
    )
    (row,) = rows(path)
    assert (row["handle"], row["body"], row["compare_at"], row["quantity"], row["image"]) == (
        "t",
        "D",
        "2",
        "3",
        "http://i",
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"slug,sku,name,price\na,b,c,1\n", "Handle (or URL handle), Title are missing"),
        (b"\x00\x01\x02\xff\xfe" * 100, "are missing"),
        (b'"' + b"x" * 2_000_000, "are missing"),
    ],
)
def test_a_file_that_is_no_product_file_is_refused_with_a_sentence(tmp_path, content, told):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(UnusableFileError, match=r"\.$") as refused:
        list(rows(path))
    assert told in str(refused.value)


def test_a_file_that_is_not_there_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(UnusableFileError, match="cannot be read"):
        list(rows(tmp_path / "nothing.csv"))


def test_a_broken_quote_is_told_with_its_line_and_the_rest_is_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Handle,Title,Price\na,"5" nail",1\nb,"5"" nail",2\nc,5" nail,3\n')
    first, second, third = rows(path)
    assert (first.line, first["handle"], bool(first.broken)) == (2, "a", True)
    assert (second["title"], third["title"]) == ('5" nail', '5" nail')


def test_a_quote_that_is_never_closed_is_told_where_it_opens(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Handle,Title,Price\na,A,1\nb,"B,2\nc,C,3\n')
    read = list(rows(path))
    assert [(row.line, row["handle"], row.broken) for row in read] == [
        (2, "a", ""),
        (3, "b", "a quotation mark opens here and is never closed"),
    ]


def test_a_huge_field_breaks_its_row_only(tmp_path):
    path = a_file(tmp_path, {**TEA, "Body (HTML)": "x" * 1_200_000}, {**TEA, "Handle": "b"})
    first, second = rows(path)
    assert "longer than 1,000,000" in first.broken
    assert (second["handle"], second.broken) == ("b", "")


def test_control_characters_are_dropped(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"Handle,Title,Price\nt\x00ea,T\x07\x1bea,1\n")
    assert [row["title"] for row in rows(path)] == ["Tea"]


def test_short_and_blank_rows_are_no_trouble(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Handle,Title,Price,SKU\n\n,,,\nt\nt,T,1,S,more,and,more\n")
    assert [(row.line, row["price"]) for row in rows(path)] == [(4, ""), (5, "1")]
