"""The plans that somebody could subscribe to today, or change to."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storefront.catalog.plan import Plan
from storefront.catalog.product import Product, Status, Variant


def plans_on_sale(session: Session, currency: str, most: int) -> list[Variant]:
    """Up to so many variants with a plan, newest first, with their products."""
    wanted = (
        select(Variant)
        .join(Plan, Plan.variant_id == Variant.id)
        .join(Product, Product.id == Variant.product_id)
        .where(Product.status == Status.ACTIVE, Product.published, Variant.active, Variant.currency == currency)
        .options(joinedload(Variant.product))
    )
    return list(session.scalars(wanted.order_by(Variant.id.desc()).limit(most)).unique())
