"""Papers: drawn alike each time, readable again, and with nothing in them that a bank must not get."""

import io

import pypdfium2
import pytest
from PIL import Image

from storefront.evidence.copying import PaperError, copies_of
from storefront.evidence.papers import Paper, Table, plain_paragraphs
from storefront.evidence.pdf import drawn
from storefront.evidence.sentences import LETTERS
from tests.fixtures.environment import ROOT

PAPER = Paper(
    "Receipt for order K7Q2-M9XD",
    ("Bought by Łukasz Żółć & Ελένη <b>, Щука", Table((("Product", "Sum"), ("Tea (100 g)", "€12.50")))),
)


def words(content):
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def picture(kind="PNG", size=(40, 30), **more):
    out = io.BytesIO()
    Image.new("RGBA", size, (10, 200, 10, 128)).convert("RGB" if kind == "JPEG" else "RGBA").save(out, kind, **more)
    return out.getvalue()


def test_a_paper_is_drawn_alike_each_time_and_says_what_it_says():
    first, second = drawn(PAPER, {}), drawn(PAPER, {})
    assert first == second
    read = words(first)
    for said in ("Receipt for order K7Q2-M9XD", "Łukasz Żółć & Ελένη <b>, Щука", "Tea (100 g)", "€12.50"):
        assert said in read


def test_a_card_number_is_masked_and_an_unknown_sign_is_shown_as_one():
    read = words(drawn(Paper("Note", ("Card 4242 4242 4242 4242 of \N{CJK UNIFIED IDEOGRAPH-4E2D}",)), {}))
    assert "4242 4242" not in read.replace("**** 4242", "")
    assert "\N{REPLACEMENT CHARACTER}" in read


def test_every_letter_to_a_buyer_has_words_for_the_bank():
    kinds = {folder.name for folder in (ROOT / "templates" / "mail").iterdir() if folder.is_dir()}
    to_staff = {"dispute", "dispute_rate", "fraud_warning", "hold_ending", "invitation", "silence"}
    assert kinds - to_staff == LETTERS.keys()


def test_html_becomes_plain_paragraphs():
    assert list(
        plain_paragraphs("<h2>Your money</h2><p>We &amp; you <a href='x'>here</a></p><ul><li>one</li></ul>")
    ) == ["Your money", "We & you here", "one"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_encoded_anew(kind):
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"
    [copy] = copies_of(picture(kind, exif=exif.tobytes()))
    assert copy.content.startswith(b"\xff\xd8\xff")
    assert b"script" not in copy.content
    assert len(pypdfium2.PdfDocument(drawn(Paper("Proof", (), (copy.hash,)), {copy.hash: copy.content}))) == 2


def test_pages_of_a_pdf_become_pictures_without_anything_else_of_it():
    sent = drawn(PAPER, {}).replace(b"%%EOF", b"% <script>evil()</script> /JavaScript\n%%EOF")
    [copy] = copies_of(sent)
    assert copy.content.startswith(b"\xff\xd8\xff")
    assert b"JavaScript" not in copy.content


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"<html>",
        b"GIF89a" + bytes(20),
        b"%PDF-1.7 broken",
        picture()[:60],
        bytes(9 * 1024 * 1024),
    ],
)
def test_what_is_no_paper_is_refused_with_a_sentence(sent):
    with pytest.raises(PaperError, match=r"\.$"):
        copies_of(sent)
