"""Charts as plain numbers: where each bar of a drawing stands. The page draws them as SVG, beside their table."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 200


@dataclass(frozen=True, slots=True)
class Bar:
    """In the units of a drawing of WIDTH by HEIGHT. `below`: it hangs under the line of zero. `label`: for people."""

    x: float
    y: float
    width: float
    height: float
    below: bool
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`zero`: the height of the line of zero. `marks`: of the lines at amounts that mean something."""

    bars: tuple[Bar, ...]
    zero: float
    marks: tuple[float, ...] = ()


def columns(values: Sequence[tuple[str, int]], marks: Sequence[int] = ()) -> Chart:
    """A column for each (label, amount) and a line for each of `marks`, in one scale that has room for all."""
    top = max([amount for _, amount in values] + [mark + mark // 10 for mark in marks] + [0])
    bottom = min([amount for _, amount in values] + [0])
    scale = HEIGHT / ((top - bottom) or 1)
    slot = WIDTH / max(len(values), 1)
    zero = round(top * scale, 2) if top or bottom else float(HEIGHT)
    bars = [
        Bar(
            x=round(number * slot + slot * 0.1, 2),
            y=round(zero - max(amount, 0) * scale, 2),
            width=round(slot * 0.8, 2),
            height=round(abs(amount) * scale, 2),
            below=amount < 0,
            label=label,
        )
        for number, (label, amount) in enumerate(values)
    ]
    return Chart(tuple(bars), zero, tuple(round(zero - mark * scale, 2) for mark in marks))
