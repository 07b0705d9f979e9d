"""Kidney facts of an intake: which values are fresh, the lower of clearance and rate, the bands.

A man of 80 with a creatinine of 1.0 mg/dL has a clearance of his weight times 60/72 (REN-01), so
that a weight picks any clearance: 72 kg is 60 mL/min, 36 kg is 30, 18 kg is 15.
"""

import copy
from fractions import Fraction

import pytest

from careplan.rules import assess
from careplan.rules.book import book
from careplan.rules.facts import Facts
from careplan.rules.kidney import ckd_epi_2021, cockcroft_gault, creatinine_from_egfr
from careplan.rules.renal import renal
from careplan.rules.units import Kg, MgPerDl, MlPerMin, MlPerMin173, whole
from tests.rules.building import REMOVED, finding, intake, rules_of

MG, UMOL = "/labs/creatinine_mg_dl", "/labs/creatinine_umol_l"
WEIGHT = "/person/weight_kg"
MAN_OF_80 = {
    "/person": {"birth_date": "1946-11-22", "sex": "male", "weight_kg": 72, "height_cm": 180},
    "/labs": {"creatinine_mg_dl": 1.0, "on": "2026-11-01"},
}


def facts(changes=None, **more):
    return Facts(intake({**(changes or {}), **more}), book())


def man_of_80(**changes):
    return facts(copy.deepcopy(MAN_OF_80), **changes)


# Bands and floors (REN-03, D-19, D-28) --------------------------------------------------------


@pytest.mark.parametrize(
    ("weight", "floor", "band"),
    [
        (84, 70, "G1"),
        (72, 60, "G1"),
        (71.9988, 59, "G2"),  # 59.999
        (70.8, 59, "G2"),
        (37.2, 31, "G2"),
        (37.1988, 30, "G3"),  # 30.999
        (36, 30, "G3"),  # exactly 30: the gap goes to the lower band
        (35.9988, 29, "G3"),
        (34.8, 29, "G3"),
        (19.2, 16, "G3"),
        (19.1988, 15, "G4"),  # 15.999
        (18, 15, "G4"),  # exactly 15
        (17.9988, 14, "G4"),
        (16.8, 14, "G4"),
    ],
)
def test_the_band_follows_the_whole_clearance(weight, floor, band):
    found = man_of_80(**{WEIGHT: weight})
    assert found["dosing_clearance"] == found["any_clearance"] == floor
    assert found["band"] == band
    assert found["crcl"] == pytest.approx(weight * 60 / 72)


@pytest.mark.parametrize("sex", ["female", "male"])
def test_a_floor_is_that_of_exact_arithmetic(sex):
    """60.0 that floating point leaves as 59.99999999999999 is 60, and never the other way."""
    share = Fraction(85, 100) if sex == "female" else 1
    for age in range(20, 100, 4):
        for tenths in range(363, 1100, 41):
            for hundredths in range(61, 300, 13):
                weight, creatinine = Fraction(tenths, 10), Fraction(hundredths, 100)
                exact = share * (140 - age) * weight / (72 * creatinine)
                person = {"age": age, "sex": sex, "weight": Kg(tenths / 10)}
                found = cockcroft_gault(**person, creatinine=MgPerDl(hundredths / 100))
                assert whole(found) == exact.numerator // exact.denominator


def test_floating_point_alone_never_moves_a_band():
    """1.1 times 72 is not 79.2 to a computer; the clearance is 60 all the same."""
    creatinine = MgPerDl(1.1)
    found = cockcroft_gault(age=40, weight=Kg(47.52), sex="male", creatinine=creatinine)
    assert whole(found) == 60


@pytest.mark.parametrize(
    ("condition", "weight", "band"),
    [
        ("ckd_4_or_5", 84, "G3"),  # at best G3, whatever the creatinine says
        ("ckd_4_or_5", 36, "G3"),
        ("ckd_4_or_5", 18, "G4"),
        ("dialysis", 84, "HD"),
        ("dialysis", 18, "HD"),
        ("ckd_3", 84, "G1"),
    ],
)
def test_kidney_disease_lowers_the_band(condition, weight, band):
    assert man_of_80(**{WEIGHT: weight, "/conditions": [condition]})["band"] == band


def test_dialysis_is_a_band_without_any_value():
    assert facts({"/labs": {}, "/conditions": ["dialysis"]})["band"] == "HD"


# The lower of both (REN-05, D-16, D-17) --------------------------------------------------------


def test_the_clearance_is_the_lower_one_for_a_light_old_person():
    found = man_of_80(**{WEIGHT: 45})
    assert found["crcl"] == 37.5 and found["egfr"] > 70
    assert found["kidney"] == 37


def test_the_rate_is_the_lower_one_for_a_heavy_young_person():
    person = {"birth_date": "1996-11-22", "sex": "male", "weight_kg": 110, "height_cm": 195}
    found = facts({"/person": person, MG: 2.0})
    assert found["crcl"] == pytest.approx(84.03, abs=0.01)
    assert found["kidney"] == int(found["egfr"]) < 50


@pytest.mark.parametrize(
    ("given", "rate"),
    [(60, 60), (59, 59), (45, 45), (44, 44), (30, 30), (29.999, 29.999), (110, None)],
)
def test_the_lower_of_a_given_and_a_computed_rate(given, rate):
    found = facts({"/labs/egfr": given})
    computed = float(ckd_epi_2021(age=46, sex="female", creatinine=MgPerDl(0.8)))
    assert found["egfr"] == pytest.approx(rate or computed)
    assert found["kidney"] == int(min(given, computed))
    assert 91 < computed < 93


@pytest.mark.parametrize(
    ("labs", "egfr", "kidney"),
    [
        # the given one is old: it does not count as a rate, and still as what it would stop (D-15)
        ({"egfr": 40, "egfr_on": "2025-11-21"}, "computed", 40),
        ({"egfr": 40, "egfr_on": "2025-11-22"}, 40, 40),
        # the creatinine is old and the given one fresh
        ({"egfr": 70, "egfr_on": "2026-11-01", "creatinine_on": "2025-11-21"}, 70, 70),
        ({"egfr": 70, "egfr_on": "2025-11-21", "creatinine_on": "2025-11-21"}, None, 70),
    ],
)
def test_the_lower_of_those_that_are_fresh(labs, egfr, kidney):
    labs = {"creatinine_mg_dl": 0.8, "creatinine_on": "2026-11-01", **labs}
    found = facts({"/labs": labs})
    computed = float(ckd_epi_2021(age=46, sex="female", creatinine=MgPerDl(0.8)))
    assert found["egfr"] == (computed if egfr == "computed" else egfr)
    assert found["kidney"] == kidney


def test_a_rate_alone_gives_a_worked_back_clearance_for_the_limits_and_no_dose():
    """80 years and 40 kg: an eGFR of 50 is a clearance of about 25."""
    person = {"birth_date": "1946-11-22", "sex": "female", "weight_kg": 40, "height_cm": 150}
    found = facts({"/person": person, "/labs": {"egfr": 50, "on": "2026-11-01"}})
    creatinine = creatinine_from_egfr(age=80, sex="female", egfr=MlPerMin173(50))
    cleared = cockcroft_gault(age=80, weight=Kg(40), sex="female", creatinine=creatinine)
    assert found["kidney"] == whole(cleared) == 25
    assert found["kidney_known"] is True
    assert found["crcl"] is found["dosing_clearance"] is found["any_clearance"] is None
    assert found["band"] is None
    assert found.missing("band") == [MG]


@pytest.mark.parametrize(
    ("birth", "weight", "known"),
    [
        ("1961-11-23", REMOVED, True),  # 64
        ("1961-11-22", REMOVED, None),  # 65
        ("1980-04-02", {"weight_kg": 50, "weight_on": "2026-05-21"}, True),  # old, and not light
        ("1980-04-02", {"weight_kg": 49.9, "weight_on": "2026-05-21"}, None),  # old and light
        ("1980-04-02", {"weight_kg": 49.9, "weight_on": "2026-05-22"}, True),
        ("1961-11-22", {"weight_kg": 80, "weight_on": "2026-05-21"}, None),
        ("1961-11-22", {"weight_kg": 80, "weight_on": "2026-05-22"}, True),
    ],
)
@pytest.mark.parametrize("labs", [{"egfr": 90}, {"creatinine_mg_dl": 0.8}])
def test_a_rate_without_a_fresh_weight_is_enough_for_the_young_who_are_not_light(
    birth, weight, known, labs
):
    person = {"birth_date": birth, "sex": "female", "height_cm": 168}
    person |= {} if weight is REMOVED else weight
    found = facts({"/person": person, "/labs": {**labs, "on": "2026-11-01"}})
    assert found["kidney_known"] is known
    found["kidney"]
    assert ("kidney" in found.expired) is (known is None)
    if known is None:
        assert found.missing("kidney") == [WEIGHT]


def test_another_sex_takes_the_lower_of_both_everywhere():
    values = {}
    for sex in ("female", "male", "other"):
        found = man_of_80(**{"/person/sex": sex})
        values[sex] = {name: found[name] for name in ("crcl", "egfr", "dosing_clearance")}
    for name, value in values["other"].items():
        assert value == min(values["female"][name], values["male"][name])
    assert values["female"]["crcl"] < values["male"]["crcl"]


def test_another_sex_with_a_rate_alone_is_never_better_than_either():
    found = {
        sex: man_of_80(**{"/person/sex": sex, "/labs": {"egfr": 60, "on": "2026-11-01"}})["kidney"]
        for sex in ("female", "male", "other")
    }
    assert found["other"] <= min(found["female"], found["male"])


# Creatinine (REN-01, D-16) ---------------------------------------------------------------------


def test_micromoles_are_turned_into_milligrams():
    mg = man_of_80()
    umol = man_of_80(**{"/labs": {"creatinine_umol_l": 88.4, "on": "2026-11-01"}})
    assert umol["crcl"] == pytest.approx(mg["crcl"]) and umol["egfr"] == pytest.approx(mg["egfr"])


@pytest.mark.parametrize(("umol", "floor"), [(92, 57), (84.5, 60)])
def test_of_two_units_the_higher_creatinine_counts(umol, floor):
    assert man_of_80(**{UMOL: umol})["dosing_clearance"] == floor


# Weights (REN-02) ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weight", "height", "actual", "dosing", "band"),
    [
        (130, 175, 104, 56, "G2"),  # by the ideal weight of 70.5 kg: the lower band counts
        (130, 215, 104, 104, "G1"),  # no obesity in so tall a man
        (70, 175, 56, 56, "G2"),
        (130, None, 104, 104, "G1"),  # without a height nothing else can be reckoned
    ],
)
def test_from_a_bmi_of_30_the_lowest_of_three_weights_counts(weight, height, actual, dosing, band):
    person = {"birth_date": "1961-11-22", "sex": "male", "weight_kg": weight}
    person |= {"height_cm": height} if height else {}
    found = facts({"/person": person, "/labs": {"creatinine_mg_dl": 1.3, "on": "2026-11-01"}})
    assert whole(MlPerMin(found["crcl"])) == actual
    assert (found["dosing_clearance"], found["band"]) == (dosing, band)
    assert found["size_known"] is (True if height else None)
    assert found["bands_differ"] is (actual != dosing if height else None)
    if not height:
        assert found.missing("bands_differ") == ["/person/height_cm"]


@pytest.mark.parametrize(("height", "told"), [(175, True), (215, False)])
def test_where_the_bands_differ_the_prescriber_is_asked(height, told):
    person = {"birth_date": "1961-11-22", "sex": "male", "weight_kg": 130, "height_cm": height}
    labs = {"creatinine_mg_dl": 1.3, "on": "2026-11-01"}
    found = assess(intake({"/person": person, "/labs": labs}))
    assert ("REN-02" in rules_of(found, "gabapentin")) is told
    if told:
        message = finding(found, "REN-02")["message"]
        assert "clearance 56 mL/min, band G2" in message


def test_bands_are_not_compared_without_a_fresh_clearance():
    found = facts({"/labs/on": "2025-11-21"})
    assert found["bands_differ"] is None
    assert found.missing("bands_differ") == [MG]


@pytest.mark.parametrize(("weight", "alike"), [(91.87, True), (91.88, False)])
def test_each_side_of_a_bmi_of_30(weight, alike):
    """30 kg/m² at 175 cm is 91.875 kg."""
    person = {"birth_date": "1961-11-22", "sex": "male", "weight_kg": weight, "height_cm": 175}
    found = renal(
        facts({"/person": person, "/labs": {"creatinine_mg_dl": 1.3, "on": "2026-11-01"}})
    )
    assert (found.dosing == found.clearance) is alike


# How long values count (section 0, D-15) --------------------------------------------------------


def known(changes):
    found = facts(changes)
    assert (renal(found).rate is None) is (found["kidney_known"] is None)
    return found["kidney_known"] is True


@pytest.mark.parametrize(
    ("on", "last", "first_old"),
    [
        ("2025-11-22", "2026-11-22", "2026-11-23"),
        ("2024-02-29", "2025-02-28", "2025-03-01"),  # from a leap day
        ("2027-02-28", "2028-02-28", "2028-02-29"),  # to a leap day
        ("2026-12-31", "2027-12-31", "2028-01-01"),
    ],
)
def test_a_creatinine_counts_for_twelve_months(on, last, first_old):
    labs = {"creatinine_mg_dl": 0.8, "on": on}
    assert known({"/as_of": last, "/labs": labs})
    assert not known({"/as_of": first_old, "/labs": labs})


@pytest.mark.parametrize(
    ("on", "last", "first_old"),
    [
        ("2026-08-22", "2026-11-22", "2026-11-23"),
        ("2026-11-30", "2027-02-28", "2027-03-01"),  # no 30 February
        ("2027-11-30", "2028-02-29", "2028-03-01"),
        ("2026-08-31", "2026-11-30", "2026-12-01"),
        ("2026-10-31", "2027-01-31", "2027-02-01"),
    ],
)
def test_with_kidneys_at_risk_it_counts_for_three_months(on, last, first_old):
    labs = {"creatinine_mg_dl": 0.8, "on": on}
    assert known({"/as_of": last, "/labs": labs, "/conditions": ["diabetes"]})
    assert not known({"/as_of": first_old, "/labs": labs, "/conditions": ["diabetes"]})


FIVE_MONTHS_OLD = {"/labs": {"creatinine_mg_dl": 0.8, "on": "2026-06-22"}}


@pytest.mark.parametrize(
    "risk",
    [
        {"/person/birth_date": "1961-11-22"},
        *({"/conditions": [code]} for code in ("ckd_3", "ckd_4_or_5", "dialysis", "diabetes")),
        {"/conditions": ["kidney_transplant"]},
        *(
            {"/medications": [{"drug": drug}]}
            for drug in ("lisinopril", "losartan", "furosemide", "hydrochlorothiazide", "ibuprofen")
        ),
        {"/medications": [{"drug": "lithium"}]},
        {"/medications": [{"drug": "methotrexate"}]},
        {"/medications": [{"drug": "lisinopril", "stopped": "2026-11-08"}]},  # 14 days ago
        # what is not known is not a no
        {"/conditions_complete": False},
        {"/conditions_complete": REMOVED},
        {"/medications_complete": False},
        {"/medications_complete": REMOVED},
        {"/medications": [{"drug": "zzyzx"}]},
    ],
)
def test_each_risk_for_the_kidneys_shortens_the_time(risk):
    assert not known({**FIVE_MONTHS_OLD, **risk})


@pytest.mark.parametrize(
    "harmless",
    [
        {},
        {"/person/birth_date": "1961-11-23"},  # 64
        {"/conditions": ["hypertension"]},
        {"/medications": [{"drug": "paracetamol"}]},
        {"/medications": [{"drug": "lisinopril", "stopped": "2026-11-07"}]},  # 15 days ago
    ],
)
def test_other_things_do_not(harmless):
    assert known({**FIVE_MONTHS_OLD, **harmless})


@pytest.mark.parametrize(
    ("labs", "fresh"),
    [
        ({"creatinine_mg_dl": 0.8}, False),  # undated: missing
        ({"creatinine_mg_dl": 0.8, "creatinine_on": "2026-11-01"}, True),
        ({"creatinine_mg_dl": 0.8, "creatinine_on": "2024-11-01", "on": "2026-11-01"}, False),
        ({"creatinine_mg_dl": 0.8, "egfr_on": "2026-11-01"}, False),
        ({"egfr": 90}, False),
        ({"egfr": 90, "egfr_on": "2026-11-01"}, True),
        ({"egfr": 90, "egfr_on": "2024-11-01", "on": "2026-11-01"}, False),
        ({"egfr": 90, "creatinine_on": "2026-11-01"}, False),
        ({}, False),
    ],
)
def test_each_value_has_its_own_date_before_that_of_all(labs, fresh):
    assert known({"/labs": labs}) is fresh


@pytest.mark.parametrize("labs", [{}, {"on": "2020-01-01"}])
def test_an_old_low_clearance_counts_for_what_it_stops_and_for_no_dose(labs):
    found = man_of_80(**{"/labs": {"creatinine_mg_dl": 6.0, **labs}})
    assert found["any_clearance"] == 10 and found["kidney"] == 8
    assert found["dosing_clearance"] is found["crcl"] is found["band"] is None
    assert "kidney" in found.expired


def test_without_any_value_nothing_is_known():
    found = facts({"/labs": {}})
    for name in ("kidney", "crcl", "egfr", "dosing_clearance", "any_clearance", "band"):
        assert found[name] is None
    assert found["kidney_known"] is None and found.missing("kidney") == [MG]


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({MG: REMOVED}, [MG]),
        ({WEIGHT: REMOVED}, [WEIGHT]),
        ({"/person/weight_on": "2026-05-21"}, [WEIGHT]),
        ({MG: REMOVED, WEIGHT: REMOVED}, [MG, WEIGHT]),
        ({"/labs/on": "2025-11-21"}, [MG]),
        ({"/labs": {"egfr": 90, "on": "2026-11-01"}}, [MG]),
    ],
)
def test_what_is_asked_for_a_clearance(changes, asked):
    found = facts(changes)
    assert found["band"] is found["crcl"] is None
    assert found.missing("band") == found.missing("crcl") == asked


# Acute kidney injury (REN-07) -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "apart", "wanted"),
    [
        (1.0, 1.3, 2, True),  # 0.3 in 48 hours; 1.3 - 1.0 is not 0.3 to a computer
        (0.9, 1.2, 2, True),
        (1.1, 1.4, 0, True),
        (1.0, 1.29, 2, False),
        (1.0, 1.3, 3, False),  # 0.3 in three days, and 1.3 times
        (2.0, 2.3, 2, True),
        (2.0, 2.3, 3, False),
        (0.6, 0.9, 7, True),  # 1.5 times in seven days
        (1.2, 1.8, 7, True),
        (1.2, 1.79, 7, False),
        (1.2, 1.8, 8, False),
        (1.2, 3.0, 8, False),
        (1.3, 1.0, 2, False),  # it falls
        (1.0, 1.0, 0, False),
    ],
)
def test_a_fast_rise_of_creatinine(before, now, apart, wanted):
    labs = {"creatinine_mg_dl": now, "creatinine_on": "2026-11-20"}
    labs |= {"previous_creatinine_mg_dl": before, "previous_on": f"2026-11-{20 - apart}"}
    assert facts({"/labs": labs})["kidney_injury"] is wanted
    # the two written the wrong way round: the dates say which came first
    turned = {"creatinine_mg_dl": before, "creatinine_on": labs["previous_on"]}
    turned |= {"previous_creatinine_mg_dl": now, "previous_on": "2026-11-20"}
    if apart:
        assert facts({"/labs": turned})["kidney_injury"] is wanted


def test_a_rise_is_seen_across_units_and_with_the_date_of_all_tests():
    labs = {"creatinine_umol_l": 114.92, "on": "2026-11-20", "previous_on": "2026-11-18"}
    assert facts({"/labs": {**labs, "previous_creatinine_mg_dl": 1.0}})["kidney_injury"] is True
    labs["creatinine_umol_l"] = 114.0
    assert facts({"/labs": {**labs, "previous_creatinine_mg_dl": 1.0}})["kidney_injury"] is False


@pytest.mark.parametrize(
    "removed", ["creatinine_mg_dl", "creatinine_on", "previous_creatinine_mg_dl", "previous_on"]
)
def test_a_rise_is_not_known_without_both_values_and_their_days(removed):
    labs = {"creatinine_mg_dl": 2.0, "creatinine_on": "2026-11-20"}
    labs |= {"previous_creatinine_mg_dl": 1.0, "previous_on": "2026-11-19"}
    del labs[removed]
    assert facts({"/labs": labs})["kidney_injury"] is None


# What a finding says of them --------------------------------------------------------------------


def test_a_finding_tells_the_derived_number_with_unit_and_what_it_was_read_from_and_when():
    person = {**MAN_OF_80["/person"], "weight_kg": 48, "weight_on": "2026-10-01"}
    told = finding(assess(intake({**MAN_OF_80, "/person": person})), "MED-NSAID-15")["because"]
    assert told["kidney"] == "40 mL/min (lower of CrCl and eGFR) of 2026-11-01"
    assert told[MG] == 1.0 and told["/labs/on"] == "2026-11-01"
    assert told[WEIGHT] == 48 and told["/person/weight_on"] == "2026-10-01"


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("crcl", {MG, "/labs/on", WEIGHT}),
        ("egfr", {MG, "/labs/on"}),
        ("dosing_clearance", {MG, "/labs/on", WEIGHT, "/person/height_cm"}),
        ("bmi", {WEIGHT, "/person/height_cm"}),
        ("systolic", {"/vitals/systolic", "/vitals/on"}),
    ],
)
def test_each_derived_number_names_its_values_and_their_days(name, paths):
    found = facts()
    told = found.why(name)
    assert set(told) == {*paths, name}
    value, _, day = told[name].partition(" of 2026-")
    assert value == found.show(name) and value.endswith(UNIT_OF[name])
    assert day == {"bmi": "", "systolic": "11-20"}.get(name, "09-01")


UNIT_OF = {"crcl": " mL/min", "egfr": " mL/min/1.73 m2", "dosing_clearance": " mL/min"}
UNIT_OF |= {"bmi": " kg/m2", "systolic": " mmHg"}
