"""`/backoffice/disputes`: the list, and one dispute with its evidence."""

from typing import Any

from flask import abort, render_template, request

from storefront.backoffice.door import blueprint
from storefront.backoffice.paging import before, chosen
from storefront.evidence.answer import AnswerState, answers_of
from storefront.evidence.answering import final_answer
from storefront.evidence.fields import FILES, MOST_CHARACTERS, MOST_EACH, NAMES, TEXTS
from storefront.evidence.packet import Packet, packet_of
from storefront.orders.order import Order, lock_order
from storefront.orders.timeline import timeline_of
from storefront.payments import inquiry
from storefront.payments.dispute import Dispute, dispute_with
from storefront.payments.finding_disputes import FILTERS, find_disputes
from storefront.payments.fraud_warning import warnings_of
from storefront.payments.refundable import rest_of
from storefront.web.current import settings
from storefront.web.database import session


def dispute_of_merchant(dispute_id: str) -> tuple[Dispute, Order]:
    """The dispute with this Stripe id and its order, which is locked where something is about to be changed. 404 if there is none."""
    dispute = dispute_with(session(), dispute_id)
    if dispute is None:
        abort(404)
    if request.method == "GET":
        return dispute, session().get_one(Order, dispute.order_id)
    order = lock_order(session(), dispute.order_id)
    session().refresh(dispute)
    return dispute, order


def page_of_dispute(dispute: Dispute) -> str:
    """Its address."""
    return f"/backoffice/disputes/{dispute.stripe_id}"


def packet_now(dispute: Dispute) -> Packet:
    """What would go to the bank now."""
    return packet_of(session(), dispute, settings().site_name, settings().site_url)


@blueprint.get("/disputes")
def disputes() -> Any:
    """Filtered, newest first."""
    which = chosen("status", FILTERS, "all")
    found, older = find_disputes(session(), which, before())
    return render_template("backoffice/disputes/list.html", found=found, older=older, filters=FILTERS, which=which)


@blueprint.get("/disputes/<dispute_id>")
def dispute(dispute_id: str) -> Any:
    """One dispute."""
    return show_dispute(*dispute_of_merchant(dispute_id))


def show_dispute(dispute: Dispute, order: Order, fault: str = "", status: int = 200) -> Any:
    """Its page. `fault`: why what was asked was not done."""
    answers = answers_of(session(), dispute.id)
    mine = [one for one in timeline_of(session(), order.id) if dispute.stripe_id in one.key or "answer" in one.key]
    return render_template(
        "backoffice/disputes/dispute.html",
        dispute=dispute,
        order=order,
        packet=packet_now(dispute),
        answers=answers,
        waiting=any(one.state == AnswerState.PENDING for one in answers),
        final=final_answer(session(), dispute),
        timeline=mine,
        advice=_advice(dispute, order),
        fraud_warnings=warnings_of(session(), order.id),
        names=NAMES,
        texts=TEXTS,
        files=FILES,
        most_each=MOST_EACH,
        most=MOST_CHARACTERS,
        fault=fault,
    ), status


def _advice(dispute: Dispute, order: Order) -> str:
    rest = rest_of(session(), order)
    return inquiry.advice(order, dispute, rest.money(rest.amount))


@blueprint.get("/disputes/<dispute_id>/evidence")
def evidence(dispute_id: str) -> Any:
    """All that would go to the bank, on one page to be printed."""
    found, order = dispute_of_merchant(dispute_id)
    return render_template(
        "backoffice/disputes/evidence.html", dispute=found, order=order, packet=packet_now(found), texts=TEXTS
    )
