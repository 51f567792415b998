"""What pages show of the catalogue: small frozen values, ready for templates, that no longer know the database."""

from collections.abc import Iterable
from dataclasses import dataclass

from storefront.catalog.cleaning import CleanHtml
from storefront.catalog.plan import Terms
from storefront.catalog.product import Kind, Shown
from storefront.money import Money

_BEST = (Shown.UNTRACKED, Shown.IN_STOCK, Shown.FEW, Shown.LAST, Shown.SOLD_OUT)


@dataclass(frozen=True, slots=True)
class Picture:
    """`hash`: of the bytes at `/media/<hash>`; `width`, `height`: their pixels.

    `small`, `small_width`: the same for a narrow place.
    """

    hash: str
    alt: str
    width: int
    height: int
    small: str
    small_width: int


@dataclass(frozen=True, slots=True)
class Card:
    """A product in a list. `price`: of its cheapest variant; `from_price`: another one costs more. `stock`: a word of
    Shown.

    `picture`: None while there is none to show. `soon`: announced, cannot be bought yet. `every`: how often a plan's
    price is paid, empty for what is paid once.
    """

    handle: str
    title: str
    vendor: str
    kind: Kind
    price: Money
    compare_at: Money | None
    from_price: bool
    stock: Shown
    picture: Picture | None
    every: str = ""
    has_file: bool = False

    @property
    def soon(self) -> bool:
        """Whether it is announced but not sold yet."""
        return (self.kind == Kind.DIGITAL and not self.has_file) or (self.kind == Kind.PLAN and not self.every)

    @property
    def sold_out(self) -> bool:
        """Whether nothing of it can be bought."""
        return self.stock == Shown.SOLD_OUT


@dataclass(frozen=True, slots=True)
class Choice:
    """A variant on its product's page.

    `title`: its option values, empty for an only variant. `picture`: its own, if any. `plan`: None: paid once.
    """

    id: int
    title: str
    options: tuple[str, ...]
    sku: str
    price: Money
    compare_at: Money | None
    stock: Shown
    picture: Picture | None
    plan: Terms | None = None

    @property
    def sold_out(self) -> bool:
        """Whether it cannot be bought."""
        return self.stock == Shown.SOLD_OUT


@dataclass(frozen=True, slots=True)
class Shelf:
    """A collection. `description`: cleaned HTML. `picture`: that of its first product that has one."""

    handle: str
    title: str
    description: CleanHtml
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """A product's page. `description`: cleaned HTML. `option_names`: as many as its choices have options.

    `has_file`: buyers can download it.
    """

    handle: str
    title: str
    vendor: str
    kind: Kind
    description: CleanHtml
    option_names: tuple[str, ...]
    choices: tuple[Choice, ...]
    pictures: tuple[Picture, ...]
    shelves: tuple[Shelf, ...]
    seo_title: str
    seo_description: str
    has_file: bool = False

    @property
    def digital(self) -> bool:
        """Whether it is downloaded, not sent."""
        return self.kind == Kind.DIGITAL

    @property
    def soon(self) -> bool:
        """Whether it is announced but not sold yet."""
        return (self.digital and not self.has_file) or (self.kind == Kind.PLAN and not self.every)

    @property
    def every(self) -> str:
        """How often its cheapest choice is paid, empty for what is paid once."""
        plan = min(self.choices, key=lambda choice: choice.price).plan
        return plan.every if plan else ""

    @property
    def plans(self) -> tuple[Terms, ...]:
        """The different terms among its choices."""
        return tuple(dict.fromkeys(choice.plan for choice in self.choices if choice.plan is not None))

    @property
    def sold_out(self) -> bool:
        """Whether none of its choices can be bought."""
        return best(choice.stock for choice in self.choices) == Shown.SOLD_OUT

    @property
    def price(self) -> Money:
        """Of its cheapest choice."""
        return min(choice.price for choice in self.choices)

    @property
    def from_price(self) -> bool:
        """Whether some choice costs more than the cheapest."""
        return len({choice.price for choice in self.choices}) > 1


@dataclass(frozen=True, slots=True)
class Row:
    """A page of a list. `after`: where the next page starts, None on the last."""

    cards: tuple[Card, ...]
    after: str | None


def best(words: Iterable[str]) -> Shown:
    """The word that promises most; sold out where there is none."""
    said = set(words)
    return next((word for word in _BEST if word in said), Shown.SOLD_OUT)
