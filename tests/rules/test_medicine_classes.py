"""The medicines that the specification names (section 9, D-27, D-33): each is read as what it is."""

import pytest

from careplan.rules import assess
from tests.rules.medicine_cases import both, opened, said, taking

NSAIDS = "aceclofenac, celecoxib, diclofenac, etoricoxib, etodolac, indometacin, ketoprofen, " \
    "ketorolac, mefenamic acid, meloxicam, nabumetone, piroxicam, sulindac, oxaprozin"  # fmt: skip
OPIOIDS = "morphine, oxycodone, hydrocodone, tramadol, codeine, hydromorphone, oxymorphone, " \
    "methadone, fentanyl, tapentadol, buprenorphine, dihydrocodeine, pethidine"  # fmt: skip
SEDATIVES = "alprazolam, lorazepam, diazepam, clonazepam, zolpidem, zopiclone, eszopiclone"
MAOIS = "phenelzine, tranylcypromine, isocarboxazid, selegiline, rasagiline, safinamide, " \
    "moclobemide, linezolid, methylene blue"  # fmt: skip
ANTICOAGULANTS = "warfarin, apixaban, rivaroxaban, dabigatran, edoxaban, enoxaparin, heparin"
SSRIS_SNRIS = "sertraline, citalopram, escitalopram, fluoxetine, paroxetine, fluvoxamine, " \
    "venlafaxine, desvenlafaxine, milnacipran, levomilnacipran"  # fmt: skip
TRICYCLICS = (
    "amitriptyline, nortriptyline, imipramine, clomipramine, doxepin, desipramine, dosulepin"
)
ACE_ARB = "lisinopril, enalapril, ramipril, perindopril, captopril, losartan, valsartan, " \
    "candesartan, irbesartan, olmesartan, telmisartan, sacubitril"  # fmt: skip
DIURETICS = "hydrochlorothiazide, chlorthalidone, indapamide, bendroflumethiazide, furosemide, " \
    "torasemide, bumetanide, spironolactone, eplerenone, amiloride, triamterene"  # fmt: skip
STEROIDS = "prednisone, prednisolone, methylprednisolone, dexamethasone, hydrocortisone, budesonide"
RELAXANTS = (
    "tizanidine, methocarbamol, baclofen, carisoprodol, metaxalone, chlorzoxazone, orphenadrine"
)
P2Y12 = "clopidogrel, prasugrel, ticagrelor, ticlopidine, dipyridamole, cilostazol"
SGLT2 = "empagliflozin, dapagliflozin, canagliflozin, ertugliflozin"
WITH_ARB = {"/medications": [{"drug": "losartan", "since": "2026-01-01"}]}

# names, rule, drug, severity, what is taken beside
ROWS = [
    (NSAIDS, "MED-NSAID-27", "ibuprofen", "stop", {}),
    (NSAIDS, "MED-DULO-19", "duloxetine", "caution", {}),
    (OPIOIDS, "MED-OPI-03", "opioid", "caution", {}),
    (SEDATIVES, "MED-GABA-07", "gabapentin", "caution", {}),
    (SEDATIVES, "MED-CYC-06", "cyclobenzaprine", "caution", {}),
    (MAOIS, "MED-DULO-10", "duloxetine", "stop", {}),
    (MAOIS, "MED-CYC-03", "cyclobenzaprine", "stop", {}),
    (ANTICOAGULANTS, "MED-NSAID-20", "naproxen", "stop", {}),
    (SSRIS_SNRIS, "MED-DULO-17", "duloxetine", "stop", {}),
    (SSRIS_SNRIS, "MED-NSAID-20", "naproxen", "caution", {}),
    (TRICYCLICS, "MED-CYC-06", "cyclobenzaprine", "caution", {}),
    (TRICYCLICS, "MED-DULO-18", "duloxetine", "caution", {}),
    (ACE_ARB, "MED-NSAID-17", "ibuprofen", "caution", {}),
    (DIURETICS, "MED-DULO-22", "duloxetine", "caution", {}),
    (DIURETICS, "MED-NSAID-16", "ibuprofen", "stop", WITH_ARB),
    (STEROIDS, "MED-NSAID-20", "ibuprofen", "caution", {}),
    (RELAXANTS, "MED-GABA-07", "gabapentin", "caution", {}),
    (P2Y12, "MED-NSAID-20", "ibuprofen", "caution", {}),
    (SGLT2, "D-44", "ibuprofen", "caution", WITH_ARB),
]


@pytest.mark.parametrize(
    ("name", "rule", "drug", "severity", "beside"),
    [(name, *rest) for names, *rest in ROWS for name in names.split(", ")],
)
def test_each_medicine_is_read_as_what_it_is(name, rule, drug, severity, beside):
    found = assess(opened(both(beside, taking(name))))
    assert said(found, rule, drug)[0] == severity
    assert not said(found, "D-25", None)


@pytest.mark.parametrize(
    "name", ["metformin", "levothyroxine", "atorvastatin", "salbutamol", "naloxone", "insulin"]
)
def test_what_no_rule_names_changes_nothing(name):
    """D-25: a listed drug is known and harmless here."""
    found = assess(opened(taking(name)))
    plain = assess(opened())
    assert {d: (row["status"], row["rules"]) for d, row in found["drugs"].items()} == {
        d: (row["status"], row["rules"]) for d, row in plain["drugs"].items()
    }
