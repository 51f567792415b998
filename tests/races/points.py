"""The points at which a process is killed; that it stood there is proved afterwards, from rows and from Stripe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs

from sqlalchemy import Connection, text

from storefront.outbox.letter import Letter, LetterState
from storefront.payments.command import CommandState, StripeCommand, Verb
from storefront.payments.payment import Payment
from tests.fixtures.router import Passing
from tests.fixtures.running import Running, until
from tests.fixtures.shop import Shop
from tests.races.gate import MailGate, StripeGate

CALLS = {Verb.OPEN_SESSION: "POST /v1/checkout/sessions", Verb.CAPTURE: "POST /v1/payment_intents/*/capture"}
A, B, C, D = "row before call", "effect before answer", "answer before commit", "250 before sent"


@dataclass(frozen=True)
class Scene:
    """A shop whose every call to Stripe and every letter passes a gate."""

    shop: Shop
    stripe: StripeGate
    mail: MailGate

    def victim(self, verb: str) -> Running:
        """Buyers are sent to pay by the web; captures and letters are the worker's."""
        return self.shop.webs[0] if verb == Verb.OPEN_SESSION else self.shop.workers[0]


@contextmanager
def kill_at(scene: Scene, point: str, verb: Verb) -> Iterator[None]:
    """The block brings a process to the point; it is killed there, and the point proved, before the block ends."""
    if point == D:
        yield from _after_250(scene)
        return
    with scene.stripe.stop(CALLS[verb], "going" if point == A else "answered") as stop:
        yield
        caught = stop.wait()
        if point == C:
            with _no_commits(scene.shop, caught, verb) as blocked:
                stop.let_go()
                stop.until_read(scene.stripe.port)
                blocked()
                scene.victim(verb).kill()
        else:
            scene.victim(verb).kill()
    _prove(scene, caught, verb, effect=point != A)


def _prove(scene: Scene, caught: Passing, verb: Verb, *, effect: bool) -> None:
    """The row is committed and unanswered, under the lease of who was killed; Stripe has its effect, or has not."""
    row = _command(scene.shop, caught, verb)
    assert (row.state, row.response) == (CommandState.PENDING, None)
    assert row.lease_until is not None
    assert (row.claimed_by == "worker") == (verb == Verb.CAPTURE)
    assert caught.status == (200 if effect else 0)
    if verb == Verb.OPEN_SESSION:
        found = [
            one for one in scene.shop.at_stripe("checkout/sessions") if one["metadata"]["payment"] == row.reference
        ]
        assert len(found) == effect
    else:
        [status] = [
            one["status"] for one in scene.shop.at_stripe("payment_intents") if one["id"] == row.parameters["intent"]
        ]
        assert status == ("succeeded" if effect else "requires_capture")


def _command(shop: Shop, caught: Passing, verb: Verb) -> StripeCommand:
    with shop.database.session() as session:
        if verb == Verb.OPEN_SESSION:
            [reference] = parse_qs(caught.body.decode())["metadata[payment]"]
        else:
            reference = session.query(Payment).filter_by(intent_id=caught.path.split("/")[3]).one().reference
        return session.query(StripeCommand).filter_by(verb=verb, reference=reference).one()


@contextmanager
def _no_commits(shop: Shop, caught: Passing, verb: Verb) -> Iterator[Callable[[], object]]:
    """No answer can be kept while this lasts: SQLite's write lock, or PostgreSQL's lock on the command, is ours."""
    command = _command(shop, caught, verb).id
    engine = shop.database.engine
    with engine.connect() as connection:
        # On SQLite our engine begins every transaction as BEGIN IMMEDIATE.
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT id FROM stripe_commands WHERE id = :id FOR UPDATE"), {"id": command})
            yield lambda: until(lambda: _somebody_waits(shop), "the answer waits for its lock")
        else:
            connection.execute(text("SELECT 1"))
            yield lambda: None
        connection.rollback()


def _somebody_waits(shop: Shop) -> bool:
    with shop.database.engine.connect() as connection:
        return _waiting(connection) > 0


def _waiting(connection: Connection) -> int:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%stripe_commands%'"
    return int(connection.execute(text(waiting)).scalar_one())


def _after_250(scene: Scene) -> Iterator[None]:
    with scene.mail.stop() as reached:
        yield
        assert reached.wait(40), "no letter was handed over"
        scene.victim("letter").kill()
    with scene.shop.database.session() as session:
        [letter] = session.query(Letter).filter_by(state=LetterState.SENDING)
    names = [mail["message_id"] for mail in scene.shop.sandbox.mails()]
    # An earlier kill may have made a repeat of this letter: then it is there twice, under one name.
    assert any(letter.message_id in name for name in names), "the mail server has it, the row does not say so"
