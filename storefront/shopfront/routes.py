"""Every view of the buyers' door, registered by being imported."""

from storefront.shopfront import (
    account,
    account_data,
    account_links,
    account_portal,
    account_subscriptions,
    cardnumbers,
    cards,
    cart,
    charge,
    checkout,
    downloads,
    home,
    media,
    navigation,
    orders,
    pages,
    products,
    robots,
    search,
)
from storefront.shopfront.door import blueprint

VIEWS = (
    account,
    account_data,
    account_links,
    account_portal,
    account_subscriptions,
    cardnumbers,
    cards,
    cart,
    charge,
    checkout,
    downloads,
    home,
    media,
    navigation,
    orders,
    pages,
    products,
    robots,
    search,
)

__all__ = ["VIEWS", "blueprint"]
