"""A cart: a value made from and back to a cookie. The server keeps nothing of it."""

import re
import secrets
from dataclasses import dataclass, field, replace

MOST_LINES = 50
MOST_PIECES = 99
_VERSION = "1"
_PAYLOAD = re.compile(r"1-(?P<id>[0-9a-f]{32})-(?P<country>[A-Z]{2})?-(?P<rate>[0-9]{1,9})?-(?P<lines>[0-9._]*)")
_LINE = re.compile(r"([0-9]{1,9})\.([0-9]{1,2})\.([0-9]{1,12})")


def new_id() -> str:
    """128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


class CartFullError(Exception):
    """There are as many different things in the cart as one order may have; the message says so."""


@dataclass(frozen=True, slots=True)
class CartLine:
    """`quantity`: pieces, 1 to 99. `seen_price`: of one piece, in minor units, as the buyer last saw it."""

    variant_id: int
    quantity: int
    seen_price: int


@dataclass(frozen=True, slots=True)
class Cart:
    """`id`: a double click has the same. `country`: ISO code or empty. `rate_id`: the shipping rate chosen."""

    id: str = field(default_factory=new_id)
    lines: tuple[CartLine, ...] = ()
    country: str = ""
    rate_id: int | None = None

    @classmethod
    def from_payload(cls, payload: str | None) -> "Cart":
        """What `payload` says; a new empty cart where it is missing, damaged or of a version that is not known."""
        match = _PAYLOAD.fullmatch(payload or "")
        if match is None:
            return cls()
        lines: dict[int, CartLine] = {}
        for part in filter(None, match["lines"].split("_")):
            line = _LINE.fullmatch(part)
            if line is None or int(line[2]) < 1:
                return cls()
            lines[int(line[1])] = CartLine(int(line[1]), int(line[2]), int(line[3]))
        rate = int(match["rate"]) if match["rate"] else None
        return cls(match["id"], tuple(lines.values())[:MOST_LINES], match["country"] or "", rate)

    def to_payload(self) -> str:
        """At most about 1.4 kB of letters, digits, points, dashes and underscores."""
        lines = "_".join(f"{line.variant_id}.{line.quantity}.{line.seen_price}" for line in self.lines)
        rate = "" if self.rate_id is None else self.rate_id
        return f"{_VERSION}-{self.id}-{self.country}-{rate}-{lines}"

    @property
    def pieces(self) -> int:
        """How many pieces it holds in all."""
        return sum(line.quantity for line in self.lines)

    def line_of(self, variant_id: int) -> CartLine | None:
        """The line of this variant."""
        return next((line for line in self.lines if line.variant_id == variant_id), None)

    def add(self, variant_id: int, quantity: int, seen_price: int) -> "Cart":
        """With `quantity` more pieces of a variant, 99 at most. Raises CartFullError for the 51st different thing."""
        line = self.line_of(variant_id)
        if line is None and len(self.lines) >= MOST_LINES:
            raise CartFullError(
                f"A cart holds {MOST_LINES} different things at most. Check out with these first, then order the rest."
            )
        more = CartLine(variant_id, _bounded((line.quantity if line else 0) + quantity), seen_price)
        if line is None:
            return replace(self, lines=(*self.lines, more))
        return self._with(more)

    def set(self, variant_id: int, quantity: int) -> "Cart":
        """With exactly `quantity` pieces of a variant it holds, 99 at most; none takes the line out."""
        line = self.line_of(variant_id)
        if line is None:
            return self
        if quantity < 1:
            return self.remove(variant_id)
        return self._with(replace(line, quantity=_bounded(quantity)))

    def remove(self, variant_id: int) -> "Cart":
        """Without this variant."""
        return replace(self, lines=tuple(line for line in self.lines if line.variant_id != variant_id))

    def merge(self, other: "Cart") -> "Cart":
        """With the other's lines: the larger quantity of both, so merging twice adds nothing. Too many are left out."""
        merged = self
        for line in other.lines:
            mine = merged.line_of(line.variant_id)
            if mine is not None:
                merged = merged._with(replace(mine, quantity=max(mine.quantity, line.quantity)))
            elif len(merged.lines) < MOST_LINES:
                merged = replace(merged, lines=(*merged.lines, line))
        return merged

    def _with(self, changed: CartLine) -> "Cart":
        return replace(
            self, lines=tuple(changed if line.variant_id == changed.variant_id else line for line in self.lines)
        )


def _bounded(quantity: int) -> int:
    return max(1, min(quantity, MOST_PIECES))
