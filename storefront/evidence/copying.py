"""Copying what staff attach: every page becomes a picture that we encoded, so that nothing else of the file goes on."""

import hashlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_SENT = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_PAGES = 12
LONGEST = 1700
"""Pixels of the longer side: a page of A4 at about 145 dots an inch."""
FORMATS = ("JPEG", "PNG", "WEBP")


class PaperError(ValueError):
    """Such a file cannot be attached; the message is a sentence for the merchant."""


@dataclass(frozen=True, slots=True)
class Copy:
    """JPEG bytes under their SHA-256."""

    hash: str
    content: bytes


def copies_of(content: bytes) -> list[Copy]:
    """The pages of a PDF, or the one picture, drawn anew. Raises PaperError."""
    if len(content) > MOST_SENT:
        raise PaperError(f"The file is larger than {MOST_SENT // 1024 // 1024} MB. Attach a smaller copy.")
    try:
        pages = list(_pages(content) if content.startswith(b"%PDF-") else _picture(content))
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise PaperError("Attach a PDF, or a JPEG, PNG or WebP picture of a sensible size.") from error
    except (pypdfium2.PdfiumError, OSError, SyntaxError, ValueError, EOFError) as error:
        if isinstance(error, PaperError):
            raise
        raise PaperError("The file is damaged, or locked by a password.") from error
    return [_encoded(page) for page in pages]


def _picture(content: bytes) -> Iterator[Image.Image]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opened = Image.open(BytesIO(content), formats=FORMATS)
        if opened.width * opened.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    white = Image.new("RGBA", upright.size, "white")
    yield Image.alpha_composite(white, upright).convert("RGB")


def _pages(content: bytes) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(content)
    try:
        if not 0 < len(document) <= MOST_PAGES:
            raise PaperError(f"The PDF has {len(document)} pages; attach at most {MOST_PAGES}, those that matter.")
        for page in document:
            width, height = page.get_size()
            scale = LONGEST / max(width, height, 1)
            yield page.render(scale=min(scale, 4)).to_pil().convert("RGB")
    finally:
        document.close()


def _encoded(page: Image.Image) -> Copy:
    bare = Image.new("RGB", page.size)
    bare.paste(page)
    bare.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    out = BytesIO()
    bare.save(out, "JPEG", quality=78, optimize=True)
    return Copy(hashlib.sha256(out.getvalue()).hexdigest(), out.getvalue())
