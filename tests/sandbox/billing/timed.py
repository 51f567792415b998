"""A club whose customer lives on a test clock, in the words of the tests."""

import stripe

from tests.fixtures.running import until
from tests.sandbox.billing.club import DAY, Club
from tests.sandbox.till import Till

# The fifteenth of January 2027.
START = 1800000000


class Timed(Club):
    """A club whose customer lives on a test clock."""

    def __init__(self, till: Till, card: str | None = "pm_card_visa") -> None:
        self.clock = till.v1.test_helpers.test_clocks.create({"frozen_time": START, "name": "The club"})
        super().__init__(till, card, test_clock=self.clock.id)

    def go(self, to: int) -> stripe.test_helpers.TestClock:
        """Advance in steps that Stripe allows, each until the clock is ready."""
        clocks = self.v1.test_helpers.test_clocks
        now = clocks.retrieve(self.clock.id)
        while now.frozen_time < to:
            step = min(to, now.frozen_time + 55 * DAY)
            assert clocks.advance(self.clock.id, {"frozen_time": step}).status == "advancing"
            now = until(self._ready, "the test clock is ready")
        return now

    def _ready(self) -> stripe.test_helpers.TestClock | None:
        clock = self.v1.test_helpers.test_clocks.retrieve(self.clock.id)
        return clock if clock.status == "ready" else None

    def told(self) -> list[str]:
        """The clock's own events."""
        events = self.v1.events.list({"types": ["test_helpers.test_clock.*"], "limit": 100}).data
        return [one.type.rpartition(".")[2] for one in events[::-1] if one.data.object.id == self.clock.id]
