"""Facts of whole lists: antiplatelets taken together, the least opioid dose, unread allergies,
medicines that are new, contributing factors, flags of the last month."""

from careplan.rules.facts import fact
from careplan.rules.intake import read_date
from careplan.rules.medicines import least_morphine_equivalents
from careplan.rules.units import NOISE


@fact(
    "number of antiplatelets, aspirin included,",
    "/medications",
    unit="drugs",
    rows=lambda f: f.medicines.interacting("antiplatelet_any"),
)
def antiplatelets(f):
    return len(f.medicines.distinct("antiplatelet_any"))


@fact(
    "morphine equivalents that are known for sure",
    "/medications",
    unit="mg a day",
    rows=lambda f: f.medicines.taken("opioid"),
)
def mme_at_least(f):
    return round(least_morphine_equivalents(f.medicines, f.book.drugs), NOISE)


def _unread_allergies(f):
    """(place, text) of the allergies whose words name no drug or class that is known here."""
    for place, text in enumerate(f.intake.get("allergies", ())):
        if text.strip() and not f.book.allergens(text):
            yield f"/allergies/{place}", text.strip()


@fact("an allergy whose name is not known", "/allergies")
def unread_allergy(f):
    return any(_unread_allergies(f))


@fact("a medicine that was started or changed in the last 28 days", "/medications")
def titrating(f):
    """The first 28 days after a start or a change of dose (D-33): rows say the last change."""
    rows, new = f.intake.get("medications", ()), f.book.due["titration_days"]
    return any(
        "since" in row and "stopped" not in row and f.days_since(row["since"]) < new for row in rows
    )


@fact("a red flag was open in the last 30 days", "/red_flags", "/check_ins")
def flag_in_30_days(f):
    """Open now, or reviewed in the last 30 days."""
    if any(f["flags." + code] for code in f.book.red_flags):
        return True
    reviews = f.intake.get("red_flag_reviews", ())
    return any((f.as_of - read_date(one["on"])).days <= f.book.due["flag_days"] for one in reviews)


@fact("how the pain goes", "/episode/course")
def course(f):
    return f.at("/episode/course")


@fact("massage was tried", "/tried")
def massage_tried(f):
    return any("massage" in one["treatment"].lower() for one in f.intake.get("tried", ()))


def _factors(f):
    """The contributing factors that are told, or that a measured value shows."""
    if "_factors" not in f:
        told = {*(f.at("/episode/factors") or ()), *f.conditions}
        f["_factors"] = [
            row
            for code, row in f.book.factors.items()
            if code in told or (row.when is not None and row.when.yes(f))
        ]
    return f["_factors"]


def _leads(f, row):
    """ "Prolonged sitting or posture (posture; card: Sitting)"."""
    codes, cards = f.book.codes, f.book.self_care
    label = {**codes["factors"], **codes["conditions"]}[row.code].label
    parts = [codes["components"][one].label.lower() for one in row.components]
    titles = [f"card: {cards[one].title}" for one in row.cards]
    return f"{label} ({'; '.join(parts + titles)})"


@fact("contributing factors", "/episode/factors", "/conditions")
def has_factors(f):
    return bool(_factors(f))


@fact("which contributing factors", "/episode/factors", "/conditions")
def factors_told(f):
    return ", ".join(_leads(f, row) for row in _factors(f))
