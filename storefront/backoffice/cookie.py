"""The back office's cookie. Everywhere else there is no session at all: nothing is read, sent or varied by."""

from flask import Flask, Request, Response
from flask import request as current
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from storefront.settings import Settings


def _inside(request: Request) -> bool:
    return request.path == "/backoffice" or request.path.startswith("/backoffice/")


class BackofficeCookie(SecureCookieSessionInterface):
    """Flask's signed cookie, under /backoffice only. It holds the token of a row, never the rights themselves."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Empty outside of the back office."""
        return super().open_session(app, request) if _inside(request) else self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing outside of the back office."""
        if _inside(current):
            super().save_session(app, session, response)


def init_cookie(app: Flask, settings: Settings) -> None:
    """`__Host-` wherever the browser grants it, which is over https."""
    app.session_interface = BackofficeCookie()
    app.config.update(
        SESSION_COOKIE_NAME="__Host-staff" if settings.https else "staff",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
