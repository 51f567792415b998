"""Every table of every room, so that whoever imports this knows the whole schema."""

from storefront.buyers import buyer, portal_visit, sign_in_link
from storefront.buyers import signed_in as buyer_sessions
from storefront.cart import shipping
from storefront.catalog import collection, file, image, page, plan, product, version
from storefront.db import Base, UTCDateTime
from storefront.evidence import addition, answer
from storefront.inbox import cursor, event, refusal
from storefront.orders import download, fulfilment, order, timeline, words
from storefront.outbox import letter
from storefront.payments import (
    capture,
    command,
    dispute,
    fraud_warning,
    ledger,
    payment,
    payment_link,
    recognising,
    refund,
)
from storefront.privacy import erasure
from storefront.reports import check, counted_month, dispute_alarm, examination
from storefront.roots import duties
from storefront.staff import entry, member, second_factor, signed_in
from storefront.stock import hold, level
from storefront.store import store
from storefront.subscriptions import invoice, request, subscription
from storefront.subscriptions import timeline as subscription_timeline
from storefront.web import limits

MODULES = (
    store, buyer, collection, file, download, image, page, product, version, event, order, fulfilment, shipping, timeline,
    words, letter, capture, command, ledger, payment, payment_link, refund, member, second_factor, signed_in, hold, level, limits,
    refusal, duties, cursor, check, counted_month, dispute_alarm, examination,
    sign_in_link, buyer_sessions, portal_visit, plan, subscription, invoice,
    request, subscription_timeline, dispute, fraud_warning, addition, answer,
    recognising, erasure, entry,
)  # fmt: skip

metadata = Base.metadata


def render(type_: str, item: object, _context: object) -> str | bool:
    """How a migration spells our own column types: as the plain ones beneath, so that it imports nothing of ours."""
    return "sa.DateTime(timezone=True)" if type_ == "type" and isinstance(item, UTCDateTime) else False
