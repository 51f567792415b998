"""What a file says about one product, once it has been understood."""

from dataclasses import dataclass, field

from storefront.catalog.plan import Terms
from storefront.catalog.product import Kind, Status


@dataclass(frozen=True, slots=True)
class VariantSheet:
    """`price`, `compare_at`: minor units.

    `quantity`: pieces to count, None: not counted. `image`: source of its own picture. `plan`: None: paid for once.
    """

    line: int
    options: tuple[str, str, str]
    sku: str | None
    barcode: str
    price: int
    compare_at: int | None
    grams: int
    ships: bool
    quantity: int | None
    oversell: bool
    image: str
    plan: Terms | None = None


@dataclass(frozen=True, slots=True)
class ImageSheet:
    """`source`: an address or a file's name."""

    source: str
    position: int
    alt: str


@dataclass(frozen=True, slots=True)
class ProductSheet:
    """`texts`: values of the product's own columns, only of those that the file has."""

    handle: str
    title: str
    texts: dict[str, str]
    kind: Kind
    status: Status | None
    published: bool | None
    option_names: tuple[str, str, str]
    variants: list[VariantSheet]
    images: list[ImageSheet]
    has_images: bool
    has_plans: bool


@dataclass(slots=True)
class Judged:
    """One product of the file.

    `sheet`: None if there are `refusals`, which are the reasons. Each note is a line number and a sentence.
    """

    line: int
    handle: str
    sheet: ProductSheet | None = None
    refusals: list[tuple[int, str]] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)
