"""Families of facts: one answer for each code of a table, such as `flags.fever` or `takes.opioid`.

Also the two questions asked of any condition: which places of the intake decided it, and which
places would make it known.
"""

from dataclasses import dataclass

from careplan.rules.flags import ANSWERS

ONE_BY_ONE = object()


@dataclass(frozen=True, slots=True)
class Family:
    """Facts named `<prefix>.<code>`: how to answer, explain, ask for and say one of them.

    Most of a table is never spoken of: `unsaid` is the answer then (or the name of the list that
    decides it, see `Facts`), `said(f)` has the others, so that an intake answers whole tables at once.
    """

    value: object
    why: object
    missing: object
    label: object
    known: object  # (book, code) -> whether a rule may speak of it
    show: object = lambda f, code: code.replace("_", " ")
    unsaid: object = ONE_BY_ONE
    said: object = lambda f: {}


def _codes(*tables):
    return lambda book, code: any(code in book.codes[table] for table in tables)


def _label(*tables):
    def label(book, code):
        return next(book.codes[t][code].label for t in tables if code in book.codes[t])

    return label


FLAGS = ("core_red_flags", "conditional_red_flags", "qualifiers")
CARE = {"physical_therapy": "physical therapy", "self_management": "self-management"}
CLINIC = {"gabapentin_enabled": (False, "gabapentin"), "duloxetine_enabled": (True, "duloxetine")}


BLEEDING = {"black_stool", "bleeding"}


def _flag(f, code):
    return f.flags.answer(code)


def _flag_family(value, words, **more):
    return Family(
        value,
        why=lambda f, code: f.flags.because(code),
        missing=lambda f, code: [f"/red_flags/{code}"],
        label=lambda book, code: words.format(_label(*FLAGS)(book, code)),
        known=_codes(*FLAGS),
        **more,
    )


def _old(f, code):
    """The intake's own yes, recorded by a clinician as long-standing and assessed (D-03).

    What a check-in says of it lowers nothing.
    """
    long_standing = f.at("/red_flags/long_standing_and_assessed") == "yes"
    return bool(long_standing and f.flags.answer(code) and f.flags.own_only(code))


def _feature(f, code):
    return ANSWERS[f.features.get(code)]


def _condition(f, code):
    if code in f.conditions:
        return True
    return False if f.conditions_known else None


def _rows_why(rows):
    return lambda f, code: (
        {row.path: row.drug for row in rows(f, code)}
        or {"/medications_complete": f.medicines.complete}
    )


def _drug_family(rows, words, **more):
    """Facts about the list of medicines; `<class>.<drug>` leaves that one drug out."""
    return Family(
        value=lambda f, code: f.medicines.answer(rows(f, code)),
        why=_rows_why(rows),
        missing=lambda f, code: f.medicines.why_unknown(),
        label=lambda book, code: words.format(book.drugs.label(code.split(".")[0])),
        known=lambda book, code: all(book.drugs.is_known(one) for one in code.split(".")),
        show=lambda f, code: (
            _list_of(sorted({row.drug for row in rows(f, code)}))
            or f.book.drugs.label(code.split(".")[0])
        ),
        **more,
    )


def _list_of(words):
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _allergies(f, code):
    """(place, text) of the allergies to this drug or to a drug of its classes (D-26)."""
    wanted = (code, *f.book.drugs.kinds.get(code, ()))
    for place, text in enumerate(f.intake.get("allergies", ())):
        if not f.book.allergens(text).isdisjoint(wanted):
            yield f"/allergies/{place}", text


def _allergic(f, code):
    told = f.intake.get("allergies")
    return any(_allergies(f, code)) if told else (None if told is None else False)


def _not_tolerated(f, code):
    """(place, treatment) of earlier trials that speak against a drug: a side effect, or bleeding.

    Black stool or bleeding on one NSAID speaks against all of them.
    """
    drugs = f.book.drugs
    for place, tried, bled in _ill_ended(f):
        found = drugs.ingredients_of(tried["treatment"])
        alike = "nsaid" in drugs.classes_of(code) and drugs.are_of("nsaid", found)
        if (tried["outcome"] == "side_effect" and code in found) or (bled and alike):
            yield f"/tried/{place}/treatment", tried["treatment"]


def _ill_ended(f):
    """(place, trial, whether it bled) of the trials with bleeding or ended by a side effect."""
    if "_ill_ended" not in f:
        told = [
            (place, tried, not BLEEDING.isdisjoint(tried.get("side_effects", ())))
            for place, tried in enumerate(f.intake.get("tried", ()))
        ]
        f["_ill_ended"] = [one for one in told if one[2] or one[1]["outcome"] == "side_effect"]
    return f["_ill_ended"]


def _placed(f, where, code):
    """Path -> code, at its place in a list of codes; nothing where it is not in it."""
    return {f"{where}/{n}": told for n, told in enumerate(f.at(where) or ()) if told == code}


def _listed(where, table, what):
    return Family(
        value=lambda f, code: code in (f.at(where) or ()),
        why=lambda f, code: _placed(f, where, code) or {where: f.at(where) or "none"},
        missing=lambda f, code: [where],
        label=lambda book, code: f"{what}: {_label(table)(book, code)}",
        known=_codes(table),
        unsaid=False,
        said=lambda f: dict.fromkeys(f.at(where) or (), True),
    )


def _definition_why(f, code):
    condition = f.book.definitions[code].condition
    answer = f["is." + code]
    names = condition.unknowns(f) if answer is None else condition.reasons(f, answer)
    return _told(f, names)


def reasons(f, condition):
    """Path -> value of the facts that made a condition hold."""
    told = f.reasons.get(condition)
    if told is None:
        told = f.reasons[condition] = _told(f, condition.reasons(f))
    return dict(told)


def _told(f, names):
    if len(names) == 1:
        return f.why(names[0])
    because = {}
    for name in names:
        because.update(f.why(name))
    return because


def pointers(f, condition):
    """Pointers to what keeps a condition unknown, each once, in order."""
    found = f.pointers.get(condition)
    if found is None:
        found = {}
        for name in condition.unknowns(f):
            found.update(dict.fromkeys(f.missing(name)))
        found = f.pointers[condition] = list(found)
    return found


def _rule_truth(f, code):
    """Whether a rule of the book fired: yes where a level holds, else unknown or no."""
    levels = f.book.rules[code].levels
    if any(level.condition.yes(f) for level in levels):
        return True
    return False if all(level.condition.no(f) for level in levels) else None


def _rule_why(f, code):
    for level in f.book.rules[code].levels:
        if level.condition.yes(f):
            return reasons(f, level.condition)
    return {}


def _rule_missing(f, code):
    found = [p for level in f.book.rules[code].levels for p in pointers(f, level.condition)]
    return list(dict.fromkeys(found))


FAMILIES = {
    "flags": _flag_family(_flag, "{}", unsaid="flags", said=lambda f: f.flags.answers()),
    "old": _flag_family(
        _old,
        "{} (over three months old, unchanged and assessed)",
        unsaid=False,
        said=lambda f: {code: _old(f, code) for code in f.flags.told()},
    ),
    "ask": _flag_family(
        lambda f, code: bool(f.flags.to_ask(code)), "a side effect that may mean: {}"
    ),
    "baseline": _flag_family(
        lambda f, code: f.flags.found_old(code),
        "a review found it old and stable: {}",
        unsaid=False,
        said=lambda f: {code: f.flags.found_old(code) for code in f.flags.reviewed()},
    ),
    "lapsed": _flag_family(
        lambda f, code: f.flags.baseline_lapsed(code),
        "found old and stable over a year ago: {}",
        unsaid=False,
        said=lambda f: {code: f.flags.baseline_lapsed(code) for code in f.flags.reviewed()},
    ),
    "features": Family(
        _feature,
        why=lambda f, code: {f"/episode/features/{code}": f.features.get(code, "not asked")},
        missing=lambda f, code: [f"/episode/features/{code}"],
        label=_label("features"),
        known=_codes("features"),
        unsaid=None,
        said=lambda f: {code: ANSWERS[answer] for code, answer in f.features.items()},
    ),
    "conditions": Family(
        _condition,
        why=lambda f, code: (
            _placed(f, "/conditions", code) or {"/conditions_complete": f.conditions_known}
        ),
        missing=lambda f, code: ["/conditions_complete"],
        label=_label("conditions"),
        known=_codes("conditions"),
        unsaid="conditions",
        said=lambda f: dict.fromkeys(f.conditions, True),
    ),
    "takes": _drug_family(
        lambda f, code: f.medicines.interacting(code),
        "takes {}",
        unsaid="medicines",
        said=lambda f: dict.fromkeys(f.medicines.all_interacting(), True),
    ),
    "taking": _drug_family(
        lambda f, code: f.medicines.taken(code),
        "takes {} now",
        unsaid="medicines",
        said=lambda f: dict.fromkeys(f.medicines.all_taken(), True),
    ),
    "besides": Family(
        value=lambda f, code: len(f.medicines.distinct("cns_active", but=code)),
        why=lambda f, code: {
            row.path: row.drug
            for row in f.medicines.interacting("cns_active")
            if set(row.ingredients) - {code}
        },
        missing=lambda f, code: f.medicines.why_unknown(),
        label=lambda book, code: f"number of drugs that act on the brain, beside {code},",
        known=lambda book, code: book.drugs.is_known(code),
        show=lambda f, code: str(f["besides." + code]),
    ),
    "another": _drug_family(
        lambda f, code: f.medicines.another(*code.split(".")), "takes another: {}"
    ),
    "allergic": Family(
        _allergic,
        why=lambda f, code: dict(_allergies(f, code)),
        missing=lambda f, code: ["/allergies"],
        label=lambda book, code: f"allergic to {book.drugs.label(code)}",
        known=lambda book, code: book.drugs.is_known(code),
        show=lambda f, code: _list_of(sorted({text for _, text in _allergies(f, code)})),
    ),
    "not_tolerated": Family(
        lambda f, code: any(_not_tolerated(f, code)),
        why=lambda f, code: dict(_not_tolerated(f, code)),
        missing=lambda f, code: ["/tried"],
        label=lambda book, code: f"did not tolerate {book.drugs.label(code)} before",
        known=lambda book, code: book.drugs.is_known(code),
    ),
    "factors": _listed("/episode/factors", "factors", "contributing factor"),
    "limits": _listed("/episode/limits", "limits", "limits"),
    "care": Family(
        value=lambda f, code: f.at(f"/care/{code}"),
        why=lambda f, code: {f"/care/{code}": f.at(f"/care/{code}") or "not asked"},
        missing=lambda f, code: [f"/care/{code}"],
        label=lambda book, code: CARE[code],
        known=lambda book, code: code in CARE,
    ),
    "clinic": Family(
        value=lambda f, code: f.intake.get("clinic", {}).get(code, CLINIC[code][0]),
        why=lambda f, code: {f"/clinic/{code}": f["clinic." + code]},
        missing=lambda f, code: [f"/clinic/{code}"],
        label=lambda book, code: f"the clinic has switched {CLINIC[code][1]} on",
        known=lambda book, code: code in CLINIC,
    ),
    "is": Family(
        value=lambda f, code: f.book.definitions[code].condition.truth(f),
        why=_definition_why,
        missing=lambda f, code: pointers(f, f.book.definitions[code].condition),
        label=lambda book, code: book.definitions[code].label,
        known=lambda book, code: code in book.definitions,
    ),
    "rule": Family(
        _rule_truth,
        why=_rule_why,
        missing=_rule_missing,
        label=lambda book, code: f"{code} applies",
        known=lambda book, code: code in book.rules,
    ),
}
