"""Facts of whole lists: antiplatelets taken together, the least opioid dose, unread allergies."""

from careplan.rules.facts import fact
from careplan.rules.medicines import least_morphine_equivalents


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
    return least_morphine_equivalents(f.medicines, f.book.drugs)


def _unread_allergies(f):
    """(place, text) of the allergies whose words name no drug or class that is known here."""
    for place, text in enumerate(f.intake.get("allergies", ())):
        if text.strip() and not f.book.allergens(text):
            yield f"/allergies/{place}", text.strip()


@fact("an allergy whose name is not known", "/allergies")
def unread_allergy(f):
    return any(_unread_allergies(f))
