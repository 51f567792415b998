"""Pictures are decoded and encoded anew: what we serve was made by us, whatever was sent."""

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.catalog import version
from storefront.catalog.image import ImageState, Media, ProductImage

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
LARGE = 1600
SMALL = 640
"""Longest side in pixels; a product's card is never shown wider than half of the latter."""


class PictureError(ValueError):
    """These bytes are no picture that we take; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """WebP bytes under their SHA-256; `width`, `height`: pixels."""

    hash: str
    width: int
    height: int
    content: bytes


def encode(content: bytes) -> tuple[Encoded, Encoded]:
    """The picture as WebP, large and small, turned upright and without anything a camera wrote into it.

    Raises PictureError.
    """
    if len(content) > MOST_BYTES:
        raise PictureError(f"The picture is larger than {MOST_BYTES // 1024 // 1024} MB.")
    try:
        picture = _decode(content)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise PictureError("This is no JPEG, PNG, WebP or GIF picture of a sensible size.") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise PictureError("The picture is damaged.") from error
    return _webp(picture, LARGE), _webp(picture, SMALL)


def as_it_is(content: bytes) -> Encoded:
    """WebP that we made and ship, under its hash."""
    with Image.open(BytesIO(content), formats=("WEBP",)) as picture:
        return Encoded(hashlib.sha256(content).hexdigest(), picture.width, picture.height, content)


def _decode(content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opened = Image.open(BytesIO(content), formats=FORMATS)
        if opened.width * opened.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        opened.draft("RGB", (LARGE * 2, LARGE * 2))
        upright = ImageOps.exif_transpose(opened)
        mode = "RGBA" if upright.has_transparency_data else "RGB"
        converted = upright.convert(mode)
    bare = Image.new(mode, converted.size)
    bare.paste(converted)
    return bare


def _webp(picture: Image.Image, longest: int) -> Encoded:
    copy = picture.copy()
    copy.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    out = BytesIO()
    copy.save(out, "WEBP", quality=80, method=4)
    return Encoded(hashlib.sha256(out.getvalue()).hexdigest(), copy.width, copy.height, out.getvalue())


def keep(session: Session, image: ProductImage, encoded: tuple[Encoded, Encoded]) -> None:
    """Store the bytes, once for each hash, and show them as this product's picture."""
    for one in encoded:
        if session.scalar(select(Media.hash).where(Media.hash == one.hash)) is None:
            media = Media(
                hash=one.hash, content_type="image/webp", width=one.width, height=one.height, content=one.content
            )
            session.add(media)
            session.flush()
    large, small = encoded
    image.media_hash, image.small_hash, image.state = large.hash, small.hash, ImageState.READY
    image.done_with()
    version.move(session)
