"""Rows of the ground floor, re-exported."""

from .audit import AuditEvent
from .calendar import Closure, SuitableHours, WorkingHours
from .clinic import Clinic
from .link import Link, LinkRefused
from .message import Message
from .patient import CareTeam, Consent, Patient
from .staff import Invitation, Licence, Membership
from .support import SupportLink
from .tenancy import ClinicOwned, ClinicOwnedQuerySet
from .user import User

__all__ = [
    "AuditEvent",
    "CareTeam",
    "Clinic",
    "ClinicOwned",
    "ClinicOwnedQuerySet",
    "Closure",
    "Consent",
    "Invitation",
    "Licence",
    "Link",
    "LinkRefused",
    "Membership",
    "Message",
    "Patient",
    "SuitableHours",
    "SupportLink",
    "User",
    "WorkingHours",
]
