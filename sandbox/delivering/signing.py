"""The Stripe-Signature header."""

import hashlib
import hmac
import time


def header(payload: bytes, secrets: list[str]) -> str:
    """`t=..,v1=..` with one v1 for each secret; t is always wall time, whatever the sandbox's clock says."""
    moment = int(time.time())
    signed = f"{moment}.".encode() + payload
    marks = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={moment}", *(f"v1={mark}" for mark in marks)])
