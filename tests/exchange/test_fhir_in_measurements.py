"""Measurements: units, dates, the newest one, and values that contradict each other."""

import pytest

from tests.exchange.bundles import (
    LOINC,
    bundle,
    concept,
    condition,
    observation,
    order,
    patient,
    pressure,
    read,
    used,
    whys,
)

CREATININE = "2160-0"


def intake(*rows) -> dict:
    return read(bundle(*rows)).intake


def stale(*rows, who=None) -> dict:
    return {row.pointer: row.good_until for row in read(bundle(*rows, who=who)).stale}


@pytest.mark.parametrize("code", ["2160-0", "38483-4"])
def test_creatinine_in_mg(code):
    assert intake(observation(code, 0.9, "mg/dL"))["labs"] == {
        "creatinine_mg_dl": 0.9,
        "creatinine_on": "2026-11-01",
    }


@pytest.mark.parametrize("unit", ["umol/L", "µmol/L", "μmol/L", "µmol/l", "mcmol/L"])
def test_creatinine_in_micromoles(unit):
    assert intake(observation(CREATININE, 80, unit))["labs"] == {
        "creatinine_umol_l": 80,
        "creatinine_on": "2026-11-01",
    }


@pytest.mark.parametrize(
    ("unit", "why"), [("mmol/L", '"mmol/L" is not one we can read'), (None, "The unit is missing")]
)
def test_other_units_are_reported_and_never_guessed(unit, why):
    proposal = read(bundle(observation(CREATININE, 0.9, unit)))
    assert "labs" not in proposal.intake
    assert (
        f"/entry/1/resource/valueQuantity/unit | Creatinine, 2026-11-01 | {'The unit ' if unit else ''}{why}"
        in whys(proposal)
    )


def test_two_units_that_disagree_are_not_used():
    row = observation(CREATININE, 80, "mg/dL")
    row["valueQuantity"]["code"] = "umol/L"
    proposal = read(bundle(row))
    assert "labs" not in proposal.intake
    assert 'It gives two units, "mg/dL" and "umol/L".' in whys(proposal)


def test_a_printed_unit_in_words_beside_a_known_code():
    row = observation(CREATININE, 0.9, "milligrams per decilitre")
    row["valueQuantity"]["code"] = "mg/dL"
    assert intake(row)["labs"]["creatinine_mg_dl"] == 0.9


@pytest.mark.parametrize(
    ("value", "unit"), [(90, "mg/dL"), (0, "mg/dL"), (-1, "mg/dL"), (5, "umol/L")]
)
def test_impossible_values_are_reported(value, unit):
    proposal = read(bundle(observation(CREATININE, value, unit)))
    assert "labs" not in proposal.intake
    assert "is not possible. Check value and unit" in whys(proposal)


def test_less_than_is_no_number():
    row = observation("33914-3", 60, "mL/min/{1.73_m2}")
    row["valueQuantity"]["comparator"] = ">="
    proposal = read(bundle(row))
    assert "labs" not in proposal.intake
    assert 'It is ">= 60" and not one number.' in whys(proposal)


def test_the_urine_ratio_named_creatinine_is_not_creatinine():
    assert "labs" not in intake(observation("14959-1", 1.0, "mg/dL"))


def test_the_newest_wins_and_the_one_before_is_kept():
    labs = intake(
        observation(CREATININE, 1.0, "mg/dL", "2026-09-01"),
        observation(CREATININE, 1.4, "mg/dL", "2026-11-01"),
        observation(CREATININE, 0.8, "mg/dL", "2026-05-01"),
    )["labs"]
    assert labs == {
        "creatinine_mg_dl": 1.4,
        "creatinine_on": "2026-11-01",
        "previous_creatinine_mg_dl": 1.0,
        "previous_on": "2026-09-01",
    }


def test_two_creatinines_on_one_day_that_differ_are_both_shown_and_none_is_taken():
    proposal = read(
        bundle(
            observation(CREATININE, 1.0, "mg/dL", "2026-11-01T08:00:00Z"),
            observation("38483-4", 1.5, "mg/dL", "2026-11-01T16:00:00Z"),
            observation(CREATININE, 0.9, "mg/dL", "2026-01-01"),
        )
    )
    assert "labs" not in proposal.intake
    (conflict,) = proposal.conflicts
    assert "different values on 2026-11-01. None was taken" in conflict.sentence
    assert {row.value for row in conflict.values} == {"1 mg/dL", "1.5 mg/dL"}


@pytest.mark.parametrize(("micromoles", "conflicts"), [(88.4, 0), (90, 0), (120, 1)])
def test_one_sample_in_two_units_is_one_value(micromoles, conflicts):
    proposal = read(
        bundle(observation(CREATININE, 1.0, "mg/dL"), observation(CREATININE, micromoles, "umol/L"))
    )
    assert len(proposal.conflicts) == conflicts


def test_the_same_value_twice_is_no_conflict():
    assert read(bundle(*[observation(CREATININE, 1.0, "mg/dL")] * 2)).conflicts == []


@pytest.mark.parametrize(("egfr", "conflicts"), [(80, 0), (60, 0), (40, 1), (150, 1)])
def test_creatinine_and_egfr_that_cannot_both_be_right(egfr, conflicts):
    proposal = read(
        bundle(
            observation(CREATININE, 0.9, "mg/dL"), observation("98979-8", egfr, "mL/min/{1.73_m2}")
        )
    )
    assert len(proposal.conflicts) == conflicts
    assert proposal.intake["labs"]["egfr"] == egfr


def test_egfr_in_ml_a_minute_is_per_body_surface_by_its_code():
    assert intake(observation("33914-3", 72.1, "mL/min"))["labs"] == {
        "egfr": 72.1,
        "egfr_on": "2026-11-01",
    }


@pytest.mark.parametrize(
    ("risk", "born", "good"),
    [
        ([], "1980-05-17", "2026-01-01"),
        ([], "1961-11-24", "2025-04-01"),
        ([condition("44054006")], "1980-05-17", "2025-04-01"),
        ([condition("431855005")], "1980-05-17", "2025-04-01"),
        ([order("Lisinopril 10 MG")], "1980-05-17", "2025-04-01"),
        ([order("Omeprazole 20 MG")], "1980-05-17", "2026-01-01"),
    ],
)
def test_how_long_a_creatinine_is_good_for(risk, born, good):
    rows = (*risk, observation(CREATININE, 0.9, "mg/dL", "2025-01-01"))
    assert stale(*rows, who=patient(birthDate=born))["/labs/creatinine_mg_dl"] == good


def test_a_fresh_creatinine_is_not_stale():
    assert stale(observation(CREATININE, 0.9, "mg/dL", "2026-11-01")) == {}


def test_a_value_without_a_date_keeps_none_and_is_listed():
    row = observation(CREATININE, 0.9, "mg/dL", None)
    assert intake(row)["labs"] == {"creatinine_mg_dl": 0.9}
    assert stale(row) == {"/labs/creatinine_mg_dl": None}


def test_the_day_of_issue_stands_in_for_a_missing_date():
    row = observation(CREATININE, 0.9, "mg/dL", None, issued="2026-10-05T10:00:00Z")
    assert intake(row)["labs"]["creatinine_on"] == "2026-10-05"


def test_a_date_in_the_future_is_reported():
    proposal = read(bundle(observation(CREATININE, 0.9, "mg/dL", "2026-11-25")))
    assert "labs" not in proposal.intake
    assert "lies in the future" in whys(proposal)


@pytest.mark.parametrize("status", ["preliminary", "entered-in-error", "cancelled", "registered"])
def test_what_is_not_final_is_not_used(status):
    proposal = read(bundle(observation(CREATININE, 0.9, "mg/dL", status=status)))
    assert "labs" not in proposal.intake
    assert "They are not final results." in whys(proposal)


@pytest.mark.parametrize(
    ("value", "unit", "kg"),
    [(82.2, "kg", 82.2), (82_200, "g", 82.2), (181, "[lb_av]", 82.1), (181, "lbs", 82.1)],
)
def test_weight(value, unit, kg):
    person = intake(observation("29463-7", value, unit))["person"]
    assert (person["weight_kg"], person["weight_on"]) == (kg, "2026-11-01")


@pytest.mark.parametrize(
    ("value", "unit", "cm"), [(180, "cm", 180), (1.8, "m", 180), (71, "[in_i]", 180.3)]
)
def test_height(value, unit, cm):
    assert intake(observation("8302-2", value, unit))["person"]["height_cm"] == cm


def test_grams_under_the_name_of_kilograms_are_impossible():
    proposal = read(bundle(observation("29463-7", 82_200, "kg")))
    assert "weight_kg" not in proposal.intake["person"]
    assert "is not possible" in whys(proposal)


def test_blood_pressure_goes_by_code_and_not_by_place():
    swapped = pressure(150, 95)
    swapped["component"].reverse()
    for panel in (pressure(150, 95), swapped):
        assert intake(panel)["vitals"] == {"systolic": 150, "diastolic": 95, "on": "2026-11-01"}


def test_a_blood_pressure_in_two_observations():
    vitals = intake(observation("8480-6", 150, "mm[Hg]"), observation("8462-4", 95, "mmHg"))[
        "vitals"
    ]
    assert (vitals["systolic"], vitals["diastolic"]) == (150, 95)


def test_half_a_blood_pressure_is_reported():
    proposal = read(bundle(observation("8480-6", 150, "mm[Hg]")))
    assert "vitals" not in proposal.intake
    assert "Its other half is missing" in whys(proposal)


def test_two_readings_of_one_day_are_no_conflict_and_the_later_wins():
    early, late = (
        pressure(170, 100, "2026-11-01T08:00:00Z"),
        pressure(150, 95, "2026-11-01T09:00:00Z"),
    )
    proposal = read(bundle(late, early))
    assert proposal.conflicts == []
    assert proposal.intake["vitals"]["systolic"] == 150


def test_two_readings_of_one_moment_that_differ_are_a_conflict():
    proposal = read(bundle(pressure(170, 100), pressure(150, 95)))
    assert "vitals" not in proposal.intake
    assert len(proposal.conflicts) == 2


@pytest.mark.parametrize(("day", "rate"), [("2026-11-01", 70), ("2026-10-31", None)])
def test_the_heart_rate_joins_the_vitals_of_its_own_day_only(day, rate):
    vitals = intake(pressure(150, 95), observation("8867-4", 70, "/min", day))["vitals"]
    assert vitals.get("heart_rate") == rate


def test_a_temperature_is_shown_and_fills_in_nothing():
    proposal = read(bundle(observation("8310-5", 101.3, "[degF]")))
    assert "vitals" not in proposal.intake
    assert "101.3 °F" in {row.value for row in proposal.understood}


@pytest.mark.parametrize(
    ("day", "now"), [("2026-11-24", 6.5), ("2026-10-26", 6.5), ("2026-10-25", None)]
)
def test_pain_is_filled_in_for_less_than_thirty_days(day, now):
    row = observation("72514-3", 6.5, "{score}", day)
    assert intake(row).get("episode", {}).get("pain", {}).get("now") == now
    assert ("/episode/pain/now" in stale(row)) is (now is None)


def test_pain_in_words_is_reported_and_shown():
    severe = {"valueCodeableConcept": concept("LA6750-9", "Severe", LOINC)}
    proposal = read(bundle(observation("72514-3", **severe), observation("75261-8", **severe)))
    assert "episode" not in proposal.intake
    assert 'Pain, 0 to 10 | It says "Severe" and no number.' in whys(proposal)
    assert {row.label: row.value for row in proposal.understood}[
        "Average pain, past 7 days"
    ] == "Severe"


def peg(on: str) -> dict:
    answers = (("75893-8", 7), ("91145-3", 6), ("91146-1", 5))
    parts = [
        {"code": concept(code, system=LOINC), "valueQuantity": {"value": value}}
        for code, value in answers
    ]
    return observation("91147-9", 6, on=on, component=parts)


def test_peg_and_start_back():
    fresh = intake(peg("2026-11-20"), observation("91351-7", 4, on="2026-11-20"))
    assert fresh["function"] == {"peg": [7, 6, 5], "start_back": {"total": 4}}
    old = read(bundle(peg("2026-01-01"), observation("91351-7", 4, on="2026-01-01")))
    assert "function" not in old.intake
    assert {"/function/peg", "/function/start_back/total"} <= {row.pointer for row in old.stale}
    assert {row.label for row in old.understood} >= {
        "PEG",
        "PEG, its three answers",
        "STarT Back total",
    }


@pytest.mark.parametrize(
    ("code", "day", "ever"),
    [
        ("266919005", "2026-06-01", "no"),
        ("266919005", "2020-06-01", None),
        ("8517006", "2010-06-01", "yes"),
        ("449868002", "2010-06-01", "yes"),
        ("266927001", "2026-06-01", None),
    ],
)
def test_smoking(code, day, ever):
    row = observation("72166-2", on=day, valueCodeableConcept=concept(code, "as told"))
    assert intake(row)["person"].get("smoker_ever") == ever


@pytest.mark.parametrize(
    ("code", "answer"), [("77386006", "yes"), ("60001007", "no"), ("LA26683-5", "no")]
)
def test_pregnancy_answer(code, answer):
    row = observation("82810-3", on="2026-11-20", valueCodeableConcept=concept(code, "as told"))
    person = intake(row)["person"]
    assert (person["pregnant"], person["pregnant_on"]) == (answer, "2026-11-20")


def test_sodium():
    assert intake(observation("2951-2", 138, "mmol/L"))["labs"] == {
        "sodium_mmol_l": 138,
        "sodium_on": "2026-11-01",
    }


def test_results_without_a_place_are_one_row():
    proposal = read(bundle(observation("6298-4", 4, "mmol/L"), observation("2093-3", 200, "mg/dL")))
    assert [row.what for row in proposal.not_understood] == [
        "Observation: 2 results not read (6298-4, 2093-3)"
    ]


def test_every_value_says_where_it_stands():
    proposal = read(bundle(pressure(150, 95), observation(CREATININE, 0.9, "mg/dL")))
    places = {row.used_for: row.path for row in proposal.understood if row.used_for}
    assert places["/vitals/systolic"] == "/entry/1/resource/component/1"
    assert places["/labs/creatinine_mg_dl"] == "/entry/2/resource"
    assert used(proposal)["/vitals/systolic"] == "150/95 mmHg"
