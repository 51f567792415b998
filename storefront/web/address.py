"""Addresses that leave the shop: in mails, redirects to Stripe and machine-readable files."""

from storefront.web.current import settings


def absolute(path: str) -> str:
    """`path` (starting with a slash) under the configured SITE_URL, whatever Host a request claims."""
    return settings().site_url + path


def local(path: str, otherwise: str) -> str:
    """`path` if a redirect may lead there: a path of this shop without tricks. Else `otherwise`."""
    plain = (
        path.startswith("/")
        and path.isascii()
        and path.isprintable()
        and not any(sign in path for sign in ("//", "\\", ":", " "))
    )
    return path if plain else otherwise
