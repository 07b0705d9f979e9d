"""It has been worse for more than a day, on the phone and on the therapist's plan page."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from careplan.models import Flare
from careplan.rules.book import book
from tests.factories.assessment import answers
from tests.factories.checkin import running
from tests.factories.flare import in_flare, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(today, patient, by_therapist):
    given = answers()
    given["episode"]["flare"] = False
    return running(patient, by_therapist, given)


@pytest.fixture
def phone(signed_in, plan, patient):
    return signed_in(patient.user)


def post(phone, name, follow=True, **told):
    return phone.post(reverse(name), told, follow=follow)


def page(phone) -> str:
    return phone.get(reverse("mine_today")).content.decode()


def test_from_today_to_the_first_half_day(phone, plan):
    assert reverse("mine_flare") in page(phone)
    asked = phone.get(reverse("mine_flare")).content.decode()
    assert "A week or more" in asked
    signs = post(phone, "mine_flare", pain="9", since="days", key=str(uuid4()))
    shown = signs.content.decode()
    assert "Is one of these new?" in shown and "or I am not sure" in shown
    after = post(phone, "mine_flare_signs", sign="none").content.decode()
    assert "Half for now, day 1 of 3" in after
    assert book().flare_words["heat"] in after
    assert book().exercises["EXP-07"].name in after


def test_until_the_signs_are_answered_today_asks_for_them_and_starts_nothing(phone, plan, patient):
    told(patient)
    shown = page(phone)
    assert "One question before you go on" in shown
    assert reverse("mine_start") not in shown
    assert phone.get(reverse("mine_start")).url == reverse("mine_today")
    code = plan.current.home_plan.items.first().exercise
    assert phone.get(reverse("mine_exercise", args=[code])).url == reverse("mine_today")


def test_a_sign_ends_in_the_emergency_page(phone, plan, patient):
    told(patient)
    after = post(phone, "mine_flare_signs", sign="bladder_bowel_saddle")
    assert "Get emergency help now" in after.content.decode()
    assert phone.get(reverse("mine_flare")).url == reverse("mine_today")


def test_nothing_chosen_is_asked_again_and_what_was_typed_stays(phone, plan):
    answer = post(phone, "mine_flare", pain="9")
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Choose since when" in shown and 'value="9" checked' in shown
    for pain in ("", "11", "-1", "9999999", "x"):
        assert post(phone, "mine_flare", pain=pain, since="days").status_code == 422
    assert not Flare.objects.exists()


def test_an_answer_about_signs_that_is_none_of_them_is_asked_again(phone, plan, patient):
    told(patient)
    assert post(phone, "mine_flare_signs").status_code == 422
    assert post(phone, "mine_flare_signs", sign="no").status_code == 422
    assert Flare.objects.get().signs_on is None


def test_no_flare_by_its_numbers_says_so(phone, plan, patient):
    told(patient, 5)
    after = post(phone, "mine_flare_signs", sign="none").content.decode()
    assert book().flare_words["steady"] in after
    assert reverse("mine_start") in after


def test_better_and_the_way_back(phone, signed_in, plan, patient, time_machine):
    in_flare(patient)
    assert book().flare_words["better"] in post(phone, "mine_flare_better").content.decode()
    time_machine.shift(timedelta(days=2))
    phone = signed_in(patient.user)  # nobody stays signed in for two days
    assert "On the way back, day 1 of 3" in page(phone)
    assert post(phone, "mine_flare_better").status_code == 200


def test_my_plan_shows_the_signed_dose(phone, plan, patient):
    before = phone.get(reverse("mine_plan")).context["items"]
    in_flare(patient)
    after = phone.get(reverse("mine_plan")).context["items"]
    assert [one.dose for one in after] == [one.dose for one in before]


def test_the_therapist_sees_it_and_ends_it(signed_in, plan, patient, therapist, clinic):
    in_flare(patient)
    staff = signed_in(therapist)
    url = reverse("plan", args=[clinic.slug, patient.pk])
    assert "In a flare: half the dose, day 1 of 3" in staff.get(url).content.decode()
    end = reverse("flare_end", args=[clinic.slug, patient.pk])
    assert "The flare has ended" in staff.post(end, follow=True).content.decode()
    assert Flare.objects.get().ended_on == timezone.localdate()
    assert "no flare to end" in staff.post(end, follow=True).content.decode()
    assert "In a flare" not in staff.get(url).content.decode()
