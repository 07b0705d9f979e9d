"""Rows of the care plan, re-exported. No workflow here: that is `careplan.actions`."""

from .assessment import Assessment, Intake, RecordImport, RedFlagReview
from .book import BookSignature
from .calendar import CalendarFeed
from .checkin import CheckIn, DayEntry, Outcome, Reminder
from .device import Device, DeviceEvent, DeviceUse
from .flare import Flare
from .follow_up import FollowUp
from .home_plan import HomePlan, HomePlanItem
from .library import ClinicExercise, ExercisePicture
from .medication import MedicationEvent, MedicationStep
from .plan import Goal, Plan, PlanVersion
from .preset import Preset
from .program import Program, Session, VisitEntry
from .proposal import Proposal
from .report import Report
from .session_log import SessionLog
from .sheet import PlanSheet

__all__ = [
    "Assessment",
    "BookSignature",
    "CalendarFeed",
    "CheckIn",
    "ClinicExercise",
    "DayEntry",
    "Device",
    "DeviceEvent",
    "DeviceUse",
    "ExercisePicture",
    "Flare",
    "FollowUp",
    "Goal",
    "HomePlan",
    "HomePlanItem",
    "Intake",
    "MedicationEvent",
    "MedicationStep",
    "Outcome",
    "Plan",
    "PlanSheet",
    "PlanVersion",
    "Preset",
    "Program",
    "Proposal",
    "RecordImport",
    "RedFlagReview",
    "Reminder",
    "Report",
    "Session",
    "SessionLog",
    "VisitEntry",
]
