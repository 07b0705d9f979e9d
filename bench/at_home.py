"""Puts somebody with a running plan into an empty database, for `bench.phone`."""

import json

from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from tests.factories.session_log import at_home

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(user) -> dict:
    """The cookie of a session of theirs."""
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend=BACKEND)
    request.session.save()
    return {"name": "session", "value": request.session.session_key}


def main() -> None:
    """Print the patient's cookie and the code of their first exercise, as JSON."""
    plan = at_home()
    code = plan.current.home_plan.items.first().exercise
    print(json.dumps({"cookie": signed_in(plan.patient.user), "code": code}))
