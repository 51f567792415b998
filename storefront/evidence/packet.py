"""The packet: everything that would go to the bank now, field by field, and what is missing of it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from storefront.evidence.addition import EvidencePicture, EvidenceText, pictures_by_staff, texts_by_staff
from storefront.evidence.dossier import Dossier, dossier_of
from storefront.evidence.enhanced import Enhanced, enhanced_of
from storefront.evidence.fields import FILES, MOST_CHARACTERS, MOST_EACH, NAMES, TEXTS
from storefront.evidence.needs import Checked, check, needs_of
from storefront.evidence.papers import Paper, papers_of
from storefront.evidence.sentences import texts_of
from storefront.payments.dispute import Dispute

ALWAYS = ("customer_communication", "shipping_documentation", "service_documentation", "service_date")


@dataclass(frozen=True, slots=True)
class Packet:
    """`written`: by the shop. `texts`: as they would be sent, without empty ones. `by_staff`: the rows that replaced some.

    `papers`: by field, drawn when they are sent. `enhanced`: for Visa's CE 3.0. `checks`: what the reason needs.
    """

    dossier: Dossier
    written: dict[str, str]
    texts: dict[str, str]
    by_staff: dict[str, EvidenceText]
    pictures: list[EvidencePicture]
    papers: dict[str, Paper]
    enhanced: Enhanced
    checks: list[Checked]

    @property
    def characters(self) -> int:
        """Of all texts together."""
        return sum(len(text) for text in self.texts.values())

    @property
    def fault(self) -> str:
        """Why Stripe would not take it, in a sentence; empty where it would."""
        for name, text in self.texts.items():
            if len(text) > MOST_EACH:
                return f"'{NAMES[name]}' has {len(text):,} characters, {MOST_EACH:,} are allowed. Shorten it."
        if self.characters > MOST_CHARACTERS:
            return f"The texts have {self.characters:,} characters, {MOST_CHARACTERS:,} are allowed together. Shorten them."
        return ""

    @property
    def missing(self) -> list[Checked]:
        """Needs that are not met."""
        return [one for one in self.checks if one.missing]

    @property
    def digest(self) -> str:
        """SHA-256 of all that would be sent: what was read is what is submitted."""
        papers = {name: asdict(paper) for name, paper in self.papers.items()}
        return hashlib.sha256(
            json.dumps([self.texts, papers, self.enhanced.parameters], sort_keys=True).encode()
        ).hexdigest()


def packet_of(session: Session, dispute: Dispute, site_name: str, site_url: str) -> Packet:
    """As of now. Reads only."""
    known = dossier_of(session, dispute)
    wanted = _wanted(known)
    written = {name: text if name in wanted else "" for name, text in texts_of(known).items()}
    by_staff, pictures = texts_by_staff(session, dispute), pictures_by_staff(session, dispute)
    texts = {name: by_staff[name].text if name in by_staff else written[name] for name in TEXTS}
    papers = {name: paper for name, paper in papers_of(known, site_name, site_url).items() if name in wanted}
    papers = _with_pictures(papers, pictures)
    filled: dict[str, Any] = {**texts, **papers}
    return Packet(
        dossier=known,
        written=written,
        texts={name: text for name, text in texts.items() if text},
        by_staff=by_staff,
        pictures=pictures,
        papers=papers,
        enhanced=enhanced_of(session, dispute),
        checks=check(dispute.reason, filled, sends=known.sends),
    )


def _wanted(known: Dossier) -> set[str]:
    """Fields that a bank looks at for this reason."""
    needed = {field for need in needs_of(known.dispute.reason, sends=known.sends) for field in need.fields}
    return needed | {"customer_purchase_ip", "billing_address", *ALWAYS} | _also(known.dispute.reason)


def _also(reason: str) -> set[str]:
    if reason in ("general", "product_not_received"):
        return {"refund_policy", "refund_policy_disclosure"}
    return {"cancellation_policy", "cancellation_policy_disclosure"} if reason == "subscription_canceled" else set()


def _with_pictures(papers: dict[str, Paper], pictures: list[EvidencePicture]) -> dict[str, Paper]:
    found = dict(papers)
    for picture in pictures:
        paper = found.get(picture.field) or Paper(FILES[picture.field], ())
        found[picture.field] = Paper(paper.title, paper.blocks, (*paper.pictures, picture.hash))
    return {name: found[name] for name in FILES if name in found}
