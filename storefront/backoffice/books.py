"""`/backoffice/books`: ours against Stripe's as last compared, and the month's ledger for the accountant."""

from typing import Any

from flask import Response, abort, redirect, render_template, request

from storefront.backoffice.access import fresh, me
from storefront.backoffice.door import blueprint
from storefront.money import Money
from storefront.reports import accounting, check
from storefront.reports.check import BooksCheck, CheckState, DifferenceRow
from storefront.web.database import session
from storefront.work import wake

HERE = "/backoffice/books"
SUMS = (
    ("received", "Received"),
    ("refunded", "Refunded"),
    ("disputed", "Pulled by banks in disputes"),
    ("held", "Held on cards"),
)


@blueprint.get("/books")
def books() -> Any:
    """The newest comparison, what waits, and the months that have entries."""
    done, waiting = check.latest(session()), check.latest(session(), CheckState.WAITING)
    rows = _sums(done) if done else []
    months = accounting.months(session())
    return render_template("backoffice/books.html", done=done, waiting=waiting, rows=rows, months=months)


@blueprint.post("/books/checks")
def ask_for_check() -> Any:
    """Compare now; the worker does it."""
    return _asked()


@blueprint.post("/books/repairs")
@fresh
def ask_for_repair() -> Any:
    """Mend what can be, or the one difference that the form names."""
    only = request.form.get("difference", "")
    if only:
        row = session().get(DifferenceRow, int(only)) if only.isdecimal() and len(only) < 16 else None
        if row is None:
            abort(404)
        return _asked(repair=True, only=row.stripe_id)
    return _asked(repair=True)


@blueprint.get("/books/<month>.csv")
def ledger_of(month: str) -> Any:
    """The month's ledger, for a spreadsheet."""
    try:
        text = "".join(accounting.lines(session(), month))
    except accounting.NoMonthError:
        abort(404)
    headers = {"Content-Disposition": f'attachment; filename="ledger-{month}.csv"'}
    return Response(text, mimetype="text/csv", headers=headers)


def _asked(*, repair: bool = False, only: str = "") -> Any:
    last = check.latest(session())
    check.ask(session(), me().name, days=last.days if last else check.DAYS, repair=repair, only=only)
    wake(session().connection())
    session().commit()
    return redirect(HERE, 303)


def _sums(done: BooksCheck) -> list[tuple[str, Money, Money]]:
    return [
        (
            f"{words}, {currency.upper()}",
            Money(sides["ours"].get(name, 0), currency),
            Money(sides["theirs"].get(name, 0), currency),
        )
        for currency, sides in sorted(done.totals.items())
        for name, words in SUMS
    ]
