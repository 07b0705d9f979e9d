"""Who may do what: every right by name, every role as a set of rights. Imports nothing of ours.

A role is a word stored in a membership; a right is asked for by `patients.access.check_can`.
"""

from enum import StrEnum


class Permission(StrEnum):
    PATIENT_VIEW = "see patients and their charts"
    PATIENT_REGISTER = "register patients and import records"
    INTAKE_EDIT = "answer an intake"
    ASSESS = "run the assessment"
    RED_FLAG_REVIEW = "record what was found about a red flag"
    RED_FLAG_CLEAR_EMERGENCY = "clear an emergency red flag"
    PLAN_VIEW = "see plans"
    PLAN_EDIT = "draft plans"
    PLAN_SIGN = "sign plans"
    PLAN_CLOSE = "close plans"
    EXERCISE_VIEW = "see the exercise library"
    EXERCISE_EDIT = "add and change the clinic's own exercises"
    SESSION_RECORD = "record attendance"
    VISIT_GRANT = "enter the visits that a payer grants"
    REPORT_WRITE = "write reports and letters for payers"
    MEDICATION_VIEW = "see medicine steps"
    MEDICATION_PROPOSE = "ask a prescriber for a medicine step"
    MEDICATION_SIGN = "sign or decline medicine steps"
    CHECKIN_VIEW = "see check-ins and outcomes"
    FOLLOW_UP_VIEW = "see the worklist"
    FOLLOW_UP_WORK = "acknowledge, snooze and close worklist rows"
    RULES_VIEW = "read the clinical rules"
    RULES_SIGN = "sign the rule book for the clinic"
    STAFF_VIEW = "see staff"
    STAFF_INVITE = "invite staff and change their roles"
    CLINIC_EDIT = "change clinic settings"
    AUDIT_VIEW = "read the audit"
    OWN_PLAN_VIEW = "see their own plan"
    OWN_CHECKIN_ANSWER = "answer their own check-in"


class Role(StrEnum):
    ADMIN = "admin"
    THERAPIST = "therapist"
    PRESCRIBER = "prescriber"
    CLINICAL_LEAD = "clinical lead"
    PATIENT = "patient"
    SYSTEM = "system"


P = Permission
_CLINICAL_VIEW = {
    P.PATIENT_VIEW,
    P.PLAN_VIEW,
    P.EXERCISE_VIEW,
    P.MEDICATION_VIEW,
    P.CHECKIN_VIEW,
    P.FOLLOW_UP_VIEW,
    P.RULES_VIEW,
    P.STAFF_VIEW,
}

# A sentence for people, then the rights. Admins run the clinic and see no chart.
ROLES: dict[Role, tuple[str, frozenset[Permission]]] = {
    Role.ADMIN: (
        "Runs the clinic: people, settings, audit. Sees no health records.",
        frozenset(
            {
                P.STAFF_VIEW,
                P.STAFF_INVITE,
                P.CLINIC_EDIT,
                P.AUDIT_VIEW,
                P.RULES_VIEW,
                P.EXERCISE_VIEW,
            }
        ),
    ),
    Role.THERAPIST: (
        "Registers patients, assesses them, builds and signs plans, works the worklist.",
        frozenset(
            _CLINICAL_VIEW
            | {
                P.PATIENT_REGISTER,
                P.INTAKE_EDIT,
                P.ASSESS,
                P.RED_FLAG_REVIEW,
                P.PLAN_EDIT,
                P.PLAN_SIGN,
                P.PLAN_CLOSE,
                P.EXERCISE_EDIT,
                P.SESSION_RECORD,
                P.VISIT_GRANT,
                P.REPORT_WRITE,
                P.MEDICATION_PROPOSE,
                P.FOLLOW_UP_WORK,
            }
        ),
    ),
    Role.PRESCRIBER: (
        "Signs or declines medicine steps and clears emergency red flags.",
        frozenset(
            _CLINICAL_VIEW
            | {
                P.RED_FLAG_REVIEW,
                P.RED_FLAG_CLEAR_EMERGENCY,
                P.MEDICATION_PROPOSE,
                P.MEDICATION_SIGN,
                P.FOLLOW_UP_WORK,
            }
        ),
    ),
    Role.CLINICAL_LEAD: (
        "Answers for the rule book: reads each version and signs it for the clinic. Held beside "
        "other roles as a rule; alone it opens no health record.",
        frozenset({P.RULES_VIEW, P.RULES_SIGN, P.STAFF_VIEW}),
    ),
    Role.PATIENT: (
        "Sees the own plan and answers the own check-ins.",
        frozenset({P.OWN_PLAN_VIEW, P.OWN_CHECKIN_ANSWER}),
    ),
    Role.SYSTEM: (
        "A named job: opens check-ins, closes missed ones, raises worklist rows. Signs nothing.",
        frozenset({P.FOLLOW_UP_WORK, P.CHECKIN_VIEW, P.ASSESS}),
    ),
}

STAFF_ROLES = (Role.ADMIN, Role.THERAPIST, Role.PRESCRIBER, Role.CLINICAL_LEAD)
# Who signs under a licence: without one that still lasts the role cannot be given.
LICENSED = (Role.PRESCRIBER, Role.CLINICAL_LEAD)


def permissions_of(roles) -> frozenset[Permission]:
    """The union of the rights of some roles."""
    return frozenset().union(*(ROLES[Role(role)][1] for role in roles))
