"""Errands: duties for which Stripe is asked, or much is counted, so nothing is locked while they are done."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from storefront.cashier.disputes_settling import sweep
from storefront.cashier.gateway import GatewayError
from storefront.cashier.portal_terms import mend_portal
from storefront.cashier.reconciling import reconcile
from storefront.cashier.till import Till
from storefront.clock import now
from storefront.db import reading_only
from storefront.inbox.restored import is_restored
from storefront.reports.check import ask
from storefront.reports.counted_month import changed_months
from storefront.roots.duties import Duty, is_mine, seeming_due

NIGHTLY_DAYS = 7
AFTER_SILENCE = 5.0
"""Seconds until Stripe is asked again about a restored database."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Errand:
    """One that fails is taken up again at its next time: it does everything that was left undone."""

    name: str
    every: timedelta
    act: Callable[[Till], object]


def ask_for_books(till: Till) -> None:
    """The nightly comparison: it mends what it can, and shows what is left."""
    with till.sessions.begin() as session:
        ask(session, "the night", days=NIGHTLY_DAYS, repair=True)


def count_months(till: Till) -> None:
    """Counted by a reader, so that no writer waits; written down afterwards."""
    with reading_only(), till.sessions() as session:
        counted = changed_months(session)
    with till.sessions.begin() as session:
        for month in counted:
            session.merge(month)


ERRANDS = (
    Errand("reconcile", timedelta(minutes=5), reconcile),
    Errand("sweep disputes", timedelta(hours=1), sweep),
    Errand("books", timedelta(days=1), ask_for_books),
    Errand("count months", timedelta(minutes=10), count_months),
    Errand("portal", timedelta(hours=1), mend_portal),
)


def run_errands(till: Till) -> bool:
    """Run those that are due. Returns whether there was one."""
    ran = [_run(till, errand) for errand in seeming_due(till.sessions, ERRANDS)]
    return any(ran)


def catch_up_if_restored(till: Till, stop: threading.Event) -> None:
    """Before anything else, what a restored database does not know is fetched; nothing is sent or asked for until then."""
    while not stop.is_set():
        with till.sessions() as session:
            if not is_restored(session):
                return
        try:
            found = reconcile(till, grace=timedelta())
        except GatewayError as error:
            log.warning("The database was restored and Stripe cannot be asked yet: %s Trying again.", error)
            stop.wait(AFTER_SILENCE)
        else:
            back = len(found.brought_back)
            log.info("The restored database was compared with Stripe: %s events, %s orders back.", found.pulled, back)


def _run(till: Till, errand: Errand) -> bool:
    with till.sessions.begin() as session:
        if not is_mine(session, errand.name, errand.every):
            return False
    try:
        errand.act(till)
    except GatewayError as error:
        log.warning("%s: %s It is tried again in %s.", errand.name, error, errand.every)
    return True


def enrol_errands(sessions: sessionmaker[Session]) -> None:
    """Make sure that every errand has its row. Reconciling is due at once: the database may be a restored one."""
    for errand in ERRANDS:
        with suppress(IntegrityError), sessions.begin() as session:  # another worker was a moment faster
            row = session.get(Duty, errand.name)
            if row is None:
                session.add(Duty(name=errand.name, next_at=now()))
            elif errand.act is reconcile:
                row.next_at = now()
