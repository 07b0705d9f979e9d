"""The figures' colours, light and dark, and the style sheet inside each file."""

from careplan.exchange.figure.geometry import dot

COLOURS = {
    "light": {
        "back": "#f7f4ee",
        "ground": "#ece6da",
        "floor": "#d3cab9",
        "skin": "#b47a5b",
        "skin-far": "#915c40",
        "hair": "#3b2f2c",
        "hair-line": "none",
        "top": "#2f7f86",
        "top-far": "#22636a",
        "trousers": "#3d4f63",
        "trousers-far": "#2b3948",
        "shoe": "#fdfaf4",
        "shoe-far": "#cfc6b8",
        "shoe-line": "#3d4f63",
        "gap": "#f7f4ee",
        "prop": "#8f8778",
        "panel": "#ddd5c6",
        "mat": "#b9d0cf",
        "pillow": "#d3c7b3",
        "hot": "#ef7d3c",
        "edge": "#ffffff",
        "arrow": "#16222b",
        "band": "#7b4a8e",
        "stick": "#8a6a45",
        "water": "#5fa8c9",
        "waves": "#2f7391",
    },
    "dark": {
        "back": "#182329",
        "ground": "#223039",
        "floor": "#3a4a54",
        "skin": "#c98f6d",
        "skin-far": "#a8704f",
        "hair": "#0c1113",
        "hair-line": "#8b969c",
        "top": "#4fb3ba",
        "top-far": "#3a8c93",
        "trousers": "#9fb2c6",
        "trousers-far": "#7489a0",
        "shoe": "#fdfaf4",
        "shoe-far": "#cfc6b8",
        "shoe-line": "#55677a",
        "gap": "#182329",
        "prop": "#8b969c",
        "panel": "#2f3d46",
        "mat": "#3c585b",
        "pillow": "#5f6a70",
        "hot": "#d9541a",
        "edge": "#ffffff",
        "arrow": "#f4f7f8",
        "band": "#d9a8ea",
        "stick": "#d0a878",
        "water": "#2f7fa3",
        "waves": "#8fd0ea",
    },
}
THEMES = tuple(COLOURS)
# What carries meaning, and must stand out from the figure's ground by 3 to 1 (SC 1.4.11).
MEANT = (
    "skin",
    "skin-far",
    "top",
    "top-far",
    "trousers",
    "trousers-far",
    "prop",
    "arrow",
    "band",
    "stick",
    "waves",
)
LEAST_CONTRAST = 3
RULES = """
.back,.seam{fill:$back}
.skin{fill:$skin}.skin.far{fill:$skin-far}.hair{fill:$hair;stroke:$hair-line;stroke-width:.7}
.ear{fill:$skin-far}
.top{fill:$top}.top.far{fill:$top-far}.trousers{fill:$trousers}.trousers.far{fill:$trousers-far}
.shoe{fill:$shoe;stroke:$shoe-line;stroke-width:1.1}.shoe.far{fill:$shoe-far}
.gap{fill:$gap;stroke:$gap;stroke-width:2.4;stroke-linejoin:round}
.muscle path{fill:none;stroke-linecap:round}.muscle .hot{stroke:$hot}.muscle .edge{stroke:$edge}
.muscle .stripe{stroke:$edge;stroke-linecap:butt;stroke-dasharray:1.1 3.1;opacity:.62}
.ground{fill:$ground}.floor{stroke:$floor;stroke-width:1.2;fill:none}.mat{fill:$mat}
.wall{stroke:$prop;stroke-width:2.4;fill:none}
.wallhatch{stroke:$prop;stroke-width:1.2;opacity:.55;fill:none}
.chair{stroke:$prop;stroke-width:4.4;stroke-linecap:round;stroke-linejoin:round;fill:none}
.seat{fill:$prop}.panel{fill:$panel}.pillow{fill:$pillow}
.padding{fill:$panel;stroke:$prop;stroke-width:1.6;stroke-linejoin:round}
.wheel{fill:none;stroke:$prop;stroke-width:4}
.box,.stick{fill:$stick}.boxline{stroke:$back;stroke-width:1.4}.strap,.band{fill:$band}
.strapline{fill:none;stroke:$band;stroke-width:3;stroke-linecap:round}
.water{fill:$water;opacity:.34}
.waves{fill:none;stroke:$waves;stroke-width:2.2;stroke-linecap:round}
.arrow{fill:none;stroke:$arrow;stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
.arrow{stroke-dasharray:.1 5.4}.arrowhead{fill:$arrow}
.halo .arrow{stroke:$gap;stroke-width:6}.halo .arrowhead{fill:$gap;stroke:$gap;stroke-width:3}
"""
STAND_STILL = "@media (prefers-reduced-motion:reduce),print{*{animation:none!important}}"


def style_sheet(theme: str, moving: list[str]) -> str:
    """The rules of one file; `moving` holds its keyframes."""
    text = RULES.replace("\n", "")
    for name in sorted(COLOURS[theme], key=len, reverse=True):  # skin-far before skin
        text = text.replace(f"${name}", COLOURS[theme][name])
    return text + "".join(moving) + (STAND_STILL if moving else "")


def contrast(one: str, two: str) -> float:
    """Contrast of two colours as WCAG 2.2 counts it, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(two)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return dot(linear, (0.2126, 0.7152, 0.0722))


def colour_faults(colours: dict = COLOURS) -> list[str]:
    """Sentences about colours that do not stand out from the figure's ground."""
    return [
        f"{theme}: {name} on the figure's ground is {ratio:.1f} to 1, needs {LEAST_CONTRAST}"
        for theme, row in colours.items()
        for name in MEANT
        if (ratio := contrast(row[name], row["back"])) < LEAST_CONTRAST
    ]
