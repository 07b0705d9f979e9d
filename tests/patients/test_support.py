"""Links to people who understand: kept by admins, seen by patients, looked at every 90 days."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from patients import actions, queries
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent, SupportLink

PEOPLE = {"name": "Back Pain Circle", "about": "Meets on Mondays.", "url": "https://example.org"}


@pytest.fixture(autouse=True)
def _fixed(time_machine):
    time_machine.move_to(datetime(2026, 11, 24, 9, 12, tzinfo=UTC))


@pytest.fixture
def link(clinic, by_admin) -> SupportLink:
    return actions.add_support_link(clinic=clinic, **PEOPLE, by=by_admin)


def at(name, *args) -> str:
    return reverse(name, args=["north", *args])


def test_a_link_is_added_looked_at_and_taken_off(clinic, by_admin, link, time_machine):
    assert [row.stale for row in queries.support_links(clinic)] == [False]
    time_machine.move_to(datetime(2027, 2, 22, 9, tzinfo=UTC))  # 90 days on
    assert [row.stale for row in queries.support_links(clinic)] == [False]
    time_machine.move_to(datetime(2027, 2, 23, 9, tzinfo=UTC))
    assert [row.stale for row in queries.support_links(clinic)] == [True]
    actions.check_support_link(link=link, by=by_admin)
    assert [row.stale for row in queries.support_links(clinic)] == [False]
    actions.retire_support_link(link=link, by=by_admin)
    assert queries.support_links(clinic) == []
    with pytest.raises(actions.Refused, match="taken off the list already"):
        actions.check_support_link(link=link, by=by_admin)
    kinds = AuditEvent.objects.filter(action__startswith="support.").order_by("id")
    assert [row.action for row in kinds] == ["support.add", "support.check", "support.retire"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "", "phone": ""}, "Give an address or a telephone number."),
        ({"url": "javascript:alert(1)"}, "valid URL"),
        ({"name": " "}, "blank"),
    ],
)
def test_a_link_leads_somewhere(clinic, by_admin, changes, words):
    with pytest.raises(actions.Refused, match=words):
        actions.add_support_link(clinic=clinic, **(PEOPLE | changes), by=by_admin)
    assert not SupportLink.objects.exists()


def test_a_name_is_there_once_until_it_is_taken_off(clinic, by_admin, link):
    with pytest.raises(actions.Refused, match="on the list already"):
        actions.add_support_link(clinic=clinic, **PEOPLE, by=by_admin)
    actions.retire_support_link(link=link, by=by_admin)
    actions.add_support_link(clinic=clinic, **PEOPLE, by=by_admin)


def test_only_admins_of_the_clinic(clinic, by_admin, by_therapist, by_other_therapist, link):
    with pytest.raises(Denied):
        actions.add_support_link(clinic=clinic, **PEOPLE, by=by_therapist)
    with pytest.raises((Denied, OtherClinic)):
        actions.retire_support_link(link=link, by=by_other_therapist)


def test_by_the_page(signed_in, admin, clinic):
    browser = signed_in(admin)
    page = browser.post(at("support"), PEOPLE | {"url": "example"}).content.decode()
    assert "There is a problem" in page and "Back Pain Circle" in page
    page = browser.post(at("support"), PEOPLE, follow=True).content.decode()
    assert "Added Back Pain Circle." in page
    row = SupportLink.objects.get()
    page = browser.post(at("support_check", row.pk), follow=True).content.decode()
    assert "Looked at today: Back Pain Circle." in page
    page = browser.post(at("support_retire", row.pk), follow=True).content.decode()
    assert "No link yet" in page


def test_the_page_does_not_grow(signed_in, admin, clinic, by_admin, django_assert_num_queries):
    browser = signed_in(admin)
    browser.get(at("support"))

    def add(number):
        actions.add_support_link(clinic=clinic, name=f"Circle {number}", phone="1", by=by_admin)

    add(0)
    with django_assert_num_queries(count(browser)):
        browser.get(at("support"))
    before = count(browser)
    for number in range(1, 20):
        add(number)
    assert count(browser) == before


def count(browser) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        browser.get(at("support"))
    return len(found)
