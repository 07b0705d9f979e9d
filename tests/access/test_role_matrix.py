"""Route × role: who gets in. A route that is missing from the tables fails the test."""

from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client

from patients.roles import Role
from tests.access.routes import Route, own_routes
from tests.access.world import World
from tests.conftest import make_staff

# Staff routes: A admin, T therapist, P prescriber, L clinical lead (that role alone) get in; the
# others are told so (403).
STAFF = {
    "patients": "TP",
    "patient_new": "T",
    "patient_edit": "T",
    "patient_hours": "T",
    "staff": "A",
    "invite": "A",
    "staff_member": "A",
    "staff_hours": "A",
    "staff_remove": "A",
    "staff_return": "A",
    "invite_again": "A",
    "invite_withdraw": "A",
    "clinic_settings": "A",
    "closures": "A",
    "support": "A",
    "support_check": "A",
    "support_retire": "A",
    "closure_open": "A",
    "audit": "A",
    "rules": "ATPL",
    "rule": "ATPL",
    "rules_sign": "L",
    "rules_signatures": "ATPL",
    "worklist": "TP",
    "follow_up": "TP",
    "follow_up_acknowledge": "TP",
    "follow_up_snooze": "TP",
    "follow_up_wake": "TP",
    "follow_up_close": "TP",
    "chart": "TP",
    "import_record": "T",
    "import_confirm": "T",
    "intake_start": "T",
    "intake": "T",
    "assess": "T",
    "assessment": "TP",
    "flag_review": "TP",
    "emergency_page": "TP",
    "plan": "TP",
    "plan_draft": "T",
    "plan_goals": "T",
    "proposals": "T",
    "proposals_accept": "T",
    "proposal_accept": "T",
    "proposal_decline": "T",
    "plan_movement": "T",
    "plan_cards": "T",
    "plan_weigh": "T",
    "plan_program": "T",
    "plan_program_propose": "T",
    "plan_program_move": "T",
    "visits_dates": "T",
    "visits_move": "T",
    "plan_home": "T",
    "plan_library": "T",
    "plan_home_put_back": "T",
    "plan_home_bouts": "T",
    "plan_routine": "T",
    "plan_medicines": "T",
    "plan_checkins": "T",
    "plan_note": "T",
    "plan_sign": "T",
    "flare_end": "T",
    "plan_close": "T",
    "plan_print": "TP",
    "plan_sheet": "TP",
    "sheets": "T",
    "sheet": "T",
    "session_move": "T",
    "visits": "TP",
    "visit_grant": "T",
    "visit_withdraw": "T",
    "certify": "T",
    "make_up": "T",
    "report_new": "T",
    "report": "TP",
    "report_pdf": "TP",
    "staff_calendar": "T",
    "exercises": "ATP",
    "exercise": "ATP",
    "exercise_picture": "ATP",
    "exercises_export": "ATP",
    "exercises_import": "T",
    "exercise_add": "T",
    "exercise_edit": "T",
    "exercise_retire": "T",
    "exercise_bring_back": "T",
    "presets": "T",
    "preset": "T",
    "preset_retire": "T",
    "preset_bring_back": "T",
    "preset_keep": "T",
    "plan_presets": "T",
    "plan_preset": "T",
    "plan_copy": "T",
    "plan_copy_to": "T",
    "medication": "TP",
    "medication_ask": "TP",
    "medication_queue": "P",
    "devices": "TP",
    "device": "TP",
    "device_new": "T",
    "device_change": "T",
    "device_allow": "T",
    "device_close": "T",
    "medication_sign": "P",
    "medication_decline": "P",
    "medication_stop": "P",
}
# A patient's own pages: the patient gets in, staff have no plan of their own (404).
MINE = {
    "mine_today",
    "mine_exercise",
    "mine_exercise_picture",
    "mine_start",
    "mine_ease",
    "mine_leave",
    "mine_undo",
    "mine_too_much",
    "mine_signs",
    "mine_instead",
    "mine_finished",
    "mine_did",
    "mine_hard_day",
    "mine_flare",
    "mine_flare_signs",
    "mine_flare_better",
    "mine_note",
    "mine_note_save",
    "mine_device",
    "mine_plan",
    "mine_print",
    "mine_sheet",
    "mine_progress",
    "mine_record",
    "mine_show",
    "mine_calendar",
}
# Whoever works in a clinic, this one or another; patients have none (404).
WORKS_SOMEWHERE = {"rules_home", "rule_home"}
# The QR code of a printed plan: its patient and whoever works in that clinic.
SCANNED = {"sheet_door"}
# Whoever is signed in.
SIGNED_IN = {"home", "account", "account_email_closed"}
# Everybody; what a signed link opens is behind its token.
OPEN = {
    "join",
    "healthz",
    "checkin",
    "checkin_done",
    "checkin_show",
    "checkin_question",
    "open_plan",
    "mine_help",
    "calendar",
    "figure",
}
LETTERS = {
    "A": Role.ADMIN,
    "T": Role.THERAPIST,
    "P": Role.PRESCRIBER,
    "L": Role.CLINICAL_LEAD,
}
IN, LOGIN, FORBIDDEN, NOT_FOUND = "in", "login", "403", "404"
WHO = ("nobody", "patient", "stranger", *LETTERS.values())


def wanted(route: Route, who: str) -> str:
    """What the tables say."""
    if route.name in OPEN:
        return IN
    if who == "nobody":
        return LOGIN
    if route.name in SCANNED:
        return NOT_FOUND if who == "stranger" else IN
    if route.name in SIGNED_IN:
        return IN
    if route.name in WORKS_SOMEWHERE:
        return NOT_FOUND if who == "patient" else IN
    if route.name in MINE:
        return IN if who == "patient" else NOT_FOUND
    if who in ("patient", "stranger"):
        return NOT_FOUND
    return IN if who in [LETTERS[letter] for letter in STAFF[route.name]] else FORBIDDEN


def answered(client: Client, route: Route, path: str) -> dict[str, str]:
    """Method -> how the door answers; a method that the view does not take is left out."""
    answers = {}
    for method in ("get", "post"):
        with undone():
            response = getattr(client, method)(path)
        if response.status_code != 405:
            answers[method] = met(response)
    return answers


def met(response) -> str:
    if response.status_code in (403, 404):
        return str(response.status_code)
    if response.status_code == 302 and response.url.startswith("/account/login/"):
        return LOGIN
    return IN if response.status_code < 400 or response.status_code == 422 else str(response)


@contextmanager
def undone():
    """What happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world(clinic, patient, today) -> World:
    return World(clinic, patient, "north")


@pytest.fixture
def people(world, admin, therapist, prescriber, other_therapist) -> dict:
    return {
        "nobody": None,
        "patient": world.patient.user,
        "stranger": other_therapist,
        Role.ADMIN: admin,
        Role.THERAPIST: therapist,
        Role.PRESCRIBER: prescriber,
        Role.CLINICAL_LEAD: make_staff(world.clinic, "Lee Only", Role.CLINICAL_LEAD),
    }


def test_every_route_stands_in_one_table():
    tables = [*STAFF, *MINE, *WORKS_SOMEWHERE, *SCANNED, *SIGNED_IN, *OPEN]
    assert sorted(tables) == sorted(route.name for route in own_routes())


@pytest.mark.parametrize("who", WHO)
def test_who_gets_in(world, people, who, client):
    if people[who]:
        client.force_login(
            people[who], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    wrong = []
    for route in own_routes():
        answers = answered(client, route, world.path(route))
        expected = wanted(route, who)
        if set(answers.values()) != {expected}:
            wrong.append(f"{route.name} for {who}: {expected} expected, {answers} given")
    assert wrong == []


def test_no_role_is_shut_out_of_everything():
    for letter in LETTERS:
        assert any(letter in able for able in STAFF.values())
    assert not any(set(able) - set(LETTERS) or not able for able in STAFF.values())
