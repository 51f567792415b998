"""`/backoffice/orders/<number>/refunds`: giving money back, whole, by pieces or by any amount."""

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from flask import redirect, render_template, request

from storefront import pan
from storefront.backoffice.access import fresh, me
from storefront.backoffice.door import blueprint
from storefront.backoffice.orders import order_of_merchant, page_of
from storefront.money import Money, MoneyError
from storefront.orders.order import Order
from storefront.payments.refundable import Rest, rest_of
from storefront.payments.refunding import GoneError, Plan, Reason, RefundError, Wish, ask, plan, refund_with
from storefront.web.database import session
from storefront.work import wake

LONGEST = 500
FIELDS = re.compile(r"(refund|back)-\d+|shipping|amount|reason|note")


@blueprint.post("/orders/<number>/refunds")
@fresh
def add_refund(number: str) -> Any:
    """Pressing the button twice refunds once. "Preview" shows the sum and changes nothing."""
    order = order_of_merchant(number)
    key = f"form:{order.number}:{_once()}"
    if refund_with(session(), key) is not None:
        return redirect(page_of(order), 303)
    rest = rest_of(session(), order)
    try:
        _same_as_seen(rest)
        wish = wish_of(rest, request.form)
        figures = plan(rest, wish)
        if "preview" in request.form:
            return _show(order, rest, figures)
        ask(session(), order, wish, key=key, by=me().name)
    except GoneError as error:
        return _show(order, rest, fault=str(error)), 409
    except RefundError as error:
        return _show(order, rest, fault=str(error)), 422
    wake(session().connection())
    session().commit()
    return redirect(page_of(order), 303)


def wish_of(rest: Rest, form: Mapping[str, str]) -> Wish:
    """What the form says. Raises RefundError for what is no number, no money or no reason."""
    note = form.get("note", "").strip()
    if len(note) > LONGEST or pan.found(note):
        raise RefundError(f"A note has at most {LONGEST} characters, and never a card number.")
    amount = form.get("amount", "").strip()
    try:
        return Wish(
            amount=_money(amount, rest.currency) if amount else None,
            pieces=_pieces(form, "refund", (line.line.id for line in rest.lines)),
            put_back=_pieces(form, "back", (line.line.id for line in rest.lines)),
            shipping=_money(form.get("shipping", "").strip() or "0", rest.currency),
            reason=Reason(form.get("reason") or Reason.REQUESTED_BY_CUSTOMER),
            note=note,
        )
    except MoneyError as error:
        raise RefundError(str(error)) from error
    except ValueError as error:
        raise RefundError("Choose one of the reasons.") from error


def _money(text: str, currency: str) -> int:
    return Money.parse(text, currency).amount


def _pieces(form: Mapping[str, str], name: str, line_ids: Iterable[int]) -> dict[int, int]:
    pieces = {}
    known = {f"{name}-{line_id}": line_id for line_id in line_ids}
    if any(re.fullmatch(rf"{name}-\d+", field) and field not in known for field in form):
        raise MoneyError("A line that was named is not, or no longer, one of this order's. Look again.")
    for field, line_id in known.items():
        text = form.get(field, "").strip()
        if not re.fullmatch(r"[0-9]{0,4}", text):
            raise MoneyError(f"'{text[:20]}' is not a number of pieces.")
        pieces[line_id] = int(text or 0)
    return pieces


def _same_as_seen(rest: Rest) -> None:
    """Raises GoneError where somebody else has refunded since the form was shown."""
    seen = request.form.get("left", "")
    if re.fullmatch(r"[0-9]{1,15}", seen) and int(seen) != rest.amount and rest.refunds:
        last = rest.refunds[-1]
        who = {"stripe": "somebody at Stripe's Dashboard", "shop": "the shop"}.get(last.by, last.by)
        raise GoneError(
            f"In the meantime {who} refunded {last.money(last.amount)}; {rest.money(rest.amount)} is left. "
            "Nothing was refunded by you. Look again."
        )


def _once() -> str:
    once = request.form.get("once", "")
    return once if re.fullmatch(r"[\w-]{10,40}", once) else secrets.token_urlsafe(12)


def _show(order: Order, rest: Rest, preview: Plan | None = None, fault: str = "") -> str:
    given = {name: value for name, value in request.form.items() if FIELDS.fullmatch(name)}
    once = _once() if preview else secrets.token_urlsafe(12)
    return render_template(
        "backoffice/refunds/form.html", order=order, rest=rest, given=given, preview=preview, fault=fault, key=once
    )
