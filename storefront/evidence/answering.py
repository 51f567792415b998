"""Answering: what was read becomes a row with its files and commands, once; what Stripe says of them follows it."""

import hashlib
from typing import Any

from sqlalchemy.orm import Session

from storefront.evidence.addition import contents
from storefront.evidence.answer import AnswerKind, AnswerState, DisputeAnswer, EvidenceFile, answers_of
from storefront.evidence.fields import FILES, MOST_BYTES, NAMES, TEXTS
from storefront.evidence.packet import Packet
from storefront.orders.order import Order
from storefront.orders.timeline import tell
from storefront.payments.command import Verb, command
from storefront.payments.dispute import Dispute
from storefront.payments.disputing import said

Json = dict[str, Any]
VERBS = {AnswerKind.STAGED: Verb.STAGE_EVIDENCE, AnswerKind.SUBMITTED: Verb.SUBMIT_EVIDENCE}


class AnswerError(ValueError):
    """Such an answer cannot be given; the message is a sentence for the merchant."""


def final_answer(session: Session, dispute: Dispute) -> DisputeAnswer | None:
    """The one that ends this turn of the dispute, given already."""
    given = (one for one in answers_of(session, dispute.id) if one.turn == dispute.turn)
    return next((one for one in given if one.kind != AnswerKind.STAGED and one.state != AnswerState.REFUSED), None)


def send(
    session: Session, order: Order, dispute: Dispute, packet: Packet, kind: AnswerKind, *, by: str, seen: str
) -> DisputeAnswer:
    """Put the evidence ready at Stripe, or send it to the bank. `order`: locked. `seen`: digest of what was read.

    Raises AnswerError.
    """
    _check(session, dispute)
    if seen != packet.digest:
        raise AnswerError("The evidence has changed since you read it. Read it again; nothing was sent.")
    if packet.fault:
        raise AnswerError(packet.fault)
    answer = DisputeAnswer(
        dispute_id=dispute.id, turn=dispute.turn, kind=kind, by=by, evidence=_evidence(session, dispute, packet)
    )
    session.add(answer)
    session.flush()
    answer.files = _files(session, dispute, packet)
    session.flush()
    for file in answer.files:
        parameters = {"name": file.name, "sha256": file.hash}
        command(session, Verb.UPLOAD_EVIDENCE, file.reference, parameters, dispute.payment_id)
    text = (
        "Asked to put the evidence ready at Stripe." if kind == AnswerKind.STAGED else "Sent the evidence to the bank."
    )
    tell(session, order.id, f"answer:{answer.reference}", text, by, public=False)
    go_on(session, dispute, answer)
    return answer


def accept(session: Session, order: Order, dispute: Dispute, *, by: str) -> DisputeAnswer:
    """Give the money up, for good. `order`: locked. Raises AnswerError."""
    _check(session, dispute)
    answer = DisputeAnswer(dispute_id=dispute.id, turn=dispute.turn, kind=AnswerKind.ACCEPTED, by=by)
    session.add(answer)
    session.flush()
    command(session, Verb.ACCEPT_DISPUTE, answer.reference, {"dispute": dispute.stripe_id}, dispute.payment_id)
    text = f"Accepted the dispute over {dispute.money(dispute.amount)}."
    tell(session, order.id, f"answer:{answer.reference}", text, by, public=False)
    return answer


def _check(session: Session, dispute: Dispute) -> None:
    given = final_answer(session, dispute)
    if given is not None:
        word = "accepted the dispute" if given.kind == AnswerKind.ACCEPTED else "sent the evidence"
        raise AnswerError(
            f"{given.by} has {word} on {said(given.created_at)}. It is done once, so nothing more was done."
        )
    if dispute.answerable:
        return
    if dispute.due_by is None:
        raise AnswerError("The bank takes no answer to this dispute.")
    if dispute.over or "review" in dispute.status:
        raise AnswerError(f"The bank waits for no answer: the dispute is {dispute.status_words}.")
    raise AnswerError(f"The deadline has passed on {said(dispute.due_by)}; the bank takes no answer any more.")


def _evidence(session: Session, dispute: Dispute, packet: Packet) -> Json:
    """Fields that were put ready before and are empty now are sent empty, else they would stay there."""
    before: set[str] = set()
    for answer in answers_of(session, dispute.id):
        before |= set(answer.evidence) | {file.field for file in answer.files}
    fields = {**TEXTS, **FILES}
    emptied = {name: "" for name in fields if name in before and name not in packet.texts and name not in packet.papers}
    enhanced = {"enhanced_evidence": packet.enhanced.parameters} if packet.enhanced.parameters else {}
    return {**emptied, **packet.texts, **enhanced}


def _files(session: Session, dispute: Dispute, packet: Packet) -> list[EvidenceFile]:
    from storefront.evidence.pdf import drawn  # here: only who draws loads what draws

    pictures = contents(session, dispute)
    files = []
    for field, paper in packet.papers.items():
        content = drawn(paper, pictures)
        if len(content) > MOST_BYTES:
            raise AnswerError(f"'{NAMES[field]}' is larger than Stripe takes. Remove a picture from it.")
        files.append(EvidenceFile(field=field, content=content, hash=hashlib.sha256(content).hexdigest()))
    return files


def go_on(session: Session, dispute: Dispute, answer: DisputeAnswer) -> None:
    """Once every file is at Stripe, the evidence itself follows."""
    if answer.state != AnswerState.PENDING or not all(file.stripe_id for file in answer.files):
        return
    kind = AnswerKind(answer.kind)
    parameters = {
        "dispute": dispute.stripe_id,
        "evidence": {**answer.evidence, **{file.field: file.stripe_id for file in answer.files}},
        "metadata": {"answer": answer.reference},
        "submit": kind == AnswerKind.SUBMITTED,
    }
    command(session, VERBS[kind], answer.reference, parameters, dispute.payment_id)


def refuse(session: Session, order: Order, answer: DisputeAnswer, why: str) -> None:
    """Stripe does not take it: a person must look, and may answer again while there is time."""
    if answer.state != AnswerState.PENDING:
        return
    answer.state, answer.trouble = AnswerState.REFUSED, why
    said_of = f"Stripe did not take the answer to the dispute: {why}"
    if tell(session, order.id, f"answer_refused:{answer.reference}", said_of, "stripe", public=False):
        order.attention = said_of
