"""When a delivery that failed is tried again. Stripe's table is not published; this one is ours, over three days."""

_MINUTE, _HOUR = 60, 3600
PAUSES = (10, _MINUTE, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR)
LATER = 12 * _HOUR
GIVEN_UP_AFTER = 3 * 86400
# Section 11: in test mode three tries over a few hours.
TEST_PAUSES = (5 * _MINUTE, 2 * _HOUR)


def next_try(created: int, attempts: int, now: int, retries: str) -> int | None:
    """Sandbox seconds of the next attempt after so many failed ones; None when none is left. `retries` is the variant."""
    if retries == "three_tries":
        return now + TEST_PAUSES[attempts - 1] if attempts <= len(TEST_PAUSES) else None
    pause = PAUSES[attempts - 1] if attempts <= len(PAUSES) else LATER
    due = now + pause
    return due if due <= created + GIVEN_UP_AFTER else None
