"""What the last answered check-in told of a drug, and for how long a drug has been taken.

`told.gabapentin.fog` is yes where this effect of this drug (or of a drug of this class, such as
`told.nsaid.stomach_pain`) was told as moderate or worse; `mild.duloxetine.nausea` from mild on.
`days_on.duloxetine` counts the days since the list of medicines says that it began.
"""

from careplan.rules.facts import fact
from careplan.rules.families import FAMILIES, Family
from careplan.rules.flags import GRADES

CLASSES = {"nsaid": {"nsaid", "aspirin"}}  # low-dose aspirin hurts a stomach as well


def _told(f, code, least):
    """(path, effect) of every matching line of the last answered check-in."""
    drug, effect = code.split(".")
    wanted, drugs = CLASSES.get(drug, {drug}), f.book.drugs
    if "_last_told" not in f:
        f["_last_told"] = _last_told(f)
    place, lines = f["_last_told"]
    for number, line in enumerate(lines):
        of = {one for name in drugs.ingredients_of(line["drug"]) for one in drugs.classes_of(name)}
        if line["effect"] == effect and wanted & of and GRADES[line["grade"]] >= least:
            yield f"/check_ins/{place}/side_effects/{number}/effect", effect


def _last_told(f):
    """(place of the last answered check-in, the side effects that it told)."""
    check_ins = f.intake.get("check_ins", ())
    for place in range(len(check_ins) - 1, -1, -1):
        if not check_ins[place].get("missed"):
            return place, check_ins[place].get("side_effects", ())
    return 0, ()


def _family(least, said):
    return Family(
        value=lambda f, code: any(_told(f, code, least)),
        why=lambda f, code: dict(_told(f, code, least)),
        missing=lambda f, code: ["/check_ins"],
        label=lambda book, code: said.format(
            book.codes["side_effects"][code.split(".")[1]].label.lower(),
            book.drugs.label(code.split(".")[0]),
        ),
        known=_is_known,
    )


def _is_known(book, code):
    drug, _, effect = code.partition(".")
    return book.drugs.is_known(drug) and effect in book.codes["side_effects"]


def _days_on(f, code):
    """Days since the earliest start of a row that is taken; None where no row says when."""
    rows = f.medicines.taken(code)
    days = [row.days for row in rows if row.days is not None]
    return max(days, default=None)


FAMILIES["told"] = _family(GRADES["moderate"], "{} on {} was told, moderate or worse")
FAMILIES["mild"] = _family(GRADES["mild"], "{} on {} was told")
FAMILIES["days_on"] = Family(
    _days_on,
    why=lambda f, code: {row.path: row.drug for row in f.medicines.taken(code)},
    missing=lambda f, code: ["/medications"],
    label=lambda book, code: f"taken so far: {book.drugs.label(code)}",
    known=lambda book, code: book.drugs.is_known(code),
    show=lambda f, code: f"{f['days_on.' + code]} days",
)


@fact("an anti-inflammatory on the skin is used", "/medications")
def topical_nsaid(f):
    return any(row.raw.get("route") == "topical" for row in f.medicines.taken("nsaid"))
