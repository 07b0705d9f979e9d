"""Closures, working hours and the hours that suit a patient: kept, refused, shown, audited."""

from datetime import date, time

import pytest
from django.urls import reverse

from patients import actions, queries
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent, Closure, Membership

MORNINGS = [(0, time(9), time(12)), (3, time(9), time(12)), (3, time(14), time(17))]


@pytest.fixture(autouse=True)
def _fixed(today):
    """The clock stands at 9:12 on Tuesday 24 November 2026."""


@pytest.fixture
def admins(signed_in, admin):
    return signed_in(admin)


@pytest.fixture
def member(therapist, clinic) -> Membership:
    return Membership.objects.get(user=therapist, clinic=clinic)


def christmas(clinic, by, **changes) -> Closure:
    wish = {"first_day": date(2026, 12, 24), "last_day": date(2027, 1, 3), "why": "Christmas"}
    return actions.close_days(clinic=clinic, by=by, **(wish | changes))


def words(answer) -> str:
    return " ".join(answer.content.decode().split()).replace("\xa0", " ")


# Closures ----------------------------------------------------------------------------------


def test_closed_days_are_the_closures_and_the_public_holidays(clinic, by_admin):
    clinic.holidays = "GB-ENG"
    christmas(clinic, by_admin, first_day=date(2026, 12, 27), last_day=date(2026, 12, 28))
    found = queries.closed_days(clinic, date(2026, 12, 24), date(2027, 1, 1))
    assert found == {
        date(2026, 12, 25): "Christmas Day",
        date(2026, 12, 26): "Boxing Day",
        date(2026, 12, 27): "Christmas",
        date(2026, 12, 28): "Christmas",  # the clinic's own word before the holiday's
        date(2027, 1, 1): "New Year's Day",
    }


def test_a_clinic_without_a_country_keeps_no_holidays(clinic):
    assert queries.closed_days(clinic, date(2026, 12, 24), date(2027, 1, 1)) == {}


def test_closures_of_another_clinic_close_nothing_here(clinic, other_clinic, by_admin):
    Closure.objects.create(
        clinic=other_clinic, first_day=date(2026, 12, 1), last_day=date(2026, 12, 2), why="Away"
    )
    assert queries.closed_days(clinic, date(2026, 12, 1), date(2026, 12, 2)) == {}
    with pytest.raises(OtherClinic):
        actions.open_days(closure=Closure.objects.get(), by=by_admin)
    with pytest.raises(OtherClinic):
        christmas(other_clinic, by_admin)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"last_day": date(2026, 12, 23)}, "The last day is before the first"),
        ({"last_day": date(2028, 1, 1)}, "a year at most"),
        ({"first_day": date(2026, 11, 1), "last_day": date(2026, 11, 23)}, "have passed"),
        ({"why": " "}, "cannot be blank"),
        ({"why": "x" * 81}, "at most 80"),
    ],
)
def test_days_that_cannot_be_closed(clinic, by_admin, change, sentence):
    with pytest.raises(actions.Refused, match=sentence):
        christmas(clinic, by_admin, **change)
    assert not Closure.objects.exists()


def test_one_day_closes_and_opens_with_an_audit(clinic, by_admin, by_therapist):
    row = christmas(clinic, by_admin, last_day=None)
    assert row.last_day == row.first_day
    with pytest.raises(Denied, match="Only admins"):
        actions.open_days(closure=row, by=by_therapist)
    actions.open_days(closure=row, by=by_admin)
    with pytest.raises(actions.Refused, match="open already"):
        actions.open_days(closure=Closure(pk=row.pk or 1, clinic=clinic), by=by_admin)
    events = AuditEvent.objects.filter(action__startswith="clinic.").order_by("id")
    assert [event.action for event in events] == ["clinic.close_days", "clinic.open_days"]
    assert events[1].before["why"] == "Christmas"


def test_the_page_closes_and_opens_days(admins, clinic):
    url = reverse("closures", args=["north"])
    page = words(admins.post(url, {"first_day": "2026-12-24", "why": "Christmas Eve"}, follow=True))
    assert "Closed: Christmas Eve." in page and "Thursday 24 December" in page
    row = Closure.objects.get()
    answer = admins.post(reverse("closure_open", args=["north", row.pk]), follow=True)
    assert "Open again: Christmas Eve." in words(answer) and not Closure.objects.exists()


def test_a_closure_that_is_refused_stays_in_the_form(admins, clinic):
    answer = admins.post(
        reverse("closures", args=["north"]),
        {"first_day": "2026-12-24", "last_day": "2026-12-01", "why": "Christmas"},
    )
    assert answer.status_code == 422
    assert "The last day is before the first" in words(answer) and "2026-12-24" in words(answer)


def test_the_page_shows_the_public_holidays_of_a_year(admins, clinic):
    url = reverse("closures", args=["north"])
    assert "No public holidays are kept" in words(admins.get(url))
    clinic.holidays = "US"
    clinic.save()
    page = words(admins.get(url))
    assert "Thanksgiving" in page and "Friday 25 December" in page


def test_the_list_of_closures_asks_no_more_for_more_of_them(
    admins, clinic, by_admin, django_assert_max_num_queries
):
    for n in range(1, 13):
        christmas(clinic, by_admin, first_day=date(2026, 12, n), last_day=date(2026, 12, n))
    with django_assert_max_num_queries(8):
        assert admins.get(reverse("closures", args=["north"])).status_code == 200


# Hours -------------------------------------------------------------------------------------


def test_working_hours_are_kept_and_audited(member, by_admin, by_therapist):
    actions.set_working_hours(membership=member, hours=MORNINGS, by=by_admin)
    assert [str(row) for row in member.hours.all()] == [
        "Monday 9:00 to 12:00",
        "Thursday 9:00 to 12:00",
        "Thursday 14:00 to 17:00",
    ]
    actions.set_working_hours(membership=member, hours=MORNINGS, by=by_admin)
    event = AuditEvent.objects.get(action="staff.hours")
    assert event.after == {"Monday": "9:00–12:00", "Thursday": "9:00–12:00, 14:00–17:00"}
    with pytest.raises(Denied):
        actions.set_working_hours(membership=member, hours=[], by=by_therapist)


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ([(0, time(12), time(9))], "Monday: 9:00 is not after 12:00"),
        ([(0, time(9), time(9))], "Monday: 9:00 is not after 9:00"),
        ([(1, time(9), time(12)), (1, time(11), time(13))], "Tuesday: the two stretches overlap"),
        ([(7, time(9), time(12))], "no weekday 7"),
    ],
)
def test_hours_that_make_no_sense(patient, by_therapist, hours, sentence):
    with pytest.raises(actions.Refused, match=sentence):
        actions.set_suitable_hours(patient=patient, hours=hours, by=by_therapist)
    assert not patient.hours.exists()


def test_hours_of_another_clinic_are_out_of_reach(other_patient, by_therapist):
    with pytest.raises(OtherClinic):
        actions.set_suitable_hours(patient=other_patient, hours=MORNINGS, by=by_therapist)


def test_the_page_of_a_patients_hours_keeps_a_week(signed_in, therapist, patient):
    browser, url = signed_in(therapist), reverse("patient_hours", args=["north", patient.pk])
    sent = {"starts_0_1": "09:00", "ends_0_1": "12:00", "starts_4_2": "14:00", "ends_4_2": "16:30"}
    answer = browser.post(url + "?from=program", sent)
    assert answer.url == reverse("plan_program", args=["north", patient.pk])
    assert [row.words for row in patient.hours.all()] == [
        "Monday 9:00 to 12:00",
        "Friday 14:00 to 16:30",
    ]
    page = words(browser.get(url))
    assert 'value="09:00"' in page and 'value="16:30"' in page
    edit = words(browser.get(reverse("patient_edit", args=["north", patient.pk])))
    assert "Monday 9:00 to 12:00; Friday 14:00 to 16:30." in edit


def test_the_page_of_a_members_hours_keeps_a_week(admins, member):
    url = reverse("staff_hours", args=["north", member.pk])
    answer = admins.post(url, {"starts_1_1": "08:00", "ends_1_1": "17:00"}, follow=True)
    assert "Tuesday 8:00 to 17:00." in words(answer)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"starts_0_1": "09:00"}, "Monday: enter when it ends, too."),
        ({"ends_2_2": "09:00"}, "Wednesday: enter when it begins, too."),
        ({"starts_0_1": "nine", "ends_0_1": "12:00"}, "Monday: enter an hour such as 9:30."),
        ({"starts_0_1": "12:00", "ends_0_1": "9:00"}, "Monday: 9:00 is not after 12:00"),
    ],
)
def test_hours_that_are_refused_stay_in_the_form(signed_in, therapist, patient, sent, sentence):
    url = reverse("patient_hours", args=["north", patient.pk])
    answer = signed_in(therapist).post(url, sent)
    assert answer.status_code == 422 and sentence in words(answer)
    assert all(f'value="{typed}"' in words(answer) for typed in sent.values() if typed != "9:00")
    assert not patient.hours.exists()


@pytest.mark.parametrize("code", ["XX", "GB-ZZZ", "United Kingdom"])
def test_holidays_of_nowhere_are_refused(clinic, by_admin, code):
    with pytest.raises(actions.Refused):
        actions.change_settings(clinic=clinic, changes={"holidays": code}, by=by_admin)


def test_the_country_of_the_holidays_is_a_setting(clinic, by_admin):
    row = actions.change_settings(clinic=clinic, changes={"holidays": "GB-SCT"}, by=by_admin)
    assert row.holidays == "GB-SCT"
