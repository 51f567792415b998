"""The second factor: one-time codes of an authenticator app (TOTP, RFC 6238), and recovery codes."""

import secrets
import string
from datetime import datetime

import pyotp
from sqlalchemy import ForeignKey, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront.clock import now
from storefront.db import Base, UTCDateTime
from storefront.staff.member import Member
from storefront.staff.signed_in import fingerprint

STEP = 30
CODES = 8
_ALPHABET = "".join(sorted({*string.digits, *string.ascii_lowercase} - {*"01ilo"}))


class RecoveryCode(Base):
    """`code_hash`: SHA-256 of 100 random bits; used once."""

    __tablename__ = "staff_recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def new_secret() -> str:
    """160 random bits in base32, as authenticator apps want them."""
    return pyotp.random_base32()


def address_of(secret: str, email: str, site_name: str) -> str:
    """The `otpauth:` address that an app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=site_name)


def step_of(secret: str, code: str) -> int | None:
    """The 30 s step of the shop's clock that `code` belongs to: this one or, as clocks differ, the last; else None."""
    digits = "".join(char for char in code if char.isascii() and char.isdigit())
    current = int(now().timestamp()) // STEP
    steps = (
        step for step in (current, current - 1) if secrets.compare_digest(pyotp.TOTP(secret).generate_otp(step), digits)
    )
    return next(steps, None)


def use_code(session: Session, member_id: int, code: str) -> bool:
    """Whether `code` is the app's, or a recovery code, and was never used before. It is used up by this."""
    secret = session.scalar(select(Member.totp_secret).where(Member.id == member_id))
    step = step_of(secret, code) if secret else None
    if step is not None:
        first = update(Member).where(Member.id == member_id, Member.totp_step < step).values(totp_step=step)
        return session.scalar(first.returning(Member.id)) is not None
    plain = "".join(char for char in code.lower() if char.isalnum())
    used = update(RecoveryCode).where(
        RecoveryCode.member_id == member_id,
        RecoveryCode.code_hash == fingerprint(plain),
        RecoveryCode.used_at.is_(None),
    )
    return session.scalar(used.values(used_at=now()).returning(RecoveryCode.id)) is not None


def enrol(session: Session, member_id: int, secret: str, step: int) -> list[str]:
    """The second factor is on. Returns the recovery codes, which are shown once; older ones stop working."""
    session.execute(update(Member).where(Member.id == member_id).values(totp_secret=secret, totp_step=step))
    return new_codes(session, member_id)


def new_codes(session: Session, member_id: int) -> list[str]:
    """Recovery codes of 20 characters in groups of five."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member_id))
    plain = ["".join(secrets.choice(_ALPHABET) for _ in range(20)) for _ in range(CODES)]
    session.add_all(RecoveryCode(member_id=member_id, code_hash=fingerprint(code)) for code in plain)
    return ["-".join(code[i : i + 5] for i in range(0, 20, 5)) for code in plain]


def codes_left(session: Session, member_id: int) -> int:
    """Unused recovery codes."""
    statement = select(func.count()).where(RecoveryCode.member_id == member_id, RecoveryCode.used_at.is_(None))
    return session.scalars(statement).one()


def remove(session: Session, member_id: int) -> None:
    """The second factor is off."""
    none = {Member.totp_secret: "", Member.totp_step: 0}
    session.execute(update(Member).where(Member.id == member_id).values(none))
    session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member_id))
