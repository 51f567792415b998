"""Understanding one row as a variant."""

import re

from storefront.catalog.importing.reading import Row
from storefront.catalog.importing.sheet import Judged, VariantSheet
from storefront.catalog.plan import NoTermsError, Terms, terms_from
from storefront.money import Money, MoneyError

MOST_MONEY = 99_999_999
"""Minor units: Stripe's largest charge has eight digits."""
MOST_PIECES = 1_000_000_000
LONGEST_OPTION = 255
_DECIMAL_COMMA = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+),\d{1,2}")


class RefusedError(Exception):
    """The row cannot be a variant; the message says why."""


def variant(row: Row, currency: str, judged: Judged) -> VariantSheet:
    """The row's variant. Warnings go to `judged`. Raises RefusedError."""
    price = _money(row["price"], currency)
    if price is None:
        raise RefusedError("it has no price")
    options = (row["option1"] or "Default Title", row["option2"], row["option3"])
    if any(len(value) > LONGEST_OPTION for value in options):
        raise RefusedError(f"an option is longer than {LONGEST_OPTION} characters")
    return VariantSheet(
        line=row.line,
        options=options,
        sku=row["sku"][:255] or None,
        barcode=row["barcode"][:255],
        price=price,
        compare_at=_money(row["compare_at"], currency) or None,
        grams=_grams(row["grams"]),
        ships=row["ships"].casefold() not in ("false", "no", "0"),
        quantity=_quantity(row, judged),
        oversell=row["policy"].casefold() in ("continue", "true", "yes", "1"),
        image=row["variant_image"],
        plan=_plan(row),
    )


def _plan(row: Row) -> Terms | None:
    if not row["plan"]:
        return None
    try:
        return terms_from(
            row["plan"],
            trial_days=row["plan_trial_days"],
            card=row["plan_trial_card"],
            without_card=row["plan_trial_end"],
            gives=row["plan_gives"],
        )
    except NoTermsError as error:
        raise RefusedError(f"its plan cannot be: {error}") from error


def _money(text: str, currency: str) -> int | None:
    plain = re.sub(r"^[€$£¥\s']+|[€$£¥\s]+$", "", text)
    if not plain:
        return None
    if _DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    try:
        amount = Money.parse(_without_needless_zeros(plain), currency).amount
    except MoneyError as error:
        raise RefusedError(str(error).removesuffix(".")) from error
    if amount < 0:
        raise RefusedError(f"its price '{text[:40]}' is below zero")
    if amount > MOST_MONEY:
        raise RefusedError(f"its price '{text[:40]}' is more than can be charged")
    return amount


def _without_needless_zeros(plain: str) -> str:
    return re.sub(r"(\.\d*?)0+$", r"\1", plain).removesuffix(".") if "." in plain else plain


def _grams(text: str) -> int:
    return min(round(float(text)), MOST_PIECES) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text) else 0


def _quantity(row: Row, judged: Judged) -> int | None:
    if ("tracker" in row.fields and not row["tracker"]) or ("tracker" not in row.fields and not row["quantity"]):
        return None
    text = row["quantity"].replace(",", "")
    if not text:
        judged.warnings.append((row.line, "its stock is counted but the file gives no quantity: it starts with 0"))
        return 0
    if not re.fullmatch(r"[+-]?\d{1,12}(\.0*)?", text):
        raise RefusedError(f"its quantity '{row['quantity'][:40]}' is not a whole number")
    pieces = int(float(text))
    if pieces < 0:
        judged.warnings.append((row.line, f"its stock of {pieces} is below zero and counts as 0"))
        return 0
    return min(pieces, MOST_PIECES)
