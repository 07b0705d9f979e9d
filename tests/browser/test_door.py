"""The door and the clinic's own pages in a real browser, at a desk and on a phone."""

import pytest
from django.urls import reverse

from patients import actions
from tests.browser.conftest import DESK, PHONE

PASSWORD = "correct horse battery"
NARROW = {"width": 320, "height": 640}
SIZES = [("desk", DESK), ("phone", PHONE), ("narrow", NARROW)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def sign_in(page, email: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail", exact=True).fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/c/**")


@pytest.mark.parametrize(("size", "screen"), SIZES)
def test_pages_before_the_login(visitor, clinic, by_admin, size, screen):
    invitation = actions.invite(
        clinic=clinic, email="x@x.example", name="Xenia", roles=["therapist"], by=by_admin
    )
    link = reverse("join", args=[invitation.links.get().token])
    someone = visitor(screen)
    for name, path in (
        ("sign-in", "/account/login/"),
        ("code", "/account/login/code/"),
        ("reset", "/account/password/reset/"),
        ("sign-up", "/account/signup/"),
        ("join", link),
        ("join-unknown", "/join/x/"),
    ):
        someone.page.goto(path)
        someone.seen(f"door-{name}-{size}")


@pytest.mark.parametrize(("size", "screen"), SIZES)
def test_the_admins_pages(visitor, admin, therapist, prescriber, size, screen):
    someone = visitor(screen)
    sign_in(someone.page, admin.email)
    member = therapist.memberships.get().pk
    for name, path in (
        ("staff", "/c/north/staff/"),
        ("invite", "/c/north/staff/invite/"),
        ("member", f"/c/north/staff/{member}/"),
        ("settings", "/c/north/settings/"),
        ("audit", "/c/north/audit/"),
        ("account", "/account/"),
        ("factors", "/account/2fa/"),
    ):
        someone.page.goto(path)
        someone.seen(f"clinic-{name}-{size}")
    someone.page.goto("/c/north/staff/invite/")
    someone.page.get_by_role("button", name="Send the invitation").click()
    assert someone.page.title().startswith("Error:")
    assert someone.page.evaluate("document.activeElement.className") == "cp-errors"
    someone.seen(f"clinic-invite-error-{size}")


@pytest.mark.parametrize(("size", "screen"), SIZES)
def test_the_register(visitor, therapist, patient, size, screen):
    someone = visitor(screen)
    sign_in(someone.page, therapist.email)
    for name, path in (
        ("list", "/c/north/patients/"),
        ("found", "/c/north/patients/?q=1968-04-02"),
        ("nobody", "/c/north/patients/?q=zzz"),
        ("new", "/c/north/patients/new/"),
        ("contact", f"/c/north/patients/{patient.pk}/edit/"),
        ("not-open", "/c/north/staff/"),
    ):
        someone.page.goto(path)
        someone.seen(f"register-{name}-{size}")


def test_a_passkey_is_made_and_opens_the_door(visitor, therapist):
    """Under the strict policy: no inline script runs, and the device answers all the same."""
    someone = visitor(DESK)
    page, device = someone.page, someone.context.new_cdp_session(someone.page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    sign_in(page, therapist.email)
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Make a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url("**/recovery-codes/")
    assert len(page.get_by_label("Unused codes").input_value().split()) == 10
    someone.seen("door-recovery-codes")

    someone.context.clear_cookies()
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/c/north/worklist/")
    assert someone.faults == []


def test_without_javascript_the_password_and_the_code_work(
    browser, live_server, therapist, mailoutbox
):
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    page.goto("/account/login/")
    page.get_by_label("Send me a code by e-mail").fill(therapist.email)
    page.get_by_role("button", name="Send the code").click()
    code = next(line for line in mailoutbox[0].body.splitlines() if line[4:5] == "-")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/c/north/worklist/")
    context.close()
