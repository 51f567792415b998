"""Every address of the cashier."""

from storefront.cashier import pay, portal, webhook
from storefront.cashier.door import blueprint

VIEWS = (pay, portal, webhook)
__all__ = ["blueprint"]
