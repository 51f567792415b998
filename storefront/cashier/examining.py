"""Examining: whether the way from Stripe to the shop is sound, and what is wrong with it if not."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from storefront import clock
from storefront.cashier.drilling import drill
from storefront.cashier.event_types import EVENTS
from storefront.cashier.gateway import TOLERANCE, GatewayError, Trouble, api_version
from storefront.cashier.listing import Json
from storefront.cashier.till import Till
from storefront.inbox.refusal import RefusedDelivery, recent_refusals
from storefront.reports.examination import Examination, ExaminationState
from storefront.reports.silence import silence
from storefront.work import claim

log = logging.getLogger(__name__)
CLOSE = 30
"""Seconds that the clocks may differ before it is worth a word."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`words`: a sentence, with what to do where `well` is False."""

    well: bool
    words: str


def _well(words: str) -> Finding:
    return Finding(well=True, words=words)


def _wrong(words: str) -> Finding:
    return Finding(well=False, words=words)


def examine(till: Till) -> Iterator[Finding]:
    """One finding after the other; each looks at something of its own."""
    parts: tuple[Callable[[Till], Iterator[Finding]], ...] = (_key, _clock, _endpoint, _refused, _arriving, _drill)
    for part in parts:
        try:
            yield from part(till)
        except GatewayError as error:
            if error.trouble == Trouble.UNAUTHORISED:
                yield _wrong(f"Stripe does not accept the key: {error} Check STRIPE_SECRET_KEY and what it may do.")
                return
            yield _wrong(f"Stripe could not be asked: {error}")


def _key(till: Till) -> Iterator[Finding]:
    account = till.gateway.account()
    mode = "live" if till.settings.livemode else "test"
    yield _well(f"The key is accepted: {mode} mode, account {account['id']}.")
    if not till.settings.stripe_webhook_secrets:
        yield _wrong("STRIPE_WEBHOOK_SECRET is not set: every event is refused. Copy it from the endpoint at Stripe.")


def _clock(till: Till) -> Iterator[Finding]:
    yield skew(till.gateway.clock(), clock.wall())


def skew(theirs: datetime, ours: datetime) -> Finding:
    """How this machine's clock goes, by Stripe's. Both aware."""
    ahead = round((ours - theirs).total_seconds())
    if abs(ahead) <= CLOSE:
        return _well("The clock of this machine is right.")
    word = "fast" if ahead > 0 else "slow"
    refused = " Stripe's events are refused as too old." if ahead > TOLERANCE else ""
    return _wrong(
        f"The clock of this machine is {abs(ahead):,} seconds {word}.{refused} Switch on time synchronisation (NTP)."
    )


def _endpoint(till: Till) -> Iterator[Finding]:
    url = f"{till.settings.site_url}/webhooks/stripe"
    found = [one for one in till.gateway.endpoints() if one["url"] == url]
    if not found:
        yield _wrong(f"Stripe has no webhook endpoint for {url} in this mode. Run flask connect.")
    for endpoint in found:
        yield from _judged(till, endpoint)


def _judged(till: Till, endpoint: Json) -> Iterator[Finding]:
    name = endpoint["id"]
    sound = True
    if endpoint["status"] != "enabled":
        sound = False
        yield _wrong(f"Webhook endpoint {name} is {endpoint['status']}: Stripe sends it nothing. Run flask connect.")
    if endpoint["livemode"] is not till.settings.livemode:
        sound = False
        yield _wrong(f"Webhook endpoint {name} is of the other mode: test and live do not mix.")
    asked = endpoint["enabled_events"]
    missing = [] if "*" in asked else sorted(set(EVENTS) - set(asked))
    if missing:
        sound = False
        yield _wrong(f"Webhook endpoint {name} is not sent {', '.join(missing)}. Run flask connect.")
    if endpoint.get("api_version") not in (None, api_version()):
        yield _well(
            f"Webhook endpoint {name} speaks {endpoint['api_version']}; the shop reads {api_version()}. Ids are all it takes from there."
        )
    if sound:
        yield _well(f"Webhook endpoint {name} is enabled, with every event that the shop needs.")


def _refused(till: Till) -> Iterator[Finding]:
    with till.sessions() as session:
        refusals = recent_refusals(session)
    for refusal in refusals:
        words = _why_refused(till, refusal)
        if words:
            yield _wrong(f"{refusal.count:,} deliveries were refused in the last 24 hours: {words}")


def _why_refused(till: Till, refusal: RefusedDelivery) -> str:
    if refusal.reason == "signature":
        if _genuine(till, refusal.event_id):
            return f"Stripe knows {refusal.event_id}, so the secret is wrong. Copy the endpoint's to STRIPE_WEBHOOK_SECRET."
        return "none was seen to be Stripe's; somebody is trying, and nothing came of it."
    return _REASONS.get(refusal.reason, refusal.reason)


_REASONS = {
    "unset": "no signing secret is set. Copy the endpoint's from Stripe to STRIPE_WEBHOOK_SECRET.",
    "clock": "signed too long ago. Check the clock of this machine, and whether something delays requests.",
    "malformed": "what came could not be read. A proxy may change the body: it must be passed on byte for byte.",
    "mode": "they were of the other mode. Test and live have endpoints and secrets of their own.",
}


def _genuine(till: Till, event_id: str) -> bool:
    if not event_id:
        return False
    try:
        return bool(till.gateway.event(event_id)["id"] == event_id)
    except GatewayError as error:
        if error.trouble == Trouble.MISSING:
            return False
        raise


def _drill(till: Till) -> Iterator[Finding]:
    trouble = drill(till)
    if trouble:
        yield _wrong(trouble)
    elif till.settings.stripe_webhook_secrets:
        yield _well(f"A signed event that was sent to {till.settings.site_url} arrived, unchanged.")


def examine_one(till: Till) -> bool:
    """The examination that was asked for longest ago. Returns whether there was one."""
    with till.sessions.begin() as session:
        row = claim(session, Examination, till.worker, Examination.state == ExaminationState.WAITING)
    if row is None:
        return False
    try:
        findings = [(finding.well, finding.words) for finding in examine(till)]
    except Exception as error:  # a fault of ours must not stop the worker
        log.exception("the way from Stripe could not be examined")
        with till.sessions.begin() as session:
            session.add(row)
            row.state, row.last_error = ExaminationState.FAILED, f"{type(error).__name__}: {error}"
            row.next_try = row.lease_until = None
        return True
    with till.sessions.begin() as session:
        session.add(row)
        row.state, row.findings, row.finished_at = ExaminationState.DONE, findings, clock.now()
        row.done_with()
    return True


def _arriving(till: Till) -> Iterator[Finding]:
    with till.sessions() as session:
        found = silence(session)
    if found is None:
        yield _well("No event had to be fetched for want of its delivery.")
        return
    last = f"the last came {found.last:%d %B, %H:%M} UTC" if found.last else "none has ever come"
    yield _wrong(
        f"Events do not arrive: {last}, {found.fetched:,} had to be fetched. Can Stripe reach {till.settings.site_url}?"
    )
