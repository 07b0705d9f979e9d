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
