"""Checking the books: Stripe is read, compared with, and where asked for, believed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from storefront.cashier import disputes_at_stripe
from storefront.cashier.disputes_settling import settle_dispute_named
from storefront.cashier.draining import drain
from storefront.cashier.gateway import GatewayError
from storefront.cashier.reconciling import reconcile
from storefront.cashier.refunds_settling import settle_refunds_of
from storefront.cashier.settling import NotYetError, settle
from storefront.cashier.statement import statement_since
from storefront.cashier.till import Till
from storefront.clock import now
from storefront.reports.books import Books, Difference, compare
from storefront.reports.check import BooksCheck, CheckState, DifferenceRow
from storefront.work import claim

Say = Callable[[str], None]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checked:
    """`found`: before any repair. `left`: after it; the same where nothing was to be repaired."""

    found: Books
    left: Books

    @property
    def repaired(self) -> int:
        """How many differences are gone."""
        return len(self.found.differences) - len(self.left.differences)


def check(till: Till, days: int, *, repair: bool = False, only: str = "", say: Say = lambda _: None) -> Checked:
    """Compare, and with `repair` mend all that can be, or the difference about `only`. Raises GatewayError."""
    found = _compared(till, days, say)
    wanted = [one for one in found.differences if one.repairable and only in ("", one.stripe_id)]
    if not repair or not wanted:
        return Checked(found, found)
    _mend(till, wanted, say)
    return Checked(found, _compared(till, days, say))


def _compared(till: Till, days: int, say: Say) -> Books:
    statement = statement_since(till, now() - timedelta(days=days), say)
    with till.sessions() as session:
        return compare(session, statement)


def _mend(till: Till, wanted: list[Difference], say: Say) -> None:
    """Bring back what is not known, settle what is, and carry out what follows from that."""
    reconcile(till, grace=timedelta(), say=say)
    for done, one in enumerate(wanted, 1):
        if one.payment_id is not None:
            try:
                if one.dispute:
                    settle_dispute_named(till, disputes_at_stripe.dispute(till.gateway, one.stripe_id))
                elif one.refund:
                    settle_refunds_of(till, one.payment_id, one.stripe_id)
                else:
                    settle(till, one.payment_id)
            except NotYetError as error:
                log.warning("order %s cannot be repaired yet: %s", one.number, error)
        if done % 10 == 0 or done == len(wanted):
            say(f"{done:,} of {len(wanted):,} differences looked into.")
    drain(till, say)


def check_one(till: Till) -> bool:
    """The check that was asked for longest ago. Returns whether there was one."""
    with till.sessions.begin() as session:
        row = claim(session, BooksCheck, till.worker, BooksCheck.state == CheckState.WAITING)
    if row is None:
        return False
    try:
        checked = check(till, row.days, repair=row.repair, only=row.only)
    except GatewayError as error:
        _later(till, row.id, str(error), ours=False)
    except Exception as error:  # a fault of ours must not stop the worker
        log.exception("the books could not be compared")
        _later(till, row.id, f"{type(error).__name__}: {error}", ours=True)
    else:
        keep(till, row.id, checked)
    return True


def keep(till: Till, check_id: int, checked: Checked) -> None:
    """Write down what was found, for the merchant."""
    with till.sessions.begin() as session:
        write_down(session.get_one(BooksCheck, check_id, with_for_update=True), checked)


def write_down(row: BooksCheck, checked: Checked) -> None:
    """The same, in the caller's transaction."""
    row.state, row.finished_at = CheckState.DONE, now()
    row.orders, row.repaired, row.totals = checked.left.orders, checked.repaired, checked.left.totals
    row.differences = [
        DifferenceRow(number=one.number, stripe_id=one.stripe_id, words=one.words, repairable=one.repairable)
        for one in checked.left.differences
    ]
    row.done_with()


def _later(till: Till, check_id: int, why: str, *, ours: bool) -> None:
    with till.sessions.begin() as session:
        row = session.get_one(BooksCheck, check_id, with_for_update=True)
        again = row.failed_once(why) if ours else row.unreachable(why)
        if not again:
            row.state = CheckState.FAILED
