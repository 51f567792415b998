"""The report on disputes for a spreadsheet."""

from collections.abc import Iterable, Iterator

from storefront.reports.dispute_rate import WHOLE
from storefront.reports.disputes import DisputeReport, Tally, ranked, ranked_reasons
from storefront.reports.sheet import cell, written

SHEETS = ("months", "products", "countries", "customers", "reasons")


def lines(found: DisputeReport, what: str) -> Iterator[str]:
    """`what`: one of SHEETS, as CSV with a header. Rates are in per cent. Raises KeyError for anything else."""
    if what == "reasons":
        yield from _reasons(found)
        return
    rows: dict[str, tuple[str, Iterable[tuple[str, Tally]]]] = {
        "months": ("Month (UTC)", [(f"{first:%Y-%m}", tally) for first, tally in found.months.items()]),
        "products": ("Product", ranked(found.products)),
        "countries": ("Country", ranked(found.countries)),
        "customers": ("Customer", list(found.customers.items())),
    }
    head, listed = rows[what]
    yield written(
        (head, "Payments", "Disputes", "Rate %", "Paid", "Disputed", "Rate by amount %", "Currency of amounts")
    )
    for name, tally in listed:
        yield written((
            cell(name), str(tally.payments), str(tally.disputes), _percent(tally.rate.parts),
            str(found.money(tally.paid).decimal()), str(found.money(tally.disputed).decimal()), _percent(tally.amount_parts),
            found.currency.upper(),
        ))  # fmt: skip


def _reasons(found: DisputeReport) -> Iterator[str]:
    yield written(
        ("Reason", "Disputes", "Won", "Lost", "Undecided", "Won of decided %", "Disputed", "Currency of amounts")
    )
    for name, one in ranked_reasons(found):
        figures = (one.all, one.won, one.lost, one.undecided)
        yield written((
            cell(name), *map(str, figures), _percent(one.win_parts), str(found.money(one.disputed).decimal()), found.currency.upper()
        ))  # fmt: skip


def _percent(parts: int | None) -> str:
    """Empty where there is no rate."""
    return "" if parts is None else f"{parts * 100 / WHOLE:.3f}"
