"""The Celery app. The timetable is CELERY_BEAT_SCHEDULE: a fixed handful of ticks, none a patient."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careplan.settings")
app = Celery("careplan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["careplan"])
