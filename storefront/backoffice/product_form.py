"""What the product's form says, or why it cannot be understood."""

from collections.abc import Mapping

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from storefront import pan
from storefront.catalog.editing import EditError, ProductWish, VariantWish, new_collection, with_tag
from storefront.catalog.importing.variant import MOST_MONEY
from storefront.catalog.plan import NoTermsError, Terms, terms_from
from storefront.catalog.product import Kind, Product, Variant
from storefront.money import Money, MoneyError
from storefront.orders.policy import ON_SHIPPING, ON_STOCK_CHECK, TAG
from storefront.web.current import settings

LONGEST_LINE = 255
LONGEST_TEXT = 100_000


def wish_of(product: Product, form: MultiDict[str, str], further: int | None) -> ProductWish:
    """The whole form. `further`: a collection beside those that are ticked. Raises EditError."""
    capture = form.get("capture", "")
    if capture not in ("", ON_SHIPPING, ON_STOCK_CHECK):
        raise EditError("Choose from the list when the money is taken.")
    ticked = {int(text) for text in form.getlist("collection") if text.isdecimal() and len(text) < 10}
    variants = [_variant(form, variant) for variant in sorted(product.variants, key=lambda one: (one.position, one.id))]
    return ProductWish(
        title=_line(form, "title", "The title"),
        description=_text(form, "description", "The description"),
        status=form.get("status", ""),
        kind=form.get("kind", ""),
        vendor=_line(form, "vendor", "The maker"),
        product_type=_line(form, "product_type", "The type"),
        tags=with_tag(_line(form, "tags", "The list of tags", 1000), TAG, capture),
        option_names=_options(form, "name") if form.get("name-1", "").strip() else ("Title", "", ""),
        variants=[*variants, *_new_variant(form)],
        collections=frozenset(ticked | ({further} if further else set())),
    )


def collection_named(session: Session, form: Mapping[str, str]) -> int | None:
    """The id of the collection that the form asks to make, if it does."""
    title = form.get("new_collection", "").strip()
    return new_collection(session, title[:LONGEST_LINE]).id if title else None


def money_in(text: str, what: str) -> int:
    """Minor units of the store's currency. Raises EditError."""
    try:
        amount = Money.parse(text, settings().currency).amount
    except MoneyError as error:
        raise EditError(f"{what}: {error}") from error
    if not 0 <= amount <= MOST_MONEY:
        raise EditError(f"{what} is below zero or more than can be charged.")
    return amount


def kind_in(text: str) -> str:
    """Raises EditError."""
    if text not in set(Kind):
        raise EditError("Choose from the list what buyers receive.")
    return text


def _variant(form: Mapping[str, str], variant: Variant) -> VariantWish:
    """A variant that the form does not name stays as it is."""
    own, name = variant.id, variant.title or "The product"
    options = (variant.option1, variant.option2, variant.option3)
    if f"price-{own}" not in form:
        return VariantWish(
            own,
            options,
            variant.price,
            variant.compare_at,
            variant.sku or "",
            variant.requires_shipping,
            variant.active,
            variant.plan.terms if variant.plan is not None else None,
        )
    return VariantWish(
        id=own,
        options=_options(form, f"option-{own}") if form.get(f"option-{own}-1", "").strip() else options,
        price=money_in(form[f"price-{own}"], f"{name}, price"),
        compare_at=_former(form.get(f"compare-{own}", ""), name),
        sku=_line(form, f"sku-{own}", "The SKU"),
        requires_shipping=f"ships-{own}" in form,
        sold=f"sold-{own}" in form,
        plan=_plan(form, variant, name),
    )


def _plan(form: Mapping[str, str], variant: Variant, name: str) -> Terms | None:
    """The terms of a subscription. A form without these fields leaves them as they are."""
    own = variant.id
    if f"plan-{own}" not in form:
        return variant.plan.terms if variant.plan is not None else None
    if not form[f"plan-{own}"].strip():
        return None
    try:
        return terms_from(
            form[f"plan-{own}"],
            trial_days=form.get(f"trial-{own}", "").strip(),
            card="yes" if f"card-{own}" in form else "no",
            without_card=form.get(f"end-{own}", ""),
            gives=form.get(f"gives-{own}", ""),
        )
    except NoTermsError as error:
        raise EditError(f"{name}: {error}.") from error


def _new_variant(form: Mapping[str, str]) -> list[VariantWish]:
    if not form.get("price-new", "").strip():
        return []
    options = _options(form, "option-new")
    return [
        VariantWish(
            id=None,
            options=options,
            price=money_in(form["price-new"], "The new variant's price"),
            compare_at=None,
            sku=_line(form, "sku-new", "The SKU"),
            requires_shipping="ships-new" in form,
        )
    ]


def _former(text: str, name: str) -> int | None:
    return money_in(text, f"{name}, former price") if text.strip() else None


def _options(form: Mapping[str, str], prefix: str) -> tuple[str, str, str]:
    one, two, three = (_line(form, f"{prefix}-{place}", "An option") for place in (1, 2, 3))
    if not one and (two or three or prefix != "name"):
        raise EditError("Give every variant its first option, such as Small.")
    return one, two, three


def _line(form: Mapping[str, str], name: str, what: str, longest: int = LONGEST_LINE) -> str:
    text = " ".join(form.get(name, "").split())
    if len(text) > longest or pan.found(text):
        raise EditError(f"{what} has at most {longest} characters, and never a card number.")
    return text


def _text(form: Mapping[str, str], name: str, what: str) -> str:
    text = form.get(name, "").strip()
    if len(text) > LONGEST_TEXT or pan.found(text):
        raise EditError(f"{what} has at most {LONGEST_TEXT:,} characters, and never a card number.")
    return text
