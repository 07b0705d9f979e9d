"""The door: who gets in, how, and where they land."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from patients.models import Membership, User
from patients.pages.account import MFAAdapter

PASSWORD = "correct horse battery"


def login(client, email: str, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_staff_come_in_with_a_password(client, therapist):
    answer = login(client, therapist.email.upper())
    assert answer.status_code == 302 and answer.url == "/"
    assert client.get("/").url == "/c/north/worklist/"


def test_admins_land_on_their_staff_page(client, admin):
    login(client, admin.email)
    assert client.get("/").url == "/c/north/staff/"


def test_patients_land_on_their_day(signed_in, patient):
    assert signed_in(patient.user).get("/").url == reverse("mine_today")


def test_two_clinics_are_a_choice(signed_in, therapist, other_clinic):
    Membership.objects.create(clinic=other_clinic, user=therapist, roles=["admin"])
    text = signed_in(therapist).get("/").content.decode()
    assert "/c/north/worklist/" in text and "/c/south/staff/" in text


def test_staff_who_are_patients_too_choose(signed_in, therapist, other_patient):
    other_patient.user = therapist
    other_patient.save()
    text = signed_in(therapist).get("/").content.decode()
    assert "My own plan" in text and "/c/north/worklist/" in text


def test_without_a_clinic_the_page_says_what_to_do(signed_in, db):
    user = User.objects.create_user(email="lost@x.example", name="Lo Lost")
    assert "no clinic has given you access" in signed_in(user).get("/").content.decode()


def test_the_logged_out_are_asked_to_sign_in_and_come_back(client, db):
    assert client.get("/").url == "/account/login/?next=/"
    assert client.get("/c/north/staff/").url == "/account/login/?next=/c/north/staff/"


@pytest.mark.parametrize("email", ["adeyemi@north.example", "nobody@north.example", "", "x"])
def test_a_wrong_password_says_the_same_of_everybody(client, therapist, email):
    answer = login(client, email, "wrong")
    assert answer.status_code == 200 and "There is a problem" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_closed_logins_stay_out(client, therapist):
    User.objects.update(is_active=False)
    login(client, therapist.email)
    assert client.get("/").status_code == 302 and "/login/" in client.get("/").url


def test_guessing_is_slowed_down(client, therapist, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/5m/key"}
    for _ in range(3):
        login(client, therapist.email, "wrong")
    answer = login(client, therapist.email)
    assert "Too many failed login attempts" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_mailed_code_lets_a_patient_in(client, patient, mailoutbox):
    client.post(reverse("account_request_login_code"), {"email": patient.email})
    code = re.search(r"^\S{4}-\S{4}$", mailoutbox[0].body, re.M)[0]
    assert "code" in mailoutbox[0].subject.lower()
    confirm = reverse("account_confirm_login_code")
    assert client.post(confirm, {"code": "BBBB-BBBB"}).status_code == 200
    assert client.post(confirm, {"code": code}).status_code == 302
    assert client.get("/").url == reverse("mine_today")


def test_unknown_addresses_are_answered_alike(client, db, mailoutbox):
    answer = client.post(reverse("account_request_login_code"), {"email": "no@body.example"})
    assert answer.url == reverse("account_confirm_login_code")
    assert "No clinic has a login" in mailoutbox[0].body


def test_a_dead_mail_server_is_said(client, patient, monkeypatch):
    def refuse(self, messages):
        raise ConnectionRefusedError

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    answer = client.post(reverse("account_request_login_code"), {"email": patient.email})
    assert answer.status_code == 503 and "could not be sent" in answer.content.decode()


def test_nobody_signs_up(client, db):
    form = {"email": "me@x.example", "password1": PASSWORD}
    for answer in (
        client.get(reverse("account_signup")),
        client.post(reverse("account_signup"), form),
    ):
        assert "Accounts come from a clinic" in answer.content.decode()
    assert not User.objects.exists()


def test_nobody_moves_their_own_address(signed_in, therapist):
    answer = signed_in(therapist).post(
        reverse("account_email"), {"email": "else@x.example", "action_add": ""}
    )
    assert answer.url == reverse("account")
    assert "Your clinic changes it for you" in signed_in(therapist).get(answer.url).content.decode()


def test_a_second_factor_is_asked_and_kept_encrypted(client, therapist):
    secret = generate_totp_secret()
    TOTP.activate(therapist, secret)
    stored = Authenticator.objects.get().data["secret"]
    assert secret not in stored and MFAAdapter().decrypt(stored) == secret

    assert login(client, therapist.email).url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    code = f"{hotp_value(secret, next(yield_hotp_counters_from_time())):06}"
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert client.get("/").url == "/c/north/worklist/"


def test_an_old_key_still_opens_what_it_closed(settings):
    closed = MFAAdapter().encrypt("word")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]
    assert MFAAdapter().decrypt(closed) == "word"


@pytest.mark.parametrize(
    "route",
    [
        "account", "account_change_password", "account_logout", "mfa_index", "account_reauthenticate",
    ],
)  # fmt: skip
def test_own_pages_open(signed_in, therapist, route):
    assert signed_in(therapist).get(reverse(route)).status_code == 200


def test_the_sign_in_page_keeps_to_the_strict_policy(client, db):
    answer = client.get(reverse("account_login"))
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "script-src 'self'" in policy
    scripts = re.findall(r"<script([^>]*)>", answer.content.decode())
    assert scripts and all("src=" in tag or 'type="application/json"' in tag for tag in scripts)
