"""Editing a product by hand: all of a form at once, and never over what somebody else saved in the meantime."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.catalog import search, version
from storefront.catalog.cleaning import clean
from storefront.catalog.collection import Collection, Shelving
from storefront.catalog.importing.grouping import slug
from storefront.catalog.plan import Terms
from storefront.catalog.product import Kind, Product, Status, Variant

LONGEST_TITLE = 255
MOST_VARIANTS = 200
OPTIONS = ("option1", "option2", "option3")
DEFAULT = ("Default Title", "", "")


class EditError(ValueError):
    """It cannot be saved like this; the message is a sentence for the merchant."""


class StaleError(Exception):
    """Somebody else changed the product since the form was shown; nothing was saved."""


@dataclass(frozen=True, slots=True)
class VariantWish:
    """`id`: None for a new one. Amounts: minor units. `sold`: False takes it out of the shop. `plan`: None: paid once."""

    id: int | None
    options: tuple[str, str, str]
    price: int
    compare_at: int | None
    sku: str
    requires_shipping: bool
    sold: bool = True
    plan: Terms | None = None


@dataclass(frozen=True, slots=True)
class ProductWish:
    """`description`: HTML or plain text, as typed. `tags`: with commas. `collections`: their ids."""

    title: str
    description: str
    status: str
    kind: str
    vendor: str
    product_type: str
    tags: str
    option_names: tuple[str, str, str]
    variants: Sequence[VariantWish]
    collections: frozenset[int] = field(default_factory=frozenset)


def locked(session: Session, product_id: int) -> Product | None:
    """The product, read anew and locked until the transaction ends."""
    wanted = select(Product).where(Product.id == product_id).with_for_update()
    return session.scalar(wanted.execution_options(populate_existing=True))


def mark(session: Session, product: Product) -> str:
    """What all that can be edited comes to: two forms that were shown the same carry the same mark."""
    variants = [
        [
            one.id,
            one.option1,
            one.option2,
            one.option3,
            one.price,
            one.compare_at,
            one.sku,
            one.requires_shipping,
            one.active,
            *([one.plan.terms.as_json()] if one.plan is not None else []),
        ]
        for one in sorted(product.variants, key=lambda one: one.id)
    ]
    texts = [
        product.title, product.description, product.status, product.kind, product.vendor, product.product_type, product.tags,
        product.option1, product.option2, product.option3,
    ]  # fmt: skip
    whole = json.dumps([texts, variants, sorted(places(session, product.id))])
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


def places(session: Session, product_id: int) -> set[int]:
    """The collections it stands in, by id."""
    return set(session.scalars(select(Shelving.collection_id).where(Shelving.product_id == product_id)))


def create(session: Session, title: str, kind: str, price: int, currency: str) -> Product:
    """A draft with one variant, under an address of its title's words. Raises EditError."""
    _check_title(title)
    handle = slug(title) or "product"
    taken = set(session.scalars(select(Product.handle).where(Product.handle.startswith(handle, autoescape=True))))
    names = [handle, *(f"{handle}-{number}" for number in range(2, len(taken) + 3))]
    variant = Variant(
        price=price, currency=currency, option1=DEFAULT[0], requires_shipping=kind == Kind.PHYSICAL, tracked=False
    )
    product = Product(
        handle=next(name for name in names if name not in taken),
        title=title.strip(),
        kind=Kind(kind),
        status=Status.DRAFT,
        option1="Title",
        variants=[variant],
        images=[],
    )
    session.add(product)
    session.flush()
    search.index(session, product)
    return product


def edit(session: Session, product: Product, wish: ProductWish, seen: str, currency: str) -> None:
    """Make the locked product be as wished, for the next request on. `seen`: the mark of what the form was made of.

    Raises EditError, and StaleError where it is no longer what was seen.
    """
    if mark(session, product) != seen:
        raise StaleError
    _check_title(wish.title)
    if wish.status not in set(Status) or wish.kind not in set(Kind):
        raise EditError("Choose a status and a kind from the lists.")
    product.title, product.description = wish.title.strip(), clean(wish.description)
    product.status, product.kind = wish.status, wish.kind
    product.published = product.published or wish.status == Status.ACTIVE
    product.vendor, product.product_type, product.tags = wish.vendor, wish.product_type, wish.tags
    product.option1, product.option2, product.option3 = wish.option_names
    _put_variants(session, product, wish.variants, currency)
    _put_places(session, product, wish.collections)
    session.flush()
    search.index(session, product)
    version.move(session)


def new_collection(session: Session, title: str) -> Collection:
    """An empty one, last in the menu; the one that is there already if its address is taken."""
    handle = slug(title) or "collection"
    found = session.scalar(select(Collection).where(Collection.handle == handle))
    if found is None:
        last = session.scalar(select(func.max(Collection.position))) or 0
        found = Collection(handle=handle, title=title.strip()[:LONGEST_TITLE], position=last + 1)
        session.add(found)
        session.flush()
        version.move(session)
    return found


def _check_title(title: str) -> None:
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise EditError(f"A product needs a title of at most {LONGEST_TITLE} characters.")


def _put_variants(session: Session, product: Product, wishes: Sequence[VariantWish], currency: str) -> None:
    named = [wish.options for wish in wishes]
    if len(set(named)) != len(named):
        raise EditError("Two variants have the same options. Give each its own.")
    if len(wishes) > 1 and DEFAULT in named:
        raise EditError(
            "With several variants each needs its option, such as Small: say what the present one is called."
        )
    if len(wishes) > MOST_VARIANTS:
        raise EditError(f"A product has at most {MOST_VARIANTS} variants.")
    known = {variant.id: variant for variant in product.variants}
    _make_room(session, known, wishes)
    for position, wish in enumerate(wishes, 1):
        variant = known.get(wish.id or 0)
        if variant is None:
            variant = Variant(tracked=False)
            product.variants.append(variant)
        variant.option1, variant.option2, variant.option3 = wish.options
        variant.position, variant.active = position, wish.sold
        variant.price, variant.compare_at, variant.currency = wish.price, wish.compare_at, currency
        variant.sku, variant.requires_shipping = wish.sku or None, wish.requires_shipping
        variant.sell_by(wish.plan)


def _make_room(session: Session, known: dict[int, Variant], wishes: Sequence[VariantWish]) -> None:
    """Variants that swap their options would be alike for a moment, which the database does not take."""
    moving = [known[wish.id] for wish in wishes if wish.id in known and wish.options != _options(known[wish.id])]
    for variant in moving:
        variant.option1 = f"{variant.option1} (moving {variant.id})"
    if moving:
        session.flush()


def _options(variant: Variant) -> tuple[str, str, str]:
    return variant.option1, variant.option2, variant.option3


def _put_places(session: Session, product: Product, wanted: frozenset[int]) -> None:
    known = {
        row.collection_id: row for row in session.scalars(select(Shelving).where(Shelving.product_id == product.id))
    }
    for collection_id in known.keys() - wanted:
        session.delete(known[collection_id])
    there = set(session.scalars(select(Collection.id).where(Collection.id.in_(wanted - known.keys()))))
    for collection_id in sorted(there):
        last = session.scalar(select(func.max(Shelving.position)).where(Shelving.collection_id == collection_id))
        session.add(Shelving(collection_id=collection_id, product_id=product.id, position=(last or 0) + 1))


def with_tag(tags: str, prefix: str, value: str) -> str:
    """`tags` with the one of `prefix` set to `value`, or without one where it is empty."""
    kept = [tag.strip() for tag in tags.split(",") if tag.strip() and not re.match(re.escape(prefix), tag.strip())]
    return ", ".join([*kept, *([prefix + value] if value else [])])
