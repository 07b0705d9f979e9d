"""Two clinical leads press at once: one signature, and the second hears whose it is."""

import pytest

from careplan.actions.book import SignedAlready, sign_book
from careplan.models import BookSignature
from careplan.rules import edition
from patients.models import AuditEvent
from patients.roles import Role
from tests.concurrency.test_plan import at_once
from tests.conftest import actor_of, make_staff

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_leads_make_one_signature(fresh_clinic):
    running = edition.running()
    running.marks  # noqa: B018 - read once, so that both threads wait for the database alone
    first, second = (
        actor_of(make_staff(fresh_clinic, name, Role.CLINICAL_LEAD), fresh_clinic)
        for name in ("Lena Moss", "Bo Second")
    )
    read = {"version": running.version, "digest": running.digest, "read": True}
    results = at_once(
        lambda: sign_book(clinic=fresh_clinic, by=first, **read),
        lambda: sign_book(clinic=fresh_clinic, by=second, **read),
    )
    won = [result for result in results if isinstance(result, BookSignature)]
    lost = [result for result in results if isinstance(result, SignedAlready)]
    assert (len(won), len(lost)) == (1, 1)
    assert lost[0].signature == won[0]
    assert f"signed already, by {won[0].name}" in str(lost[0])
    assert BookSignature.objects.count() == 1
    assert AuditEvent.objects.filter(action="book.sign").count() == 1
