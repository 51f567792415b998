"""A product's pictures, put in order by hand: new ones, their words for who cannot see them, and those that go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storefront.catalog import pictures, version
from storefront.catalog.image import ProductImage
from storefront.catalog.pictures import Encoded
from storefront.catalog.product import Product

MOST = 30
LONGEST_ALT = 500


class TooManyError(ValueError):
    """A product has only so many pictures; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Told:
    """`position`: its place among the others, by size. `keep`: False takes it away."""

    position: int
    alt: str
    keep: bool = True


def add(session: Session, product: Product, new: Sequence[tuple[str, tuple[Encoded, Encoded]]]) -> None:
    """Put (name, bytes) behind the pictures that the locked product has. Raises TooManyError."""
    if len(product.images) + len(new) > MOST:
        raise TooManyError(f"A product has at most {MOST} pictures.")
    last = max((image.position for image in product.images), default=0)
    for place, (name, encoded) in enumerate(new, last + 1):
        image = ProductImage(source=name[:200], alt=product.title, position=place)
        product.images.append(image)
        session.flush()
        pictures.keep(session, image, encoded)


def arrange(session: Session, product: Product, told: Mapping[int, Told]) -> None:
    """Order, words and removals by the image's id; of what is not told nothing changes."""
    for image in list(product.images):
        one = told.get(image.id)
        if one is None:
            continue
        if not one.keep:
            for variant in product.variants:
                if variant.image_id == image.id:
                    variant.image = None
            product.images.remove(image)
            continue
        image.position, image.alt = one.position, one.alt.strip()[:LONGEST_ALT] or product.title
    for place, image in enumerate(sorted(product.images, key=lambda image: (image.position, image.id or 0)), 1):
        image.position = place
    session.flush()
    version.move(session)
