"""Every view of the merchants' door."""

from storefront.backoffice.door import blueprint

__all__ = ["blueprint"]
