"""Every address of the cashier."""

from storefront.cashier import pay, webhook
from storefront.cashier.door import blueprint

VIEWS = (pay, webhook)
__all__ = ["blueprint"]
