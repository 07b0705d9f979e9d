"""A clinic, another clinic, one person of each role, one patient of each, and a fixed today."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import settings as hypothesis_settings

from careplan.rules import edition
from patients.access import Actor
from patients.models import CareTeam, Clinic, Licence, Membership, Patient, User
from patients.roles import LICENSED, Role
from tests.factories.book import OtherEdition, signed

# A busy machine is no fault: how fast something is, benches say.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)


@pytest.fixture
def clinic(db) -> Clinic:
    row = Clinic.objects.create(
        slug="north", name="Northgate Back Clinic", time_zone="Europe/London", phone="555 0142"
    )
    signed(row)
    return row


@pytest.fixture
def other_clinic(db) -> Clinic:
    row = Clinic.objects.create(
        slug="south", name="Southbank Spine Centre", time_zone="America/New_York", phone="555 0199"
    )
    signed(row)
    return row


@pytest.fixture
def fresh_clinic(db) -> Clinic:
    """A clinic on its first day: nobody has signed the rule book for it."""
    return Clinic.objects.create(
        slug="east", name="Eastfield Clinic", time_zone="Europe/London", phone="555 0111"
    )


@pytest.fixture
def upgraded(monkeypatch) -> OtherEdition:
    """The server runs a newer rule book than the one that was signed."""
    other = OtherEdition()
    monkeypatch.setattr(edition, "running", lambda: other)
    return other


def make_staff(clinic: Clinic, name: str, *roles: Role) -> User:
    email = f"{name.split()[-1].lower()}@{clinic.slug}.example"
    user = User.objects.create_user(email=email, name=name, password="correct horse battery")
    membership = Membership.objects.create(clinic=clinic, user=user, roles=[*roles])
    if set(LICENSED) & set(roles):
        Licence.objects.create(
            clinic=clinic,
            membership=membership,
            number="P-1001",
            authority="State Board",
            expires_on=date(2028, 1, 1),
        )
    return user


def actor_of(user: User, clinic: Clinic) -> Actor:
    membership = Membership.objects.get(user=user, clinic=clinic)
    return Actor(clinic=clinic, roles=frozenset(map(Role, membership.roles)), user=user)


@pytest.fixture
def admin(clinic) -> User:
    return make_staff(clinic, "Ada Lund", Role.ADMIN)


@pytest.fixture
def therapist(clinic) -> User:
    return make_staff(clinic, "Tom Adeyemi", Role.THERAPIST)


@pytest.fixture
def prescriber(clinic) -> User:
    return make_staff(clinic, "Priya Nair", Role.PRESCRIBER)


@pytest.fixture
def lead(clinic) -> User:
    """A therapist who is clinical lead, too."""
    return make_staff(clinic, "Lena Moss", Role.THERAPIST, Role.CLINICAL_LEAD)


@pytest.fixture
def other_therapist(other_clinic) -> User:
    return make_staff(other_clinic, "Sam Okoro", Role.THERAPIST)


@pytest.fixture
def by_admin(admin, clinic) -> Actor:
    return actor_of(admin, clinic)


@pytest.fixture
def by_therapist(therapist, clinic) -> Actor:
    return actor_of(therapist, clinic)


@pytest.fixture
def by_prescriber(prescriber, clinic) -> Actor:
    return actor_of(prescriber, clinic)


@pytest.fixture
def by_lead(lead, clinic) -> Actor:
    return actor_of(lead, clinic)


@pytest.fixture
def by_other_therapist(other_therapist, other_clinic) -> Actor:
    return actor_of(other_therapist, other_clinic)


@pytest.fixture
def patient(clinic, therapist) -> Patient:
    user = User.objects.create_user(email="margaret@home.example", name="Margaret Ellison")
    row = Patient.objects.create(
        clinic=clinic,
        given_name="Margaret",
        family_name="Ellison",
        birth_date=date(1968, 4, 2),
        sex="female",
        email="margaret@home.example",
        phone="555 0101",
        user=user,
    )
    CareTeam.objects.create(clinic=clinic, patient=row, user=therapist, role=Role.THERAPIST)
    return row


@pytest.fixture
def other_patient(other_clinic) -> Patient:
    return Patient.objects.create(
        clinic=other_clinic,
        given_name="David",
        family_name="Okonjo",
        birth_date=date(1965, 1, 9),
        sex="male",
        email="david@home.example",
    )


@pytest.fixture
def today(time_machine) -> date:
    """The clock stands at 9:12 UTC on 24 November 2026."""
    time_machine.move_to(NOW, tick=False)
    return TODAY


@pytest.fixture
def signed_in(client):
    """`signed_in(user)` gives a client with that user's session."""

    def enter(user: User):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return enter
