"""Round things: a profile turned around a vertical axis, seen a little from above."""

import math
import random
from dataclasses import dataclass

from drawing.palette import shade, tint
from drawing.shapes import Point, clipped, d_of, ellipse, path, points, rough, spline


@dataclass(frozen=True)
class Turned:
    """A profile as (y, half width) from the rim down; tilt is how far the circles open to the eye."""

    name: str
    cx: float
    profile: tuple[tuple[float, float], ...]
    tilt: float = 0.16

    def rings(self) -> list[Point]:
        """(half width, y) along the smoothed profile, rim first."""
        return spline([(w, y) for y, w in self.profile], steps=10)

    def surface(self, ring: Point, across: float) -> Point:
        """The point of the front surface on a ring; across runs from -1 (left edge) to 1 (right edge)."""
        width, y = ring
        return self.cx + across * width, y + self.tilt * width * math.sqrt(max(0.0, 1 - across * across))

    def outline(self) -> str:
        rings = self.rings()
        top, bottom = rings[0], rings[-1]
        left = [(self.cx - w, y) for w, y in rings]
        right = [(self.cx + w, y) for w, y in reversed(rings)]
        under = [self.surface(bottom, math.sin(a / 20 * math.pi / 2)) for a in range(-20, 21)]
        over = [
            (self.cx + top[0] * math.cos(a / 20 * math.pi), top[1] - self.tilt * top[0] * math.sin(a / 20 * math.pi))
            for a in range(21)
        ]
        return d_of(left + under + right + over)

    def band(self, left: float, right: float, top: float = -1e9, bottom: float = 1e9) -> str:
        """Points of a vertical band of the surface between two heights."""
        rings = [ring for ring in self.rings() if top <= ring[1] <= bottom]
        down = [self.surface(ring, left) for ring in rings]
        up = [self.surface(ring, right) for ring in reversed(rings)]
        return points(down + up)

    def ring_at(self, y: float) -> Point:
        return min(self.rings(), key=lambda ring: abs(ring[1] - y))

    def stripe(self, top: float, bottom: float, colour: str, extra: str = "") -> str:
        """A painted ring between two heights."""
        steps = [i / 16 for i in range(-16, 17)]
        upper = [self.surface(self.ring_at(top), s) for s in steps]
        lower = [self.surface(self.ring_at(bottom), s) for s in reversed(steps)]
        return f'<polygon points="{points(upper + lower)}" fill="{colour}" {extra}/>'

    def patch(self, left: float, right: float, top: float, bottom: float, colour: str, extra: str = "") -> str:
        """A label on the surface."""
        steps = [left + (right - left) * i / 14 for i in range(15)]
        upper = [self.surface(self.ring_at(top), s) for s in steps]
        lower = [self.surface(self.ring_at(bottom), s) for s in reversed(steps)]
        return f'<polygon points="{points(upper + lower)}" fill="{colour}" {extra}/>'

    def body(self, colour: str, decoration: str = "", gloss: float = 0.5, speckles: int = 0) -> str:
        """The thing painted: colour, decoration, shadow side, light side."""
        parts = [path(self.outline(), colour), decoration]
        if speckles:
            parts.append(self.speckled(shade(colour, 0.45), speckles))
        dark = shade(colour, 0.5)
        parts += [
            rough([f'<polygon points="{self.band(0.25, 1.02)}" fill="{dark}" opacity="0.16"/>'], 3),
            rough([f'<polygon points="{self.band(0.62, 1.02)}" fill="{dark}" opacity="0.24"/>'], 3),
            rough([f'<polygon points="{self.band(-1.02, -0.9)}" fill="{dark}" opacity="0.12"/>'], 2),
            rough([f'<polygon points="{self.band(-0.74, -0.5)}" fill="{tint(colour, 0.8)}" opacity="{gloss}"/>'], 3),
        ]
        return clipped(f"{self.name}-clip", self.outline(), parts)

    def speckled(self, colour: str, count: int) -> str:
        dice = random.Random(self.name)  # nosec B311 - freckles on a drawing
        rings = self.rings()
        dots = []
        for _ in range(count):
            x, y = self.surface(dice.choice(rings), math.sin(dice.uniform(-1.5, 1.5)))
            size = dice.uniform(1.0, 3.2)
            dots.append(
                ellipse(x, y + dice.uniform(-6, 6), size, size * dice.uniform(0.6, 1), colour, 'opacity="0.55"')
            )
        return "".join(dots)

    def mouth(self, lip: str, inside: str, thickness: float = 12, content: str = "") -> str:
        """The open rim: lip, inner wall in shade, and what is inside."""
        width, y = self.rings()[0]
        inner, depth = width - thickness, self.tilt * (width - thickness)
        hole = d_of(
            [
                (self.cx + inner * math.cos(a / 30 * math.tau), y + depth * math.sin(a / 30 * math.tau))
                for a in range(30)
            ]
        )
        shadow = ellipse(
            self.cx - inner * 0.28, y + depth * 0.05, inner, depth * 1.05, shade(inside, 0.42), 'opacity="0.5"'
        )
        return ellipse(self.cx, y, width, self.tilt * width, lip) + clipped(
            f"{self.name}-mouth",
            hole,
            [ellipse(self.cx, y, inner, depth, shade(inside, 0.2)), rough([shadow], 2), content],
        )
