"""The patient's own pages: opened from a mail, only their own, and safe while a sign is open."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from careplan.actions import assessment as assessments
from careplan.actions import checkin as checkins
from careplan.actions import medication
from careplan.actions import plan as plans
from careplan.models import DayEntry, MedicationStep
from careplan.queries import checkin as queries
from careplan.rules.book import book
from patients.models import AuditEvent, Link, Patient, SupportLink, User
from tests.factories.assessment import answers
from tests.factories.checkin import by_patient, first_due, opened, running, whole
from tests.factories.plan import assessed as silent

pytestmark = pytest.mark.django_db
PAGES = ["mine_today", "mine_plan", "mine_progress", "mine_record", "mine_show"]


@pytest.fixture
def plan(today, patient, by_therapist):
    return running(patient, by_therapist)


@pytest.fixture
def door(plan, patient) -> str:
    link = Link.objects.get(purpose="plan", patient=patient)
    return reverse("open_plan", args=[link.token])


@pytest.fixture
def phone(signed_in, plan, patient):
    return signed_in(patient.user)


@pytest.fixture
def neighbour(clinic, today) -> Patient:
    """Another patient of the same clinic, with a login and no plan."""
    user = User.objects.create_user(email="ruth@home.example", name="Ruth Abel")
    return Patient.objects.create(
        clinic=clinic,
        given_name="Ruth",
        family_name="Abel",
        birth_date="1970-05-05",
        sex="female",
        email=user.email,
        user=user,
    )


def text(response) -> str:
    return response.content.decode()


# From the mail to the plan -------------------------------------------------------------------


def test_a_scanner_does_not_burn_the_link(client, door):
    for _ in range(5):
        page = client.get(door)
    assert "Northgate Back Clinic" in text(page)
    assert "Continue" in text(page)
    assert "Margaret" not in text(page)
    assert Link.objects.get(purpose="plan").used_at is None


def test_the_year_of_birth_signs_in_once(client, door, patient):
    assert "In which year were you born?" in text(client.post(door))
    answer = client.post(door, {"year": "1968"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("mine_today"))
    assert "Margaret" in text(client.get(reverse("mine_today")))
    assert client.session["_auth_user_backend"].startswith("allauth.")
    # Opened again while signed in: straight to the plan.
    assert client.get(door)["Location"] == reverse("mine_today")


def test_a_used_link_says_how_to_get_in(client, door):
    client.post(door, {"year": "1968"})
    client.logout()
    page = client.get(door)
    assert page.status_code == 410
    assert reverse("account_request_login_code") in text(page)
    assert client.post(door, {"year": "1968"}).status_code == 410


def test_an_old_link_says_how_to_get_in(client, door, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=15), tick=False)
    page = client.get(door)
    assert page.status_code == 410
    assert "too old" in text(page)
    assert reverse("account_request_login_code") in text(page)


def test_five_wrong_years_lock_the_plan(client, door):
    for _ in range(5):
        client.post(door, {"year": "1999"})
    page = client.post(door, {"year": "1968"})
    assert page.status_code == 403
    assert "tel:5550142" in text(page)
    assert client.get(reverse("mine_today")).status_code == 302


def test_a_link_is_no_way_around_a_second_factor(client, door, patient, therapist):
    therapist.memberships.update(user=patient.user)
    page = client.post(door, {"year": "1968"})
    assert page.status_code == 403
    assert "also work in a clinic" in text(page)
    assert client.get(reverse("mine_today")).status_code == 302


def test_a_broken_token_is_404(client, today):
    assert client.get(reverse("open_plan", args=["nonsense"])).status_code == 404


# Whose pages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_the_patient_alone(client, name, plan, patient, therapist):
    assert client.get(reverse(name)).status_code == 302
    client.force_login(therapist)
    assert client.get(reverse(name)).status_code == 404
    client.force_login(patient.user)
    assert client.get(reverse(name)).status_code == 200


def test_nobody_sees_anothers_plan(signed_in, plan, neighbour, patient):
    page = signed_in(neighbour.user)
    for name in PAGES:
        assert "Margaret" not in text(page.get(reverse(name)))
    assert "not ready yet" in text(page.get(reverse("mine_today")))
    assert page.get(reverse("mine_exercise", args=["COR-01"])).status_code == 302
    assert "Nothing here yet" in text(page.get(reverse("mine_plan")))


# Today and the exercises ---------------------------------------------------------------------


def test_today_shows_exercises_minutes_and_what_is_next(phone, plan):
    page = text(phone.get(reverse("mine_today")))
    items = queries.exercises_of(plan.patient)
    assert f"{len(items)}\u00a0exercises" in page
    assert "Start" in page
    assert "5-minute version" in page
    assert "What is next" in page
    assert "Tuesday 24\u00a0November" in page


def test_the_pain_score_of_today(phone):
    page = phone.post(reverse("mine_note_save", args=["pain"]), {"value": "4"})
    assert page.status_code == 302
    assert "You said 4 at" in text(phone.get(reverse("mine_today")))
    wrong = phone.post(reverse("mine_note_save", args=["pain"]), {"value": "44"})
    assert wrong.status_code == 422
    assert "from 0 to 10" in text(wrong)
    assert phone.get(reverse("mine_note", args=["weather"])).status_code == 404


@pytest.mark.parametrize("kind", ["breathing", "enjoyed"])
def test_small_things_are_noted(phone, kind):
    phone.post(reverse("mine_note_save", args=[kind]))
    assert DayEntry.objects.get().kind == kind
    assert "Noted today" in text(phone.get(reverse("mine_note", args=[kind])))


def test_a_check_in_that_waits_is_on_today(signed_in, plan, time_machine):
    time_machine.move_to(first_due(plan) + timedelta(minutes=1), tick=False)
    opened(plan)
    phone = signed_in(plan.patient.user)
    assert "Your check-in is ready" in text(phone.get(reverse("mine_today")))


# My plan, progress, record -------------------------------------------------------------------


def test_a_medicine_shows_only_after_a_signature(phone, plan, by_prescriber):
    step = MedicationStep.objects.filter(plan=plan, state="proposed").first()
    assert step.drug.capitalize() not in text(phone.get(reverse("mine_plan")))
    medication.sign(
        step=step, starts_on=timezone.localdate(), reason="Agreed by phone.", by=by_prescriber
    )
    page = text(phone.get(reverse("mine_plan")))
    assert step.drug.capitalize() in page
    assert "Stop by" in page


def test_progress_is_a_sentence_and_a_graph(signed_in, plan, time_machine):
    time_machine.move_to(first_due(plan) + timedelta(minutes=1), tick=False)
    phone = signed_in(plan.patient.user)
    whole(opened(plan), nprs=3, peg_enjoyment=3, peg_activity=3)
    page = text(phone.get(reverse("mine_progress")))
    assert "From 5 to 3. That is more than the usual ups and downs." in page
    assert "From 5.3 to 3.0." in page
    hidden = text(phone.get(reverse("mine_progress") + "?hide=1"))
    assert "From 5 to 3." in hidden
    assert "cp-trend" not in hidden


def test_the_record_says_who_looked_in_plain_words(phone, plan, signed_in, patient, therapist):
    signed_in(therapist).get(reverse("chart", args=["north", patient.pk]))
    page = text(signed_in(patient.user).get(reverse("mine_record")))
    assert "Tom Adeyemi" in page
    assert "Your therapist. Opened your record." in page
    assert "Signed your plan" in page
    assert "viewed" not in page


def test_opening_my_pages_is_on_record(phone, patient):
    phone.get(reverse("mine_today"))
    event = AuditEvent.objects.filter(action="viewed").last()
    assert (event.actor, event.patient_id) == (patient.user.name, patient.pk)


# While a warning sign is open ----------------------------------------------------------------


def stop_everything(plan, by, time_machine, **flags):
    """Staff hear of a warning sign an hour later and assess again."""
    time_machine.move_to(timezone.now() + timedelta(hours=1), tick=False)
    intake = assessments.start_intake(patient=plan.patient, by=by)
    assessments.save_answers(
        intake=intake,
        step="red_flags",
        answers=answers(**flags),
        revision=intake.revision,
        done=True,
        by=by,
    )
    assessments.assess(intake=intake, by=by)


def test_an_emergency_leaves_nothing_but_the_panel(phone, plan, by_therapist, time_machine):
    stop_everything(plan, by_therapist, time_machine, saddle_numbness="yes")
    page = text(phone.get(reverse("mine_today")))
    assert "Get emergency help now" in page
    assert "tel:911" in page
    assert "Start" not in page
    assert phone.get(reverse("mine_exercise", args=["COR-01"])).status_code == 302
    assert phone.get(reverse("mine_finished")).status_code == 302
    for name in ("mine_plan", "mine_progress", "mine_record"):
        other = text(phone.get(reverse(name)))
        assert "Get emergency help now" in other
    assert "Numb or odd feeling between your legs" in text(phone.get(reverse("mine_show")))
    plan_page = text(phone.get(reverse("mine_plan")))
    assert "Exercises at home" not in plan_page
    assert "Medicines" not in plan_page


def test_an_urgent_sign_hides_exercises_and_gives_the_number(
    phone, plan, by_therapist, time_machine
):
    stop_everything(plan, by_therapist, time_machine, fever="yes")
    page = text(phone.get(reverse("mine_today")))
    assert "We need to speak to you today" in page
    assert "tel:5550142" in page
    assert "exercises" not in page.split("<main")[1].split("</main>")[0].lower()


def test_who_has_no_plan_is_not_told_of_a_hold(signed_in, neighbour, therapist):
    silent(neighbour, therapist, disposition="urgent")  # no finding has words for the patient
    page = text(signed_in(neighbour.user).get(reverse("mine_today")))
    assert "We need to speak to you today" in page and "Please call us today" in page
    assert "on hold" not in page


def test_who_has_a_plan_on_hold_is_told(phone, plan, therapist, time_machine):
    time_machine.shift(timedelta(hours=1))
    silent(plan.patient, therapist, disposition="urgent")
    type(plan).objects.filter(pk=plan.pk).update(state="safety_hold")
    assert "Your plan is on hold" in text(phone.get(reverse("mine_today")))


# Help ----------------------------------------------------------------------------------------


def test_help_opens_for_everybody(client, clinic, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        page = text(client.get(reverse("mine_help") + "?clinic=north"))
    assert "tel:911" in page
    assert "tel:988" in page
    assert "555 0142" in page
    bare = client.get(reverse("mine_help"))
    assert bare.status_code == 200
    assert "tel:911" in text(bare)


def test_help_knows_the_patients_clinic(phone, clinic):
    clinic.emergency_number = "999"
    clinic.save()
    assert "tel:999" in text(phone.get(reverse("mine_help")))


def test_my_plan_says_how_long_to_walk(phone, plan):
    program = plan.current.program
    page = text(phone.get(reverse("mine_plan"))).replace("\N{NO-BREAK SPACE}", " ")
    assert f"Start with {program.aerobic_minutes_start} minutes a day" in page
    assert f"work up to {program.aerobic_minutes_goal}." in page
    walk = plan.current.assessment.result["home_plan"]["aerobic"]["name"]
    assert f"<h2>{walk}</h2>" in page


# Size ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("mine_today", 24),
        ("mine_plan", 24),
        ("mine_progress", 20),
        ("mine_record", 14),
    ],
)
def test_queries_are_bounded(phone, name, most, patient, django_assert_max_num_queries):
    for pain in range(5):
        checkins.note_day(patient=patient, kind="pain", value=pain, by=by_patient(patient))
    with django_assert_max_num_queries(most):
        phone.get(reverse(name))


def test_what_a_new_finding_forbids_is_gone_at_once(phone, plan, by_therapist, time_machine):
    first = queries.exercises_of(plan.patient)[0].exercise
    newest = plan.patient.assessments.latest("made_at")
    hidden = [{"id": first, "because": "a new finding"}]
    time_machine.shift(timedelta(minutes=5))
    plan.patient.assessments.create(
        clinic=plan.clinic,
        intake=newest.intake,
        as_of=newest.as_of,
        rules_version="test",
        facts=newest.facts,
        result=newest.result | {"home_plan": newest.result["home_plan"] | {"hidden": hidden}},
        disposition="plan",
    )
    before = len(queries.exercises_of(plan.patient))
    assert f"{before - 1}\u00a0exercises" in text(phone.get(reverse("mine_today")))
    assert phone.get(reverse("mine_exercise", args=[first])).status_code == 404


def test_my_plan_says_what_helps_and_whom_to_ask(
    today, patient, by_therapist, signed_in, monkeypatch
):
    """Cards of the signed version and the clinic's links, ED-12 first and open."""
    draft = plans.draft

    def drafted(**about):
        version = draft(**about)
        version.barriers, version.education = ["BAR-03"], ["ED-01", "ED-12"]
        version.save(update_fields=["barriers", "education"])
        return version

    monkeypatch.setattr(plans, "draft", drafted)
    plan = running(patient, by_therapist)
    SupportLink.objects.create(
        clinic=plan.clinic, name="Backs together", phone="555 0177", checked_on="2026-11-20"
    )
    page = text(signed_in(patient.user).get(reverse("mine_plan")))
    assert book().self_care["BAR-03"].text in page
    assert page.index("When to get help at once") < page.index("Hurt is not always harm")
    assert "Backs together" in page and "cannot give medical advice" in page
