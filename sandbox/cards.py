"""Stripe's published test cards and what each does (STRIPE.md section 5). No other number is ever taken."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Card:
    """A test card. `authenticate`: never, always, unless_set_up (asked on every payment of a buyer who is present).

    `dispute` is the reason of the dispute that follows, `inquiry`, `ce3` (Visa's Compelling Evidence 3.0 is offered),
    `compliance`, `multiple` (two of them, over half each) or `auto` (Stripe answers the bank by itself).
    """

    token: str
    number: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    decline: str | None = None
    authenticate: str = "never"
    lookup_fails: bool = False
    frictionless: bool = False
    cvc_check: str = "pass"
    line1_check: str = "pass"
    postal_code_check: str = "pass"
    risk: str = "normal"
    refund: str = "succeeded"
    available_at_once: bool = False
    dispute: str | None = None
    fraud_report: bool = False

    @property
    def last4(self) -> str:
        return self.number[-4:]


@dataclass(frozen=True)
class Decline:
    """How a refusal is told: the error's code, the issuer's decline_code and the words."""

    code: str
    decline_code: str
    message: str
    advice: str | None = None


DECLINES = {
    "generic_decline": Decline("card_declined", "generic_decline", "Your card was declined.", "try_again_later"),
    "insufficient_funds": Decline(
        "card_declined", "insufficient_funds", "Your card has insufficient funds.", "try_again_later"
    ),
    "lost_card": Decline("card_declined", "lost_card", "Your card was declined."),
    "stolen_card": Decline("card_declined", "stolen_card", "Your card was declined."),
    "expired_card": Decline("expired_card", "expired_card", "Your card has expired."),
    "incorrect_cvc": Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
    "processing_error": Decline(
        "processing_error",
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
        "try_again_later",
    ),
    "card_velocity_exceeded": Decline(
        "card_declined",
        "card_velocity_exceeded",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    ),
    "authentication_required": Decline(
        "authentication_required",
        "authentication_required",
        "Your card was declined. This transaction requires authentication.",
    ),
    "radar_block": Decline("card_declined", "fraudulent", "Your card was declined."),
}

PUBLISHED = (
    Card("pm_card_visa", "4242424242424242"),
    Card("pm_card_visa_debit", "4000056655665556", funding="debit"),
    Card("pm_card_mastercard", "5555555555554444", "mastercard"),
    Card("pm_card_mastercard_debit", "5200828282828210", "mastercard", "debit"),
    Card("pm_card_mastercard_prepaid", "5105105105105100", "mastercard", "prepaid"),
    Card("pm_card_amex", "378282246310005", "amex"),
    Card("pm_card_discover", "6011111111111117", "discover"),
    Card("pm_card_diners", "3056930009020004", "diners"),
    Card("pm_card_jcb", "3566002020360505", "jcb", country="JP"),
    Card("pm_card_unionpay", "6200000000000005", "unionpay", country="CN"),
    Card("pm_card_de", "4000002760000016", country="DE"),
    Card("pm_card_gb", "4000008260000000", country="GB"),
    Card("pm_card_fr", "4000002500000003", country="FR"),
    Card("pm_card_visa_chargeDeclined", "4000000000000002", decline="generic_decline"),
    Card("pm_card_visa_chargeDeclinedInsufficientFunds", "4000000000009995", decline="insufficient_funds"),
    Card("pm_card_visa_chargeDeclinedLostCard", "4000000000009987", decline="lost_card"),
    Card("pm_card_visa_chargeDeclinedStolenCard", "4000000000009979", decline="stolen_card"),
    Card("pm_card_chargeDeclinedExpiredCard", "4000000000000069", decline="expired_card"),
    Card("pm_card_chargeDeclinedIncorrectCvc", "4000000000000127", decline="incorrect_cvc", cvc_check="fail"),
    Card("pm_card_chargeDeclinedProcessingError", "4000000000000119", decline="processing_error"),
    Card("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "4000000000006975", decline="card_velocity_exceeded"),
    Card("pm_card_chargeCustomerFail", "4000000000000341", decline="generic_decline"),
    Card("pm_card_authenticationRequiredOnSetup", "4000002500003155", country="FR", authenticate="unless_set_up"),
    Card("pm_card_authenticationRequired", "4000002760003184", country="DE", authenticate="always"),
    Card("pm_card_authenticationRequiredSetupForOffSession", "4000003800000446", authenticate="on_session"),
    Card(
        "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
        "4000008260003178",
        country="GB",
        authenticate="always",
        decline="insufficient_funds",
    ),
    Card("pm_card_threeDSecure2Required", "4000000000003220", country="IE", authenticate="always"),
    Card("pm_card_threeDSecureRequired", "4000008400000027", authenticate="always"),
    Card(
        "pm_card_threeDSecureRequiredChargeDeclined",
        "4000008400001629",
        authenticate="always",
        decline="generic_decline",
    ),
    Card(
        "pm_card_threeDSecureRequiredProcessingError",
        "4000008400001280",
        authenticate="always",
        decline="generic_decline",
        lookup_fails=True,
    ),
    Card("pm_card_threeDSecureOptional", "4000000000003055"),
    Card("pm_card_threeDSecureOptionalProcessingError", "4000000000003097"),
    Card("pm_card_threeDSecureFrictionless", "4000000032200000", frictionless=True),
    Card("pm_card_createDispute", "4000000000000259", dispute="fraudulent"),
    Card("pm_card_createDisputeProductNotReceived", "4000000000002685", dispute="product_not_received"),
    Card("pm_card_createDisputeInquiry", "4000000000001976", dispute="inquiry"),
    Card("pm_card_createCe3EligibleDispute", "4000000404000038", dispute="ce3"),
    Card("pm_card_createMultipleDisputes", "4000000404000079", dispute="multiple"),
    Card("pm_card_createComplianceDispute", "4000008400000779", dispute="compliance"),
    Card("pm_card_createAutoRepresentmentDispute", "4000000001000043", dispute="auto"),
    Card("pm_card_createIssuerFraudRecord", "4000000000005423", fraud_report=True),
    Card("pm_card_pendingRefund", "4000000000007726", refund="pending"),
    Card("pm_card_refundFail", "4000000000005126", refund="failing"),
    Card("pm_card_radarBlock", "4100000000000019", decline="radar_block", risk="highest"),
    Card("pm_card_riskLevelHighest", "4000000000004954", risk="highest"),
    Card("pm_card_riskLevelElevated", "4000000000009235", risk="elevated"),
    Card("pm_card_cvcCheckFail", "4000000000000101", cvc_check="fail"),
    Card("pm_card_avsZipFail", "4000000000000036", postal_code_check="fail"),
    Card("pm_card_avsLine1Fail", "4000000000000028", line1_check="fail"),
    Card("pm_card_avsFail", "4000000000000010", line1_check="fail", postal_code_check="fail"),
    Card("pm_card_avsUnchecked", "4000000000000044", line1_check="unavailable", postal_code_check="unavailable"),
    Card("pm_card_bypassPending", "4000000000000077", available_at_once=True),
)
_BY_TOKEN = {card.token: card for card in PUBLISHED}
_BY_NUMBER = {card.number: card for card in PUBLISHED}
# Names under which Stripe's documentation also lists some of these cards.
_BY_TOKEN |= {
    "pm_card_us": _BY_TOKEN["pm_card_visa"],
    "pm_card_chargeDeclined": _BY_TOKEN["pm_card_visa_chargeDeclined"],
    "pm_card_chargeDeclinedInsufficientFunds": _BY_TOKEN["pm_card_visa_chargeDeclinedInsufficientFunds"],
}


def usual_expiry(now: int) -> tuple[int, int]:
    """(month, year) of a test card whose owner typed none: good for eight years from now, however far the clock was moved."""
    return 12, datetime.fromtimestamp(now, UTC).year + 8


def by_token(token: str) -> Card | None:
    """`pm_card_visa` or `tok_visa`."""
    return _BY_TOKEN.get("pm_card_" + token.removeprefix("tok_") if token.startswith("tok_") else token)


def by_number(number: str) -> Card | None:
    """A published test number, without spaces; None for any other."""
    return _BY_NUMBER.get(number)


def luhn(number: str) -> bool:
    """Whether the last digit fits the others."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
