"""Muscle stimulation and written words, a second time: each row with its severity, what is due
and each part alone (section 8, RFL-06, SCH-04, SCH-05)."""

import pytest

from careplan.rules.book import book
from careplan.rules.device import FIELD, HARM, judge
from careplan.rules.free_text import read
from tests.rules.building import intake
from tests.rules.rows import flags, have, said_of, severity_of, yes

CALM = dict.fromkeys(set(FIELD) - set(HARM), "no")
KNOWN = {"kind": "own", "schedule": "as its leaflet says"}


def born(day):
    return {"/person/birth_date": day}


def judged(changes=None, field=None, **device):
    device = {**KNOWN, **device, "field": {**CALM, **(field or {})}}
    return judge({**intake(changes), "device": device}, book())


HARMED = {"device_harm 2026-11-24 therapist"}  # from a Sunday to the Tuesday
# rule, the person, the device, severity, what is due, whether the patient is told, status
ROWS = [
    ("NM-01", {}, {}, "info", set(), True, "log"),
    ("NM-02", born("2004-11-23"), {}, "stop", set(), True, "stop"),
    ("NM-03", {}, {"kind": "clinic", "cleared": False}, "stop", set(), False, "stop"),
    ("NM-03", {}, {"kind": "clinic", "cleared": True}, "caution", set(), False, "caution"),
    ("NM-04", have("pacemaker"), {}, "stop", set(), True, "stop"),
    ("NM-05", have("heart_failure"), {}, "caution", set(), True, "caution"),
    ("NM-06", {}, {"field": {"forbidden_site": "yes"}}, "stop", set(), True, "stop"),
    ("NM-06", {}, {}, "info", set(), True, "log"),
    ("NM-07", {}, {"schedule": " "}, "caution", set(), True, "needs_data"),
    ("NM-08", {}, {"field": {"burn": "yes"}}, "stop", HARMED, True, "stop"),
    ("NM-09", {}, {"kind": "tens"}, "info", set(), True, "log"),
]


@pytest.mark.parametrize(("rule", "changes", "device", "severity", "due", "told", "status"), ROWS)
def test_each_row_leads_where_the_specification_says(
    rule, changes, device, severity, due, told, status
):
    found = judged(changes, **device)
    assert said_of(found, rule) == (severity, due, told)
    assert found["status"] == status


def test_every_rule_of_the_device_has_its_row():
    assert {rule.id for rule in book().rules_of("device")} == {row[0] for row in ROWS}


# what stops it (NM-04), and a word of the sentence that says so
STOPS = [
    (have("pacemaker"), {}, "pacemaker"),
    (have("implanted_defibrillator"), {}, "defibrillator"),
    (have("other_active_implant"), {}, "implant"),
    ({"/person/pregnant": "yes"}, {}, "pregnancy"),
    ({"/person/pregnant": "unknown"}, {}, "pregnancy"),
    (flags("numbness_spreading"), {}, "red flag"),
    (have("cancer_current"), {}, "cancer"),
    ({}, {"cancer": "yes"}, "cancer"),
    ({}, {"radiotherapy": "yes"}, "radiotherapy"),
    (have("deep_vein_thrombosis"), {}, "thrombosis"),
    ({}, {"infection": "yes"}, "infection"),
    (have("bleeding_disorder"), {}, "bleeding"),
    ({}, {"recent_bleed": "yes"}, "bleed"),
    (have("epilepsy"), {}, "epilepsy"),
    (have("cognitive_impairment"), {}, "cannot say"),
    (have("broken_or_insensate_skin"), {}, "skin"),
    (have("spine_surgery_under_12_weeks"), {}, "surgery"),
    ({}, {"fracture": "yes"}, "fracture"),
    ({}, {"undiagnosed_pain": "yes"}, "was not looked into"),
]


@pytest.mark.parametrize("kind", ["own", "clinic", "tens"])
@pytest.mark.parametrize(("changes", "field", "word"), STOPS)
def test_each_stop_alone_stops_any_stimulator_of_muscle(changes, field, word, kind):
    found = judged(changes, field, kind=kind, cleared=True)
    told = [f["message"] for f in found["findings"] if f["rule"] == "NM-04"]
    assert [word in text for text in told] == [True] * (kind != "tens")
    assert (found["status"] == "stop") == (kind != "tens")


# what asks for a doctor (NM-05)
CARES = [
    (have("arrhythmia_or_heart_block"), {}),
    (have("heart_failure"), {}),
    (have("coronary_artery_disease"), {}),
    (have("unstable_heart_disease"), {}),
    (have("uncontrolled_hypertension"), {}),
    ({"/vitals/systolic": 160}, {}),
    ({"/vitals/diastolic": 100}, {}),
    (have("osteoporosis"), {}),
    (have("fragility_fracture"), {}),
    ({}, {"menstruating_uterus": "yes"}),
    ({}, {"impaired_sensation": "yes"}),
    (yes("numb_area"), {}),
]


@pytest.mark.parametrize("kind", ["own", "clinic", "tens"])
@pytest.mark.parametrize(("changes", "field"), CARES)
def test_each_caution_alone_asks_for_a_doctor(changes, field, kind):
    found = judged(changes, field, kind=kind, cleared=True)
    assert (severity_of(found, "NM-05") == "caution") == (kind != "tens")
    assert severity_of(found, "NM-04") is None


@pytest.mark.parametrize(
    ("rule", "changes", "device", "severity"),
    [
        ("NM-01", {}, {"kind": "clinic", "cleared": True}, None),
        ("NM-02", born("2004-11-22"), {}, None),
        ("NM-02", born("2004-11-23"), {"kind": "tens"}, None),
        ("NM-02", born("2004-11-23"), {"kind": "clinic", "cleared": True}, "stop"),
        ("NM-03", {}, {}, None),
        ("NM-03", {}, {"cleared": False}, None),
        ("NM-03", {}, {"kind": "clinic"}, "caution"),
        ("NM-05", {"/vitals/systolic": 159, "/vitals/diastolic": 99}, {}, None),
        ("NM-06", {}, {"kind": "tens", "field": {"forbidden_site": "yes"}}, None),
        ("NM-06", {}, {"kind": "clinic", "cleared": True}, "info"),
        ("NM-07", {}, {}, None),
        ("NM-07", {}, {"kind": "tens", "schedule": ""}, None),
        ("NM-08", {}, {"field": {"rash": "yes"}}, "stop"),
        ("NM-08", {}, {"pain_before": 3, "pain_after": 5}, "stop"),
        ("NM-08", {}, {"pain_before": 3, "pain_after": 4.9}, None),
        ("NM-08", {}, {"kind": "tens", "field": {"burn": "yes"}}, "stop"),
        ("NM-09", {}, {}, None),
    ],
)
def test_both_sides_of_each_limit(rule, changes, device, severity):
    assert severity_of(judged(changes, **device), rule) == severity


# Words that a patient wrote ---------------------------------------------------------------------


def words(text, **more):
    return read({"as_of": "2026-11-27", "text": text, **more}, book())  # a Friday


TODAY = {"words_contact 2026-11-27 therapist"}
MONDAY = {"words_contact 2026-11-30 therapist"}
NOTES = [
    ("RFL-06", "my bladder is odd", {}, ("urgent", TODAY, True)),
    ("RFL-06", "I have a fever", {}, ("caution", MONDAY, True)),
    ("RFL-06", "I have a fever", {"typed_in_intake": True}, ("caution", MONDAY, False)),
    ("RFL-06", "my bladder is odd", {"typed_in_intake": True}, ("caution", MONDAY, False)),
    ("RFL-06", "a good week", {}, None),
    ("RFL-06", "a good week", {"typed_in_intake": True}, None),
    ("RFL-06", "my bladder is odd", {"without": ["bladder_change"]}, None),
    (
        "SCH-04",
        "my toes tingle",
        {},
        ("caution", {"appointment 2026-12-02 therapist"}, True),
    ),
    ("SCH-04", "I have a fever", {}, None),
    (
        "SCH-05",
        "",
        {"wants_guidance": True},
        ("info", {"appointment 2026-12-11 therapist"}, True),
    ),
    ("SCH-05", "", {"wants_guidance": False}, None),
    ("SCH-05", "", {}, None),
]


@pytest.mark.parametrize(("rule", "text", "more", "said"), NOTES)
def test_words_lead_where_the_specification_says(rule, text, more, said):
    assert said_of(words(text, **more), rule) == said


def test_every_rule_of_notes_has_its_row():
    assert {rule.id for rule in book().rules_of("note")} == {row[0] for row in NOTES}
    assert book().longest_words == 20_000
