"""The main job from the first admin to the closed worklist row, as people do it in a browser.

Mail is real SMTP, the check-in is sent by a real beat and worker over a real broker. Records: the
extracts p21 (chronic low back pain, ibuprofen, a high creatinine) and p07 (kidney disease). A
picture of each step lies in `build/journey/`; each page is checked with axe.
"""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone
from playwright.sync_api import expect

from careplan.models import FollowUp, Outcome, Plan, Reminder, Session
from patients.models import Clinic, Link, Patient
from tests.browser.conftest import PHONE, link_in

RECORDS = Path(__file__).resolve().parents[1] / "exchange" / "data"
P21 = RECORDS / "p21_low_back_pain_ibuprofen_creatinine.json"
P07 = RECORDS / "p07_kidney_disease_diabetes.json"
PASSWORD = "a long pass phrase for tests"
TODAY = datetime.now(UTC).date()


def zone_of_noon() -> str:
    """A zone in which it is about noon: mails go out by day alone, whenever the tests run."""
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"  # the names count westwards


def radio(page, name: str, value: str) -> None:
    """Choose by the input itself: a panel that opens above would move a click by place elsewhere."""
    one = page.locator(f"input[name='{name}'][value='{value}']")
    one.dispatch_event("click")
    assert one.is_checked(), f"{name} did not take {value}"


def fill(page, **values) -> None:
    for name, value in values.items():
        field = page.locator(f"[name='{name.replace('__', '-')}']").first
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))


def press(page, words: str) -> None:
    page.get_by_role("button", name=words).first.click()
    page.wait_for_load_state("networkidle")  # htmx answers without leaving the page


def follow(page, words: str) -> None:
    page.get_by_role("link", name=words).first.click()
    page.wait_for_load_state()


def sign_in(who, email: str) -> None:
    who.page.goto("/account/login/")
    who.page.fill("input[name=login]", email)
    who.page.fill("input[name=password]", PASSWORD)
    who.page.locator("form:has(input[name=password])").get_by_role("button").click()
    who.page.wait_for_load_state()


def invite(admin, name: str, email: str, role: str, *more: str) -> None:
    page = admin.page
    page.goto("/c/north/staff/")
    follow(page, "Invite")
    fill(page, name=name, email=email)
    for one in (role, *more):
        page.locator(f"input[name=roles][value='{one}']").check()
    if role == "prescriber":
        licence_ends = TODAY + timedelta(days=700)
        fill(page, licence_number="GP-1", licence_authority="Medical Council")
        fill(page, licence_expires_on=licence_ends.isoformat())
    admin.seen(f"01-admin-invites-{role}")
    press(page, "Send the invitation")


def join(visitor, post, email: str, name: str):
    """Open the invitation as a mail scanner would, then as the person."""
    address = link_in(post.wait_for(email, "invit"))
    scanner = visitor()
    for _ in range(2):
        assert scanner.page.goto(address).ok
    who = visitor()
    who.page.goto(address)
    fill(who.page, name=name, password=PASSWORD)
    who.seen(f"02-{name.split()[-1].lower()}-joins")
    press(who.page, "Join")
    again = visitor()
    assert again.page.goto(address).status == 410, "an invitation works once"
    again.seen("02-an-invitation-works-once")
    if "login" in who.page.url:
        sign_in(who, email)
    return who


def import_record(who, record: Path, step: str, email: str = "") -> None:
    page = who.page
    page.goto("/c/north/patients/import/")
    page.set_input_files("input[type=file]", record)
    press(page, "Read the file")
    who.seen(f"{step}-record-understood")
    if email:
        fill(page, email=email)
    page.locator("button[form=confirm], #confirm button[type=submit]").first.click()
    page.wait_for_load_state()
    assert "/intake/red_flags/" in page.url
    assert page.locator("main input[type=radio]:checked").count() == 0, "a flag was prefilled"


def answer_flags(who, **given: str) -> None:
    """All 18 answered "no" but for those named; each saves itself."""
    names = who.page.eval_on_selector_all(
        "main input[type=radio][value=no]", "all => [...new Set(all.map(one => one.name))]"
    )
    core = [name for name in names if who.page.locator(f"[name='{name}'][value=unknown]").count()]
    assert len(core) >= 18
    for name in core:
        radio(who.page, name, given.get(name, "no"))


def go_on(who) -> None:
    """To the next step of the intake."""
    who.page.get_by_role("button", name=re.compile("^(Continue|Assess)")).last.click()
    who.page.wait_for_load_state()


def complete_intake(who) -> None:
    """From the story to the assessment: a flare, kidneys measured today, ibuprofen stopped."""
    page, day = who.page, TODAY.isoformat()
    assert "/story/" in page.url
    radio(page, "first_ever", "no")
    radio(page, "flare", "yes")
    fill(page, first_onset_age=40, pain_now=6, pain_average=5, pain_worst=8)
    who.seen("05-story")
    page.goto("/")  # away, in the middle of a step …
    page.go_back()  # … and back: what was typed was saved
    assert page.locator("[name=pain_now]").input_value() == "6"
    go_on(who)
    for name in ("worse_bending_lifting", "stiff_after_sitting", "eased_by_gentle_movement"):
        radio(page, name, "yes")
    for name in ("burning", "tingling", "numb_area"):
        radio(page, name, "no")
    who.seen("06-features")
    go_on(who)
    page.locator("[name=conditions_complete]").check(force=True)
    who.seen("07-conditions")
    go_on(who)
    rows = page.locator("[name$='-drug']").all()
    ibuprofen = next(i for i, row in enumerate(rows) if row.input_value() == "ibuprofen")
    stopped = (TODAY - timedelta(days=40)).isoformat()
    page.fill(f"[name='medications-{ibuprofen}-stopped']", stopped)
    page.fill("[name=medications_on]", day)
    page.locator("[name=medications_complete]").check(force=True)
    page.locator("[name=allergies_none]").check(force=True)
    answer_open_radios(page)  # what is asked because of a medicine
    who.seen("08-medicines")
    go_on(who)
    fill(page, weight_kg=82, weight_on=day, height_cm=178, systolic=128, diastolic=78)
    fill(page, vitals_on=day, creatinine_mg_dl=1.0, creatinine_on=day)
    who.seen("09-tests")
    go_on(who)
    fill(page, peg_pain=5, peg_enjoyment=6, peg_activity=5, psfs=4, walking_minutes=20)
    fill(page, sleep_quality=5, nights_woken=3, minutes_a_day=30)
    fill(page, physical_therapy="offered", self_management="offered")
    radio(page, "too_tired", "no")
    who.seen("10-goals")
    go_on(who)


def answer_open_radios(page) -> None:
    names = page.eval_on_selector_all(
        "main input[type=radio][value=no]", "all => [...new Set(all.map(one => one.name))]"
    )
    for name in names:
        if page.locator(f"[name='{name}']:checked").count() == 0:
            radio(page, name, "no")


def sign_the_book(who) -> None:
    """The clinical lead follows the quiet line, reads and signs."""
    page = who.page
    page.goto("/c/north/worklist/")
    who.seen("02-lead-is-told")
    follow(page, "Read and sign")
    who.seen("02-lead-reads-the-book")
    page.locator("#id_read").check()
    page.get_by_role("button", name=re.compile("^Sign ")).click()
    page.wait_for_load_state()
    assert "Plans can start" in page.content()
    who.seen("02-lead-signed-the-book")
    page.goto("/c/north/worklist/")
    assert page.locator(".cp-quiet-line").count() == 0


def build_and_sign(who, lead) -> None:
    """From the assessment to a signed plan, in the builder; the book is signed in between."""
    page = who.page
    press(page, "Build the plan")
    assert page.get_by_role("button", name="Go to signing").is_disabled()
    assert "is not signed for this clinic" in page.locator("#why-off").inner_text()
    who.seen("12-builder-waits-for-the-book")
    sign_the_book(lead)
    page.reload()
    who.seen("12-builder")
    follow(page, "Goals")
    page.get_by_label("Goal 1").fill("Carry my own shopping home")
    press(page, "Save goals")
    follow(page, "Movement")
    press(page, "I have seen all of them")
    open_ones = page.locator("#live .cp-finding.is-caution")
    for left in range(open_ones.count(), 0, -1):
        open_ones.first.get_by_role("button", name="Seen done in the clinic").click()
        expect(open_ones).to_have_count(left - 1)
    who.seen("12-builder-weighed")
    follow(page, "Go to signing")
    who.seen("13-sign-off")
    page.locator("#id_read").check()
    press(page, "Sign version 1")
    who.seen("14-signed")


def answer_check_in(who) -> None:
    """Big buttons first, then numbers, to the end."""
    page = who.page
    for turn in range(60):
        if page.url.endswith("/done/"):
            return
        if turn in (0, 18):
            who.seen(f"20-check-in-{turn}")
        if page.get_by_role("button", name="No", exact=True).count():
            press(page, "No")
            continue
        if page.locator("input[type=radio][name=answer]").count():
            wanted = page.locator("input[type=radio][name=answer][value='3']")
            chosen = wanted if wanted.count() else page.locator("input[name=answer]").nth(1)
            chosen.check(force=True)
        elif page.locator("input[name=answer]").count():
            page.fill("input[name=answer]", "2")
        press(page, "Continue")
    raise AssertionError(f"the check-in does not end: {page.url}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("celery")
def test_the_main_job(visitor, post, live_server, settings):
    settings.SITE_URL = live_server.url
    # 1. Admin: a clinic, then people.
    out = StringIO()
    call_command(
        "create_clinic",
        slug="north",
        name="Northgate Back Clinic",
        time_zone=zone_of_noon(),
        admin_email="ada@north.example",
        admin_name="Ada Lund",
        stdout=out,
    )
    Clinic.objects.update(phone="555 0142")
    admin = visitor()
    admin.page.goto(re.search(r"http\S+/password/\S+", out.getvalue()).group())
    fill(admin.page, password1=PASSWORD, password2=PASSWORD)
    admin.page.locator("form:has([name=password1]) button[type=submit]").click()
    admin.page.wait_for_load_state()
    sign_in(admin, "ada@north.example")
    invite(admin, "Tom Adeyemi", "tom@north.example", "therapist")
    invite(admin, "Priya Nair", "priya@north.example", "prescriber", "clinical lead")
    admin.seen("01-admin-staff")
    therapist = join(visitor, post, "tom@north.example", "Tom Adeyemi")
    prescriber = join(visitor, post, "priya@north.example", "Priya Nair")

    # 2. to 4. Therapist: a record, the warning signs, the assessment.
    import_record(therapist, P21, "03", email="chauncey@home.example")
    answer_flags(therapist)
    therapist.seen("04-warning-signs")
    go_on(therapist)
    complete_intake(therapist)
    assert therapist.page.url.endswith("/assessment/")
    therapist.seen("11-assessment")

    # 5. The plan, laid on real dates and signed.
    build_and_sign(therapist, prescriber)
    patient = Patient.objects.get(email="chauncey@home.example")
    plan = Plan.objects.get(patient=patient)
    assert plan.state == "active"
    assert Session.objects.filter(patient=patient).count() == 16
    assert Reminder.objects.filter(plan=plan).count() >= 4
    therapist.page.goto(f"/c/north/patients/{patient.pk}/medicines/")
    ask = therapist.page.locator("#ibuprofen")
    ask.get_by_text("Ask a prescriber").click()
    ask.locator("textarea").fill("A flare; kidneys measured today.")
    ask.get_by_role("button", name="Ask about ibuprofen").click()
    therapist.page.wait_for_load_state()
    therapist.seen("15-asked-a-prescriber")

    # 6. Patient: a mail, then today's exercises on a phone; no unsigned medicine anywhere.
    phone = visitor(PHONE)
    phone.page.goto(link_in(post.wait_for("chauncey@home.example", "plan")))
    phone.seen("16-patient-opens-the-mail")
    press(phone.page, "Continue")
    fill(phone.page, year=1950)
    press(phone.page, "Continue")
    phone.page.goto("/mine/")
    assert "minutes" in phone.page.content()
    phone.seen("17-patient-today")
    phone.page.goto("/mine/exercises/1/")
    phone.seen("17-patient-exercise")
    phone.page.goto("/mine/plan/")
    assert "buprofen" not in phone.page.content()
    prescriber.page.goto("/c/north/medicines/")
    prescriber.seen("18-prescriber-queue")
    prescriber.page.get_by_role("link", name=re.compile("Decide")).first.click()
    prescriber.page.wait_for_load_state()
    form = prescriber.page.locator("#ibuprofen")
    form.locator("textarea").first.fill("Five days at most, with stomach protection.")
    form.get_by_role("button", name="Sign ibuprofen").click()
    prescriber.page.wait_for_load_state()
    prescriber.seen("18-prescriber-signed")
    phone.page.reload()
    assert "buprofen" in phone.page.content()
    phone.seen("19-patient-plan")

    # 7. Two weeks later: beat and worker send the check-in; the answers become rows.
    now = timezone.now()
    Reminder.objects.filter(plan=plan, cycle=1).update(
        due_at=now - timedelta(minutes=1), closes_at=now + timedelta(days=6)
    )
    answering = visitor(PHONE)
    address = link_in(post.wait_for("chauncey@home.example", "check-in", seconds=150))
    answering.page.goto(address)
    answering.seen("20-check-in-door")
    press(answering.page, "Begin")
    fill(answering.page, year=1950)
    press(answering.page, "Continue")
    answer_check_in(answering)
    answering.seen("21-check-in-done")
    assert Outcome.objects.filter(patient=patient, checkin__isnull=False, measure="nprs").exists()
    answering.page.goto(address)
    assert "sent this check-in" in answering.page.content()

    page = therapist.page
    page.goto("/c/north/worklist/")
    therapist.seen("22-worklist")
    rows = FollowUp.objects.filter(patient=patient, rule__startswith="CK-", state="open")
    row = rows.get(role="therapist")
    assert row.reason.split(",")[0] in page.content()
    page.goto(f"/c/north/worklist/{row.pk}/")
    therapist.seen("23-worklist-row")
    page.locator("[name=reason]").fill("Called: goes on as planned.")
    page.locator("form:has([name=reason]) button[type=submit]").first.click()
    page.wait_for_load_state()
    row.refresh_from_db()
    assert (row.state, row.close_reason) == ("closed", "Called: goes on as planned.")
    therapist.seen("24-worklist-closed")

    # The mails hold no health word, and each link was a row of ours.
    for mail in post.mails:
        text = (mail["Subject"] + mail.get_body(("plain",)).get_content()).lower()
        assert not re.search(r"pain|ibuprofen|exercise|medicine|diagnos", text), text
    assert Link.objects.count() == len({mail["Message-ID"] for mail in post.mails})


@pytest.mark.django_db(transaction=True)
def test_an_emergency_switches_everything_off(visitor, therapist, prescriber, clinic):
    therapist.set_password(PASSWORD)
    therapist.save()
    tom = visitor()
    sign_in(tom, therapist.email)
    import_record(tom, P07, "30")
    answer_flags(tom, saddle_numbness="yes")
    tom.seen("31-saddle-numbness")
    patient = Patient.objects.get()
    tom.page.goto(f"/c/north/patients/{patient.pk}/intake/red_flags/")
    assert tom.page.locator("[name=saddle_numbness][value=yes]").is_checked()
    token = tom.page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    home = f"/c/north/patients/{patient.pk}"
    headers = {"X-CSRFToken": token, "Referer": tom.page.url}
    tom.context.request.post(f"{home}/assess/", form={}, headers=headers)
    tom.page.goto(f"{home}/assessment/")
    assert "emergency" in tom.page.locator("h1, h2").first.inner_text().lower()
    assert tom.page.get_by_role("button", name="Build the plan").count() == 0
    tom.seen("32-emergency")
    tom.page.goto(f"{home}/emergency/")
    tom.seen("33-emergency-page")

    # No form or address activates anything, and neither does the database.
    for path in ("plan/draft/", "plan/sign/"):
        answer = tom.context.request.post(f"{home}/{path}", form={"read": "on"}, headers=headers)
        assert answer.status in (200, 302, 404, 405, 409, 422), (path, answer.status)
    assert not Plan.objects.filter(state="active").exists()
    plan = Plan.objects.filter(patient=patient).first() or Plan.objects.create(
        clinic=clinic, patient=patient
    )
    plan.state, plan.starts_on = "active", TODAY
    with pytest.raises(DatabaseError), transaction.atomic():
        plan.save()

    # A prescriber records what was found; only then does the record open again.
    prescriber.set_password(PASSWORD)
    prescriber.save()
    priya = visitor()
    sign_in(priya, prescriber.email)
    priya.page.goto(f"{home}/assessment/")
    priya.seen("34-prescriber-sees-the-emergency")
    priya.page.goto(f"{home}/red-flags/saddle_numbness/")
    priya.seen("35-record-what-was-found")
