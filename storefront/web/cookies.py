"""Signed cookies: nobody can change what is in them, and no script can read it."""

from flask import Request, Response
from itsdangerous import BadData, URLSafeSerializer

from storefront.web.current import settings


def _name(name: str) -> str:
    return f"__Host-{name}" if settings().https else name


def _signer(name: str) -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt=f"cookie:{name}")


def read(request: Request, name: str) -> str | None:
    """What was written under `name`, or None if there is none or it was tampered with."""
    signed = request.cookies.get(_name(name))
    if signed is None:
        return None
    try:
        payload = _signer(name).loads(signed)
    except BadData:
        return None
    return payload if isinstance(payload, str) else None


def write(response: Response, name: str, payload: str, max_age: int) -> None:
    """Keep `payload` in the browser for `max_age` seconds."""
    signed = _signer(name).dumps(payload)
    response.set_cookie(
        _name(name), signed, max_age=max_age, path="/", secure=settings().https, httponly=True, samesite="Lax"
    )


def forget(response: Response, name: str) -> None:
    """Take the cookie away from the browser."""
    response.delete_cookie(_name(name), path="/", secure=settings().https, httponly=True, samesite="Lax")
