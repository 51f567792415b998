"""The letter as mail: headers that cannot be broken out of, and a Message-ID that never changes."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from storefront.clock import now
from storefront.outbox.letter import Letter
from storefront.postman.address import mailbox
from storefront.postman.rendering import Written
from storefront.settings import Settings


def message_of(settings: Settings, letter: Letter, text: Written) -> EmailMessage:
    """Raises AddressError where the recipient or the configured sender is not one mailbox."""
    name, address = parseaddr(settings.mail_from)
    sender = mailbox(address)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(name or text.sender or settings.site_name, addr_spec=sender)
    local, _, domain = mailbox(letter.recipient).rpartition("@")
    message["To"] = Address(username=local, domain=domain)
    if text.reply_to:
        message["Reply-To"] = mailbox(text.reply_to)
    message["Subject"] = text.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{letter.message_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text.text, cte="quoted-printable")
    message.add_alternative(text.html, subtype="html", cte="quoted-printable")
    return message
