"""A whole file, product by product, in constant memory but for its handles and SKUs."""

from collections.abc import Iterator
from pathlib import Path

from storefront.catalog.importing.grouping import groups
from storefront.catalog.importing.judging import judge
from storefront.catalog.importing.reading import rows
from storefront.catalog.importing.sheet import Judged


def judged(path: Path, currency: str) -> Iterator[Judged]:
    """Every product of the file, judged. Raises UnusableFileError before the first."""
    skus: dict[str, str] = {}
    for group in groups(rows(path)):
        one = judge(group, currency)
        for variant in one.sheet.variants if one.sheet is not None else ():
            if variant.sku is None:
                continue
            other = skus.setdefault(variant.sku, one.handle)
            if other != one.handle:
                one.warnings.append((variant.line, f"its SKU '{variant.sku}' is also that of '{other}'"))
        yield one
