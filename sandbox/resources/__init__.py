"""One file for each of Stripe's nouns; importing one adds its routes."""

import importlib
import pkgutil


def load() -> None:
    """Import every resource."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
