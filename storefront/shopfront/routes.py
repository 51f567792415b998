"""Every view of the buyers' door, registered by being imported."""

from storefront.shopfront import home, media, navigation, pages, products, robots, search
from storefront.shopfront.door import blueprint

VIEWS = (home, media, navigation, pages, products, robots, search)

__all__ = ["VIEWS", "blueprint"]
