"""Alerting: one letter to everybody on the staff."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.outbox.letter import queue
from storefront.staff.member import Member


def write_to_staff(session: Session, kind: str, key: str, facts: dict[str, Any]) -> None:
    """Once for each active member and `key`."""
    for member in session.scalars(select(Member).where(Member.active)):
        queue(session, kind, f"{key}:{member.id}", member.email, facts=facts)
