"""Drawing papers as PDF. The same paper gives the same bytes, so that what was read before sending is what is sent."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape  # nosec B406 - escapes, parses nothing

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Image, PageBreak, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as DrawnTable

from storefront import pan
from storefront.evidence.papers import Block, Paper

FONTS = Path(__file__).parent / "fonts"
REGULAR, BOLD = "Evidence", "Evidence-Bold"
WIDTH, HEIGHT = A4[0] - 40 * mm, A4[1] - 44 * mm
for _name, _file in (REGULAR, "DejaVuSans.ttf"), (BOLD, "DejaVuSans-Bold.ttf"):
    pdfmetrics.registerFont(TTFont(_name, FONTS / _file))
_GLYPHS = frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)
_TEXT = ParagraphStyle("text", fontName=REGULAR, fontSize=9.5, leading=14, spaceAfter=8)
_CELL = ParagraphStyle("cell", parent=_TEXT, spaceAfter=0)
_HEAD = ParagraphStyle("head", parent=_CELL, fontName=BOLD)
_TITLE = ParagraphStyle("title", fontName=BOLD, fontSize=16, leading=22, spaceAfter=12)


def drawn(paper: Paper, pictures: Mapping[str, bytes]) -> bytes:
    """The PDF. `pictures`: JPEG or PNG by the SHA-256 that the paper names; each fills a page of its own."""
    out = BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=20 * mm, bottomMargin=20 * mm,
        title=_shown(paper.title), author="", invariant=1,
    )  # fmt: skip
    story: list[Any] = [Paragraph(_markup(paper.title), _TITLE)]
    for block in paper.blocks:
        story += _flowables(block)
    for name in paper.pictures:
        story += [PageBreak(), _picture(pictures[name])]
    document.build(story)
    return out.getvalue()


def _flowables(block: Block) -> list[Any]:
    if isinstance(block, str):
        return [Paragraph(_markup(block), _TEXT)]
    rows = [
        [Paragraph(_markup(cell), _CELL if place else _HEAD) for cell in row] for place, row in enumerate(block.rows)
    ]
    widths = _widths(block.rows)
    line = ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.lightgrey)
    table = DrawnTable(rows, colWidths=widths, repeatRows=1, style=[line, ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return [table, Spacer(1, 10)]


def _widths(rows: Iterable[tuple[str, ...]]) -> list[float]:
    """By the longest word or, up to a limit, the longest cell of each column."""
    columns = list(zip(*rows, strict=True))
    weights = [min(max(len(cell) for cell in column), 40) + 4 for column in columns]
    return [WIDTH * weight / sum(weights) for weight in weights]


def _picture(content: bytes) -> Image:
    picture = Image(BytesIO(content))
    scale = min(WIDTH / picture.drawWidth, HEIGHT / picture.drawHeight)
    picture.drawWidth, picture.drawHeight = picture.drawWidth * scale, picture.drawHeight * scale
    return picture


def _markup(text: str) -> str:
    return escape(_shown(text)).replace("\n", "<br/>")


def _shown(text: str) -> str:
    """Without card numbers, and with a sign in place of each character that the font has not."""
    return "".join(
        char if char == "\n" or ord(char) in _GLYPHS else "\N{REPLACEMENT CHARACTER}" for char in pan.mask(text)
    )
