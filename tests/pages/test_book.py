"""The signing page of the rule book, the signatures, and the quiet line until it is signed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from careplan.models import BookSignature
from careplan.rules import edition
from patients import actions as people
from patients.models import AuditEvent, Clinic, Licence
from patients.roles import Role
from tests.conftest import actor_of, make_staff
from tests.factories.book import signed
from tests.factories.plan import drafted

LINE = "cp-quiet-line"


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to("2026-11-24T09:12:00+00:00")


@pytest.fixture
def lead_of_first_day(fresh_clinic):
    return make_staff(fresh_clinic, "Lena Moss", Role.THERAPIST, Role.CLINICAL_LEAD)


@pytest.fixture
def desk(signed_in, lead_of_first_day):
    return signed_in(lead_of_first_day)


def at(name: str, *args, slug: str = "east") -> str:
    return reverse(name, args=[slug, *args])


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def line(answer) -> str:
    """The words of the quiet line; "" where there is none."""
    page = text(answer)
    assert page.count(f'class="{LINE}') <= 1
    if LINE not in page:
        return ""
    return page.split(f'class="{LINE}', 1)[1].split("</aside>", 1)[0]


def as_read(**changes) -> dict:
    running = edition.running()
    return {"version": running.version, "digest": running.digest, "read": "on"} | changes


# The signing page ----------------------------------------------------------------------------


def test_the_page_says_what_is_signed_and_what_it_means(desk):
    running = edition.running()
    page = text(desk.get(at("rules_sign")))
    for words in (
        f"Read and sign rule book {running.version}",
        "No plan starts in Eastfield Clinic until you sign",
        f"0 of {running.rules} by a named clinician: nobody clinical has checked this book yet",
        f"{running.conventions} rules rest on no guideline and are for you to approve",
        "This clinic has signed no version before",
        "What your signature says",
        "Your signature does not fill in a checker",
        "Lena Moss",
        "State Board P-1001, until 1 Jan 2028",
        f"I have read rule book {running.version} and answer for its use",
    ):
        assert words in page, words
    assert LINE not in page  # it says so itself
    assert 'name="read" id="id_read" required' in page and "checked" not in page.split("id_read")[1]


def test_looking_signs_nothing(desk):
    for look in (desk.get, desk.head):
        assert look(at("rules_sign") + "?read=on").status_code == 200
        assert look(at("rules_signatures")).status_code == 200
    assert not BookSignature.objects.exists()
    assert not AuditEvent.objects.filter(action="book.sign").exists()


def test_signing_by_the_page_and_pressing_twice(desk):
    answer = desk.post(at("rules_sign"), as_read(), follow=True)
    assert answer.request["PATH_INFO"] == at("rules_signatures")
    page = text(answer)
    assert "is signed. Plans can start." in page and "The rule book is signed" in page
    again = desk.post(at("rules_sign"), as_read(), follow=True)
    assert "was signed already, by Lena Moss, 24 November 2026, 9:12." in text(again)
    assert BookSignature.objects.count() == 1
    assert AuditEvent.objects.filter(action="book.sign").count() == 1
    assert desk.get(at("rules_sign")).url == at("rules_signatures")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"read": ""}, "sign only what you have read"),
        ({"version": "2020.1.1"}, "you read 2020.1.1"),
        ({"version": ""}, "you read none"),
        ({"digest": "0" * 64}, "changed after you opened this page"),
        ({"version": "9" * 21}, "at most 20 characters"),
    ],
)
def test_a_refusal_is_said_on_the_page(desk, changes, words):
    answer = desk.post(at("rules_sign"), as_read(**changes))
    assert answer.status_code == 422
    page = text(answer)
    assert words in page and "<title>Error: " in page
    assert not BookSignature.objects.exists()


def test_without_a_licence_the_button_says_why(desk):
    Licence.objects.all().delete()
    page = text(desk.get(at("rules_sign")))
    assert "Your licence is missing or has run out" in page
    assert 'disabled aria-describedby="why-off"' in page and "id_read" not in page
    answer = desk.post(at("rules_sign"), as_read())
    assert answer.status_code == 422 and not BookSignature.objects.exists()


def test_an_upgrade_shows_what_changed(signed_in, lead, upgraded):
    desk = signed_in(lead)
    page = text(desk.get(at("rules_sign", slug="north")))
    for words in (
        "Read and sign rule book 2027.1.1",
        "signed 2 Nov 2026 by Wanda Former",
        "1 rule added",
        "1 rule changed",
        "1 rule removed",
        "RF-991",
        "Beside the rules: exercises.",
    ):
        assert words in page.replace("\xa0", " "), words
    desk.post(at("rules_sign", slug="north"), as_read())
    page = text(desk.get(at("rules_signatures", slug="north")))
    assert page.index("2027.1.1") < page.index("Wanda Former")


def test_a_long_list_of_changes_stands_folded(signed_in, lead, monkeypatch):
    running = edition.running()
    old = {"rules": {}, "files": running.marks["files"]}
    row = BookSignature.objects.get()
    assert len(running.marks["rules"]) > 12
    signed(row.clinic, version="2026.10.1", marks=old, signed_at="2026-11-03T08:00:00Z")
    monkeypatch.setattr(
        edition, "running", lambda: type("E", (edition.Edition,), {"version": "x"})(edition.DATA)
    )
    page = text(signed_in(lead).get(at("rules_sign", slug="north")))
    assert '<details class="cp-fold"><summary>' in page


def test_data_changed_behind_the_version_is_not_signed(signed_in, lead, monkeypatch):
    running = edition.running()
    odd = type("E", (edition.Edition,), {"digest": "e" * 64})(edition.DATA)
    monkeypatch.setattr(edition, "running", lambda: odd)
    desk = signed_in(lead)
    page = text(desk.get(at("rules_sign", slug="north")))
    assert f"is no longer the {running.version} that was signed" in page and "disabled" in page
    answer = desk.post(at("rules_sign", slug="north"), as_read())
    assert answer.status_code == 422 and "not signed twice" in text(answer)
    assert "differs from the one that was signed" in line(desk.get(at("worklist", slug="north")))


@pytest.mark.parametrize("role", [Role.ADMIN, Role.THERAPIST, Role.PRESCRIBER])
def test_others_are_told_who_could(signed_in, fresh_clinic, lead_of_first_day, role):
    browser = signed_in(make_staff(fresh_clinic, "Ada Other", role))
    for answer in (browser.get(at("rules_sign")), browser.post(at("rules_sign"), as_read())):
        assert answer.status_code == 403
        assert "Only clinical leads can sign the rule book" in text(answer)
    page = text(browser.get(at("rules_signatures")))
    assert "The rule book is not signed" in page and "Lena Moss" in page
    assert at("rules_sign") not in page


def test_another_clinic_does_not_exist(desk, clinic):
    for name in ("rules_sign", "rules_signatures"):
        assert desk.get(at(name, slug="north")).status_code == 404
    assert desk.post(at("rules_sign", slug="north"), as_read()).status_code == 404
    assert BookSignature.objects.get().clinic == clinic  # the one of the fixture
    page = text(desk.get(at("rules_signatures")))
    assert "Wanda Former" not in page


def test_the_signatures_take_few_queries(desk, fresh_clinic, django_assert_max_num_queries):
    for number in range(20):
        signed(fresh_clinic, version=f"2025.1.{number}")
    for name in ("rules_signatures", "rules_sign"):
        with django_assert_max_num_queries(9):
            desk.get(at(name))


def test_the_audit_says_it_in_words(signed_in, by_lead, admin, upgraded):
    signed_in(by_lead.user).post(at("rules_sign", slug="north"), as_read())
    page = text(signed_in(admin).get(at("audit", slug="north")))
    assert "Lena Moss" in page and "signed rule book 2027.1.1" in page


def test_a_lead_without_another_role_lands_on_the_signatures(signed_in, fresh_clinic):
    browser = signed_in(make_staff(fresh_clinic, "Lee Only", Role.CLINICAL_LEAD))
    answer = browser.get("/", follow=True)
    assert answer.request["PATH_INFO"] == at("rules_signatures") and answer.status_code == 200
    assert at("rules_sign") in text(answer)


# The quiet line ------------------------------------------------------------------------------


def pages_of_staff(slug: str, patient) -> list[str]:
    return [
        at("worklist", slug=slug),
        at("patients", slug=slug),
        at("chart", patient.pk, slug=slug),
        at("exercises", slug=slug),
    ]


def test_the_line_stands_on_staff_pages_until_the_book_is_signed(desk, fresh_clinic, by_first):
    person = {"given_name": "Rosa", "family_name": "Marsh", "birth_date": "1970-02-03"}
    patient = people.register(clinic=fresh_clinic, person=person | {"sex": "female"}, by=by_first)
    for url in pages_of_staff("east", patient):
        words = line(desk.get(url))
        assert "is not signed here yet: no plan can start." in words
        assert at("rules_sign") in words and "Read and sign" in words
    desk.post(at("rules_sign"), as_read())
    for url in pages_of_staff("east", patient):
        assert line(desk.get(url)) == ""


@pytest.fixture
def by_first(lead_of_first_day, fresh_clinic):
    return actor_of(lead_of_first_day, fresh_clinic)


def test_who_cannot_sign_sees_the_line_alone(signed_in, fresh_clinic):
    browser = signed_in(make_staff(fresh_clinic, "Tom Other", Role.THERAPIST))
    words = line(browser.get(at("worklist")))
    assert "no plan can start" in words and "<a" not in words


def test_an_admin_is_told_whom_to_ask_or_to_appoint_somebody(signed_in, fresh_clinic):
    browser = signed_in(make_staff(fresh_clinic, "Ada Other", Role.ADMIN))
    words = line(browser.get(at("staff")))
    assert "Nobody is clinical lead." in words and at("staff") in words and "Appoint one" in words
    make_staff(fresh_clinic, "Lena Moss", Role.CLINICAL_LEAD)
    words = line(browser.get(at("staff")))
    assert "Lena Moss, clinical lead, can sign it." in words and "<a" not in words


def test_after_an_upgrade_the_lead_is_led_to_the_changes(signed_in, lead, therapist, upgraded):
    words = line(signed_in(lead).get(at("worklist", slug="north")))
    assert "Rule book 2027.1.1 is new and not signed here yet" in words
    assert "See what changed" in words and at("rules_sign", slug="north") in words
    words = line(signed_in(therapist).get(at("worklist", slug="north")))
    assert "is new and not signed here yet" in words and "<a" not in words


def test_a_demo_says_that_it_is_one(signed_in, fresh_clinic):
    Clinic.objects.filter(pk=fresh_clinic.pk).update(is_demo=True)
    browser = signed_in(make_staff(fresh_clinic, "Ada Other", Role.ADMIN))
    words = line(browser.get(at("staff")))
    assert "A demo: no clinician has checked rule book" in words and "<a" not in words


def test_patients_and_the_signed_out_never_read_it(client, signed_in, patient, upgraded):
    for url in ("/account/login/", "/help/"):
        assert LINE not in text(client.get(url))
    assert LINE not in text(signed_in(patient.user).get("/mine/"))
    assert LINE not in text(signed_in(patient.user).get("/mine/record/"))


def test_the_line_costs_one_query_and_a_fragment_none(desk, fresh_clinic, by_first):
    def asked(**headers) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert desk.get(at("exercises"), **headers).status_code == 200
        return sum("careplan_booksignature" in query["sql"] for query in found)

    assert asked() == 1
    assert asked(HTTP_HX_REQUEST="true") == 0
    signed(fresh_clinic)
    assert asked() == 1


# Where a therapist meets it ------------------------------------------------------------------


def test_the_builder_and_the_sign_page_say_so_first(desk, fresh_clinic, by_first):
    person = {"given_name": "Rosa", "family_name": "Marsh", "birth_date": "1970-02-03"}
    patient = people.register(clinic=fresh_clinic, person=person | {"sex": "female"}, by=by_first)
    draft = drafted(patient, by_first)
    words = f"Rule book {edition.running().version} is not signed for this clinic"
    for name in ("plan_goals", "plan_home", "plan_note", "plan_sign"):
        page = text(desk.get(at(name, patient.pk)))
        assert words in page and "Ask Lena Moss to read and sign it" in page, name
        assert 'disabled aria-describedby="why-off"' in page, name
    saved = {"revision": draft.revision, "note": "Walk a little."}
    assert desk.post(at("plan_note", patient.pk), saved).status_code == 302
    newest = str(draft.assessment_id)
    posted = {"revision": draft.revision + 1, "newest": newest, "read": "on"}
    answer = desk.post(at("plan_sign", patient.pk), posted)
    assert answer.status_code == 422 and words in text(answer)
    draft.refresh_from_db()
    assert (draft.note, draft.signed_at) == ("Walk a little.", None)
    desk.post(at("rules_sign"), as_read())
    assert desk.post(at("plan_sign", patient.pk), posted).status_code == 302
