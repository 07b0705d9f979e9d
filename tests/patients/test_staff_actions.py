"""Clinics and staff: founded, invited, joined once, changed, removed; an admin always stays."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from patients import actions
from patients.access import Denied, OtherClinic
from patients.models import (
    AuditEvent,
    Clinic,
    Invitation,
    Link,
    LinkRefused,
    Membership,
    Message,
    User,
)
from patients.roles import Role
from tests.conftest import make_staff

GOOD = "a quiet harbour at dawn"
LICENCE = {"number": "P-77", "authority": "State Board", "expires_on": date(2028, 5, 1)}


def invite(clinic, by, email="new@north.example", roles=(Role.THERAPIST,), **more) -> Invitation:
    return actions.invite(clinic=clinic, email=email, name="Nina New", roles=roles, by=by, **more)


def events(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action))


def found(**more):
    values = {
        "slug": "east",
        "name": "East Clinic",
        "time_zone": "Europe/London",
        "admin_email": "Boss@East.example",
        "admin_name": "Bea Boss",
    }
    return actions.found_clinic(**(values | more))


def test_a_clinic_is_founded_with_its_admin(db):
    clinic, user = found()
    assert Membership.objects.get(clinic=clinic, user=user).roles == ["admin"]
    assert user.email == "boss@east.example" and not user.has_usable_password()
    assert events("clinic.found")[0].job == "create_clinic"


def test_an_admin_known_elsewhere_keeps_the_login(clinic, admin):
    before = admin.password
    _, user = found(admin_email=admin.email, password=GOOD)
    assert user.pk == admin.pk and user.password == before


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"slug": "north"}, "already"),
        ({"slug": "no good"}, "slug"),
        ({"time_zone": "Mars/Crater"}, "not a time zone"),
        ({"admin_email": "nobody"}, "valid email"),
        ({"password": "short"}, "too short"),
    ],
)
def test_bad_words_found_nothing(clinic, more, words):
    with pytest.raises(actions.Refused, match=words):
        found(**more)
    assert Clinic.objects.count() == 1


def test_an_invitation_is_mailed_and_makes_staff_once(clinic, by_admin):
    invitation = invite(clinic, by_admin)
    link, message = invitation.links.get(), Message.objects.get(template="invitation")
    assert message.to == "new@north.example" and message.link == link
    assert link.expires_at - timezone.now() > timedelta(days=6, hours=23)

    user = actions.accept(link=link, name="Nina Newman", password=GOOD)
    assert user.check_password(GOOD) and user.name == "Nina Newman"
    assert Membership.objects.get(clinic=clinic, user=user).roles == ["therapist"]
    with pytest.raises(LinkRefused) as refusal:
        actions.accept(link=link, name="Nina", password=GOOD)
    assert refusal.value.reason == "used"
    assert events("staff.join")[0].actor == "Nina Newman"


def test_a_prescriber_brings_a_valid_licence(clinic, by_admin):
    with pytest.raises(actions.Refused, match="licence number"):
        invite(clinic, by_admin, roles=[Role.PRESCRIBER])
    with pytest.raises(actions.Refused, match="run out"):
        old = LICENCE | {"expires_on": date(2020, 1, 1)}
        invite(clinic, by_admin, roles=[Role.PRESCRIBER], licence=old)
    row = invite(clinic, by_admin, roles=[Role.PRESCRIBER], licence=LICENCE)
    user = actions.accept(link=row.links.get(), name="Nina", password=GOOD)
    assert user.memberships.get().licences.get().expires_on == LICENCE["expires_on"]


def test_a_clinical_lead_brings_a_valid_licence(by_admin, therapist):
    membership = therapist.memberships.get()
    roles = {"membership": membership, "roles": ["therapist", "clinical lead"], "by": by_admin}
    with pytest.raises(actions.Refused, match="A clinical lead needs a licence: enter the licence"):
        actions.change_roles(**roles)
    with pytest.raises(actions.Refused, match="run out"):
        actions.change_roles(**roles, licence=LICENCE | {"expires_on": date(2020, 1, 1)})
    actions.change_roles(**roles, licence=LICENCE)
    actions.change_roles(**roles)  # what is on file stays
    assert membership.licences.get().number == LICENCE["number"]
    assert events("staff.change")[-1].after["roles"] == ["therapist", "clinical lead"]


def test_the_licence_of_a_lead_does_not_make_a_prescriber(by_admin, lead, prescriber):
    both = ["prescriber", "clinical lead"]
    membership = lead.memberships.get()
    with pytest.raises(actions.Refused, match="A prescriber needs a licence"):
        actions.change_roles(membership=membership, roles=both, by=by_admin)
    actions.change_roles(membership=membership, roles=both, licence=LICENCE, by=by_admin)
    other = prescriber.memberships.get()  # a prescriber's licence is one to be lead with
    assert actions.change_roles(membership=other, roles=both, by=by_admin).roles == both


def test_one_open_invitation_an_address(clinic, by_admin, therapist):
    invite(clinic, by_admin)
    with pytest.raises(actions.Refused, match="invited already"):
        invite(clinic, by_admin, email="New@North.example")
    with pytest.raises(actions.Refused, match="works here already"):
        invite(clinic, by_admin, email=therapist.email)


@pytest.mark.parametrize("roles", [[], ["patient"], ["system"], ["king"]])
def test_only_staff_roles_are_given(clinic, by_admin, roles):
    with pytest.raises(actions.Refused, match="role"):
        invite(clinic, by_admin, roles=roles)


def test_sent_again_the_old_link_dies_and_the_new_one_lives(clinic, by_admin):
    invitation = invite(clinic, by_admin)
    old = invitation.links.get()
    actions.resend(invitation=invitation, by=by_admin)
    old.refresh_from_db()
    with pytest.raises(LinkRefused, match="withdrawn"):
        actions.accept(link=old, name="Nina", password=GOOD)
    new = invitation.links.get(withdrawn_at=None)
    assert actions.accept(link=new, name="Nina", password=GOOD).pk
    assert Message.objects.count() == 2


def test_a_withdrawn_invitation_opens_nothing(clinic, by_admin):
    invitation = invite(clinic, by_admin)
    actions.withdraw(invitation=invitation, by=by_admin)
    with pytest.raises(LinkRefused, match="withdrawn"):
        actions.accept(link=invitation.links.get(), name="Nina", password=GOOD)
    with pytest.raises(actions.Refused, match="was withdrawn"):
        actions.resend(invitation=invitation, by=by_admin)
    assert invite(clinic, by_admin).pk != invitation.pk


def test_an_expired_link_opens_nothing(clinic, by_admin):
    link = invite(clinic, by_admin).links.get()
    Link.objects.filter(pk=link.pk).update(expires_at=timezone.now())
    with pytest.raises(LinkRefused, match="expired"):
        actions.accept(link=link, name="Nina", password=GOOD)


def test_a_weak_password_uses_nothing_up(clinic, by_admin):
    link = invite(clinic, by_admin).links.get()
    for weak in ("", "short", "password1234"):
        with pytest.raises(actions.Refused) as refusal:
            actions.accept(link=link, name="Nina", password=weak)
        assert refusal.value.field == "password"
    assert actions.accept(link=link, name="Nina", password=GOOD)


def test_somebody_from_elsewhere_joins_by_signing_in(clinic, by_admin, other_therapist):
    link = invite(clinic, by_admin, email=other_therapist.email).links.get()
    with pytest.raises(actions.Refused, match="has a login already"):
        actions.accept(link=link, name="Thief", password=GOOD)
    with pytest.raises(actions.Refused, match="is for okoro@south.example"):
        actions.join(link=link, user=by_admin.user)
    before = other_therapist.password
    assert actions.join(link=link, user=other_therapist) == other_therapist
    assert User.objects.get(pk=other_therapist.pk).password == before
    assert other_therapist.memberships.count() == 2


def test_the_removed_come_back_with_the_roles_of_the_invitation(clinic, by_admin, therapist):
    membership = therapist.memberships.get()
    actions.deactivate(membership=membership, by=by_admin)
    link = invite(clinic, by_admin, email=therapist.email, roles=[Role.ADMIN]).links.get()
    actions.join(link=link, user=therapist)
    membership.refresh_from_db()
    assert membership.active and membership.roles == ["admin"]


def test_roles_change_and_the_audit_keeps_both(by_admin, therapist):
    membership = therapist.memberships.get()
    with pytest.raises(actions.Refused, match="licence"):
        actions.change_roles(membership=membership, roles=["prescriber"], by=by_admin)
    actions.change_roles(
        membership=membership, roles=["prescriber", "therapist"], licence=LICENCE, by=by_admin
    )
    actions.change_roles(membership=membership, roles=["prescriber"], by=by_admin)
    last = events("staff.change")[-1]
    assert last.before["roles"] == ["therapist", "prescriber"]
    assert last.after["roles"] == ["prescriber"]


def test_a_known_licence_is_renewed(by_admin, prescriber):
    licence = prescriber.memberships.get().licences.get()
    renewed = {"number": licence.number, "authority": "Board", "expires_on": date(2030, 1, 1)}
    actions.change_roles(
        membership=licence.membership, roles=["prescriber"], licence=renewed, by=by_admin
    )
    licence.refresh_from_db()
    assert licence.expires_on == date(2030, 1, 1)


def test_an_admin_always_stays(clinic, by_admin, admin):
    own = admin.memberships.get()
    with pytest.raises(actions.Refused, match="yourself"):
        actions.deactivate(membership=own, by=by_admin)
    with pytest.raises(actions.Refused, match="own admin role"):
        actions.change_roles(membership=own, roles=["therapist"], by=by_admin)
    second = make_staff(clinic, "Bo Second", Role.ADMIN).memberships.get()
    actions.deactivate(membership=second, by=by_admin)
    assert not Membership.objects.get(pk=second.pk).active
    assert events("staff.remove")[0].after["name"] == "Bo Second"
    assert actions.reactivate(membership=second, by=by_admin).active


def test_only_admins_and_only_their_own_clinic(
    clinic, other_clinic, by_admin, by_therapist, other_therapist, therapist
):
    with pytest.raises(Denied):
        invite(clinic, by_therapist)
    with pytest.raises(OtherClinic):
        invite(other_clinic, by_admin)
    stranger = other_therapist.memberships.get()
    for act in (actions.deactivate, actions.reactivate):
        with pytest.raises(OtherClinic):
            act(membership=stranger, by=by_admin)
        with pytest.raises(Denied):
            act(membership=therapist.memberships.get(), by=by_therapist)
    with pytest.raises(OtherClinic):
        actions.change_roles(membership=stranger, roles=["admin"], by=by_admin)
    invitation = invite(clinic, by_admin)
    for act in (actions.resend, actions.withdraw):
        with pytest.raises(Denied):
            act(invitation=invitation, by=by_therapist)


def test_settings_change_with_their_history(clinic, by_admin, by_therapist, other_clinic):
    actions.change_settings(clinic=clinic, changes={"phone": "555 0100"}, by=by_admin)
    event = events("clinic.change")[0]
    assert (event.before, event.after) == ({"phone": "555 0142"}, {"phone": "555 0100"})
    actions.change_settings(clinic=clinic, changes={"phone": "555 0100"}, by=by_admin)
    assert len(events("clinic.change")) == 1
    with pytest.raises(actions.Refused, match="inside the hours"):
        actions.change_settings(clinic=clinic, changes={"quiet_from": "08:30"}, by=by_admin)
    with pytest.raises(actions.Refused, match="time zone"):
        actions.change_settings(clinic=clinic, changes={"time_zone": "Here"}, by=by_admin)
    with pytest.raises(Denied):
        actions.change_settings(clinic=clinic, changes={}, by=by_therapist)
    with pytest.raises(OtherClinic):
        actions.change_settings(clinic=other_clinic, changes={}, by=by_admin)
