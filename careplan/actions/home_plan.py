"""The home exercises of a draft. Minutes come from the dose; nothing types them by hand.

`set_items` is the one write. `added`, `dropped`, `moved`, `put`, `split`, `merged`, `dosed` are
plain list to list, so that a page can put what was typed and what was pressed into one change.
"""

from collections.abc import Mapping

from django.db import transaction

from careplan.actions import drafting
from careplan.actions.drafting import PlanRefused
from careplan.models import HomePlan, HomePlanItem, PlanVersion
from careplan.queries import home_plan as queries
from careplan.queries.catalogue import catalogue
from careplan.rules import bouts as bout_rules
from careplan.rules.book import Exercise, book
from careplan.rules.exercises import DOSE, LONGEST
from patients.access import Actor

CHOSEN = ("sets", "reps", "hold_s")  # of a dose: the rest is the exercise's own
MOST_ITEMS = 12
REASON_LENGTH = 300
ANCHOR_LENGTH = 80


@transaction.atomic
def set_items(
    *,
    version: PlanVersion,
    items: list[dict],
    by: Actor,
    template: str | None = None,
    reasons: dict[str, str] | None = None,
    anchors: list[dict] | None = None,
    revision: int | None = None,
) -> HomePlan:
    """Keep the exercises of a draft, in this order (see careplan.queries.home_plan for an item).

    The day is in bouts where the items name more than one (BAR-05); `anchors`, a {"code", "words"}
    each, say what they are tied to: left out, those of the draft stay, and a bout without one
    gets a habit of the book.

    `reasons` say why a part of the program is left out (PT-05): component -> words, empty words
    take one back. More than 15 minutes may be kept in a draft; signing refuses it. Raises
    PlanRefused with every fault: unknown or forbidden exercise, one twice, a dose out of bounds.
    """
    draft = drafting.claim(version=version, by=by, revision=revision)
    exercises = catalogue(draft.clinic)
    home, _ = HomePlan.objects.get_or_create(version=draft, defaults={"clinic": draft.clinic})
    items, anchors = in_bouts(items, home.anchors if anchors is None else anchors)
    items = [item | _timing(item, exercises) for item in items]
    found = faults(draft, items, exercises) + _reason_faults(reasons or {}) + anchor_faults(anchors)
    if found:
        raise PlanRefused(*found)
    before = [row.exercise for row in home.items.all()]
    home.items.all().delete()
    HomePlanItem.objects.bulk_create(_row(home, n, item) for n, item in enumerate(items, start=1))
    home.minutes, home.anchors = queries.total(items), anchors
    if template is not None:
        home.template = template
    home.save()
    after = _log(items, anchors)
    if reasons:
        after["reasons"] = _keep_reasons(draft, reasons)
    drafting.note("home_plan", by=by, version=draft, before={"exercises": before}, after=after)
    return home


def faults(draft: PlanVersion, items: list[dict], exercises: Mapping[str, Exercise]) -> list[str]:
    """What forbids this list, as sentences; empty when it may be kept."""
    found, codes = [], [item["exercise"] for item in items]
    name = {code: exercises[code].name if code in exercises else code for code in codes}
    found += [f"There is no exercise {code}." for code in codes if code not in exercises]
    twice = {code for code in codes if codes.count(code) > 1}
    found += [f"{name[code]} is on the list twice." for code in sorted(twice)]
    forbidden = queries.hidden(draft.assessment, exercises)
    found += [f"{name[code]} is left out: {forbidden[code]}" for code in codes if code in forbidden]
    found += _retired_faults(draft, set(codes), exercises)
    if len(items) > MOST_ITEMS:
        found.append(f"At most {MOST_ITEMS} exercises fit on a plan.")
    for item in items:
        if item["exercise"] in exercises:
            found += _dose_faults(item, name[item["exercise"]])
    return found


def _retired_faults(draft: PlanVersion, codes: set[str], exercises) -> list[str]:
    """A retired exercise is not put on a list; one that the plan has already may stay, and
    blocks the signature."""
    retired = [code for code in sorted(codes) if code in exercises and exercises[code].retired]
    if not retired:
        return []
    rows = HomePlanItem.objects.filter(home_plan__version__plan_id=draft.plan_id)
    there = set(rows.values_list("exercise", flat=True))
    return [f"{exercises[code].name} was retired: choose another." for code in retired
            if code not in there]  # fmt: skip


def _reason_faults(reasons: dict[str, str]) -> list[str]:
    unknown = set(reasons) - set(queries.COMPONENTS)
    found = [f"There is no part {code} of a program." for code in sorted(unknown)]
    if any(len(text) > REASON_LENGTH for text in reasons.values()):
        found.append(f"A reason has at most {REASON_LENGTH} letters.")
    return found


def _keep_reasons(draft: PlanVersion, reasons: dict[str, str]) -> dict[str, str]:
    merged = draft.reasons | {code: text.strip() for code, text in reasons.items()}
    draft.reasons = {code: text for code, text in merged.items() if text}
    draft.save(update_fields=["reasons"])
    return draft.reasons


def _dose_faults(item: dict, name: str) -> list[str]:
    found = [
        f"{name}: {words} from {least} to {most}, not {item[part]}."
        for part, (least, most, words) in ((part, DOSE[part]) for part in CHOSEN)
        if not least <= item[part] <= most
    ]
    if not found and queries.minutes(item) > LONGEST:
        found.append(f"{name} would take {queries.minutes(item):g} minutes: cut a set.")
    return found


def _timing(item: dict, exercises: Mapping[str, Exercise]) -> dict:
    code = item["exercise"]
    return queries.timing(exercises[code]) if code in exercises else {}


def _row(home: HomePlan, number: int, item: dict) -> HomePlanItem:
    chosen = {name: value for name, value in item.items() if name != "s_per_rep"}
    return HomePlanItem(
        clinic_id=home.clinic_id,
        home_plan=home,
        position=number,
        sec_per_rep=item["s_per_rep"],
        minutes=queries.minutes(item),
        **chosen,
    )


def _log(items: list[dict], anchors: list[dict]) -> dict:
    bouts = queries.bouts(items, anchors)
    told = [f"{one.anchor}: {', '.join(i['exercise'] for i in one.items)}" for one in bouts]
    return ({"bouts": told} if told else {}) | {
        "exercises": [f"{i['exercise']} {i['sets']}x{i['reps']}, {i['hold_s']} s" for i in items],
        "minutes": queries.total(items),
    }


# Bouts ---------------------------------------------------------------------------------------


def in_bouts(items: list[dict], anchors: list[dict]) -> tuple[list[dict], list[dict]]:
    """Items in the order of their bouts, and an anchor for each; a bout that has become empty is
    gone with its anchor. One bout is no split: the anchors wait for the next one."""
    items = sorted((item if "bout" in item else item | {"bout": 1} for item in items), key=_bout)
    known = sorted({item["bout"] for item in items})
    if len(known) < 2:
        return merged(items), [_tidy(one) for one in anchors]
    given = [_tidy(anchors[n - 1]) if 0 < n <= len(anchors) else None for n in known]
    spare = (
        {"code": habit.code, "words": habit.words}
        for habit in book().habits.values()
        if not any(one and one["words"] == habit.words for one in given)
    )
    numbers = bout_rules.compact([item["bout"] for item in items])
    kept = [item | {"bout": n} for item, n in zip(items, numbers, strict=True)]
    return kept, [one or next(spare) for one in given]


def anchor(words: str) -> dict:
    """What a bout is tied to: a habit of the book by its code or its words, else own words."""
    habits = book().habits.values()
    habit = next((one for one in habits if words in (one.code, one.words)), None)
    return {"code": habit.code, "words": habit.words} if habit else {"code": "", "words": words}


def _tidy(given: dict) -> dict:
    return anchor(given["code"]) if given["code"] else anchor(" ".join(given["words"].split()))


def anchor_faults(anchors: list[dict]) -> list[str]:
    """What is wrong with the anchors, as sentences."""
    most, words = book().program["bouts_most"], [one["words"] for one in anchors]
    found = [f"Bout {n}: choose or write when." for n, text in enumerate(words, 1) if not text]
    found += [
        f"Bout {n}: “when” has at most {ANCHOR_LENGTH} letters."
        for n, text in enumerate(words, 1)
        if len(text) > ANCHOR_LENGTH
    ]
    found += [
        f"Bout {n}: {text} is chosen twice."
        for n, text in enumerate(words, 1)
        if text and text in words[: n - 1]
    ]
    if len(anchors) > most:
        found.append(f"A day has at most {most} bouts.")
    return found


def _bout(item: dict) -> int:
    return item["bout"]


# List to list --------------------------------------------------------------------------------


def proposed(home_plan: dict | None) -> list[dict]:
    """The assessment's proposal as items, with the five-minute day marked."""
    items = [
        queries.default_item(row["id"])
        | {key: int(row[key]) for key in ("sets", "reps", "hold_s") if row.get(key) is not None}
        for row in (home_plan or {}).get("exercises", [])
    ]
    return queries.with_short_day(items)


def from_template(code: str, forbidden) -> list[dict]:
    """A template's exercises at the rule book's doses, without those the person must not do."""
    codes = book().templates[code].items
    return queries.with_short_day([queries.default_item(c) for c in codes if c not in forbidden])


def added(items: list[dict], item: dict, position: int | None = None) -> list[dict]:
    """The list with one more, at a place (0 is the first) or at the end."""
    place = len(items) if position is None else max(0, min(position, len(items)))
    if position is None and items:
        item = item | {"bout": items[-1]["bout"]}
    return [*items[:place], item, *items[place:]]


def dropped(items: list[dict], code: str) -> list[dict]:
    return [item for item in items if item["exercise"] != code]


def moved(items: list[dict], code: str, step: int) -> list[dict]:
    """One exercise a step up (-1) or down (+1), into the next bout where its own ends there; at
    the edge of the day nothing changes."""
    here = next((n for n, item in enumerate(items) if item["exercise"] == code), None)
    there = None if here is None else here + step
    if there is None or not 0 <= there < len(items):
        return items
    turned = list(items)
    if items[here]["bout"] != items[there]["bout"]:
        turned[here] = items[here] | {"bout": items[there]["bout"]}
    else:
        turned[here], turned[there] = turned[there], turned[here]
    return turned


def put(items: list[dict], code: str, place: int, bout: int) -> list[dict]:
    """One exercise dropped at a place of the day (0 is the first, itself not counted) and in a bout
    that there is."""
    item = next((one for one in items if one["exercise"] == code), None)
    if item is None or bout not in {one["bout"] for one in items}:
        return items
    return added(dropped(items, code), item | {"bout": bout}, place)


def split(items: list[dict], bouts: int | None = None) -> list[dict]:
    """The day in so many bouts, at most as many as the book allows: as even as can be, none over
    the limit where that can be done (careplan.rules.bouts)."""
    minutes = [None if queries.is_aerobic(one) else queries.minutes(one) for one in items]
    numbers = bout_rules.split(minutes, book(), bouts)
    turned = [item | {"bout": n} for item, n in zip(items, numbers, strict=True)]
    return sorted(turned, key=_bout)


def merged(items: list[dict]) -> list[dict]:
    """The day in one piece again, in the same order."""
    return [item | {"bout": 1} for item in items]


def dosed(items: list[dict], doses: dict[str, dict]) -> list[dict]:
    """The list with new sets, reps, hold, note or short day for the codes named."""
    return [item | doses.get(item["exercise"], {}) for item in items]
