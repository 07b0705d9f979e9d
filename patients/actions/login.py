"""Logins: who gets one, and which address it belongs to."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from patients.models import Patient, User

from .refusal import Refused, clean


def new_user(email: str, name: str, password: str | None) -> User:
    """A login. Where `password` is None only mailed codes, links and passkeys open it."""
    user = User(email=email.strip().lower(), name=name.strip())
    if password is not None:
        try:
            validate_password(password, user=user)
        except ValidationError as fault:
            raise Refused(" ".join(fault.messages), "password") from None
    user.set_password(password)
    clean(user)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:  # another clinic gave the same address a login in this very moment
        raise Refused(f"{user.email} has a login already. Try again.", "email") from None
    return user


def login_for(email: str, name: str) -> User:
    """The login of a patient's address: a new one, or one that nobody's record uses yet."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        return new_user(email, name, None)
    if Patient.objects.filter(user=user).exists():
        raise Refused(
            f"{email} opens another person’s plan. Enter an address of their own, or leave it "
            "empty.",
            "email",
        )
    return user


def move_login(patient: Patient, email: str) -> None:
    """Keep the login in step with the patient's new address. A staff login keeps its own."""
    user = patient.user
    if user is None or is_staff(user):
        patient.user = login_for(email, patient.name) if email else None
        patient.save(update_fields=["user"])
        return
    if email and User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise Refused(f"{email} is the login of somebody else. Enter another address.", "email")
    user.is_active = bool(email)
    user.email = email or user.email
    clean(user)
    user.save(update_fields=["is_active", "email"])
    user.emailaddress_set.all().delete()  # the old address opens nothing any more


def is_staff(user: User) -> bool:
    return user.memberships.exists()
