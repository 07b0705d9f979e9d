"""A plan on paper: what is printed, for whom, and what never is."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from careplan.actions import assessment as assessments
from careplan.actions import home_plan as home_plans
from careplan.actions import plan as plans
from careplan.models import HomePlanItem, MedicationStep, PlanSheet, PlanVersion
from careplan.pages import paper_lines
from careplan.queries import home_plan as home_queries
from careplan.queries import plan as plan_queries
from careplan.queries.catalogue import catalogue
from careplan.queries.sheet import Line
from careplan.rules import page_code
from careplan.rules.book import book
from patients.models import AuditEvent, Clinic, Patient, SupportLink, User
from tests.factories.library import pictured
from tests.factories.plan import assessed, drafted, looked_at, signed, weighed

pytestmark = pytest.mark.django_db
TODAY = "2026-11-24"


@pytest.fixture
def plan(today, patient, by_therapist):
    row = signed(patient, by_therapist)
    row.refresh_from_db()
    return row


@pytest.fixture
def staff(signed_in, plan, therapist):
    return signed_in(therapist)


@pytest.fixture
def phone(signed_in, plan, patient):
    return signed_in(patient.user)


def choose(client, where: str, **changes):
    chosen = {"paper": "a4", "size": "usual", "first_day": TODAY} | changes
    return client.post(where, chosen)


def mine() -> str:
    return reverse("mine_print")


def of(patient) -> str:
    return reverse("plan_print", args=["north", patient.pk])


def words(response) -> str:
    assert response["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(response.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def hold(patient, by) -> None:
    assessments.hold(patient=patient, because="RF-01 told on the phone", by=by)


# The patient -----------------------------------------------------------------------------------


def test_the_patient_chooses_and_gets_the_plan(phone, plan):
    page = phone.get(mine()).content.decode()
    assert "Print my plan" in page
    answer = choose(phone, mine())
    sheet = PlanSheet.objects.get()
    assert answer["Location"] == f"/mine/plan/print/{sheet.code}.pdf?paper=a4&size=usual"
    text = words(phone.get(answer["Location"]))
    for part in ("Margaret Ellison", "call 911", "My two weeks", "Page code"):
        assert part in text
    assert sheet.code in text.replace(" ", "")
    assert "signed by Tom Adeyemi on 24 November 2026" in text


def test_every_exercise_goal_and_visit_is_on_paper(phone, plan):
    text = words(phone.get(choose(phone, mine())["Location"]))
    for item in plan.current.home_plan.items.all():
        assert book().exercises[item.exercise].name in text
    for part in ("If your back flares up", "On a hard day", "visit 1", "check-in by mail"):
        assert part in text


def test_the_paper_of_the_country_is_chosen_already(phone, clinic):
    page = phone.get(mine()).content.decode()
    assert 'value="letter" id="id_paper"' not in page
    assert page.index("checked", page.index('value="letter"')) < page.index("Letter</span>")
    clinic.holidays = "GB-ENG"
    clinic.save()
    page = phone.get(mine()).content.decode()
    assert page.index("checked") < page.index("A4</span>")


@pytest.mark.parametrize(("paper", "height"), [("a4", 842), ("letter", 792)])
def test_the_paper_asked_for_is_the_paper_printed(phone, paper, height):
    file = phone.get(choose(phone, mine(), paper=paper, size="large")["Location"])
    reader = PdfReader(BytesIO(file.content))
    assert round(float(reader.pages[0].mediabox[3])) == height
    assert len(reader.pages) >= 4


def test_asked_again_it_is_the_same_page_and_the_same_bytes(phone):
    first, second = choose(phone, mine()), choose(phone, mine())
    assert first["Location"] == second["Location"]
    assert PlanSheet.objects.count() == 1
    assert phone.get(first["Location"]).content == phone.get(first["Location"]).content
    assert choose(phone, mine(), first_day="2026-11-30")["Location"] != first["Location"]


def test_what_the_browser_has_is_not_sent_again(phone):
    where = choose(phone, mine())["Location"]
    first = phone.get(where)
    assert first["Cache-Control"] == "private, no-cache"
    again = phone.get(where, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], first["Cache-Control"])
    assert phone.get(where, headers={"If-None-Match": '"other"'}).status_code == 200


def test_each_print_is_in_the_audit(phone, patient):
    where = choose(phone, mine())["Location"]
    phone.get(where)
    found = AuditEvent.objects.filter(patient_id=patient.pk, user_id=patient.user_id)
    assert found.filter(action="plan.print").count() == 1
    assert found.filter(action="sheet.make").count() == 1


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"first_day": "2026-11-10"}, "Begin the two weeks between"),
        ({"first_day": "2026-12-09"}, "Begin the two weeks between"),
        ({"first_day": "soon"}, "Enter a day such as"),
        ({"first_day": ""}, "Enter the first day"),
        ({"paper": "a5"}, "Select a valid choice"),
    ],
)
def test_a_wrong_choice_is_said_and_kept(phone, typed, says):
    answer = choose(phone, mine(), **typed)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not PlanSheet.objects.exists()


def test_without_a_plan_there_is_nothing_to_print(signed_in, patient):
    client = signed_in(patient.user)
    assert client.get(mine())["Location"] == reverse("mine_plan")
    assert client.get(reverse("mine_sheet", args=["help"])).status_code == 404


# On hold ---------------------------------------------------------------------------------------


def test_on_hold_whom_to_call_is_printed_and_no_exercise(phone, plan, patient, by_therapist):
    before = choose(phone, mine())["Location"]
    hold(patient, by_therapist)
    assert "Print whom to call" in phone.get(mine()).content.decode()
    for where in (before, reverse("mine_sheet", args=["help"])):
        text = words(phone.get(where))
        assert "on hold" in text and "555 0142" in text and "call 911" in text
        for item in plan.current.home_plan.items.all():
            assert book().exercises[item.exercise].name not in text
    assert choose(phone, mine(), first_day="2026-11-25").status_code == 200
    assert PlanSheet.objects.count() == 1


def test_staff_print_no_exercise_of_a_plan_on_hold(staff, patient, by_therapist):
    hold(patient, by_therapist)
    assert "The plan is on hold" in staff.get(of(patient)).content.decode()
    text = words(staff.get(of(patient) + "help.pdf"))
    assert "My two weeks" not in text


def test_the_help_page_is_for_a_plan_on_hold(phone):
    assert phone.get(reverse("mine_sheet", args=["help"]))["Location"] == mine()


# What is on it ---------------------------------------------------------------------------------


def test_a_medicine_is_on_paper_once_it_is_signed(phone, patient, plan, by_therapist, prescriber):
    step = {"clinic": patient.clinic, "patient": patient, "plan": plan, "drug": "ibuprofen"}
    row = MedicationStep.objects.create(
        **step,
        assessment=plan.current.assessment,
        status="offer",
        dose={"steps": [{"mg": 400, "times_a_day_max": 3, "days": 10}]},
        max_days=10,
        proposed_by=by_therapist.user,
    )
    where = choose(phone, mine())["Location"]
    assert "buprofen" not in words(phone.get(where))
    MedicationStep.objects.filter(pk=row.pk).update(
        state="signed",
        signed_by=prescriber,
        signed_at=timezone.now(),
        starts_on="2026-11-24",
        stops_on="2026-12-03",
    )
    text = words(phone.get(where))
    assert "Ibuprofen: 400 mg, up to 3 times a day, 10 days. Stop by 3 December 2026." in text
    assert "The most you should take." in text


def test_what_is_forbidden_since_is_not_printed(phone, patient, plan, therapist, time_machine):
    before = choose(phone, mine())["Location"]
    first = plan.current.home_plan.items.first().exercise
    time_machine.shift(timedelta(minutes=5))
    assessed(patient, therapist, hidden={first: "Not with a new finding."})
    assert phone.get(before)["Location"] == mine()
    after = choose(phone, mine())["Location"]
    assert after != before
    assert book().exercises[first].name not in words(phone.get(after))
    assert (
        PlanSheet.objects.order_by("made_at").last().exercises
        == [item.exercise for item in plan.current.home_plan.items.all()][1:]
    )


def test_a_clinics_own_exercise_has_its_picture(
    signed_in, patient, by_therapist, today, prescriber
):
    own = pictured(by_therapist)
    version = drafted(patient, by_therapist)
    items = home_queries.items_of(version)[:3]
    item = home_queries.default_item(own.code, catalogue(patient.clinic))
    reasons = dict.fromkeys(home_queries.COMPONENTS, "Comes later.")
    home_plans.set_items(version=version, items=[*items, item], reasons=reasons, by=by_therapist)
    file = signed_in(prescriber).get(of(patient) + "draft.pdf")
    assert "Swiss ball wall squat" in words(file)
    assert b"A person squats at the wall." in file.content or alts(file)[-1].startswith("A person")


def alts(response) -> list[str]:
    """Alternative texts of the pictures, in order."""

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                yield from walk(child)
        elif isinstance(node, dict):
            if "/Alt" in node:
                yield str(node["/Alt"])
            if "/K" in node:
                yield from walk(node["/K"])

    return list(walk(PdfReader(BytesIO(response.content)).trailer["/Root"]["/StructTreeRoot"]))


def test_cards_barriers_goals_and_support_are_on_paper(phone, plan, clinic, by_therapist):
    version = looked_at(plans.revise(plan=plan, by=by_therapist), by_therapist)
    plans.save_goals(version=version, goals=[("Play with Ella", None, 3, 7)], by=by_therapist)
    PlanVersion.objects.filter(pk=version.pk).update(
        education=["ED-01", "GONE-1"], barriers=["BAR-05"], note="See you on Thursday."
    )
    plans.sign(version=plan_queries.whole(version.pk), read=True, by=by_therapist)
    SupportLink.objects.create(
        clinic=clinic, name="Back Pain Group", phone="555 0177", checked_on=TODAY
    )
    text = words(phone.get(choose(phone, mine())["Location"]))
    for part in (
        "“Play with Ella”: 3 of 10 now, 7 wanted",
        "Hurt is not always harm. Some soreness is common",
        "I have no time. Split the exercises",
        "See you on Thursday.",
        "Back Pain Group, 555 0177",
        "They cannot give medical advice.",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("dose", "says"),
    [
        ((2, 8, 0, 4, 30, 1), "2 sets of 8, rest 30 seconds"),
        ((2, 6, 3, 3, 30, 1), "2 sets of 6, hold 3, rest 30 seconds"),
        ((1, 2, 20, 4, 10, 2), "2 times each side, hold 20, rest 10 seconds"),
        ((1, 8, 1, 4, 0, 1), "8 times, hold 1 second"),
        ((1, 10, 0, 4, 0, 1), "10 times"),
        ((1, 1, 0, 1200, 0, 1), "20 minutes"),
        ((4, 1, 0, 180, 60, 1), "4 times 3 minutes, rest 60 seconds"),
        ((1, 1, 0, 5, 0, 1), "1 time"),
    ],
)
def test_a_dose_is_said_in_words(dose, says):
    names = ("sets", "reps", "hold_s", "sec_per_rep", "rest_s", "sides")
    line = Line(HomePlanItem(**dict(zip(names, dose, strict=True))), None)
    assert paper_lines.dose_words(line).replace("\xa0", " ") == says


def test_zones_count_from_a_usual_pain_of_four_on():
    assert [zone["title"] for zone in paper_lines.zones(3.9)][0] == "0 to 3: carry on"
    assert [zone["title"] for zone in paper_lines.zones(None)][2] == "6 or more: ease off"
    above = [zone["title"] for zone in paper_lines.zones(4)]
    assert above[0] == "Up to 1 above your usual: carry on"
    assert above[2] == "3 or more above: ease off"


@pytest.mark.parametrize(
    ("holidays", "emergency", "paper"),
    [
        ("US", "911", "letter"),
        ("CA-ON", "911", "letter"),
        ("GB-ENG", "911", "a4"),
        ("", "911", "letter"),
        ("", "999", "a4"),
        ("DE", "112", "a4"),
    ],
)
def test_the_paper_follows_the_country(holidays, emergency, paper):
    clinic = Clinic(holidays=holidays, emergency_number=emergency)
    assert paper_lines.paper_of(clinic) == paper


# Staff and drafts ------------------------------------------------------------------------------


def test_staff_hand_out_the_signed_plan(staff, patient):
    text = words(staff.get(choose(staff, of(patient))["Location"]))
    assert "Margaret Ellison" in text
    assert "Draft" not in text


def test_both_doors_print_the_same_page(staff, patient, client):
    where = choose(staff, of(patient))["Location"]
    by_staff = staff.get(where).content
    client.force_login(patient.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert choose(client, mine())["Location"].split("/")[-1] == where.split("/")[-1]
    assert client.get(choose(client, mine())["Location"]).content == by_staff


def test_a_draft_prints_with_its_mark_and_without_a_code(
    signed_in, therapist, by_therapist, today, patient
):
    drafted(patient, by_therapist)
    staff = signed_in(therapist)
    page = staff.get(of(patient)).content.decode()
    assert "No signed plan to print" in page and "draft.pdf" in page
    text = words(staff.get(of(patient) + "draft.pdf"))
    assert text.count("Draft, not signed") >= 2
    assert "Page code" not in text
    assert not PlanSheet.objects.exists()


def test_a_draft_is_no_paper_for_the_patient(phone, plan, by_therapist):
    plans.revise(plan=plan, by=by_therapist)
    assert phone.get(reverse("mine_sheet", args=["draft"])).status_code == 404


def test_a_replaced_version_is_not_printed_any_more(staff, plan, patient, by_therapist):
    old = choose(staff, of(patient))["Location"]
    version = looked_at(plans.revise(plan=plan, by=by_therapist), by_therapist)
    plans.sign(version=version, read=True, by=by_therapist)
    assert staff.get(old).status_code == 404
    assert "version 2" in words(staff.get(choose(staff, of(patient))["Location"]))


def test_nobody_prints_the_page_of_another(phone, staff, plan, patient, by_therapist, clinic):
    user = User.objects.create_user(email="ruth@home.example", name="Ruth Abel")
    ruth = Patient.objects.create(
        clinic=clinic,
        given_name="Ruth",
        family_name="Abel",
        birth_date=date(1970, 5, 5),
        sex="female",
        email=user.email,
        user=user,
    )
    signed(ruth, by_therapist)
    code = choose(staff, of(patient))["Location"].split("/")[-1].split(".")[0]
    assert staff.get(f"{of(ruth)}{code}.pdf").status_code == 404
    staff.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert staff.get(reverse("mine_sheet", args=[code])).status_code == 404


# The QR code -----------------------------------------------------------------------------------


def test_the_code_opens_the_own_plan_after_signing_in(client, phone, patient):
    code = choose(phone, mine())["Location"].split("/")[-1].split(".")[0]
    door = reverse("sheet_door", args=[code])
    assert phone.get(door)["Location"] == reverse("mine_plan")
    phone.logout()
    assert phone.get(door)["Location"].startswith("/account/login/?next=/s/")


def test_staff_of_the_clinic_come_to_the_boxes_and_others_find_nothing(
    staff, patient, therapist, other_therapist, client
):
    code = choose(staff, of(patient))["Location"].split("/")[-1].split(".")[0]
    door = reverse("sheet_door", args=[code.lower()])
    assert staff.get(door)["Location"] == reverse("sheet", args=["north", code])
    staff.force_login(
        other_therapist, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert staff.get(door).status_code == 404
    assert staff.get(reverse("sheet_door", args=["7KQ4MX2M"])).status_code == 404


# Numbers ---------------------------------------------------------------------------------------


def test_a_split_day_is_printed_in_its_bouts(signed_in, patient, by_therapist, therapist, today):
    version = weighed(drafted(patient, by_therapist), by_therapist)
    items = home_plans.split(home_queries.items_of(version))
    anchors = [home_plans.anchor(text) for text in ("kettle", "after <tea> & #cake", "news")]
    home_plans.set_items(version=version, items=items, anchors=anchors, by=by_therapist)
    plans.sign(version=plan_queries.whole(version.pk), read=True, by=by_therapist)
    staff = signed_in(therapist)
    printed = words(staff.get(choose(staff, of(patient))["Location"]))
    assert "in 3 short times a day" in printed
    assert "A. While the kettle boils" in printed and "B. After <tea> & #cake" in printed
    sheet = PlanSheet.objects.get()
    assert sheet.exercises == [item["exercise"] for item in items]
    boxes = staff.get(reverse("sheet", args=["north", sheet.code])).content.decode()
    assert boxes.count('<th scope="col"><span>') == len(items) + 5


def planned(clinic, by, name: str, exercises: int) -> Patient:
    """Somebody with a signed plan of so many exercises."""
    row = Patient.objects.create(
        clinic=clinic, given_name=name, family_name="Abel", birth_date="1970-05-05", sex="female"
    )
    version = drafted(row, by)
    codes = ("COR-01", "COR-02", "FLX-08", "EXP-01", "POS-03", "FLX-06")[:exercises]
    items = [home_queries.default_item(code, book().exercises) for code in codes]
    items[0] |= {"short_day": True}
    reasons = dict.fromkeys(home_queries.COMPONENTS, "Comes later.")
    home_plans.set_items(version=version, items=items, reasons=reasons, by=by)
    plans.sign(version=plan_queries.whole(version.pk), read=True, by=by)
    return row


def test_a_longer_plan_costs_no_more_queries(signed_in, today, therapist, by_therapist, clinic):
    few, many = planned(clinic, by_therapist, "Fay", 3), planned(clinic, by_therapist, "May", 6)
    version = looked_at(plans.revise(plan=many.plans.get(), by=by_therapist), by_therapist)
    plans.save_goals(
        version=version, goals=[("Walk to the market.", None, 3, 8)] * 3, by=by_therapist
    )
    plans.sign(version=plan_queries.whole(version.pk), read=True, by=by_therapist)
    staff, counted = signed_in(therapist), {}
    for who in (few, many):
        where = choose(staff, of(who))["Location"]
        staff.get(where)
        for page in (of(who), where):
            with CaptureQueriesContext(connection) as asked:
                assert staff.get(page).status_code == 200
            counted.setdefault(page.endswith("/"), []).append(len(asked))
    assert counted[True][0] == counted[True][1] <= 30
    assert counted[False][0] == counted[False][1] <= 25


def test_codes_that_collide_are_drawn_again(plan, phone, monkeypatch):
    drawn = iter(["7KQ4MX3A", "7KQ4MX3A", "7KQ4MX3B"])
    monkeypatch.setattr(page_code, "new_code", lambda: next(drawn))
    first = choose(phone, mine())["Location"]
    second = choose(phone, mine(), first_day="2026-11-25")["Location"]
    assert "7KQ4MX3A" in first
    assert "7KQ4MX3B" in second
    monkeypatch.setattr(page_code, "new_code", lambda: "7KQ4MX3A")
    answer = choose(phone, mine(), first_day="2026-11-26")
    assert answer.status_code == 422
    assert "No page code could be drawn" in answer.content.decode()


def test_days_are_the_patients_own(phone, patient, time_machine):
    """At 23:30 UTC it is the 25th in Auckland already."""
    patient.time_zone = "Pacific/Auckland"
    patient.save()
    page = phone.get(mine()).content.decode()
    assert (date(2026, 11, 24)).isoformat() in page
    choose(phone, mine(), first_day=str(date(2026, 11, 24) + timedelta(14)))
    assert PlanSheet.objects.count() == 1
