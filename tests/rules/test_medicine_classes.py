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
EUROPEAN_RELAXANTS = "dantrolene, thiocolchicoside, tolperisone, meprobamate"
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
    (RELAXANTS, "MED-CYC-06", "cyclobenzaprine", "caution", {}),
    (EUROPEAN_RELAXANTS, "MED-CYC-06", "cyclobenzaprine", "caution", {}),
    ("gabapentin, pregabalin, mirogabalin", "MED-CYC-06", "cyclobenzaprine", "caution", {}),
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


@pytest.mark.parametrize(
    ("name", "drug"),
    [
        ("venlafaxine", "duloxetine"),
        ("pregabalin", "gabapentin"),
        ("baclofen", "cyclobenzaprine"),
    ],
)
def test_an_allergy_to_a_drug_of_its_class_stops_a_drug(name, drug):
    """D-26."""
    found = assess(opened({"/allergies": [name]}))
    assert said(found, "D-26", drug)[0] == "stop"


KIDNEY = ["lisinopril", "losartan", "furosemide", "meloxicam", "lithium", "methotrexate"]


@pytest.mark.parametrize(
    ("name", "asked"),
    [*[(name, True) for name in KIDNEY], ("metformin", False), ("amlodipine", False)],
)
def test_a_creatinine_expires_sooner_beside_a_drug_that_bears_on_the_kidneys(name, asked):
    """Section 0, D-33: three months instead of twelve."""
    found = assess(opened(both(taking(name), {"/labs/on": "2026-08-21"})))
    missing = found["drugs"]["cyclobenzaprine"]["missing"]
    assert ("/labs/creatinine_mg_dl" in missing) is asked


SEROTONERGIC = "sertraline, venlafaxine, amitriptyline, sumatriptan, phenelzine, linezolid, " \
    "tramadol, tapentadol, fentanyl, pethidine, methadone, pentazocine, cyclobenzaprine, " \
    "trazodone, mirtazapine, vortioxetine, vilazodone, nefazodone, buspirone, lithium, " \
    "st john's wort, tryptophan, dextromethorphan"  # fmt: skip


@pytest.mark.parametrize("name", SEROTONERGIC.split(", "))
def test_a_serotonergic_drug_asks_for_serotonin_toxicity(name):
    """RF-26."""
    assert "serotonin_toxicity" in assess(opened(taking(name)))["questions"]
    assert "serotonin_toxicity" not in assess(opened(taking("metformin")))["questions"]
