"""Sizes for charts and bars, as SVG numbers: the strict content policy forbids style attributes.

Filters take the plain data of a component and return it with coordinates in SVG user units.
"""

from django import template

register = template.Library()

# Trend chart frame in user units: (width, height) of the view box, then the plot inside it.
WIDTH, HEIGHT = 600, 250
LEFT, RIGHT, TOP, BOTTOM = 46, 584, 20, 212
SLIM_WIDTH, SLIM_HEIGHT = 330, 190
SLIM_LEFT, SLIM_RIGHT, SLIM_TOP, SLIM_BOTTOM = 30, 316, 18, 148

BAR = 1000  # user units across a bar


@register.filter
def trend(chart: dict) -> list[dict]:
    """Coordinates of a trend chart, once for each drawing: the page shows the one that fits.

    chart: low, high (scale ends); points [{label, value}], oldest first; optional `start`
    (first value when left out), `smallest` (smallest real change, same unit), `better`
    ("lower" or "higher"). A point whose change from the start reaches `smallest` in the
    better direction is a hit. `size` "slim" leaves the wide drawing out.
    """
    sizes = ("slim",) if chart.get("size") == "slim" else ("wide", "slim")
    return [_drawing(chart, _frame(size)) for size in sizes]


def _drawing(chart: dict, frame: dict) -> dict:
    low, high = float(chart.get("low", 0)), float(chart.get("high", 10))
    points = [point for point in chart.get("points", []) if point.get("value") is not None]
    place = _scale(low, high, frame["top"], frame["bottom"])
    marks = _marks(points, chart, frame, place)
    return {
        **frame,
        "ticks": [{"value": f"{v:g}", "y": place(v)} for v in (low, (low + high) / 2, high)],
        "marks": marks,
        "line": " ".join(f"{m['x']},{m['y']}" for m in marks),
        **_band(points, chart, frame, place),
    }


def _frame(size: str) -> dict:
    wide = (WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM)
    slim = (SLIM_WIDTH, SLIM_HEIGHT, SLIM_LEFT, SLIM_RIGHT, SLIM_TOP, SLIM_BOTTOM)
    names = ("width", "height", "left", "right", "top", "bottom")
    frame = dict(zip(names, slim if size == "slim" else wide, strict=True))
    frame["size"] = size
    frame["tick_x"] = frame["left"] - 8
    frame["label_y"] = frame["bottom"] + 24
    frame["plot"] = frame["right"] - frame["left"]
    frame["labels"] = 4 if size == "slim" else 7
    return frame


def _scale(low: float, high: float, top: int, bottom: int):
    """Value to y; values past either end stay on the edge of the plot."""
    span = (high - low) or 1

    def place(value: float) -> float:
        share = min(1, max(0, (float(value) - low) / span))
        return round(bottom - share * (bottom - top), 1)

    return place


def _marks(points: list, chart: dict, frame: dict, place) -> list[dict]:
    inset, count = 18, len(points)
    step = (frame["plot"] - 2 * inset) / max(1, count - 1)
    limit = _limit(points, chart)
    marks = []
    for index, point in enumerate(points):
        x, y = round(frame["left"] + inset + index * step, 1), place(point["value"])
        hit = index > 0 and _past(point["value"], limit, chart)
        last = index == count - 1
        marks.append(
            {
                "x": x,
                "y": y,
                # Under the point where the line above would strike the number through.
                "words_y": y + 26 if y < frame["top"] + 14 else y - 13,
                "value": point.get("shown", point["value"]),
                "label": point.get("label", ""),
                "label_x": frame["right"] if last and count > 1 else x,
                "anchor": "end" if last and count > 1 else "middle",
                "shows_label": _shows_label(index, count, frame["labels"]),
                "hit": hit,
            }
        )
    return marks


def _shows_label(index: int, count: int, most: int) -> bool:
    """Both ends always; between them as many as fit."""
    if count <= most or index in (0, count - 1):
        return True
    every = -(-count // most)
    return index % every == 0 and count - 1 - index >= every


def _limit(points: list, chart: dict) -> float | None:
    """The value from which a change counts as real."""
    smallest = chart.get("smallest")
    if smallest is None or not points:
        return None
    start = float(chart.get("start", points[0]["value"]))
    return start - smallest if chart.get("better", "lower") == "lower" else start + smallest


def _past(value: float, limit: float | None, chart: dict) -> bool:
    if limit is None:
        return False
    lower = chart.get("better", "lower") == "lower"
    return value <= limit if lower else value >= limit


def _band(points: list, chart: dict, frame: dict, place) -> dict:
    """The grey band from the start value to the limit, and the dashed limit line."""
    limit = _limit(points, chart)
    if limit is None:
        return {"band_y": None}
    start = place(chart.get("start", points[0]["value"]))
    edge = place(limit)
    lower = chart.get("better", "lower") == "lower"
    return {
        "band_y": min(start, edge),
        "band_height": round(abs(start - edge), 1),
        "limit_y": edge,
        "limit_words_y": edge + 17 if lower else edge - 8,
        "limit_words": f"{limit:g} or {'less' if lower else 'more'}",
    }


@register.filter
def minutes_track(budget: dict) -> dict:
    """Segments of the minutes bar.

    budget: parts [minutes of each exercise], change (minutes to change over), limit. The bar
    is as long as the limit, or as the total when that is over it.
    """
    parts = [float(part) for part in budget.get("parts", [])]
    change, limit = float(budget.get("change") or 0), float(budget.get("limit") or 15)
    total = round(sum(parts) + change, 2)
    unit = BAR / max(total, limit, 0.1)
    spare = round(limit - total, 2)
    return {
        "width": BAR,
        "segments": _segments(parts, unit),
        "change_x": round(sum(parts) * unit, 1),
        "change_width": round(change * unit, 1),
        "limit_x": round(limit * unit, 1),
        "total": total,
        "exercise": round(sum(parts), 2),
        "change": change,
        "limit": limit,
        "spare": max(spare, 0),
        "over": max(-spare, 0),
    }


def _segments(parts: list[float], unit: float, gap: float = 3) -> list[dict]:
    x, segments = 0.0, []
    for part in parts:
        segments.append({"x": round(x, 1), "width": round(max(part * unit - gap, 0), 1)})
        x += part * unit
    return segments


@register.filter
def visit_dots(visits: list[str]) -> list[dict]:
    """Places of the dots of one week; `visits` holds planned, done or missed."""
    left = 20 - (len(visits) - 1) * 5.5
    return [{"x": left + 11 * i, "kind": kind} for i, kind in enumerate(visits)]


@register.filter
def share(part, whole) -> float:
    """`part` of `whole` in bar units (0 to 1000); 0 when the whole is 0."""
    return round(min(1, max(0, float(part or 0) / float(whole))) * BAR, 1) if whole else 0


@register.filter
def add_number(value, other) -> float:
    """Sum of two numbers that may have decimals (the built-in `add` truncates)."""
    return round(float(value) + float(other), 1)
