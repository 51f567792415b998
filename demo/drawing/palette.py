"""Colours of the catalogue: every picture is mixed from these."""

INK = "#26364a"
CREAM = "#f6ecd8"
OAT = "#e6d6b8"
MOSS = "#6f7f57"
CLAY = "#c26a4a"
ROSE = "#d99a8b"
BUTTER = "#eec35f"
SKY = "#9db9bd"
PLUM = "#6b4453"
OAK = "#bf8a52"
OAK_DARK = "#8c5f35"
BRASS = "#c99a3f"
STEEL = "#b9bfc0"
WHITE = "#fffaf0"
LEAF = "#5e7449"
LEMON = "#f0c93f"
ORANGE = "#e2893a"
AMBER = "#d28a24"
COFFEE = "#4a2f22"
TEA = "#9a552b"
CRUST = "#b9783c"
CRUMB = "#efd9ad"

# wall, table, glow of the window on the wall
BACKGROUNDS = {
    "tea-and-coffee": ("#bccbc6", "#e9dcc3", "#e4ead9"),
    "plates-and-bowls": ("#e3b9a0", "#f1ddc6", "#f6d9bd"),
    "linen-and-wood": ("#b6bf9b", "#e8dcc0", "#d9dfb8"),
    "larder": ("#e9c777", "#f5e6c4", "#f8e2a3"),
}


def mix(first: str, second: str, share: float) -> str:
    """Blend two #rrggbb colours; share 0 is all first, 1 is all second."""
    pairs = ((int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def shade(colour: str, share: float = 0.25) -> str:
    """The same paint in shadow: towards a cool plum, never towards black."""
    return mix(colour, "#3c2a3f", share)


def tint(colour: str, share: float = 0.35) -> str:
    """The same paint in light: towards warm white."""
    return mix(colour, "#fff6e2", share)
