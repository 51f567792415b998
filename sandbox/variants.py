"""Where Stripe's behaviour is not known for certain, both ways can be switched on (STRIPE.md section 15)."""

from dataclasses import dataclass

from sandbox.store import Store


@dataclass(frozen=True)
class Variant:
    """One open question: its possible answers, the first of which is the default, and the row it comes from."""

    name: str
    choices: tuple[str, ...]
    about: str


VARIANTS = (
    Variant(
        "session_event",
        ("last", "first"),
        "checkout.session.completed after the intent's and charge's events, or before them (section 12, one-time)",
    ),
    Variant(
        "cancel_of_hold",
        ("quiet", "refunded", "refund"),
        "canceling a hold leaves the charge as it was, or marks it refunded and sends charge.refunded, or makes a refund"
        " too that moves nothing (sections 4, 12; odoo #259230)",
    ),
    Variant(
        "intent_after_decline",
        ("same", "new"),
        "a second try in one session uses the same intent, or a new one (sections 12, 15)",
    ),
    Variant(
        "session_intent",
        ("on_submit", "at_once"),
        "a session in payment mode has no intent before the buyer submits, or one from the start (section 1, 2022-08)",
    ),
    Variant(
        "intent_of_expired",
        ("canceled", "left"),
        "the intent of a session that expires is canceled with it, or stays as it was (section 12, session expired)",
    ),
    Variant(
        "captured_session",
        ("paid", "unpaid"),
        "once a hold is captured its session reads paid, or goes on saying unpaid (sections 0 row 6 and 12)",
    ),
    Variant(
        "expired_hold",
        ("automatic", "expired"),
        "cancellation_reason of an intent whose hold has lapsed (section 12, manual expiry)",
    ),
    Variant(
        "expired_hold_events",
        ("charge_first", "intent_first"),
        "charge.expired before payment_intent.canceled when a hold lapses, or after it (section 12, manual expiry)",
    ),
    Variant(
        "balance_transaction",
        ("late", "at_once"),
        "charge.balance_transaction is null until charge.updated brings it, or there at once (section 0 row 12)",
    ),
    Variant(
        "pending_refund",
        ("uncounted", "counted"),
        "a refund that is still pending counts in charge.amount_refunded only once it succeeds, or at once (section 6)",
    ),
    Variant(
        "failed_refund",
        ("uncounted", "counted"),
        "a refund that fails lowers charge.amount_refunded again with charge.updated, or leaves it (section 12)",
    ),
    Variant(
        "dynamic_methods",
        ("card", "card_and_sepa_debit"),
        "a session that names no payment methods offers cards, or in euros SEPA debit too (an account's own setting)",
    ),
    Variant(
        "trial_session",
        ("no_payment_required", "paid"),
        "payment_status of a complete session of a subscription with nothing to pay today (sections 3 and 15)",
    ),
    Variant(
        "dunning_end",
        ("cancel", "unpaid", "past_due"),
        "a subscription whose retries have all failed is canceled, unpaid, or stays past due (an account's own setting)",
    ),
    Variant(
        "portal_cancel",
        ("cancel_at_period_end", "cancel_at"),
        "the portal ends a subscription by the flag and the date, or by the date alone (section 12, cancel at period end)",
    ),
    Variant(
        "portal_default",
        ("none", "made"),
        "a portal session without any configuration is refused, or gets a default one (section 9)",
    ),
    Variant(
        "portal_cap",
        ("none", "two_hours"),
        "a portal link lives as long as it is used, or two hours at most (section 9)",
    ),
    Variant(
        "unpaid_invoice",
        ("open", "uncollectible"),
        "the invoice of a subscription canceled for non-payment stays open, or is written off (section 12)",
    ),
    Variant(
        "test_clock_pace",
        ("at_once", "six_seconds"),
        "a test clock reaches the time it is advanced to at once, or begins to move after six seconds (section 10)",
    ),
    Variant(
        "delivery_retries",
        ("three_days", "three_tries"),
        "a failed delivery is tried for three days, as in live mode, or three times in some hours (section 11, retries)",
    ),
    Variant(
        "replay_header", ("sent", "absent"), "Idempotent-Replayed and Original-Request on a replayed answer (section 2)"
    ),
    Variant(
        "smallest_amounts",
        ("enforced", "any"),
        "a charge below the currency's minimum is refused, or taken as a probe account took it (section 2, Money)",
    ),
    Variant(
        "checkout_types_code",
        ("payment_method_types_no_longer_supported", "parameter_unknown"),
        "error.code of the 400 for payment_method_types in Checkout (sections 0 row 2 and 15)",
    ),
    Variant(
        "conflict_type",
        ("idempotency_error", "invalid_request_error"),
        "error.type of the 409 for a key in use (section 2)",
    ),
)
_BY_NAME = {variant.name: variant for variant in VARIANTS}


class UnknownVariant(Exception):
    """A name or a choice that does not exist, with those that do."""


def _check(name: str, choice: str) -> None:
    if name not in _BY_NAME:
        raise UnknownVariant(f"There is no variant {name!r}; there are {', '.join(sorted(_BY_NAME))}.")
    if choice not in _BY_NAME[name].choices:
        raise UnknownVariant(f"{name} can be {' or '.join(_BY_NAME[name].choices)}, not {choice!r}.")


def parse(text: str) -> list[tuple[str, str]]:
    """Read `name=choice,name=choice`; raise UnknownVariant for one that does not exist."""
    pairs = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    for name, _, choice in pairs:
        _check(name, choice)
    return [(name, choice) for name, _, choice in pairs]


class Variants:
    """The chosen answers, remembered over a restart."""

    def __init__(self, store: Store, given: str = "") -> None:
        self._store = store
        self._chosen = {variant.name: variant.choices[0] for variant in VARIANTS}
        for name in self._chosen:
            remembered = store.fact(f"variant:{name}")
            if remembered in _BY_NAME[name].choices:
                self._chosen[name] = str(remembered)
        for name, choice in parse(given):
            self.choose(name, choice)

    def __getitem__(self, name: str) -> str:
        return self._chosen[name]

    def all(self) -> dict[str, str]:
        return dict(self._chosen)

    def choose(self, name: str, choice: str) -> None:
        """Raise UnknownVariant unless both the name and the choice are listed in VARIANTS."""
        _check(name, choice)
        self._chosen[name] = choice
        self._store.remember(f"variant:{name}", choice)
