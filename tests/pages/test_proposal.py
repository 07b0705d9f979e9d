"""The page of steps: one by one, a patient's at once, all; other clinics and roles kept out."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from careplan.actions import proposal as actions
from careplan.models import Proposal
from patients import actions as people
from patients.access import Actor
from tests.factories.proposal import run_for_ten_days, went_well

CODES = ("COR-02", "EXP-01")


def at(name: str, *args) -> str:
    return reverse(name, args=["north", *args])


@pytest.fixture
def earned(clinic, by_therapist, time_machine):
    """`earned(patient)`: two steps up wait for this patient."""

    def make(patient) -> list[Proposal]:
        plan = run_for_ten_days(patient, by_therapist, time_machine)
        for code in CODES:
            went_well(plan, code)
        by = Actor.for_job("propose_steps", clinic)
        return actions.propose(plan=plan, as_of=timezone.localdate(), by=by)

    return make


@pytest.fixture
def browser(signed_in, therapist):
    return signed_in(therapist)


def text(answer) -> str:
    return " ".join(answer.content.decode().split()).replace("\xa0", " ")


def test_nothing_to_decide_says_so(browser):
    page = text(browser.get(at("proposals")))
    assert "No step to decide" in page and "Nothing here now" in page


def test_one_is_accepted_and_one_left(signed_in, therapist, patient, earned):
    first, second = earned(patient)
    browser = signed_in(therapist)  # after the clock has moved: a login does not last ten days
    page = text(browser.get(at("proposals")))
    assert "2 steps to decide" in page and "PT-16" in page
    page = text(browser.post(at("proposal_accept", first.pk), follow=True))
    assert "1 step to decide" in page and "1 step accepted, in version 2." in page
    page = text(browser.post(at("proposal_decline", second.pk), follow=True))
    assert "the dose stays" in page and "No step to decide" in page
    assert f'href="{at("plan_sign", patient.pk)}"' in page
    page = text(browser.post(at("proposal_accept", second.pk), follow=True))
    assert "decided on this step already" in page


def test_all_of_one_and_all(signed_in, therapist, clinic, patient, earned, by_therapist):
    earned(patient)
    person = {"given_name": "Rosa", "family_name": "Marsh", "birth_date": "1970-02-03"}
    other = people.register(clinic=clinic, person=person | {"sex": "female"}, by=by_therapist)
    earned(other)
    browser = signed_in(therapist)
    browser.post(at("proposals_accept"), {"patient": patient.pk})
    assert Proposal.objects.filter(patient=patient, state="accepted").count() == 2
    assert Proposal.objects.filter(patient=other, state="open").count() == 2
    page = text(browser.post(at("proposals_accept"), follow=True))
    assert "In the draft, to be signed." in page
    assert not Proposal.objects.filter(state="open").exists()


def test_only_therapists_of_the_clinic(signed_in, prescriber, other_therapist, patient, earned):
    row = earned(patient)[0]
    assert signed_in(prescriber).post(at("proposal_accept", row.pk)).status_code == 403
    south = reverse("proposal_accept", args=["south", row.pk])
    assert signed_in(other_therapist).post(south).status_code == 404
    row.refresh_from_db()
    assert row.state == "open"


def test_the_page_does_not_grow_with_steps(signed_in, therapist, patient, earned):
    earned(patient)
    browser = signed_in(therapist)
    Proposal.objects.filter(exercise=CODES[1]).update(state="declined")
    few = _queries(browser)
    Proposal.objects.update(state="open")
    assert _queries(browser) == few


def _queries(browser) -> int:
    with CaptureQueriesContext(connection) as found:
        browser.get(at("proposals"))
    return len(found)
