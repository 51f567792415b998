"""Visa's Compelling Evidence 3.0: earlier purchases with the same card which nobody disputed.

For reason 10.4, two undisputed purchases 120 to 365 days before the dispute, at least two of buyer, internet address,
device and shipping address the same in all three, and one of these the internet address or the device. A browser's name
is no device. Whether a dispute may be answered so Stripe decides (`enhanced_eligibility`); this finds what to answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

YOUNGEST, OLDEST = 120, 365
"""Days between the earlier purchase and the dispute, both included."""
TRACES = ("ip", "device")
ELEMENTS = ("customer", "ip", "device", "address")
VISA = "visa"
CODE = "10.4"


@dataclass(frozen=True, slots=True)
class Purchase:
    """`customer`, `ip`, `device`, `address`: empty where not known. `card`: Stripe's fingerprint. `undisputed`: no dispute,
    inquiry or fraud warning is known of it.
    """

    charge: str
    day: date
    customer: str = ""
    ip: str = ""
    device: str = ""
    address: str = ""
    card: str = ""
    undisputed: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """`earlier`: two purchases. `same`: the elements that are equal in all three."""

    earlier: tuple[Purchase, Purchase]
    same: tuple[str, ...]


def concerned(network: str, reason_code: str) -> bool:
    """Whether the rule is about such a dispute at all."""
    return network == VISA and reason_code.startswith(CODE)


def match(disputed: Purchase, opened: date, others: Iterable[Purchase]) -> Match | None:
    """The two that share most with the disputed purchase, the newest of them first; None where no two suffice."""
    fitting = [one for one in others if _is_earlier(disputed, opened, one)]
    fitting.sort(key=lambda one: (one.day, one.charge), reverse=True)
    found: Match | None = None
    for first, second in combinations(fitting, 2):
        same = tuple(name for name in ELEMENTS if _equal(name, disputed, first, second))
        enough = len(same) >= 2 and any(name in TRACES for name in same)
        if enough and (found is None or len(same) > len(found.same)):
            found = Match((first, second), same)
    return found


def _is_earlier(disputed: Purchase, opened: date, other: Purchase) -> bool:
    age = (opened - other.day).days
    return (
        other.charge != disputed.charge
        and other.undisputed
        and bool(disputed.card)
        and other.card == disputed.card
        and YOUNGEST <= age <= OLDEST
    )


def _equal(name: str, *purchases: Purchase) -> bool:
    first = getattr(purchases[0], name)
    return bool(first) and all(getattr(one, name) == first for one in purchases)
