"""Every write of the ground floor: clinics, invitations, staff, patients.

Keyword-only, `by=` an Actor, atomic, the audit row inside. What the data or the state forbids
raises `Refused` with a sentence (and the form field it is about); a missing right raises Denied.
"""

from .calendar import (
    close_days,
    open_days,
    set_suitable_hours,
    set_working_hours,
)
from .clinic import SETTINGS, change_settings, found_clinic
from .invitation import INVITATION_LASTS, accept, invite, join, resend, withdraw
from .patient import CONTACT, consent, edit_patient, register
from .refusal import Duplicate, Refused
from .staff import change_roles, deactivate, reactivate
from .support import add_support_link, check_support_link, retire_support_link

__all__ = [
    "CONTACT",
    "Duplicate",
    "INVITATION_LASTS",
    "Refused",
    "SETTINGS",
    "accept",
    "add_support_link",
    "change_roles",
    "change_settings",
    "check_support_link",
    "close_days",
    "consent",
    "deactivate",
    "edit_patient",
    "found_clinic",
    "invite",
    "join",
    "open_days",
    "reactivate",
    "register",
    "resend",
    "retire_support_link",
    "set_suitable_hours",
    "set_working_hours",
    "withdraw",
]
