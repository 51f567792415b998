"""Carrying out commands: key and parameters are in the database before the call, the answer is there after it.

The same key with the same parameters is used until the effect is known to be absent: after a timeout, a 409, a 429 or a
5xx. A stored 5xx, a key that Stripe may have forgotten and parameters that no longer serve are read up first.
"""

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from storefront.cashier.answers import done, refused
from storefront.cashier.gateway import GatewayError, Trouble
from storefront.cashier.till import Till
from storefront.cashier.verbs import ACTS
from storefront.clock import now
from storefront.payments.command import CommandState, StripeCommand
from storefront.work import LEASE, claim, tending

KEY_LIFE = timedelta(hours=24)
"""Stripe keeps keys at least this long, and may forget them afterwards."""

log = logging.getLogger(__name__)


def carry_out_one(till: Till) -> bool:
    """The command that has been due longest. Returns whether there was one."""
    with till.sessions.begin() as session:
        row = claim(session, StripeCommand, till.worker, StripeCommand.state == CommandState.PENDING)
    if row is None:
        return False
    with tending(till.sessions, row, parked=StripeCommand.give_up):
        carry_out(till, row)
    return True


def claim_this(till: Till, command_id: int) -> StripeCommand | None:
    """Lease one command for a buyer who waits; None while somebody else is at it, or when it is over."""
    free = or_(StripeCommand.lease_until.is_(None), StripeCommand.lease_until < now())
    with till.sessions.begin() as session:
        wanted = select(StripeCommand).where(
            StripeCommand.id == command_id, StripeCommand.state == CommandState.PENDING, free
        )
        row = session.scalar(wanted.with_for_update(skip_locked=True))
        if row is not None:
            row.lease_until, row.claimed_by = now() + LEASE, till.worker
            row.tries += 1
    return row


def carry_out(till: Till, row: StripeCommand) -> None:
    """Do what the leased command says and keep the answer."""
    act = ACTS[row.verb]
    try:
        answer = _renew(till, row)
        if answer is None:
            answer = act.call(till.gateway, act.sent(till, row), row.idempotency_key)
    except GatewayError as error:
        _no_answer(till, row, error)
    else:
        done(till, row.id, answer)


def _renew(till: Till, row: StripeCommand) -> dict[str, Any] | None:
    """Where key or parameters are too old: the effect if it is there after all, else None under a new attempt."""
    act = ACTS[row.verb]
    parameters = act.renewed(row.parameters)
    if parameters is None and now() - row.keyed_at < KEY_LIFE:
        return None
    found = act.effect(till.gateway, row)
    if found is None:
        _start_again(till, row, parameters)
    return found


def _start_again(till: Till, row: StripeCommand, parameters: dict[str, Any] | None) -> None:
    with till.sessions.begin() as session:
        session.add(row)
        row.again(parameters)
    log.info("command %s %s starts attempt %s", row.verb, row.reference, row.attempt)


def _no_answer(till: Till, row: StripeCommand, error: GatewayError) -> None:
    log.warning(
        "command %s: %s (%s, request %s)", row.idempotency_key, error, error.trouble, error.request_id or "none"
    )
    if error.trouble in (Trouble.UNREACHABLE, Trouble.UNAUTHORISED) and not _is_stored(row, error):
        _try_later(till, row, str(error))
    elif error.trouble == Trouble.CONFLICT:
        log.error(
            "command %s was sent with other parameters before: a fault of ours, kept for a person", row.idempotency_key
        )
        refused(till, row.id, CommandState.FAILED, error)
    else:
        _read_back(till, row, error)


def _is_stored(row: StripeCommand, error: GatewayError) -> bool:
    """Whether a failure is the one that Stripe keeps under our key: it says so, or gives the same 500 a second time.

    502 to 504 are said by what stands before Stripe, while the call may still be at work: those are only asked again.
    """
    return error.trouble == Trouble.REPLAYED or (error.status == 500 and row.failed_alike(str(error)))


def _try_later(till: Till, row: StripeCommand, why: str) -> None:
    with till.sessions.begin() as session:
        session.add(row)
        if not row.unreachable(why):
            row.state = CommandState.FAILED


def _read_back(till: Till, row: StripeCommand, error: GatewayError) -> None:
    """Stripe said no, or repeated a stored failure: what we wanted may be so all the same."""
    try:
        found = ACTS[row.verb].effect(till.gateway, row)
    except GatewayError as reading:
        _try_later(till, row, str(reading))
        return
    if found is not None:
        done(till, row.id, found)
    elif _is_stored(row, error):
        _start_again(till, row, ACTS[row.verb].renewed(row.parameters))
        _try_later(till, row, f"{error} It had no effect; attempt {row.attempt} follows.")
    else:
        refused(till, row.id, CommandState.REFUSED, error)
