"""Due dates: calendar days, working days, each follow-up once."""

from careplan.rules import assess
from tests.rules.building import intake


def test_each_kind_day_and_role_is_due_once():
    flags = {f"/red_flags/{code}": "yes" for code in ("infection_risk", "unsteady_gait", "fever")}
    due = assess(intake(flags))["follow_ups"]
    keys = [(f["kind"], f["due"], f["role"]) for f in due]
    assert keys == [("red_flag_contact", "2026-11-22", "therapist")]


def test_a_kidney_check_is_due_where_an_nsaid_is_proposed_and_not_where_it_is_avoided():
    ace = {"/medications": [{"drug": "ramipril", "since": "2025-01-01"}]}
    kinds = {f["kind"] for f in assess(intake(ace))["follow_ups"]}
    assert "kidney_and_potassium" in kinds
    avoided = {**ace, "/conditions": ["peptic_ulcer_active"]}
    assert "kidney_and_potassium" not in {f["kind"] for f in assess(intake(avoided))["follow_ups"]}
