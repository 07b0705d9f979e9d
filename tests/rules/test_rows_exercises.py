"""The 44 exercises, a second time: dose, level, place, links, stops and cautions (section 4).

The table is the specification's own, not the book's. A bare code is a caution, `!CODE` hides the
exercise; "stop unstable CAD or HF" of the aerobic ones is `!HEART CAD HF` (D-41).
"""

import pytest

from careplan.rules import assess
from careplan.rules.book import book
from careplan.rules.facts import Facts
from careplan.rules.home_plan import cautions, hidden_exercises
from tests.rules.building import REMOVED, intake

# code | place | level | sets x reps, hold s, s a repetition, rest s, sides | codes | easier > harder
LIBRARY = """
EXP-01 | supine     | 1 | 1x10 0 4 0 1     | PREG20 POSTOP OSTEOP | EXP-07 > EXP-02
EXP-02 | standing   | 1 | 2x8 0 5 30 1     | BALANCE POSTOP | POS-01 > EXP-03
EXP-03 | standing   | 2 | 2x6 0 5 30 1     | !OSTEOP !POSTOP FLEX-INT RADIC | EXP-02 > EXP-06
EXP-04 | sitting    | 1 | 2x8 0 4 30 1     | KNEE HIP BALANCE AAA | > EXP-05
EXP-05 | standing   | 2 | 2x8 0 4 30 2     | BALANCE FALLS KNEE | EXP-04 > AER-02
EXP-06 | standing   | 3 | 2x6 0 6 60 1     | !OSTEOP !AAA !HTN-UNC !POSTOP !PREG FLEX-INT | EXP-03 >
EXP-07 | supine     | 1 | 1x12 0 10 0 1    | PREG20 COPD | > EXP-01
POS-01 | sitting    | 1 | 1x10 2 3 0 1     | EXT-INT FLEX-INT | > POS-02
POS-02 | sitting or standing | 1 | 1x5 5 3 0 1 | BALANCE | POS-01 > POS-04
POS-03 | sitting    | 1 | 2x10 3 2 20 1    | SHLD | > POS-06
POS-04 | standing   | 1 | 1x5 10 3 0 1     | EXT-INT STENOSIS OSTEOP | POS-01 > POS-06
POS-05 | standing   | 1 | 1x6 5 3 0 2      | BALANCE | > EXP-05
POS-06 | standing   | 2 | 2x10 1 3 30 1    | SHLD AAA HTN-UNC | POS-03 > COR-11
POS-07 | sitting    | 1 | 1x4 10 5 0 1     | ANY HIP | POS-01 > POS-02
COR-01 | supine     | 1 | 1x8 8 2 0 1      | PREG20 HTN-UNC AAA | > COR-02
COR-02 | supine     | 1 | 1x10 5 2 0 1     | PREG20 OSTEOP | COR-01 > COR-03
COR-03 | supine     | 1 | 2x8 0 4 30 1     | !PREG20 POSTOP RADIC | COR-02 > COR-04
COR-04 | supine     | 2 | 2x6 0 6 45 1     | !PREG20 !POSTOP SHLD | COR-03 > COR-12
COR-05 | hands and knees | 1 | 2x6 3 3 30 1 | WRIST KNEE | COR-01 > COR-06
COR-06 | hands and knees | 2 | 2x6 5 3 45 1 | WRIST SHLD BALANCE PREG20 | COR-05 > COR-10
COR-07 | supine     | 1 | 2x8 3 3 30 1     | !PREG20 EXT-INT POSTOP | COR-02 > COR-08
COR-08 | supine     | 2 | 2x6 0 5 45 1     | !PREG20 !POSTOP EXT-INT | COR-07 > COR-10
COR-09 | side-lying | 1 | 2x10 1 3 20 2    | HIP | > COR-10
COR-10 | side-lying | 2 | 2x3 8 3 45 2     | SHLD PREG20 OSTEOP | COR-09 > COR-12
COR-11 | standing   | 2 | 2x8 2 3 30 2     | SHLD HTN-UNC AAA | > COR-12
COR-12 | prone or side-lying | 3 | 2x3 10 3 60 1 | !PREG20 !AAA !HTN-UNC !HF SHLD OSTEOP EXT-INT | COR-10 >
FLX-01 | supine     | 1 | 1x2 20 4 10 2    | !PREG20 RADIC | FLX-02 >
FLX-02 | sitting    | 1 | 1x2 20 4 10 2    | RADIC OSTEOP HIP | > FLX-01
FLX-03 | standing   | 1 | 1x2 20 4 10 2    | EXT-INT STENOSIS BALANCE | > FLX-04
FLX-04 | kneeling   | 2 | 1x2 25 4 10 2    | KNEE EXT-INT BALANCE | FLX-03 >
FLX-05 | supine     | 1 | 1x2 20 4 10 2    | !HIP PREG20 RADIC | >
FLX-06 | supine     | 1 | 1x3 15 3 0 2     | !OSTEOP !PREG20 FLEX-INT HIP | EXP-01 > FLX-07
FLX-07 | kneeling   | 2 | 1x3 20 4 10 1    | !OSTEOP KNEE FLEX-INT PREG | FLX-06 >
FLX-08 | hands and knees | 1 | 1x8 1 4 0 1 | OSTEOP WRIST | POS-01 >
FLX-09 | prone      | 1 | 1x3 30 5 10 1    | !EXT-INT !STENOSIS !SPONDY !PREG | > FLX-10
FLX-10 | prone      | 2 | 1x8 1 4 0 1      | !EXT-INT !STENOSIS !SPONDY !PREG WRIST SHLD | FLX-09 >
FLX-11 | side-lying | 1 | 1x6 2 4 0 2      | !POSTOP SHLD OSTEOP | >
AER-01 | standing   | 1 | 1x1 0 300 0 1    | !HEART CAD HF BALANCE | AER-03 > AER-02
AER-02 | standing   | 2 | 1x1 0 1200 0 1   | !HEART CAD HF STENOSIS BALANCE | AER-01 >
AER-03 | sitting    | 1 | 2x1 0 120 30 1   | !HEART CAD HF | > AER-01
AER-04 | sitting    | 2 | 1x1 0 900 0 1    | !HEART CAD HF FLEX-INT KNEE | >
AER-05 | pool       | 1 | 1x1 0 900 0 1    | !SKIN !POSTOP !HEART EPIL CAD HF | > AER-06
AER-06 | pool       | 3 | 1x1 0 1200 0 1   | !POSTOP !HEART CAD HF EXT-INT SHLD EPIL | AER-05 >
AER-07 | standing   | 1 | 4x1 0 180 60 1   | !HEART CAD HF | AER-03 > AER-04
"""
ROWS = [[part.strip() for part in line.split("|")] for line in LIBRARY.strip().splitlines()]
STOPS = {row[0]: {c[1:] for c in row[4].split() if c[0] == "!"} for row in ROWS}
CARES = {row[0]: {c for c in row[4].split() if c[0] != "!"} for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_exercise_is_the_one_of_the_specification(row):
    code, position, level, dose, _, links = row
    found = book().exercises[code]
    sets, reps = dose.split()[0].split("x")
    easier, harder = (one.strip() for one in links.split(">"))
    assert (found.position, found.level) == (position, int(level))
    timed = (found.hold_s, found.s_per_rep, found.rest_s, found.sides)
    assert (found.sets, found.reps, *timed) == (int(sets), int(reps), *map(int, dose.split()[1:]))
    assert set(found.stops) == STOPS[code]
    assert {care for care, _ in found.cautions} == CARES[code]
    assert all(note.strip() for _, note in found.cautions)
    assert (found.easier_code, found.harder_code) == (easier, harder)


TEMPLATES = {
    "TPL-1": "COR-01 COR-02 POS-01 FLX-08 EXP-01",
    "TPL-2": "COR-03 COR-05 COR-07 POS-03 EXP-02 FLX-03",
    "TPL-3": "COR-04 COR-06 COR-10 EXP-03 POS-06",
    "TPL-N": "COR-01 COR-05 POS-01 FLX-11 EXP-02",
    "TPL-S": "COR-02 FLX-06 POS-01 COR-09 EXP-04",
    "TPL-T": "COR-01 POS-01 EXP-01",
}


def test_the_templates_hold_the_exercises_of_the_specification():
    assert {code: " ".join(t.items) for code, t in book().templates.items()} == TEMPLATES
    assert book().templates["TPL-S"].aerobic[:2] == ("AER-07", "AER-04")  # CL-23
    assert all(book().exercises[t.aerobic[-1]].level == 1 for t in book().templates.values())


def have(*codes):
    return {"/conditions": list(codes)}


PREGNANT = "/person/pregnant"
NOT_KNOWN = {"/conditions_complete": False}
AT_65, AT_64 = {"/person/birth_date": "1961-11-22"}, {"/person/birth_date": "1961-11-23"}
STEROID = {"/medications": [{"drug": "prednisolone", "since": "2026-11-01"}]}
SMOKED, NOT_SAID = {"/person/smoker_ever": "yes"}, {"/person/smoker_ever": REMOVED}
OSTEOPOROTIC = have("osteoporosis")
LEG = {"/episode/features/leg_pain_below_knee": "yes"}
NERVE = {"/episode/features/burning": "yes", "/episode/features/tingling": "yes", **LEG}
CLAUDICATION = {"/episode/features/leg_symptoms_walking_eased_sitting": "yes"}


def pressure(systolic, diastolic):
    return {"/vitals/systolic": systolic, "/vitals/diastolic": diastolic}


# who, and the codes of section 0 that then hold: all of them, and no other
PEOPLE = [
    ({}, ""),
    (OSTEOPOROTIC, "OSTEOP"),
    (have("fragility_fracture"), "OSTEOP"),
    (NOT_KNOWN, "POSTOP"),
    ({**NOT_KNOWN, **AT_65}, "POSTOP OSTEOP"),
    ({**NOT_KNOWN, **AT_64}, "POSTOP"),
    ({**NOT_KNOWN, **AT_64, **SMOKED}, "POSTOP"),
    ({**NOT_KNOWN, **STEROID}, "POSTOP OSTEOP"),
    ({**NOT_KNOWN, **AT_65, **SMOKED}, "POSTOP OSTEOP AAA"),
    ({**NOT_KNOWN, **AT_65, **NOT_SAID}, "POSTOP OSTEOP AAA"),
    ({**AT_65, **SMOKED, **STEROID}, ""),
    (have("known_aaa"), "AAA"),
    (have("spine_surgery_under_12_weeks"), "POSTOP"),
    ({PREGNANT: "yes", "/person/weeks_pregnant": 19}, "PREG"),
    ({PREGNANT: "yes", "/person/weeks_pregnant": 20}, "PREG PREG20"),
    ({PREGNANT: "yes"}, "PREG PREG20"),
    ({PREGNANT: "unknown"}, "PREG PREG20"),
    ({PREGNANT: REMOVED}, "PREG PREG20"),
    ({PREGNANT: "unknown", "/person/weeks_pregnant": 12}, "PREG"),
    ({"/person/weeks_pregnant": 30}, ""),
    ({PREGNANT: REMOVED, "/person/sex": "male"}, ""),
    (pressure(160, 80), "HTN-UNC"),
    (pressure(159, 99), ""),
    (pressure(120, 100), "HTN-UNC"),
    (have("uncontrolled_hypertension"), "HTN-UNC"),
    (have("hypertension"), ""),
    (have("heart_failure"), "HF"),
    (have("coronary_artery_disease"), "CAD"),
    (have("unstable_heart_disease"), "HEART"),
    (have("hip_replacement_or_severe_oa"), "HIP"),
    (have("extension_intolerant"), "EXT-INT"),
    (have("flexion_intolerant"), "FLEX-INT"),
    (have("spinal_stenosis"), "STENOSIS"),
    (CLAUDICATION, "STENOSIS"),
    (have("spondylolisthesis"), "SPONDY"),
    (have("broken_or_insensate_skin"), "SKIN"),
    (NERVE, "RADIC"),
    (LEG, ""),
    (have("poor_balance"), "BALANCE"),
    (have("falls"), "FALLS"),
    (have("knee_problem"), "KNEE"),
    (have("shoulder_problem"), "SHLD"),
    (have("wrist_problem"), "WRIST"),
    (have("copd"), "COPD"),
    (have("epilepsy"), "EPIL"),
]


@pytest.mark.parametrize(("changes", "codes"), PEOPLE)
def test_what_a_person_has_hides_and_warns(changes, codes):
    """Exactly the exercises that name a code vanish, and exactly its cautions are shown."""
    codes, facts = set(codes.split()), Facts(intake(changes), book())
    hidden = {code for code, stops in STOPS.items() if stops & codes}
    plan = assess(facts.intake)["home_plan"]
    assert {row["id"] for row in plan["hidden"]} == set(hidden_exercises(facts)) == hidden
    assert not hidden & {row["id"] for row in plan["exercises"]}
    for exercise in book().exercises.values():
        told = set(cautions(facts, exercise))
        notes = dict(exercise.cautions)
        wanted = {notes[code] for code in CARES[exercise.code] & (codes | {"ANY"})}
        assert told == wanted, exercise.code


EASIER = {row[0]: row[5].split(">")[0].strip() for row in ROWS}


@pytest.mark.parametrize(("changes", "codes"), PEOPLE)
def test_a_hidden_exercise_gives_way_to_an_easier_one_that_may_be_shown(changes, codes):
    """EXR-02; where every easier one is hidden too, the therapist is asked (EXR-04)."""
    hidden = {code for code, stops in STOPS.items() if stops & set(codes.split())}
    for row in assess(intake(changes))["home_plan"]["hidden"]:
        wanted = EASIER[row["id"]]
        while wanted in hidden:
            wanted = EASIER[wanted]
        assert row["instead"] == (wanted or None), row["id"]


def test_every_code_is_met_by_somebody():
    met = {code for _, codes in PEOPLE for code in codes.split()} | {"ANY"}
    assert met == set(book().stop_codes) == set().union(*STOPS.values(), *CARES.values())


def test_a_parked_car_is_for_anyone():
    newborn = Facts(intake({"/person/birth_date": "2026-11-22"}), book())
    assert len(cautions(newborn, book().exercises["POS-07"])) == 1
