"""What is held about a person as such: the address, sessions, links, letters, and what Stripe said."""

from typing import Any

from sqlalchemy import func, or_

from storefront.buyers.buyer import Buyer
from storefront.buyers.portal_visit import PortalVisit
from storefront.buyers.sign_in_link import SignInLink
from storefront.buyers.signed_in import BuyerSession
from storefront.inbox.event import StripeEvent
from storefront.outbox.letter import Letter
from storefront.payments.command import StripeCommand
from storefront.privacy.held import WORK, Held, Row
from storefront.privacy.remains import bare_event, bones


def _table(model: Any) -> Any:
    return model.__table__


def _answer(row: Row) -> Any:
    return bones(row["response"]) if row["response"] is not None else None


HELD = (
    Held(
        _table(Letter),
        "Letters that were written to you: their kind, their facts and when they were sent. Their wording is not kept.",
        lambda found: or_(Letter.order_id.in_(found.person.orders), func.lower(Letter.recipient) == found.person.email),
        erased={"recipient": "", "facts": {}, "last_error": ""},
        kept=("kind", "key", "message_id", "state", *WORK),
    ),
    Held(
        _table(StripeEvent),
        "What Stripe, which took your payments, told us about them, in its own words.",
        lambda found: StripeEvent.id.in_(found.events),
        erased={"body": lambda row: bare_event(row["body"])},
        swept=("verdict", "last_error"),
        kept=("account", "event_id", "type", "object_id", "api_version", "source", "state", *WORK),
    ),
    Held(
        _table(StripeCommand),
        "What we asked of Stripe for your orders and subscriptions, and what it answered.",
        lambda found: StripeCommand.id.in_(found.commands),
        erased={"parameters": lambda row: bones(row["parameters"]), "response": _answer},
        swept=("last_error",),
        kept=("verb", "reference", "parameters_hash", "state", *WORK),
    ),
    Held(
        _table(BuyerSession),
        "Where you signed in: the internet address, the browser and the times.",
        lambda found: BuyerSession.buyer_id.in_(found.person.buyers),
        hidden=("token_hash",),
        gone=True,
    ),
    Held(
        _table(SignInLink),
        "Links to sign in that were asked for with your address.",
        lambda found: func.lower(SignInLink.email) == found.person.email,
        hidden=("name",),
        gone=True,
    ),
    Held(
        _table(PortalVisit),
        "When you went to Stripe's page for cards and subscriptions.",
        lambda found: PortalVisit.buyer_id.in_(found.person.buyers),
        hidden=("name",),
        gone=True,
    ),
    Held(
        _table(Buyer),
        "Who you are: address, name, and your customer's number at Stripe.",
        lambda found: Buyer.id.in_(found.person.buyers),
        gone=True,
    ),
)
