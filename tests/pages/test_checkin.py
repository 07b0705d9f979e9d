"""The check-in behind its link: begins on POST, one question a page, ends as it should."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from careplan.models import FollowUp
from patients import notify
from patients.models import Link
from tests.factories.checkin import first_due, link_of, opened, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(today, patient, by_therapist):
    return running(patient, by_therapist)


@pytest.fixture
def checkin(plan, time_machine):
    time_machine.move_to(first_due(plan) + timedelta(minutes=5), tick=False)
    return opened(plan)


@pytest.fixture
def door(checkin) -> str:
    return reverse("checkin", args=[link_of(checkin).token])


@pytest.fixture
def begun(client, door) -> str:
    """The address of the first question, for somebody who gave the year of birth."""
    return client.post(door, {"year": "1968"})["Location"]


def text(response) -> str:
    return response.content.decode()


def test_a_get_says_who_asks_and_does_nothing(client, door, checkin):
    for _ in range(5):
        page = client.get(door)
    client.head(door)
    assert page.status_code == 200
    assert "Northgate Back Clinic" in text(page)
    assert "Begin" in text(page)
    assert "/help/?clinic=north" in text(page)
    for word in ("pain", "Margaret", "1968"):
        assert word not in text(page).split("<main")[1].split("</main>")[0]
    link = link_of(checkin)
    assert (link.used_at, link.failed_tries) == (None, 0)


def test_begin_asks_the_year_of_birth(client, door):
    page = client.post(door)
    assert "In which year were you born?" in text(page)
    first = client.post(door, {"year": "1968"})
    assert first.status_code == 302
    assert first["Location"].endswith("/saddle_numbness/")
    assert "Question 1 of" in text(client.get(first["Location"]))


def test_five_wrong_years_lock_it_and_say_whom_to_call(client, door, checkin):
    for left in (4, 3, 2, 1):
        page = client.post(door, {"year": "1970"})
        assert page.status_code == 422
        assert f"{left}\u00a0more" in text(page)
    client.post(door, {"year": "nineteen"})
    page = client.post(door, {"year": "1968"})
    assert page.status_code == 403
    assert "This link is locked" in text(page)
    assert "555 0142" in text(page)
    assert link_of(checkin).failed_tries == 5
    assert client.get(door).status_code == 403


def test_questions_need_the_year(client, door):
    page = client.get(f"{door}fever/")
    assert (page.status_code, page["Location"]) == (302, door)
    assert client.post(f"{door}fever/", {"answer": "no"}).status_code == 302


def test_from_the_first_question_to_the_end(client, begun, checkin):
    at, seen = begun, []
    while "/done/" not in at:
        page = text(client.get(at))
        seen.append(at.rstrip("/").rsplit("/", 1)[1])
        body = {"answer": "no"} if 'value="no"' in page else {"answer": "3"}
        if 'value="much_better"' in page:
            body = {"answer": "better"}
        at = client.post(at, body)["Location"]
    assert len(seen) == len(set(seen))
    assert seen[0] == "saddle_numbness"
    assert seen[-1] == "overall"
    assert "nprs" in seen
    page = text(client.get(at))
    assert "Thank you, Margaret" in page
    assert "Tom will read this by" in page
    assert FollowUp.objects.get(key=f"checkin:{checkin.pk}")


def test_back_keeps_the_answer(client, begun):
    second = client.post(begun, {"answer": "unknown"})["Location"]
    assert begun in text(client.get(second))
    page = text(client.get(begun))
    assert re.search(r'value="unknown" aria-pressed="true"', page)


def test_rather_not_say_goes_on(client, begun, checkin):
    assert client.post(begun, {"skip": "1"}).status_code == 302
    checkin.refresh_from_db()
    assert checkin.answers == {"saddle_numbness": None}


def test_no_answer_is_asked_again(client, begun, checkin):
    page = client.post(begun, {})
    assert page.status_code == 422
    assert "Choose Yes, No or Not sure" in text(page)
    assert "<title>Error:" in text(page)
    checkin.refresh_from_db()
    assert checkin.answers == {}


def test_an_emergency_shows_the_panel_alone(client, begun):
    end = client.post(begun, {"answer": "yes"})["Location"]
    page = text(client.get(end))
    assert "Get emergency help now" in page
    assert "Do not drive yourself" in page
    assert "tel:911" in page
    assert "<nav" not in page
    show = text(client.get(end.replace("/done/", "/show/")))
    assert "Margaret Ellison" in show
    assert "cauda" not in show.lower()
    assert FollowUp.objects.filter(severity="emergency", rule="RF-01").exists()


def test_thoughts_of_self_harm_show_the_crisis_line(client, begun):
    end = client.post(begun.replace("saddle_numbness", "suicidal_thoughts"), {"answer": "yes"})
    page = text(client.get(end["Location"]))
    assert "tel:988" in page
    assert "tel:911" in page


def test_an_urgent_yes_ends_after_the_warning_signs(client, begun):
    at = client.post(begun.replace("saddle_numbness", "fever"), {"answer": "yes"})["Location"]
    while "/done/" not in at:
        at = client.post(at, {"answer": "no"})["Location"]
    page = text(client.get(at))
    assert "We need to speak to you today" in page
    assert "555 0142" in page


def test_a_sent_check_in_says_so(client, begun, door):
    client.post(begun, {"answer": "yes"})
    assert client.get(door).status_code == 410
    assert "You have sent this check-in" in text(client.get(door))
    assert client.get(begun).status_code == 410


def test_a_stranger_does_not_see_the_end(client, begun, door):
    end = client.post(begun, {"answer": "yes"})["Location"]
    client.cookies.clear()
    assert client.get(end).status_code == 410
    assert client.get(end.replace("/done/", "/show/")).status_code == 410


def test_a_closed_window_says_what_is_next(client, door, checkin, time_machine):
    time_machine.move_to(checkin.reminder.closes_at, tick=False)
    page = client.get(door)
    assert page.status_code == 410
    assert "This check-in is closed" in text(page)
    assert "The next one comes by mail" in text(page)


def test_a_withdrawn_link_says_so(client, door, checkin, today):
    Link.objects.filter(subject_id=checkin.pk).update(withdrawn_at=checkin.opened_at)
    assert "no longer works" in text(client.get(door))


@pytest.mark.parametrize("token", ["nonsense", "a:b", "0" * 32])
def test_a_broken_token_is_404_with_help(client, token, today):
    page = client.get(reverse("checkin", args=[token]))
    assert page.status_code == 404
    assert "copy the whole line" in text(page)


def test_a_link_of_another_purpose_opens_nothing(client, checkin, patient):
    plan_link = Link.objects.get(purpose="plan", patient=patient)
    assert client.get(reverse("checkin", args=[plan_link.token])).status_code == 404


def test_a_question_that_is_not_asked_is_404(client, begun):
    assert client.get(begun.replace("saddle_numbness", "gi_bleeding")).status_code == 404
    assert client.get(begun.replace("saddle_numbness", "nonsense")).status_code == 404


def test_who_is_signed_in_need_not_say_the_year(client, door, patient):
    client.force_login(patient.user)
    assert client.post(door)["Location"].endswith("/saddle_numbness/")


def test_a_question_needs_few_queries(client, begun, django_assert_max_num_queries):
    with django_assert_max_num_queries(32):
        client.get(begun)


def test_the_mail_holds_the_link_and_no_health_word(checkin, mailoutbox):
    notify.deliver()
    mail = next(one for one in mailoutbox if "check-in" in one.subject)
    assert mail.subject == "Your check-in from Northgate Back Clinic"
    assert link_of(checkin).token in mail.body
    assert "Europe/London" in mail.body
    for word in ("pain", "back pain", "medicine", "exercise"):
        assert word not in f"{mail.subject} {mail.body}".lower().replace(
            "northgate back clinic", ""
        )
