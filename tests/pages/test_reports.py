"""Reports by the page: looked through, written, read again, printed."""

import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from careplan.models import Report
from tests.factories.visits import attended, granted, in_plan, measured

WORDS = {"course": "Walks to the shop again.", "need": "Stairs are hard.", "next": "Strength."}


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    """The clock starts on Tuesday 24 November 2026 and ticks."""
    time_machine.move_to("2026-11-24T09:12:00+00:00")


@pytest.fixture
def plan(patient, by_therapist):
    row = in_plan(patient, by_therapist)
    granted(patient, by_therapist, 12)
    attended(row, (8, 9, 10), by_therapist)
    measured(row, 6, 3)
    return row


@pytest.fixture
def browser(signed_in, therapist):
    return signed_in(therapist)


def address(patient, kind="progress", slug="north") -> str:
    return reverse("report_new", args=[slug, patient.pk, kind])


def text(answer) -> str:
    return " ".join(answer.content.decode().split()).replace("\xa0", " ")


def test_the_numbers_stand_beside_the_sentences(browser, plan, patient):
    page = text(browser.get(address(patient)))
    for words in (
        "<h1>Progress report</h1>",
        "3 of 12 visits used; 9 are left until 31 December 2026.",
        "3 attended, 13 still planned",
        "6 (24 Nov)",
        "Pain, average of 7 days (lower is better)",
        "Better by 3: a real change",
        "3 visits attended, 0 missed. Pain, average of 7 days 6 to 3.",
    ):
        assert words in page


def test_a_progress_report_is_kept_and_read(browser, plan, patient):
    answer = browser.post(address(patient), WORDS | {"seen": "0"}, follow=True)
    page = text(answer)
    assert "Progress report kept." in page and "after 3 visits" in page
    places = [page.index(words) for words in WORDS.values()]
    assert places == sorted(places)
    assert "Progress report" in text(browser.get(reverse("visits", args=["north", patient.pk])))


def test_words_that_are_missing_keep_what_was_typed(browser, plan, patient):
    answer = browser.post(address(patient), WORDS | {"need": ""})
    page = text(answer)
    assert answer.status_code == 422 and "Write “Why therapy goes on”." in page
    assert WORDS["course"] in page and "<title>Error:" in page
    assert not Report.objects.exists()


def test_the_second_writer_reads_the_first_one_first(browser, plan, patient):
    browser.post(address(patient), WORDS | {"seen": "0"})
    answer = browser.post(address(patient), WORDS | {"seen": "0"})
    assert answer.status_code == 422
    assert "kept a report like this on 24 November" in text(answer)
    assert Report.objects.count() == 1


def test_a_letter_asks_and_prints(browser, plan, patient):
    asked = {"visits": "12", "first": "2027-01-04", "last": "2027-02-26", "seen": "0"}
    browser.post(address(patient, "authorisation"), WORDS | asked)
    row = Report.objects.get()
    answer = browser.get(reverse("report_pdf", args=["north", row.pk]))
    assert answer["Content-Type"] == "application/pdf"
    printed = PdfReader(io.BytesIO(answer.content))
    said = " ".join(" ".join(page.extract_text() for page in printed.pages).split())
    for words in (
        "Northgate Back Clinic",
        "Request for 12 more visits",
        "Margaret Ellison",
        "12 visits, 4 January 2027 to 26 February 2027",
        "3 of 12 visits used",
        "Better by 3: a real change",
        "Stairs are hard.",
        "Tom Adeyemi",
    ):
        assert words in said, words
    places = [said.index(words) for words in WORDS.values()]
    assert places == sorted(places)
    again = browser.get(reverse("report_pdf", args=["north", row.pk]))
    assert again.content == answer.content


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"visits": ""}, "Enter how many visits, such as 12."),
        ({"visits": "400"}, "Ask for 1 to 60 visits."),
        ({"last": "2026-12-01"}, "The last day is before the first."),
        ({"first": "soon"}, "Enter a day such as 2026-12-31."),
    ],
)
def test_a_letter_that_cannot_be(browser, plan, patient, change, words):
    asked = {"visits": "12", "first": "2027-01-04", "last": "2027-02-26"} | change
    answer = browser.post(address(patient, "authorisation"), WORDS | asked)
    assert answer.status_code == 422 and words in text(answer)


def test_a_letter_starts_from_what_is_not_covered(browser, plan, patient, by_therapist):
    """Nine visits are left and six are planned; with a smaller grant, some are not covered."""
    page = text(browser.get(address(patient, "authorisation")))
    assert 'name="visits" ' in page and 'value="13"' not in page


def test_without_plan_or_measures_a_report_can_be_looked_at(browser, patient):
    page = text(browser.get(address(patient)))
    assert "No measure has a value yet." in page


def test_other_kinds_and_other_clinics_are_not_found(
    browser, signed_in, other_therapist, plan, patient
):
    assert browser.get(address(patient, "certification")).status_code == 404
    browser.post(address(patient), WORDS)
    row = Report.objects.get()
    browser = signed_in(other_therapist)
    for name in ("report", "report_pdf"):
        assert browser.get(reverse(name, args=["south", row.pk])).status_code == 404
    assert browser.get(address(patient, slug="south")).status_code == 404


def test_prescribers_read_and_do_not_write(signed_in, browser, prescriber, plan, patient):
    browser.post(address(patient), WORDS)
    row = Report.objects.get()
    browser = signed_in(prescriber)
    assert browser.get(reverse("report", args=["north", row.pk])).status_code == 200
    assert browser.get(address(patient)).status_code == 403


def test_the_pages_do_not_grow(browser, plan, patient, by_therapist):
    browser.get(address(patient))
    few = _queries(browser, address(patient))
    attended(plan, range(1, 8), by_therapist)
    for number in range(5):
        granted(patient, by_therapist, 5, authorisation=f"A-{number}", until=date(2027, 6, 1))
    assert _queries(browser, address(patient)) <= few


def _queries(browser, url) -> int:
    with CaptureQueriesContext(connection) as found:
        assert browser.get(url).status_code == 200
    return len(found)
