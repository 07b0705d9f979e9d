"""A clinical lead signs the rule book: once a version, under a licence, as it was read."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from careplan.actions.book import BookRefused, SignedAlready, sign_book
from careplan.models import BookSignature
from careplan.queries import book as queries
from careplan.rules import edition
from patients.access import Denied, OtherClinic
from patients.models import AuditEvent, Clinic, Licence, Membership
from patients.roles import Role
from tests.conftest import actor_of, make_staff
from tests.factories.book import OtherEdition, signed

NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)


@pytest.fixture
def fresh(fresh_clinic, today) -> Clinic:
    return fresh_clinic


@pytest.fixture
def lead(fresh):
    return actor_of(make_staff(fresh, "Lena Moss", Role.THERAPIST, Role.CLINICAL_LEAD), fresh)


def as_read(**changes) -> dict:
    running = edition.running()
    return {"version": running.version, "digest": running.digest, "read": True} | changes


def sign(clinic, by, **changes) -> BookSignature:
    return sign_book(clinic=clinic, by=by, **as_read(**changes))


def test_a_lead_signs_under_the_own_name_and_licence(fresh, lead):
    assert not queries.standing(fresh).signed
    row = sign(fresh, lead, now=NOW)
    running = edition.running()
    assert (row.version, row.digest, row.marks) == (
        running.version,
        running.digest,
        running.marks,
    )
    assert (row.rules, row.unchecked) == (running.rules, running.unchecked)
    assert (row.name, row.licence_number, row.licence_authority) == (
        "Lena Moss",
        "P-1001",
        "State Board",
    )
    assert (row.signed_at, row.signed_by) == (NOW, lead.user)
    where = queries.standing(fresh)
    assert (where.signed, where.last, where.leads) == (True, running.version, ("Lena Moss",))
    assert queries.why_not(where) == ""


def test_the_audit_keeps_the_signature(fresh, lead):
    row = sign(fresh, lead)
    event = AuditEvent.objects.get(action="book.sign")
    assert (event.actor, event.subject_id, event.clinic_id) == (
        "Lena Moss",
        str(row.pk),
        fresh.pk,
    )
    assert event.after == {
        "version": row.version,
        "digest": row.digest,
        "signer": "Lena Moss",
        "licence": "State Board P-1001",
    }


@pytest.mark.parametrize("roles", [[Role.ADMIN], [Role.THERAPIST], [Role.PRESCRIBER]])
def test_nobody_else_signs(fresh, roles):
    by = actor_of(make_staff(fresh, "Ada Other", *roles), fresh)
    with pytest.raises(Denied, match="Only clinical leads can sign the rule book"):
        sign(fresh, by)
    assert not BookSignature.objects.exists()


def test_not_for_another_clinic(fresh, lead, other_clinic):
    before = BookSignature.objects.count()
    with pytest.raises(OtherClinic):
        sign(other_clinic, lead)
    assert BookSignature.objects.count() == before


def test_only_what_was_read_is_signed(fresh, lead):
    with pytest.raises(BookRefused, match="Tick the statement"):
        sign(fresh, lead, read=False)
    assert not AuditEvent.objects.filter(action="book.sign").exists()


@pytest.mark.parametrize("expires_on", [None, date(2026, 11, 23)])
def test_a_licence_that_is_missing_or_over_signs_nothing(fresh, lead, expires_on):
    if expires_on:
        Licence.objects.update(expires_on=expires_on)
    else:
        Licence.objects.all().delete()
    with pytest.raises(BookRefused, match="licence is missing or has run out"):
        sign(fresh, lead)
    assert not BookSignature.objects.exists()


def test_a_licence_counts_to_its_last_day_and_the_longest_is_named(fresh, lead):
    first = Licence.objects.get()
    first.expires_on = date(2026, 11, 24)
    first.save()
    assert queries.licence_of(lead) == first
    longer = Licence.objects.create(
        clinic=fresh,
        membership=first.membership,
        number="P-2",
        authority="Medical Council",
        expires_on=date(2027, 1, 1),
    )
    assert sign(fresh, lead).licence_number == longer.number


def test_a_licence_at_another_clinic_does_not_count(fresh, lead, other_clinic):
    Licence.objects.all().delete()
    make_staff(other_clinic, "Lena Moss2", Role.CLINICAL_LEAD)
    other = Licence.objects.get()
    other.membership.user = lead.user
    other.membership.save()
    with pytest.raises(BookRefused, match="licence"):
        sign(fresh, lead)


def test_a_second_press_says_who_and_when(fresh, lead):
    row = sign(fresh, lead, now=NOW)
    with pytest.raises(SignedAlready) as refusal:
        sign(fresh, lead, read=False)
    assert refusal.value.signature == row
    assert "signed already, by Lena Moss, 24 November 2026, 9:12." in str(refusal.value)
    assert BookSignature.objects.count() == 1
    assert AuditEvent.objects.filter(action="book.sign").count() == 1


def test_a_book_updated_meanwhile_is_not_signed_unread(fresh, lead, upgraded):
    with pytest.raises(BookRefused, match=r"you read 2026\.11\.\d+, 2027\.1\.1 runs now"):
        sign(fresh, lead, version=edition.Edition(edition.DATA).version)
    with pytest.raises(BookRefused, match="you read none"):
        sign(fresh, lead, version="")
    with pytest.raises(BookRefused, match="changed after you opened"):
        sign(fresh, lead, digest="0" * 64)
    assert not BookSignature.objects.exists()


def test_an_upgrade_asks_for_a_signature_of_its_own(fresh, lead, monkeypatch):
    old = sign(fresh, lead, now=NOW - timedelta(days=9))
    other = OtherEdition()
    monkeypatch.setattr(edition, "running", lambda: other)
    where = queries.standing(fresh)
    assert (where.signed, where.last, where.altered) == (False, old.version, False)
    assert "Ask Lena Moss to read and sign it" in queries.why_not(where)
    found = edition.changes(old.marks, other.marks)
    assert (len(found.added), len(found.removed), len(found.changed)) == (1, 1, 1)
    sign(fresh, lead)
    assert [row.version for row in queries.signatures(fresh)] == ["2027.1.1", old.version]


def test_other_data_under_a_signed_version_counts_as_unsigned(fresh, lead):
    signed(fresh, digest="0" * 64)
    where = queries.standing(fresh)
    assert (where.signed, where.altered) == (False, True)
    assert "no longer the" in queries.why_not(where)
    with pytest.raises(BookRefused, match="not signed twice") as refusal:
        sign(fresh, lead)
    assert not isinstance(refusal.value, SignedAlready)


def test_who_could_sign_is_named(fresh, lead):
    assert "Ask Lena Moss to" in queries.why_not(queries.standing(fresh))
    make_staff(fresh, "Bo Second", Role.CLINICAL_LEAD)
    assert "Ask Bo Second or Lena Moss to" in queries.why_not(queries.standing(fresh))
    Membership.objects.for_clinic(fresh).update(active=False)
    assert "appoint a clinical lead" in queries.why_not(queries.standing(fresh))


def test_a_demo_starts_plans_unsigned(fresh):
    Clinic.objects.update(is_demo=True)
    where = queries.standing(fresh)
    assert (where.signed, where.may_start_plans, queries.why_not(where)) == (False, True, "")


def test_where_a_clinic_stands_takes_one_query(fresh, lead, django_assert_num_queries):
    for number in range(5):
        signed(fresh, version=f"2025.1.{number}", signed_at=NOW - timedelta(days=9 - number))
    with django_assert_num_queries(1):
        where = queries.standing(fresh)
    assert where.last == "2025.1.4" and not where.signed


def test_a_signature_only_grows(fresh, lead):
    row = sign(fresh, lead)
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        BookSignature.objects.update(name="Somebody Else")
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        row.delete()
    with pytest.raises(DatabaseError, match="book_signed_under_a_licence"), transaction.atomic():
        signed(fresh, version="x", licence_number="")
