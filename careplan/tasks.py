"""Celery entry points: one action called, nothing else. The truth is in PostgreSQL."""

from celery import shared_task

from careplan.actions import checkin, medication, proposal
from patients import notify


@shared_task
def open_due_checkins() -> int:
    return checkin.open_due()


@shared_task
def close_missed_checkins() -> int:
    return checkin.close_missed()


@shared_task
def propose_steps() -> int:
    return proposal.propose_steps()


@shared_task
def deliver_messages() -> int:
    return notify.deliver()


@shared_task
def end_medicine_courses() -> int:
    return medication.end_courses()
