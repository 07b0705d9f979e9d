"""Severity and what is due of the rules about sessions, devices, plans, visits and words."""

from datetime import date

import pytest

from careplan.rules import device, free_text, plan_check, session, visits
from careplan.rules.book import book
from tests.rules.building import intake

FRIDAY = "2026-11-27"  # 2 working days later is Tuesday 1 December
BASELINE = {"on": "2026-10-01", "nprs": 6, "peg": [6, 6, 6]}
BETTER = [{"on": f"2026-10-{day}", "nprs": 3, "peg": [3, 3, 3]} for day in (15, 29)]
SAME = {"on": "2026-10-15", "nprs": 6, "peg": [6, 6, 6]}
TAKES = [{"drug": "duloxetine", "since": "2026-01-01"}]


def of(said, rule):
    """(severity, [(kind, due, role)]) of one rule, or None."""
    severity = next((f["severity"] for f in said["findings"] if f["rule"] == rule), None)
    due = [(f["kind"], f["due"], f["role"]) for f in said["follow_ups"] if f["rule"] == rule]
    return severity and (severity, due)


# Plans ---------------------------------------------------------------------------------------


def plan(rule, changes=None, **told):
    return of(
        plan_check.judge({**intake({"/as_of": FRIDAY, **(changes or {})}), "plan": told}, book()),
        rule,
    )


def test_what_a_plan_asks_for():
    assert plan("PT-03", sessions_per_week=4, weeks=8) == ("caution", [])
    told = plan("PT-04", referral_needed=True)
    assert told == ("info", [("referral_on_file", FRIDAY, "therapist")])
    assert plan("PT-09", items=[{"exercise": "COR-01"}]) == ("caution", [])


def test_a_block_without_response_is_decided_within_a_week():
    told = plan("PT-25", {"/check_ins": [BASELINE, SAME]}, block_over=True)
    assert told == ("caution", [("no_response", "2026-12-04", "therapist")])


@pytest.mark.parametrize("sick", [[], ["axial_spondyloarthritis"]])
@pytest.mark.parametrize(
    ("rows", "share", "speaks"),
    [(BETTER, 0.8, True), (BETTER, 0.79, False), (BETTER[:1], 0.8, False)],
)
def test_a_discharge_is_decided_within_a_week(sick, rows, share, speaks):
    changes = {"/check_ins": [BASELINE, *rows], "/conditions": sick}
    told = plan("PT-26", changes, goals_met=share)
    due = [] if sick else [("discharge", "2026-12-04", "therapist")]
    severity = "caution" if sick else "info"
    assert told == ((severity, due) if speaks else None)


def test_a_pause_tells_the_prescriber_within_two_working_days():
    told = plan("CK-34", {"/medications": TAKES}, check_ins_paused=True)
    assert told == ("caution", [("medicine_review", "2026-12-01", "prescriber")])
    assert plan("CK-34", {"/medications": TAKES}, check_ins_paused=False) is None
    assert plan("CK-34", {"/medications": TAKES}) is None


# Sessions ------------------------------------------------------------------------------------

GREEN = {"on": FRIDAY, "level": 2, "before": 2, "peak": 2, "next_day": 2, "effort": 4}


def log(rule, *sessions, **told):
    record = {"as_of": FRIDAY, "usual_pain": 2, "done_share": 0.8, "frozen": False, **told}
    return of(session.propose({**record, "sessions": list(sessions)}, book()), rule)


@pytest.mark.parametrize(
    ("rule", "sessions", "told", "severity"),
    [
        ("PT-12", [], {"trials": [10, 20, 30]}, "info"),
        ("PT-13", [GREEN | {"peak": 6}], {}, "caution"),
        ("PT-13", [GREEN | {"peak": 4}], {}, "info"),
        ("PT-14", [GREEN | {"before": 4, "peak": 7}], {"usual_pain": 4}, "caution"),
        ("PT-14", [GREEN | {"before": 4, "peak": 6}], {"usual_pain": 4}, "info"),
        ("PT-14", [GREEN | {"before": 0, "peak": 3}], {"usual_pain": 3}, None),
        ("PT-14", [GREEN | {"before": 0, "peak": 2}], {"usual_pain": 3}, None),
        ("PT-15", [GREEN | {"next_day": 4}], {}, "caution"),
        ("PT-16", [GREEN | {"on": f"2026-11-2{day}"} for day in (3, 5, 7)], {}, "info"),
        ("PT-17", [GREEN | {"peak": 4}], {}, "info"),
        ("PT-18", [GREEN | {"peak": 8}], {}, "caution"),
        ("EXR-03", [], {"wished_level": 3}, "stop"),
    ],
)
def test_how_grave_a_session_is(rule, sessions, told, severity):
    assert (log(rule, *sessions, **told) or (None,))[0] == severity


def test_two_red_sessions_are_looked_at_and_a_calm_one_after_them_asks_for_nothing():
    red = [GREEN | {"on": f"2026-11-2{day}", "peak": 8} for day in (3, 5)]
    due = [("exercise_review", "2026-12-01", "therapist")]
    assert log("PT-18", *red) == ("caution", due)
    assert log("PT-18", *red, GREEN) is None


@pytest.mark.parametrize("sign", ["fall", "leg_numbness"])
def test_a_fall_or_numbness_is_a_call_today(sign):
    due = [("red_flag_contact", FRIDAY, "therapist")]
    assert log("PT-22", GREEN | {"signs": [sign]}) == ("urgent", due)


# Devices -------------------------------------------------------------------------------------


def test_tens_is_judged_by_no_rule_about_muscle():
    """Every stop and caution at once: none of them speaks of TENS."""
    ill = {
        "/person/birth_date": "2008-01-01",
        "/person/sex": "female",
        "/person/pregnant": "yes",
        "/red_flags/fever": "yes",
        "/conditions": ["pacemaker", "cancer_current", "deep_vein_thrombosis", "epilepsy"]
        + ["broken_or_insensate_skin", "osteoporosis", "heart_failure"],
    }
    wish = {"kind": "tens", "field": dict.fromkeys(device.WISH, "yes")}
    found = device.judge({**intake(ill), "device": wish}, book())
    assert {f["rule"] for f in found["findings"]} == {"NM-09"}


# Visits --------------------------------------------------------------------------------------


def account(rule, **told):
    return of(visits.judge({"as_of": FRIDAY, **told}, book()), rule)


def test_what_an_account_of_visits_asks_for():
    report = [("progress_report", FRIDAY, "therapist")]
    assert account("PT-23", visits_since_report=10) == ("info", report)
    certify = [("certification", FRIDAY, "therapist")]
    assert account("PT-24", certified_on="2026-08-28") == ("caution", certify)  # 91 days
    assert account("PT-24", certified_on="2026-09-13") == ("info", certify)  # 75 days
    seek = [("certification", "2026-12-27", "therapist")]  # within 30 days
    assert account("PT-24", certified_on=None) == ("info", seek)
    assert account("PAY-05", authorisation_asked=True) == ("info", [])


@pytest.mark.parametrize("known", [{}, {"certified_on": None}])
@pytest.mark.parametrize(
    ("first", "severity"),
    [("2026-11-27", "info"), ("2026-10-28", "info"), ("2026-10-27", "caution")],
)
def test_a_first_certification_is_asked_for_from_the_first_treatment_on(known, first, severity):
    assert account("PT-24", first_treatment=first, **known)[0] == severity


def test_a_certified_plan_is_quiet_however_long_it_runs():
    assert account("PT-24", first_treatment="2026-01-01", certified_on="2026-11-01") is None
    assert account("PT-24", first_treatment="2026-12-01") is None  # the treatment is still to come


@pytest.mark.parametrize(
    ("day", "charges", "word"),
    [
        ("2025-06-01", 2410, "come near"),
        ("2025-06-01", 2410.5, "over this year's"),
        ("2026-06-01", 2999.5, "over this year's"),
        ("2026-06-01", 3000, "may review"),
    ],
)
def test_dollars_to_the_cent(day, charges, word):
    record = {"as_of": day, "payer": {"kind": "dollar_threshold"}, "charges_usd": charges}
    (row,) = visits.judge(record, book())["findings"]
    assert word in row["message"]


def test_a_year_without_a_threshold_is_a_caution():
    told = account("PAY-04", as_of="2027-01-04", payer={"kind": "dollar_threshold"})
    assert told == ("caution", [])


# Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule", "severity", "kind", "due"),
    [
        ("my bladder is odd", "RFL-06", "urgent", "words_contact", FRIDAY),
        ("I have a fever", "RFL-06", "caution", "words_contact", "2026-11-30"),
        ("my toe is numb", "SCH-04", "caution", "appointment", "2026-12-02"),
    ],
)
def test_who_reads_words_and_by_when(text, rule, severity, kind, due):
    said = free_text.read({"as_of": FRIDAY, "text": text}, book())
    assert of(said, rule) == (severity, [(kind, due, "therapist")])


def test_guidance_is_an_appointment_within_two_weeks():
    said = free_text.read({"as_of": FRIDAY, "wants_guidance": True}, book())
    assert of(said, "SCH-05") == ("info", [("appointment", "2026-12-11", "therapist")])


def test_words_in_an_intake_are_asked_about_on_the_next_working_day():
    record = {"as_of": FRIDAY, "text": "black stool", "typed_in_intake": True}
    said = free_text.read(record, book())
    assert of(said, "RFL-06") == ("caution", [("words_contact", "2026-11-30", "therapist")])


def test_twenty_thousand_letters_are_read_to_the_last():
    longest = 20_000
    assert date.fromisoformat(FRIDAY).weekday() == 4
    for spare, found in ((0, True), (1, False)):
        text = "x" * (longest - len(" suicid") + spare) + " suicid"
        flags = free_text.flags_in(text, book())
        assert flags == (["suicidal_thoughts"] if found else [])
