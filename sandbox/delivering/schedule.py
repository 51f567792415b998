"""When a delivery that failed is tried again. Stripe's table is not published; this one is ours, over three days."""

_MINUTE, _HOUR = 60, 3600
PAUSES = (10, _MINUTE, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR)
LATER = 12 * _HOUR
GIVEN_UP_AFTER = 3 * 86400


def next_try(created: int, attempts: int, now: int) -> int | None:
    """Sandbox seconds of the next attempt after so many failed ones; None once three days are over."""
    pause = PAUSES[attempts - 1] if attempts <= len(PAUSES) else LATER
    due = now + pause
    return due if due <= created + GIVEN_UP_AFTER else None
