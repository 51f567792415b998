"""The cast of our stories: Ada buys, Bo is a stranger, Mira is the merchant; tea, a teapot, a tea club."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from storefront.cart.shipping import replace_rates
from storefront.catalog import version
from storefront.catalog.plan import Terms
from storefront.catalog.product import Kind, Product, Variant
from storefront.stock.level import count

ADA = "ada@buyer.example"
BO = "bo@stranger.example"
MIRA = "mira@shop.example"
HOME = {"shipping_name": "Ada Field", "line1": "Gartenweg 4", "city": "Berlin", "postal_code": "10115", "country": "DE"}
"""Where Ada lives, in the words of the hosted page's fields."""
EXPIRY = f"12 / {datetime.now(UTC).year + 8}"
"""Until when her cards are good: years after what a story moves the clock by."""


def a_product(
    session: Session,
    title: str = "Tea",
    *,
    price: int = 1250,
    stock: int | None = 10,
    currency: str = "eur",
    kind: Kind = Kind.PHYSICAL,
    plan: Terms | None = None,
) -> Variant:
    """A product with one variant. `price`: minor units. `stock`: pieces; None: not counted. `plan`: paid again and again."""
    handle = title.lower().replace(" ", "-")
    variant = Variant(
        price=price,
        currency=currency,
        option1="Default Title",
        tracked=stock is not None,
        requires_shipping=kind == Kind.PHYSICAL,
    )
    if plan is not None:
        kind = Kind.PLAN
        variant.sell_by(plan)
    session.add(Product(handle=handle, title=title, kind=kind, variants=[variant]))
    session.flush()
    if stock is not None:
        count(session, variant.id, stock, "cast")
    version.move(session)
    return variant


def post_to(session: Session, *countries: str, amount: int = 490, currency: str = "eur") -> None:
    """The store sends to these countries by post, for `amount` minor units."""
    rates: Iterable[dict[str, object]] = [
        {"country": country, "name": "Post", "amount": amount, "min_days": 2, "max_days": 4} for country in countries
    ]
    replace_rates(session, rates, currency)
