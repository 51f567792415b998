"""`/backoffice/settings`: the store's name and address, when money is taken, what delivery costs, and its texts."""

import re
from collections.abc import Mapping
from typing import Any

from flask import abort, redirect, render_template, request

from storefront import pan
from storefront.backoffice.access import me
from storefront.backoffice.door import blueprint
from storefront.cart.shipping import ANYWHERE, names
from storefront.cart.tariff import RateWish, StaleTariffError, TariffError, put_rates, rates, tariff_mark
from storefront.catalog import page, version
from storefront.catalog.cleaning import clean
from storefront.money import Money, MoneyError
from storefront.orders.policy import AUTOMATIC, ON_SHIPPING, ON_STOCK_CHECK
from storefront.store.store import say, store_of
from storefront.web.current import settings
from storefront.web.database import session
from storefront.web.uploads import takes

HERE = "/backoffice/settings"
LONGEST = {"name": 80, "tagline": 160, "address": 400, "support_email": 254}
POLICIES = {
    ON_STOCK_CHECK: "At once, after the stock check",
    ON_SHIPPING: "When the first parcel goes out, where every product allows it",
    AUTOMATIC: "At once, by Stripe",
}
SLUGS = {"terms": "Terms", "refunds": "Returns and refunds", "privacy": "Privacy", "imprint": "Imprint"}
LONGEST_TEXT = 200_000
STALE = "Somebody else changed this since you opened it, so nothing was saved. This is how it is now; make your change again."


@blueprint.get("/settings")
def store_settings() -> Any:
    """All that is said of the store."""
    return _show()


@blueprint.post("/settings")
def save_store() -> Any:
    """Name, tagline, address, support mail and capture policy; shown from the next request on."""
    words = {name: _tidy(name) for name in LONGEST} | {"capture_policy": request.form.get("capture_policy", "")}
    fault = _fault(words)
    if not fault and request.form.get("seen", "") != store_of(session(), settings()).mark:
        return _show(STALE, 409)
    if fault:
        return _show(fault, 422, words)
    say(session(), words, me().name)
    version.move(session())
    session().commit()
    return redirect(f"{HERE}?saved=1", 303)


@blueprint.post("/settings/rates")
@takes
def save_rates() -> Any:
    """All shipping rates. Orders that were placed keep the offers they were shown."""
    try:
        put_rates(session(), _rates(request.form), request.form.get("seen", ""), settings().currency)
    except StaleTariffError:
        return _again(STALE, 409)
    except (TariffError, MoneyError) as error:
        return _again(str(error), 422)
    session().commit()
    return redirect(f"{HERE}?saved=1#rates", 303)


@blueprint.get("/settings/texts/<slug>")
def edit_text(slug: str) -> Any:
    """One of the store's texts, and its versions."""
    return _text(slug)


@blueprint.post("/settings/texts/<slug>")
@takes
def publish_text(slug: str) -> Any:
    """A new version. Orders keep the one that they were shown."""
    form, current = request.form, page.current_version(session(), slug)
    title, body = " ".join(form.get("title", "").split()), form.get("body", "").strip()
    if form.get("seen", "") != str(current):
        return _text(slug, STALE, 409)
    if not 0 < len(title) <= 120 or not 0 < len(body) <= LONGEST_TEXT or pan.found(body):
        return _text(slug, "Write a title and a text; neither holds a card number.", 422, form)
    page.publish(session(), slug, title, clean(body))
    session().commit()
    return redirect(f"{HERE}?saved=1#texts", 303)


def _show(fault: str = "", status: int = 200, given: Mapping[str, str] | None = None) -> Any:
    store = store_of(session(), settings())
    html = render_template(
        "backoffice/settings/settings.html",
        store=store,
        given=given,
        policies=POLICIES,
        rates=rates(session()),
        tariff=tariff_mark(session()),
        countries=[(ANYWHERE, "Everywhere else"), *sorted(names().items(), key=lambda pair: pair[1])],
        texts=[(slug, word, page.current(session(), slug)) for slug, word in SLUGS.items()],
        fault=fault,
        saved="saved" in request.args,
        currency=settings().currency,
    )
    return html, status


def _again(fault: str, status: int) -> Any:
    session().rollback()
    return _show(fault, status)


def _text(slug: str, fault: str = "", status: int = 200, given: Mapping[str, str] | None = None) -> Any:
    if slug not in SLUGS:
        abort(404)
    versions = page.versions(session(), slug)
    newest = versions[0] if versions else None
    html = render_template(
        "backoffice/settings/text.html",
        slug=slug,
        word=SLUGS[slug],
        versions=versions,
        newest=newest,
        title=given["title"] if given else newest.title if newest else SLUGS[slug],
        body=given["body"] if given else newest.body if newest else "",
        fault=fault,
    )
    return html, status


def _tidy(name: str) -> str:
    """Lines of the address stay lines; all else is one."""
    text = request.form.get(name, "")
    lines = [" ".join(line.split()) for line in text.splitlines()] if name == "address" else [" ".join(text.split())]
    return "\n".join(line for line in lines if line)


def _fault(words: Mapping[str, str]) -> str:
    for name, longest in LONGEST.items():
        if len(words[name]) > longest or pan.found(words[name]):
            return f"The {name.replace('_', ' ')} has at most {longest} characters, and never a card number."
    if not words["name"]:
        return "A store needs a name."
    if words["support_email"] and not re.fullmatch(
        r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+", words["support_email"]
    ):
        return f"'{words['support_email']}' is not an e-mail address."
    return "" if words["capture_policy"] in POLICIES else "Choose from the list when the money is taken."


def _rates(form: Mapping[str, str]) -> list[RateWish]:
    """The rows `country-<id>`, `name-<id>` and so on; a new one where `name-new` is filled in."""
    ids = [name.removeprefix("name-") for name in form if re.fullmatch(r"name-[0-9]{1,9}", name)]
    wanted = [own for own in ids if f"remove-{own}" not in form]
    if form.get("name-new", "").strip():
        wanted.append("new")
    return [_rate(form, own) for own in wanted]


def _rate(form: Mapping[str, str], own: str) -> RateWish:
    return RateWish(
        id=None if own == "new" else int(own),
        country=form.get(f"country-{own}", ""),
        name=" ".join(form[f"name-{own}"].split()),
        amount=_amount(form.get(f"amount-{own}", "")),
        min_days=_days(form.get(f"min-{own}", "")),
        max_days=_days(form.get(f"max-{own}", "")),
    )


def _amount(text: str) -> int:
    amount = Money.parse(text, settings().currency).amount
    if not 0 <= amount < 10_000_000:
        raise TariffError("A rate costs nothing or more, and not a fortune.")
    return amount


def _days(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text.strip()):
        raise TariffError(f"'{text[:20]}' is not a number of days.")
    return int(text)
