"""The Celery app. The timetable is CELERY_BEAT_SCHEDULE: a fixed handful of ticks, none a patient."""

import os

from celery import Celery
from celery.signals import beat_init, celeryd_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careplan.settings")
app = Celery("careplan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["careplan"])


@celeryd_init.connect
@beat_init.connect
def refuse_to_start_half_set(**kwargs) -> None:
    """Worker and beat stop while settings name a problem: without REDIS_URL they would wait on a
    broker of their own memory for ever. SystemExit, because Celery swallows other exceptions."""
    if settings.PROBLEMS:
        raise SystemExit("\n".join(settings.PROBLEMS))
