"""The worker: the rows are its queue. Threads so that a slow mail server does not hold up the money."""

import logging
import signal
import threading
from collections.abc import Callable

import click
from flask.cli import with_appcontext
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from storefront.buyers.sign_in_link import SignInLink
from storefront.cashier.applying import apply_one
from storefront.cashier.checking import check_one
from storefront.cashier.commands import carry_out_one
from storefront.cashier.disputes_settling import settle_dispute_one
from storefront.cashier.examining import examine_one
from storefront.cashier.refunds_settling import settle_refund_one
from storefront.cashier.settling import settle_one
from storefront.cashier.subscription_settling import settle_subscription_one
from storefront.cashier.till import NOBODY_WAITS, open_till
from storefront.catalog.fetching import fetch_one
from storefront.inbox.event import StripeEvent
from storefront.outbox.letter import Letter
from storefront.payments.command import StripeCommand
from storefront.payments.dispute import Dispute
from storefront.payments.payment import Payment
from storefront.payments.recognising import ChargeQuestion
from storefront.payments.refund import Refund
from storefront.postman.answering import answer_one
from storefront.postman.sending import send_one
from storefront.reports.check import BooksCheck
from storefront.reports.examination import Examination
from storefront.roots.duties import do_duties, enrol
from storefront.roots.errands import catch_up_if_restored, enrol_errands, run_errands
from storefront.roots.waiting import waiter_for
from storefront.settings import Settings
from storefront.subscriptions.subscription import Subscription
from storefront.web.current import settings
from storefront.web.database import engine
from storefront.work import free_own

log = logging.getLogger(__name__)

Step = Callable[[], bool]
PAUSE = 1.0
AFTER_TROUBLE = 5.0


def threads_of(house: Settings, database: Engine, name: str) -> dict[str, tuple[Step, ...]]:
    """What each thread does, step by step, until nothing is left to do."""
    till = open_till(house, database, NOBODY_WAITS, name)
    sessions: sessionmaker[Session] = till.sessions
    return {
        "money": (
            lambda: carry_out_one(till),
            lambda: apply_one(till),
            lambda: settle_one(till),
            lambda: settle_refund_one(till),
            lambda: settle_subscription_one(till),
            lambda: settle_dispute_one(till),
            lambda: do_duties(sessions),
        ),
        "books": (lambda: run_errands(till), lambda: check_one(till), lambda: examine_one(till)),
        "letters": (lambda: answer_one(sessions, house), lambda: send_one(sessions, house)),
        "pictures": (lambda: fetch_one(sessions),),
    }


def work(name: str, steps: tuple[Step, ...], database: Engine, stop: threading.Event) -> None:
    """Do steps until told to stop; wait where all of them found nothing."""
    waiter = waiter_for(database, stop)
    while not stop.is_set():
        found = [_tried(name, step, stop) for step in steps]
        if not any(found):
            waiter.wait(PAUSE)


def _tried(name: str, step: Step, stop: threading.Event) -> bool:
    """One step; what it raises is logged and holds up none of the others."""
    try:
        return step()
    except SQLAlchemyError:
        log.exception("%s: the database did not serve; trying again", name)
        stop.wait(AFTER_TROUBLE)
    except Exception:
        log.exception("%s: a step failed; going on with the others", name)
        stop.wait(PAUSE)
    return False


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Apply Stripe's events, carry out commands, send letters, until told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    name = settings().worker_name
    sessions = sessionmaker(engine(), expire_on_commit=False)
    for model in (
        StripeEvent,
        StripeCommand,
        Payment,
        Refund,
        Dispute,
        Subscription,
        Letter,
        BooksCheck,
        Examination,
        SignInLink,
        ChargeQuestion,
    ):
        with sessions.begin() as session:
            free_own(session, model, name)
    enrol(sessions)
    enrol_errands(sessions)
    catch_up_if_restored(open_till(settings(), engine(), NOBODY_WAITS, name), stop)
    threads = [
        threading.Thread(target=work, name=job, args=(job, steps, engine(), stop))
        for job, steps in threads_of(settings(), engine(), name).items()
    ]
    for thread in threads:
        thread.start()
    click.echo("The worker is at work.")
    while not stop.wait(PAUSE):
        pass
    for thread in threads:
        thread.join()
