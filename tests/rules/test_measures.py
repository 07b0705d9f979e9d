"""Facts of the person, of what is measured and of what is taken: each side of every window."""

import copy

import pytest

from careplan.rules import assess
from careplan.rules.book import book
from careplan.rules.facts import Facts
from tests.rules.building import REMOVED, intake, rules_of


def facts(changes=None, **more):
    return Facts(intake({**(changes or {}), **more}), book())


# The person ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "as_of", "age"),
    [
        ("1961-11-22", "2026-11-22", 65),
        ("1961-11-23", "2026-11-22", 64),
        ("1960-02-29", "2025-02-28", 64),  # born on a leap day
        ("1960-02-29", "2025-03-01", 65),
        ("1960-02-29", "2028-02-29", 68),
    ],
)
def test_age_counts_birthdays(birth, as_of, age):
    assert facts({"/person/birth_date": birth, "/as_of": as_of})["age"] == age


@pytest.mark.parametrize(
    ("sex", "birth", "possible"),
    [
        ("female", "2014-11-23", False),  # 11
        ("female", "2014-11-22", True),  # 12
        ("female", "1970-11-23", True),  # 55
        ("female", "1970-11-22", False),  # 56
        ("other", "1980-04-02", True),
        ("male", "1980-04-02", False),
    ],
)
def test_a_pregnancy_is_possible_from_12_to_55(sex, birth, possible):
    person = {"sex": sex, "birth_date": birth}
    found = facts({"/person": person})
    assert found["pregnancy_possible"] is possible
    assert found["pregnant"] is found["breastfeeding"] is (None if possible else False)
    assert found["pregnancy_known"] is (None if possible else True)
    if possible:
        asked = ["/person/pregnant", "/person/breastfeeding"]
        assert found.missing("pregnancy_known") == asked


@pytest.mark.parametrize(
    ("on", "as_of", "pregnant"),
    [
        (REMOVED, "2026-11-22", False),  # undated: of the day of the intake (D-15)
        ("2026-10-23", "2026-11-22", False),  # 30 days
        ("2026-10-22", "2026-11-22", None),  # 31
        ("2028-01-31", "2028-03-01", False),  # over a leap day
        ("2028-01-31", "2028-03-02", None),
        ("2027-01-31", "2027-03-02", False),
        ("2027-01-31", "2027-03-03", None),
    ],
)
def test_an_answer_about_pregnancy_counts_for_30_days(on, as_of, pregnant):
    found = facts({"/person/pregnant_on": on, "/as_of": as_of})
    assert found["pregnant"] is pregnant


def test_a_yes_about_pregnancy_does_not_expire():
    found = facts({"/person/pregnant": "yes", "/person/pregnant_on": "2026-06-01"})
    assert found["pregnant"] is True


@pytest.mark.parametrize(
    ("told", "on", "weeks"),
    [
        (19, REMOVED, 19),
        (19, "2026-11-16", 19),  # 6 days
        (19, "2026-11-15", 20),  # 7 days
        (29, "2026-11-08", 31),
        (REMOVED, "2026-11-08", None),
    ],
)
def test_weeks_of_pregnancy_go_on(told, on, weeks):
    person = {"/person/pregnant": "yes", "/person/weeks_pregnant": told, "/person/pregnant_on": on}
    assert facts(person)["weeks_pregnant"] == weeks


@pytest.mark.parametrize(
    ("on", "as_of", "fresh"),
    [
        (REMOVED, "2026-11-22", True),  # undated: of the day of the intake
        ("2026-05-22", "2026-11-22", True),
        ("2026-05-21", "2026-11-22", False),
        ("2026-08-31", "2027-02-28", True),  # no 31 February
        ("2026-08-31", "2027-03-01", False),
        ("2027-08-31", "2028-02-29", True),
        ("2027-08-31", "2028-03-01", False),
    ],
)
def test_a_weight_counts_for_six_months(on, as_of, fresh):
    found = facts({"/person/weight_on": on, "/as_of": as_of})
    assert found["size_known"] is (True if fresh else None)
    found["bmi"]
    assert ("weight" in found.expired, "bmi" in found.expired) == (not fresh, not fresh)
    assert found.missing("size_known") == ([] if fresh else ["/person/weight_kg"])


@pytest.mark.parametrize(
    ("weight", "height", "obese"),
    [(76.8, 160, True), (76.7, 160, False), (91.875, 175, True), (91.87, 175, False)],
)
def test_each_side_of_a_bmi_of_30(weight, height, obese):
    """76.8 kg at 160 cm is 30 kg/m², whatever floating point makes of 1.6 times 1.6."""
    found = facts({"/person/weight_kg": weight, "/person/height_cm": height})
    assert (found["bmi"] >= 30) is obese


@pytest.mark.parametrize("removed", ["weight_kg", "height_cm"])
def test_without_a_size_there_is_no_bmi(removed):
    found = facts({f"/person/{removed}": REMOVED})
    assert found["bmi"] is found["size_known"] is None
    assert found.missing("size_known") == [f"/person/{removed}"]


# What is measured -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "as_of", "fresh"),
    [
        ("2026-08-22", "2026-11-22", True),
        ("2026-08-21", "2026-11-22", False),
        ("2026-11-30", "2027-02-28", True),
        ("2026-11-30", "2027-03-01", False),
        ("2027-11-30", "2028-02-29", True),
        ("2027-11-30", "2028-03-01", False),
        (REMOVED, "2026-11-22", False),  # undated: missing
    ],
)
def test_a_blood_pressure_counts_for_three_months(on, as_of, fresh):
    changes = {"/vitals/on": on, "/as_of": as_of}
    found = facts(changes)
    assert found["pressure_known"] is (True if fresh else None)
    assert found["is.very_high_pressure"] is (False if fresh else None)
    # what would stop something counts at any age (D-15)
    assert facts({**changes, "/vitals/systolic": 160})["is.very_high_pressure"] is True


@pytest.mark.parametrize(
    ("upper", "lower", "high", "very_high"),
    [
        (139, 89, False, False), (140, 89, True, False), (139, 90, True, False),
        (159, 99, True, False), (160, 99, True, True), (159, 100, True, True),
    ],
)  # fmt: skip
def test_each_side_of_a_high_blood_pressure(upper, lower, high, very_high):
    found = facts({"/vitals/systolic": upper, "/vitals/diastolic": lower})
    assert (found["is.high_pressure"], found["is.very_high_pressure"]) == (high, very_high)


@pytest.mark.parametrize("name", ["systolic", "diastolic"])
def test_one_blood_pressure_is_not_both(name):
    assert facts({f"/vitals/{name}": REMOVED})["pressure_known"] is None


@pytest.mark.parametrize(
    ("on", "fresh"), [("2025-11-22", True), ("2025-11-21", False), (REMOVED, False)]
)
@pytest.mark.parametrize(("fact", "path"), [("sodium", "sodium_mmol_l"), ("alt", "alt_times_uln")])
def test_sodium_and_alt_count_for_twelve_months(fact, path, on, fresh):
    found = facts(
        {"/labs": {path: 2, f"{path.split('_')[0]}_on": "2026-11-01", "on": "2020-01-01"}}
    )
    assert found[fact] == 2 and fact not in found.expired  # its own date goes before that of all
    found = facts({f"/labs/{path}": 2, "/labs/on": on})
    assert found[fact] == 2
    assert (fact in found.expired) is not fresh


@pytest.mark.parametrize(
    ("told", "degrees", "on", "fever"),
    [
        ("no", 38.0, "2026-11-22", True),
        ("no", 37.9, "2026-11-22", False),
        ("no", 38.0, "2026-11-15", True),  # 7 days
        ("no", 38.0, "2026-11-14", False),  # 8 days: what was answered counts
        (REMOVED, 38.0, "2026-11-15", True),
        (REMOVED, 38.0, "2026-11-14", None),
        (REMOVED, 38.0, REMOVED, None),  # undated
        (REMOVED, 37.9, "2026-11-22", None),
        ("yes", 36.5, "2026-11-22", True),
    ],
)
def test_a_measured_fever_answers_for_a_week(told, degrees, on, fever):
    changes = {"/red_flags/fever": told, "/vitals/temperature_c": degrees, "/vitals/on": on}
    assert facts(changes)["flags.fever"] is fever


# What is taken ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "as_of", "fresh"),
    [
        (REMOVED, "2026-11-22", True),  # undated: of the day of the intake
        ("2026-11-08", "2026-11-22", True),  # 14 days
        ("2026-11-07", "2026-11-22", False),
        ("2028-02-15", "2028-02-29", True),
        ("2028-02-15", "2028-03-01", False),
        ("2027-02-15", "2027-03-01", True),
        ("2027-02-15", "2027-03-02", False),
    ],
)
def test_a_list_of_medicines_counts_for_14_days(on, as_of, fresh):
    found = facts({"/medications_on": on, "/as_of": as_of})
    assert found["medicines_known"] is (True if fresh else None)
    assert found["takes.opioid"] is (False if fresh else None)
    if not fresh:
        assert found.missing("medicines_known") == ["/medications_on"]


USE = "/nsaid_use"


@pytest.mark.parametrize(
    ("use", "taking", "days", "in_30"),
    [
        ({"consecutive_days": 8}, True, 8, None),
        ({"consecutive_days": 10, "free_days": 2}, True, 10, None),  # the run goes on (D-35)
        ({"consecutive_days": 10, "free_days": 3}, True, 0, None),
        ({"consecutive_days": 10, "free_days": 2}, False, 10, 0),
        ({"consecutive_days": 10, "days_in_30": 14}, False, 10, 14),
        ({}, False, 0, 0),
        ({}, True, None, None),
        ({"free_days": 2}, False, None, 0),
        ({"free_days": 3}, False, 0, 0),
        ({"days_in_30": 15}, False, None, 15),
        ({"days_in_30": 15, "free_days": 3}, False, 0, 15),
        ({"days_in_30": 0}, False, 0, 0),
    ],
)
def test_days_with_an_nsaid(use, taking, days, in_30):
    medicines = [{"drug": "ibuprofen"}] if taking else []
    found = facts({"/medications": medicines, **({USE: use} if use else {})})
    assert (found["nsaid_days"], found["nsaid_days_in_30"]) == (days, in_30)


@pytest.mark.parametrize(
    ("use", "asked"),
    [
        ({}, ["/medications_complete"]),
        ({"days_in_30": 15}, ["/nsaid_use/consecutive_days"]),
        ({"free_days": 1}, ["/nsaid_use/consecutive_days"]),
    ],
)
def test_what_is_asked_for_the_days(use, asked):
    found = facts({"/medications_complete": False, **({USE: use} if use else {})})
    assert found["nsaid_days"] is None
    assert found.missing("nsaid_days") == asked


@pytest.mark.parametrize(
    ("use", "status", "rules", "not_rules"),
    [
        ({"consecutive_days": 7, "free_days": 0}, "offer", (), ("MED-NSAID-03",)),
        ({"consecutive_days": 8, "free_days": 0}, "caution", ("MED-NSAID-03",), ()),
        ({"consecutive_days": 9, "free_days": 0}, "caution", ("MED-NSAID-03",), ()),
        ({"consecutive_days": 10, "free_days": 0}, "avoid", ("MED-NSAID-03",), ()),
        ({"consecutive_days": 10, "free_days": 2}, "avoid", ("MED-NSAID-03",), ()),
        ({"consecutive_days": 10, "free_days": 3}, "offer", (), ("MED-NSAID-03",)),
    ],
)
def test_the_ten_day_rule(use, status, rules, not_rules):
    found = assess(intake({USE: use}))
    assert found["drugs"]["ibuprofen"]["status"] == status
    assert set(rules) <= rules_of(found) and not set(not_rules) & rules_of(found)


AGED = {"/person/birth_date": "1961-11-22"}
ULCER = {"/conditions": ["peptic_ulcer_past"]}


@pytest.mark.parametrize(
    ("risks", "any_risk", "three"),
    [
        ({}, False, False),
        (AGED, True, False),
        ({**AGED, **ULCER}, True, False),
        ({**AGED, **ULCER, "/medications": [{"drug": "prednisone"}]}, True, True),
        ({**ULCER, "/medications": [{"drug": "sertraline"}, {"drug": "clopidogrel"}]}, True, True),
        ({"/medications": [{"drug": "ibuprofen", "dose_mg": 400, "times_a_day": 3}]}, False, False),
        ({"/medications": [{"drug": "ibuprofen", "dose_mg": 401, "times_a_day": 3}]}, True, False),
        ({"/medications": [{"drug": "naproxen", "dose_mg": 500, "times_a_day": 2}]}, False, False),
        ({"/medications": [{"drug": "naproxen", "dose_mg": 501, "times_a_day": 2}]}, True, False),
        # with two of them certain, a list that is not complete may hold the third
        ({**AGED, **ULCER, "/medications_complete": False}, True, None),
        ({"/medications_complete": False}, None, None),
    ],
)
def test_stomach_risks_are_counted(risks, any_risk, three):
    found = facts(risks)
    assert (found["is.gi_risk"], found["is.three_gi_risks"]) == (any_risk, three)


FACTORS = {  # mg of morphine for one mg a day (CDC 2022); fentanyl: for one mcg an hour
    "codeine": 0.15, "tramadol": 0.2, "tapentadol": 0.4, "hydrocodone": 1, "morphine": 1,
    "oxycodone": 1.5, "oxymorphone": 3, "methadone": 4.7, "hydromorphone": 5, "fentanyl": 2.4,
}  # fmt: skip


def opioid(drug, morphine):
    """A row that comes to so much morphine a day."""
    amount = morphine / FACTORS[drug]
    if drug == "fentanyl":
        return {"drug": drug, "mcg_per_hour": amount, "route": "patch"}
    return {"drug": drug, "dose_mg": amount / 2, "times_a_day": 2}


def test_the_factors_are_those_of_the_table():
    assert book().drugs.morphine_factors == FACTORS


@pytest.mark.parametrize("drug", FACTORS)
@pytest.mark.parametrize(
    ("morphine", "fired"),
    [(49.9, ()), (50, ("MED-OPI-04",)), (89.9, ("MED-OPI-04",)), (90, ("MED-OPI-05",))],
)
def test_each_opioid_on_each_side_of_50_and_90(drug, morphine, fired):
    found = assess(intake({"/medications": [opioid(drug, morphine)]}))
    assert found["mme_per_day"] == morphine
    both = {"MED-OPI-04", "MED-OPI-05"} & rules_of(found)
    assert set(fired) <= both and (fired or not both)
    assert ("MED-OPI-05" in both) is (morphine >= 90)


def test_equivalents_add_up_past_the_noise_of_floating_point():
    """0.15 times 20 and 0.2 times 235: exactly 50."""
    rows = [opioid("codeine", 3), opioid("tramadol", 47)]
    assert facts({"/medications": rows})["mme"] == 50


@pytest.mark.parametrize(
    ("rows", "mme", "at_least", "unclear"),
    [
        ([], None, 0, False),
        ([{"drug": "morphine", "dose_mg": 10}], None, 0, True),
        ([{"drug": "morphine", "times_a_day": 2}], None, 0, True),
        ([{"drug": "morphine", "dose_mg": 10, "times_a_day": 2, "as_needed": True}], 20, 20, False),
        ([{"drug": "buprenorphine", "dose_mg": 8, "times_a_day": 1}], None, 0, False),
        ([opioid("morphine", 60), {"drug": "codeine"}], None, 60, True),
        ([{"drug": "fentanyl", "route": "patch"}], None, 0, True),
        ([{**opioid("morphine", 60), "stopped": "2026-11-09"}], 60, 60, False),  # 13 days
        ([{**opioid("morphine", 60), "stopped": "2026-11-08"}], None, 0, False),  # 14 days
    ],
)
def test_an_opioid_without_a_dose_has_no_equivalent(rows, mme, at_least, unclear):
    found = facts({"/medications": rows})
    assert (found["mme"], found["mme_at_least"], found["mme_unclear"]) == (mme, at_least, unclear)


def row(drug, **more):
    return {"/medications": [{"drug": drug, **more}]}


@pytest.mark.parametrize(
    ("changes", "fact", "wanted"),
    [
        # a stopped drug (D-08): taken for under 14 days, interacts through the 14th
        (row("warfarin", stopped="2026-11-09"), "taking.anticoagulant", True),
        (row("warfarin", stopped="2026-11-08"), "taking.anticoagulant", False),
        (row("warfarin", stopped="2026-11-08"), "takes.anticoagulant", True),
        (row("warfarin", stopped="2026-11-07"), "takes.anticoagulant", False),
        # fluoxetine counts as an SSRI for 35 days (D-27); another SSRI does not
        (row("fluoxetine", stopped="2026-10-18"), "takes.ssri", True),
        (row("fluoxetine", stopped="2026-10-17"), "takes.ssri", False),
        (row("sertraline", stopped="2026-10-18"), "takes.ssri", False),
        # another start: begun 14 days ago or less (D-33)
        (row("omeprazole", since="2026-11-08"), "new_medicine", True),
        (row("omeprazole", since="2026-11-07"), "new_medicine", False),
        (row("omeprazole"), "new_medicine", False),
        # a steroid for three months (RF-17)
        (row("prednisone", since="2026-08-23"), "steroid_for_months", True),
        (row("prednisone", since="2026-08-24"), "steroid_for_months", False),
        (row("prednisone"), "steroid_for_months", None),
        ({}, "steroid_for_months", False),
        ({"/medications_complete": False}, "steroid_for_months", None),
        # aspirin for pain or for the heart (MED-NSAID-21, -27)
        (row("aspirin", dose_mg=325, times_a_day=1), "aspirin_for_pain", False),
        (row("aspirin", dose_mg=326, times_a_day=1), "aspirin_for_pain", True),
        (row("aspirin", dose_mg=100), "aspirin_for_pain", False),
        (row("aspirin", dose_mg=101), "aspirin_for_pain", None),
        (row("aspirin", dose_mg=326), "aspirin_for_pain", True),
        (row("aspirin"), "aspirin_for_pain", None),
        ({}, "aspirin_for_pain", False),
    ],
)
def test_each_side_of_a_window_of_a_medicine(changes, fact, wanted):
    assert facts(changes)[fact] is wanted


@pytest.mark.parametrize(
    ("limit", "moved", "changes", "fact", "before", "after"),
    [
        ("pregnancy_answer", 29, {"/person/pregnant_on": "2026-10-23"}, "pregnant", False, None),
        ("medicine_list", 13, {"/medications_on": "2026-11-08"}, "medicines_known", True, None),
        ("lab", 1, {"/labs/on": "2026-09-01"}, "kidney_known", True, None),
        ("weight", 5, {"/person/weight_on": "2026-05-22"}, "size_known", True, None),
        ("blood_pressure", 2, {"/vitals/on": "2026-08-22"}, "pressure_known", True, None),
    ],
)
def test_another_book_has_other_limits(limit, moved, changes, fact, before, after):
    """Nothing keeps a copy of a limit: it is read from the book that judges the intake."""
    other = copy.copy(book())
    other.limits = {**book().limits, limit: moved}
    assert Facts(intake(changes), book())[fact] is before
    assert Facts(intake(changes), other)[fact] is after
