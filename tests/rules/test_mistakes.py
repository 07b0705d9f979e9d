"""The fifteen mistakes that software of this kind is likely to make, each shown not to be made.

The numbers are those of the specification's section 11; docs/clinical-safety.md lists them.
"""

import pytest

from careplan.rules import IntakeRefused, assess
from careplan.rules.book import book, minutes_of
from careplan.rules.scores import classify, is_better, is_worse
from careplan.rules.session import propose
from careplan.rules.units import MgPerDl, MlPerMin, MlPerMin173, UmolPerL
from careplan.rules.visits import judge
from tests.rules.building import FLAGS, REMOVED, intake, rules_of

NSAIDS = ("ibuprofen", "naproxen")
NERVE = {
    "/episode/features/burning": "yes",
    "/episode/features/tingling": "yes",
    "/episode/features/leg_pain_below_knee": "yes",
    "/episode/features/dermatomal_sensory_loss": "yes",
}


def statuses(changes):
    drugs = assess(intake(changes))["drugs"]
    return {drug: row["status"] for drug, row in drugs.items()}


@pytest.mark.parametrize("answer", [REMOVED, "unknown"], ids=["blank", "not sure"])
@pytest.mark.parametrize("flag", FLAGS)
def test_1_a_blank_red_flag_is_no_no(flag, answer):
    found = assess(intake({f"/red_flags/{flag}": answer}))
    assert found["disposition"] == "incomplete"
    assert found["home_plan"] is None
    assert not {"offer", "caution"} & {row["status"] for row in found["drugs"].values()}


@pytest.mark.parametrize(
    "place",
    ["/allergies", "/labs", "/vitals", "/conditions_complete", "/medications_complete"]
    + ["/person/pregnant", "/person/weight_kg", "/person/breastfeeding"],
)
def test_1_a_fact_that_is_missing_offers_no_medicine(place):
    assert statuses({})["ibuprofen"] == "offer"
    assert statuses({place: REMOVED})["ibuprofen"] == "needs_data"


def test_2_kidney_units_cannot_be_mixed():
    with pytest.raises(TypeError):
        _ = MlPerMin(40) < MlPerMin173(60)
    with pytest.raises(TypeError):
        _ = MgPerDl(1.0) == UmolPerL(88.4)
    with pytest.raises(IntakeRefused):
        assess(intake({"/labs/creatinine_umol_l": 300}))  # beside 0.8 mg/dL, which is 71


def test_2_gabapentin_is_not_dosed_by_egfr():
    labs = {"egfr": 90, "on": "2026-09-01"}
    found = assess(intake({"/labs": labs, "/clinic": {"gabapentin_enabled": True}, **NERVE}))
    assert (found["renal"] or {}).get("gabapentin_band") is None
    assert found["drugs"]["gabapentin"]["dose"] is None


@pytest.mark.parametrize(
    ("rate", "status"),
    [(60, "offer"), (59.99, "caution"), (45, "caution"), (44.99, "prescriber_only")]
    + [(30, "prescriber_only"), (29.99, "avoid"), (15, "avoid")],
)
def test_3_a_limit_of_the_kidneys_holds_on_both_sides(rate, status):
    # The weight keeps the clearance above the rate, so that the rate decides.
    labs = {"egfr": rate, "on": "2026-11-01"}
    found = statuses({"/labs": labs, "/person/weight_kg": 180, "/person/height_cm": 190})
    assert {found[drug] for drug in NSAIDS} == {status}


def test_4_gabapentin_comes_after_duloxetine_and_never_for_mechanical_pain():
    tried = [{"treatment": "naproxen", "outcome": "side_effect"}]
    care = {"physical_therapy": "active", "weeks": 8, "self_management": "active"}
    on = {"/clinic": {"gabapentin_enabled": True}, "/tried": tried, "/care": care}
    mechanical, nerve = statuses(on), statuses({**on, **NERVE})
    assert mechanical["gabapentin"] == "avoid"
    assert nerve["gabapentin"] == "not_yet"
    assert nerve["duloxetine"] in ("offer", "caution", "prescriber_only")
    assert statuses({**on, **NERVE, "/clinic": REMOVED})["gabapentin"] == "avoid"


@pytest.mark.parametrize("drug", ["duloxetine", "cyclobenzaprine", "oxycodone", "amitriptyline"])
def test_5_a_medicine_explains_no_bladder_trouble_away(drug):
    taken = {"/medications": [{"drug": drug}]}
    flag = assess(intake({"/red_flags/bladder_change": "yes", **taken}))
    assert flag["disposition"] == "emergency"
    effect = {"drug": drug, "effect": "urine_hesitancy", "grade": "mild"}
    check_ins = [{"on": "2026-11-01", "nprs": 5}, {"on": "2026-11-20", "side_effects": [effect]}]
    told = assess(intake({"/check_ins": check_ins, **taken}))
    assert told["disposition"] == "urgent"
    assert "RF-02" in rules_of(told)


@pytest.mark.parametrize(
    ("days", "free", "status"),
    [(10, 0, "avoid"), (10, 2, "avoid"), (9, 0, "caution"), (10, 3, "offer")],
)
def test_6_the_ten_days_count_every_anti_inflammatory(days, free, status):
    run = {"consecutive_days": days, "free_days": free, "days_in_30": days}
    assert statuses({"/nsaid_use": run})["ibuprofen"] == status


@pytest.mark.parametrize(
    ("medicines", "drug"),
    [
        (["lisinopril", "furosemide"], "ibuprofen"),
        (["losartan", "hydrochlorothiazide"], "naproxen"),
        (["Advil", "warfarin"], "duloxetine"),
    ],
)
def test_7_three_medicines_together_are_judged(medicines, drug):
    def status(names):
        care = {"physical_therapy": "active", "weeks": 8, "self_management": "active"}
        rows = [{"drug": name, "since": "2020-01-01"} for name in names]
        return statuses({"/medications": rows, "/care": care})[drug]

    assert status(medicines) == "avoid"
    assert "avoid" not in {status([name]) for name in medicines}


def test_7_the_third_medicine_that_acts_on_the_brain_at_65():
    person = {"/person/birth_date": "1955-01-01", "/person/sex": "male"}
    two = [{"drug": "oxycodone"}, {"drug": "zolpidem"}]
    assert "MED-GEN-08" in rules_of(assess(intake({**person, "/medications": two})), "duloxetine")
    one = assess(intake({**person, "/medications": two[:1]}))
    assert "MED-GEN-08" not in rules_of(one)


def test_8_who_usually_has_five_is_not_locked_out():
    session = {"on": "2026-11-22", "level": 1, "before": 5, "next_day": 5, "effort": 4}
    record = {"as_of": "2026-11-22", "usual_pain": 5, "done_share": 0.8, "frozen": False}
    zones = {
        peak: propose({**record, "sessions": [{**session, "peak": peak}]}, book())["zone"]
        for peak in (5, 6, 7, 8)
    }
    assert zones == {5: "green", 6: "green", 7: "amber", 8: "red"}


def test_9_thirty_percent_of_little_is_no_improvement():
    measures = book().measures
    assert not is_better(measures["peg"], 1.4, 2)  # 30 %, and 0.6 points
    assert not is_better(measures["nprs"], 1, 1.5)
    low = [{"on": "2026-10-01", "nprs": 2, "peg": [4, 4, 4], "psfs": [5]}]
    later = [{"on": "2026-10-15", "nprs": 0, "peg": [4, 4, 4], "psfs": [5]}]
    assert classify(low + later, book()) != "improving"


def test_10_which_way_is_better_is_kept_with_the_measure():
    up, down = book().measures["psfs"], book().measures["nprs"]
    assert (up.better, down.better) == ("up", "down")
    assert is_better(up, 8, 4) and not is_better(up, 4, 8) and is_worse(up, 4, 8)
    assert is_better(down, 4, 8) and not is_better(down, 8, 4) and is_worse(down, 8, 4)


def test_11_visits_are_no_dollars_and_twenty_is_nobodys_law():
    record = {"as_of": "2026-11-22", "certified_on": "2026-11-21"}

    def told(**account):
        return {row["rule"] for row in judge({**record, **account}, book())["findings"]}

    assert "PAY-04" in told(payer={"kind": "dollar_threshold"}, charges_usd=2480)
    assert "PAY-04" not in told(payer={"kind": "dollar_threshold"}, visits_used=2480, charges_usd=0)
    assert "PAY-04" not in told(payer={"kind": "visit_limit", "visit_limit": 20}, charges_usd=2480)
    assert assess(intake({"/coverage": {"visit_limit": 14, "visits_used": 0}}))["program"][
        "over_visit_limit"
    ]
    assert not assess(intake({"/coverage": REMOVED}))["program"]["over_visit_limit"]


def test_12_the_fifteen_minutes_count_sides_rests_and_changeovers_and_no_walking():
    found = assess(intake())["home_plan"]
    changeover = book().program["changeover_minutes"]
    minutes = [row["minutes"] + changeover for row in found["exercises"]]
    assert changeover > 0
    assert found["minutes"] == sum(minutes) <= 15
    assert {row["id"][:3] for row in found["exercises"]} <= {"COR", "FLX", "POS", "EXP"}
    assert found["aerobic"]["id"].startswith("AER")
    dose = {"sets": 2, "reps": 5, "hold_s": 10, "s_per_rep": 2, "rest_s": 30}
    assert minutes_of(**dose, sides=2) > minutes_of(**dose, sides=1)
    assert minutes_of(**dose, sides=1) > minutes_of(**{**dose, "rest_s": 0}, sides=1)


def test_13_a_clean_check_in_clears_no_red_flag():
    clean = dict.fromkeys(FLAGS, "no")
    check_ins = [
        {"on": "2026-11-01", "nprs": 5, "red_flags": {**clean, "fever": "yes"}},
        {"on": "2026-11-15", "nprs": 4, "red_flags": clean},
    ]
    held = assess(intake({"/check_ins": check_ins}))
    assert (held["disposition"], held["home_plan"]) == ("urgent", None)
    review = {"flag": "fever", "on": "2026-11-16", "role": "therapist"}
    review |= {"outcome": "cleared", "finding": "A cold; well again and examined."}
    cleared = {"/check_ins": check_ins, "/red_flag_reviews": [review]}
    assert assess(intake(cleared))["disposition"] == "plan"


def test_14_no_patient_is_told_to_stop_at_once():
    spared = {"RF-25", "RF-26", "RF-27", "RF-28", "RF-29", "RF-21"}
    told = [
        (rule.id, level.patient_message)
        for rule in book().rules.values()
        for level in rule.levels
        if level.patient_message and rule.id not in spared
    ]
    wrong = [row for row in told if "stop" in row[1].lower() and "medicine" in row[1].lower()]
    assert len(told) > 20
    assert wrong == []


def test_15_no_device_is_part_of_a_treatment():
    found = assess(intake())
    said = str([found["home_plan"], found["program"], found["self_care"]]).lower()
    assert "stimulat" not in said and "nmes" not in said
