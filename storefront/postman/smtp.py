"""The mail server: asked once per letter, its answers sorted into taken, not now and never."""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage

from storefront.postman.address import mailbox
from storefront.settings import Settings

TIMEOUT = 8.0
"""Seconds for each step; all of a letter's steps together stay below the lease on its row."""


class NotNowError(Exception):
    """The server cannot be reached or says to try later. The message is for the merchant."""


class NeverError(Exception):
    """The server refuses this letter. The message holds its words."""


def deliver(settings: Settings, message: EmailMessage) -> None:
    """Returns once the server has taken the letter. Raises NotNowError or NeverError."""
    recipient = mailbox(message["To"].addresses[0].addr_spec)
    sender = mailbox(message["From"].addresses[0].addr_spec)
    try:
        server = _connected(settings)
        try:
            server.send_message(message, sender, [recipient])
        finally:
            # What happens to the farewell is no news about the letter.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
    except smtplib.SMTPRecipientsRefused as error:
        _raise(*next(iter(error.recipients.values())), cause=error)
    except smtplib.SMTPResponseException as error:
        _raise(error.smtp_code, error.smtp_error, cause=error)
    except smtplib.SMTPNotSupportedError as error:
        raise NeverError(f"The mail server cannot do what is configured: {error}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotNowError(f"The mail server was not reached: {type(error).__name__}: {error}") from error


def _connected(settings: Settings) -> smtplib.SMTP:
    where = (settings.smtp_host, settings.smtp_port)
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(*where, timeout=TIMEOUT)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
    except BaseException:
        server.close()
        raise
    return server


def _raise(code: int, words: bytes | str, cause: Exception) -> None:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    sentence = f"The mail server said: {code} {said}"
    if 500 <= code < 600:
        raise NeverError(sentence) from cause
    raise NotNowError(sentence) from cause
