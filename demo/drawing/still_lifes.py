"""The pictures of the demo shop by file name."""

from drawing import larder, linen, plates, pots, props, wood
from drawing.palette import (
    AMBER,
    BRASS,
    BUTTER,
    CLAY,
    COFFEE,
    CREAM,
    INK,
    MOSS,
    OAK,
    OAK_DARK,
    OAT,
    ORANGE,
    SKY,
    STEEL,
    WHITE,
    mix,
)
from drawing.scene import cast, closer, flat_cast, picture
from drawing.shapes import rough
from drawing.turned import Turned

BLUE = "#3d5570"
RED = "#bf5138"
SAGE = "#8fa58e"
GLAZES = (CREAM, SKY, MOSS, BLUE)


def tea_and_coffee() -> dict[str, str]:
    def stage(*things: str, scale: float = 1.2, dx: float = 0, dy: float = 20) -> str:
        return picture("tea-and-coffee", closer(list(things), scale, dx, dy))

    return {
        "teapot-1": stage(
            cast(480, 985, 140), pots.teapot("t", MOSS), props.sprig(190, 1108, -8, 1.0), scale=1.1, dx=10
        ),
        "teapot-2": stage(cast(480, 985, 140), pots.teapot("t", CREAM), props.citrus(760, 1080, 60), scale=1.1, dx=10),
        "teapot-3": stage(cast(480, 985, 140), pots.teapot("t", BLUE), pots.spoon(360, 1110, -12), scale=1.1, dx=10),
        "mug-1": stage(
            cast(470, 975, 110),
            pots.mug("m", BLUE),
            props.steam(470, 640),
            pots.spoon(360, 1090, -12),
            scale=1.35,
            dy=0,
        ),
        "mug-2": stage(
            cast(270, 880, 80),
            pots.mug("a", CREAM, 270, 880, 0.72),
            cast(590, 870, 80),
            pots.mug("b", MOSS, 590, 870, 0.72, COFFEE),
            cast(390, 1040, 84),
            pots.mug("c", CLAY, 390, 1040, 0.76, COFFEE),
            cast(700, 1030, 84),
            pots.mug("d", BLUE, 700, 1030, 0.76),
            scale=1.15,
            dy=40,
        ),
        "cone-1": stage(
            cast(480, 1000, 150),
            pots.cone("c", CREAM),
            props.crumbs("beans", 18, 760, 1100, 120, 40, colour=COFFEE),
            scale=1.14,
            dx=20,
            dy=40,
        ),
        "cone-2": stage(
            cast(480, 1000, 150), pots.cone("c", BLUE), props.sprig(210, 1120, -6, 0.9), scale=1.14, dx=20, dy=40
        ),
        "kettle-1": stage(cast(500, 985, 180), pots.kettle("k", RED), scale=1.22, dy=40),
        "kettle-2": stage(cast(500, 985, 180), pots.kettle("k", INK), props.steam(260, 520, 160), scale=1.22, dy=40),
        "kettle-3": stage(
            cast(500, 985, 180), pots.kettle("k", "#efe0bb"), props.egg(800, 1080, 44), scale=1.22, dx=-30, dy=40
        ),
        "jug-1": stage(cast(480, 985, 120), pots.jug("j", CREAM), props.sprig(150, 1110, -10, 0.9), scale=1.3, dy=20),
        "jug-2": stage(
            cast(330, 930, 110),
            pots.jug("a", SKY, 330, 930, 0.95),
            cast(650, 1030, 78),
            pots.jug("b", CREAM, 650, 1030, 0.66),
            scale=1.22,
            dx=20,
            dy=20,
        ),
    }


def plates_and_bowls() -> dict[str, str]:
    def stage(*things: str, scale: float = 1.25, dx: float = 0, dy: float = -60, horizon: int = 640) -> str:
        return picture("plates-and-bowls", closer(list(things), scale, dx, dy), horizon=horizon)

    stack = [
        part
        for i, glaze in enumerate((BLUE, SAGE, CREAM))
        for part in (plates.bowl(f"s{i}", glaze, 490, 1010 - i * 84, 250, ""),)
    ]
    return {
        "bowl-1": stage(cast(480, 985, 140), plates.bowl("b", SKY), pots.spoon(350, 1110, -12), scale=1.35, dy=-20),
        "bowl-2": stage(cast(490, 1010, 130), *stack, scale=1.25, dy=20, horizon=700),
        "plate-1": stage(cast(480, 975, 300), plates.plate("p", SAGE), scale=1.28, dy=-110, horizon=560),
        "plate-2": stage(
            flat_cast(170, 780, 1010),
            *(
                plates.plate(f"s{i}", glaze, 480, 1000 - i * 46, 310, toast=False)
                for i, glaze in enumerate((BLUE, CREAM, SAGE, SKY, CREAM))
            ),
            scale=1.25,
            dy=-10,
        ),
        "eggcup-1": stage(
            cast(330, 960, 80),
            plates.egg_cup("a", BUTTER, 330, 960),
            cast(650, 1020, 80),
            plates.egg_cup("b", SKY, 650, 1020, filled=False),
            props.egg(470, 1080, 62, "#e8c3a0", 78),
            scale=1.35,
            dy=-20,
            horizon=690,
        ),
        "eggcup-2": stage(
            cast(330, 960, 80),
            plates.egg_cup("a", CREAM, 330, 960),
            cast(650, 1020, 80),
            plates.egg_cup("b", SAGE, 650, 1020),
            scale=1.35,
            dy=-20,
            horizon=690,
        ),
        "butter-1": stage(
            cast(740, 900, 150),
            plates.cloche("c", "#6d8790", 740, 900),
            flat_cast(110, 710, 1018),
            plates.butter_dish("#6d8790", 410),
            scale=1.12,
            dx=10,
            dy=-40,
            horizon=640,
        ),
        "rack-1": stage(
            flat_cast(150, 810, 1000),
            plates.toast_rack(BRASS),
            props.crumbs("rack", 16, 640, 1090, 200, 40),
            scale=1.2,
            dy=-20,
            horizon=690,
        ),
        "rack-2": stage(flat_cast(150, 810, 1000), plates.toast_rack(STEEL), scale=1.2, dy=-20, horizon=690),
        "fruit-1": stage(cast(490, 985, 150), plates.fruit_bowl("f", CREAM), scale=1.22, dy=-10, horizon=700),
    }


def linen_and_wood() -> dict[str, str]:
    def wall(*things: str, scale: float = 1.1, dy: float = 40) -> str:
        return picture("linen-and-wood", linen.rail(70), closer(list(things), scale, 0, dy), horizon=1120)

    def stage(*things: str, scale: float = 1.2, dx: float = 0, dy: float = -60, horizon: int = 620) -> str:
        return picture("linen-and-wood", closer(list(things), scale, dx, dy), horizon=horizon)

    crock = Turned("crock", 480, ((700, 120), (720, 124), (960, 130), (985, 122)))
    spoons = [
        wood.upright_spoon(424, 800, 320, "spoon", -11, OAK),
        wood.upright_spoon(486, 800, 370, "spatula", 2, mix(OAK, CREAM, 0.25)),
        wood.upright_spoon(544, 800, 310, "slotted", 13, mix(OAK, OAK_DARK, 0.3)),
    ]
    mixed = [MOSS, OAT, CLAY, "#d9c7a0"]
    blues = [BLUE, WHITE, SKY, BLUE]
    return {
        "towel-1": wall(linen.peg(480, 172), linen.tea_towel("t", WHITE, BLUE), scale=1.2),
        "towel-2": wall(linen.peg(480, 172), linen.tea_towel("t", CREAM, RED), scale=1.2),
        "towel-3": wall(linen.peg(480, 172), linen.tea_towel("t", "#dfe0c4", "#55694a"), scale=1.2),
        "napkins-1": stage(
            flat_cast(180, 745, 1034), linen.napkins(mixed), props.sprig(330, 800, 4, 1.0), scale=1.3, dx=20, dy=-40
        ),
        "napkins-2": stage(flat_cast(180, 745, 1034), linen.napkins(blues), scale=1.3, dx=20, dy=-40),
        "apron-1": wall(linen.peg(490, 134), linen.apron("a", BLUE), scale=1.1, dy=48),
        "apron-2": wall(linen.peg(490, 134), linen.apron("a", "#a9613f"), scale=1.1, dy=48),
        "apron-3": wall(linen.peg(490, 134), linen.apron("a", "#d8c7a2"), scale=1.1, dy=48),
        "board-1": stage(
            wood.board("b"),
            wood.loaf(390, 940, 1),
            props.crumbs("b", 22, 700, 1030, 90, 30),
            scale=1.04,
            dx=-14,
            dy=-30,
        ),
        "board-2": stage(
            wood.board("b", mix(OAK, "#6b4a2f", 0.4), y=930),
            wood.board("c", mix(OAK, CREAM, 0.2), 470, 1090, 0.72),
            scale=1.04,
            dx=-14,
            dy=-50,
        ),
        "knife-1": stage(
            wood.knife(500, 880),
            plates.slice_of_bread(330, 1050, 1.15, -8),
            plates.slice_of_bread(600, 1080, 1.15, 12),
            props.crumbs("k", 30, 480, 960, 300, 40),
            scale=1.0,
            dy=-60,
            horizon=560,
        ),
        "spoons-1": stage(
            cast(480, 985, 120),
            *spoons,
            rough([crock.body(CREAM, crock.stripe(960, 990, "#cfae88"), speckles=60)], 1),
            scale=1.3,
            dy=30,
            horizon=800,
        ),
    }


def shelves() -> dict[str, str]:
    def stage(*things: str, scale: float = 1.25, dx: float = 0, dy: float = 20) -> str:
        return picture("larder", closer(list(things), scale, dx, dy))

    thin, thick = ("Orange", "thin cut"), ("Orange", "thick cut")
    return {
        "marmalade-1": stage(
            cast(460, 985, 160),
            larder.jar("m", "#d2761f", thin, 460, bits="#f0b24c"),
            props.half_orange(770, 1050, 84),
            scale=1.35,
            dx=-10,
        ),
        "marmalade-2": stage(
            cast(460, 985, 160),
            larder.jar("m", "#a8521c", thick, 460, bits="#d98a35"),
            props.citrus(760, 1050, 80, ORANGE),
            scale=1.35,
            dx=-10,
        ),
        "honey-1": stage(
            cast(480, 985, 160),
            larder.jar("h", "#dca02c", ("Lime blossom", "honey")),
            larder.dipper(430, 1090, -8),
            scale=1.35,
            dy=-10,
        ),
        "honey-2": stage(
            cast(360, 930, 150),
            larder.jar("a", "#dca02c", ("Lime blossom", "honey"), 360, 930, 0.95),
            cast(660, 1040, 110),
            larder.jar("b", AMBER, ("Lime blossom", "honey"), 660, 1040, 0.68),
            scale=1.25,
            dx=10,
        ),
        "granola-1": stage(
            flat_cast(290, 726, 982),
            larder.bag("g", "#d9b98a", ("Granola", "oat &amp; hazelnut"), window="#c99a5b"),
            props.crumbs("g", 26, 700, 1100, 150, 40),
            scale=1.16,
            dy=30,
        ),
        "coffee-1": stage(
            flat_cast(290, 726, 982),
            larder.bag("c", "#3f5750", ("House", "coffee"), tie=BRASS),
            props.crumbs("c", 26, 700, 1100, 150, 40, colour=COFFEE),
            scale=1.16,
            dy=30,
        ),
        "coffee-2": stage(
            flat_cast(150, 590, 950),
            larder.bag("c", "#3f5750", ("House", "coffee"), 340, 953, 0.86, tie=BRASS),
            cast(700, 1040, 76),
            pots.mug("m", CREAM, 700, 1040, 0.72, COFFEE),
            props.steam(700, 800, 160),
            scale=1.16,
            dx=-10,
            dy=20,
        ),
        "tea-1": stage(cast(480, 985, 150), larder.tin("t", "#9b3f36", ("Breakfast", "leaf tea")), scale=1.3, dy=30),
        "tea-2": stage(
            cast(330, 930, 150),
            larder.tin("t", "#9b3f36", ("Breakfast", "leaf tea"), 330, 930),
            cast(680, 1040, 76),
            pots.mug("m", CREAM, 680, 1040, 0.75),
            props.steam(680, 790, 160),
            scale=1.16,
            dx=0,
            dy=30,
        ),
        "booklet-1": stage(flat_cast(256, 740, 998), larder.booklet(), scale=1.18, dy=30),
        "parcel-1": stage(flat_cast(160, 800, 1000), larder.parcel(), scale=1.12, dy=20),
    }


def all_pictures() -> dict[str, str]:
    return tea_and_coffee() | plates_and_bowls() | linen_and_wood() | shelves()
