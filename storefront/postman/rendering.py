"""Letters as text: three templates each, in templates/mail/<kind>/."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy.orm import Session

from storefront import pan
from storefront.buyers.dunning import dunning_link
from storefront.buyers.portal_visit import Deed
from storefront.buyers.token import token
from storefront.cart.shipping import names
from storefront.money import Money
from storefront.orders.download import DownloadLink
from storefront.orders.downloading import token_of
from storefront.orders.order import Order
from storefront.outbox.letter import Letter
from storefront.payments.summary import money_of
from storefront.settings import Settings
from storefront.store.store import Store, store_of

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "mail"


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as its reader sees it. `subject`: one line. `sender`: the store's name. `reply_to`: where questions go, or empty."""

    subject: str
    text: str
    html: str
    sender: str = ""
    reply_to: str = ""


def written(session: Session, settings: Settings, letter: Letter) -> Written:
    """The letter from today's rows. Raises jinja2's errors where a template is missing or asks for too much."""
    facts = _facts(session, settings, letter)
    subject, text, html = (
        pan.mask(environment().get_template(f"{letter.kind}/{part}").render(facts))
        for part in ("subject.txt", "body.txt", "body.html")
    )
    said = "\n".join((text.strip(), *_signature(facts["store"])))
    return Written(" ".join(subject.split()), f"{said}\n", html, facts["store"].name, facts["store"].support_email)


def _signature(store: Store) -> list[str]:
    """What stands under every letter, where merchants have said it."""
    asked = [f"Questions? Write to {store.support_email}"] if store.support_email else []
    return [*asked, *store.address.splitlines()]


@cache
def environment() -> Environment:
    """Of its own, because letters are no pages: only HTML is escaped, and nothing of a request is known."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(money=Money.format, date=_date, day=_day)
    return made


def _facts(session: Session, settings: Settings, letter: Letter) -> dict[str, Any]:
    store = store_of(session, settings)
    facts: dict[str, Any] = {
        "facts": letter.facts,
        "key": letter.key,
        "token": partial(token, settings.secret_key),
        "store": store,
        "site_name": store.name,
        "site_url": settings.site_url,
        "test_mode": not settings.livemode,
        "account": f"{settings.site_url}/account/subscriptions",
        "portal": f"{settings.site_url}{_portal(settings, letter)}",
    }
    if letter.order_id is not None:
        order = session.get_one(Order, letter.order_id)
        facts |= {
            "order": order,
            "summary": money_of(session, order),
            "link": f"{settings.site_url}/orders/{order.reference}",
            "address": _address(order),
            "downloads": _downloads(session, settings, letter),
            "days": next((offer for offer in order.offers if offer["name"] == order.shipping_name), None),
        }
    return facts


def _downloads(session: Session, settings: Settings, letter: Letter) -> list[dict[str, Any]]:
    """The links that a letter names by their ids."""
    links = [session.get_one(DownloadLink, link_id) for link_id in letter.facts.get("links", ())]
    return [
        {
            "name": link.line.name,
            "url": f"{settings.site_url}/downloads/{token_of(settings.secret_key, link.id)}",
            "most": link.most,
            "ends_at": link.ends_at,
        }
        for link in links
    ]


def _portal(settings: Settings, letter: Letter) -> str:
    """The path to the portal: of a letter about a failed payment the way that needs no signing in, for a while."""
    if letter.kind != "payment_failed":
        return "/account/subscriptions"
    tried_next = letter.facts["next_attempt"]
    next_try = datetime.fromisoformat(tried_next) if tried_next else letter.queued_at
    link = dunning_link(letter.facts["subscription"], Deed.CARD, next_try)
    return f"/account/portal/{link.token(settings.secret_key)}"


def _address(order: Order) -> list[str]:
    """The lines on the parcel; none where nothing is sent."""
    place = order.address
    if not place.get("line1"):
        return []
    town = " ".join(filter(None, (place.get("postal_code"), place.get("city"), place.get("state"))))
    country = names().get(place.get("country") or "", place.get("country") or "")
    return [line for line in (order.name, place["line1"], place.get("line2"), town, country) if line]


def _day(iso: str, language: str) -> str:
    """A day as it is written in the buyer's language, such as `de` or `de-AT`; in English where that is not known."""
    moment = datetime.fromisoformat(iso)
    try:
        return format_date(
            moment.astimezone(UTC).date(), "long", Locale.parse(language or "en_GB", sep=_separator(language))
        )
    except (UnknownLocaleError, ValueError):
        return format_date(moment.astimezone(UTC).date(), "long", "en_GB")


def _separator(language: str) -> str:
    return "-" if "-" in language else "_"


def _date(moment: datetime) -> str:
    day = moment.astimezone(UTC)
    return f"{day.day} {day:%B %Y}"
