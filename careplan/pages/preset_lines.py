"""What the pages of presets show, line by line."""

from careplan.queries import home_plan as home_queries
from careplan.queries import plan as plan_queries
from careplan.queries import preset as queries
from careplan.queries import program as program_queries
from careplan.queries.plan import dose_words
from careplan.rules.book import book


def row_of(preset, known) -> dict:
    """One preset of the list: how much is in it, and how long it takes."""
    return {"preset": preset} | _size(preset.content, known)


def _size(content: dict, known) -> dict:
    items = queries.whole_items(content, known)
    return {"number": len(content["items"]), "minutes": home_queries.total(items)}


def contents(content: dict, known) -> dict:
    """What is in a preset, in words."""
    cards, habits = book().self_care, book().habits
    template = book().templates.get(content["template"])
    routine = [
        (cards[line["code"]].title, line["minutes"])
        for line in content["routine"]
        if line["code"] in cards
    ]
    return _size(content, known) | {
        "items": [_item(item, known) for item in content["items"]],
        "program": content["program"],
        "template": template.name if template else "",
        "anchors": [
            habits[code].words if code in habits else "at a time of one’s own"
            for code in content["anchors"]
        ],
        "routine": routine,
        "cards": [cards[code].title for code in content["education"] if code in cards],
    }


def _item(item: dict, known) -> dict:
    exercise = known.get(item["exercise"])
    return {
        "name": exercise.name if exercise else item["exercise"],
        "code": item["exercise"],
        "known": exercise is not None,
        "retired": bool(exercise) and exercise.retired,
        "dose": dose_words(item),
        "short_day": item["short_day"],
        "bout": item["bout"],
    }


def fit_lines(fit, wish, goal, known) -> dict:
    """What would change in a draft: the exercises beside what is there, the programme, the cards."""
    cards, base = book().self_care, goal.base
    was = {item["exercise"]: item for item in home_queries.items_of(base)}
    stays = {item["exercise"] for item in fit.items}
    program = getattr(base, "program", None)
    gentler = {one.code: one for one in fit.gentler}
    return {
        "rows": [_change(item, was, known, gentler) for item in fit.items],
        "goes": [known[c].name if c in known else c for c in was if c not in stays],
        "was_minutes": home_queries.total(list(was.values())),
        "was_bouts": len(home_queries.bouts_of(base)),
        "program_was": plan_queries.program_words(program) if program else "",
        **_same(fit, wish, program),
        "nearer": _nearer(fit, wish),
        "asked_anew": _asked_anew(base),
        "new_cards": [cards[code].title for code in fit.education],
    }


def _same(fit, wish, program) -> dict:
    """How the walking is now, and what of the programme would not change."""
    if program is None:
        return {}
    walk = (program.aerobic_minutes_start, program.aerobic_minutes_goal)
    given = fit.program and tuple(fit.program[name] for name in queries.PROGRAM[2:])
    same = wish == program_queries.wish_of(program)
    return {"walk_was": walk, "same_walk": given == walk, "same_program": same}


def _nearer(fit, wish) -> bool:
    """The programme on dates is another than was kept: that one cannot be laid or is not covered."""
    names = ("sessions_per_week", "weeks")
    return bool(wish) and any(getattr(wish, name) != fit.program[name] for name in names)


def _asked_anew(base) -> int:
    """How many reasons for cautions the draft has."""
    return sum(1 for key in base.reasons if key not in home_queries.COMPONENTS)


def _change(item: dict, was: dict, known, gentler: dict) -> dict:
    """An exercise as it would be, and what of it is new."""
    code, dose = item["exercise"], dose_words(item)
    before = dose_words(was[code]) if code in was else ""
    kind = "new" if not before else "same" if before == dose else "changed"
    return {
        "name": known[code].name,
        "code": code,
        "dose": dose,
        "before": before,
        "kind": kind,
        "minutes": home_queries.minutes(item),
        "short_day": item["short_day"],
        "gentler": gentler.get(code),
    }
