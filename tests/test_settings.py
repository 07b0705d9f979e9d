"""Settings of a real server: nothing is guessed, and nothing starts on a gap."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
WHOLE = {
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": "careplan.example.org",
    "SITE_URL": "https://careplan.example.org",
    "DATABASE_URL": "postgres://u:p@db:5432/careplan?sslmode=require",
    "REDIS_URL": "redis://redis:6379/0",
    "EMAIL_URL": "smtp+tls://u:p@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "Careplan <careplan@example.org>",
}


def run(code: str, **environment) -> subprocess.CompletedProcess:
    """Python in a process of its own, with this environment and no other."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONWARNINGS": "ignore"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def setting(expression: str, **environment):
    code = f"import json, careplan.settings as s; print(json.dumps({expression}))"
    answer = run(code, **environment)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_a_whole_environment_has_no_problems():
    assert setting("s.PROBLEMS", **WHOLE) == []


@pytest.mark.parametrize("name", WHOLE)
def test_each_missing_value_is_named_with_what_to_do(name):
    gap = {key: value for key, value in WHOLE.items() if key != name}
    (problem,) = setting("s.PROBLEMS", **gap)
    assert problem.startswith(f"{name} is not set. ") and len(problem) > len(name) + 25


START = {
    "web": "import careplan.wsgi",
    "command": "from django.core.management import execute_from_command_line as run; "
    "run(['manage.py', 'check', '--tag', 'security', '--fail-level', 'ERROR'])",
}


@pytest.mark.parametrize("part", START)
def test_nothing_starts_on_a_gap(part):
    environment = WHOLE | {"DJANGO_SETTINGS_MODULE": "careplan.settings"}
    assert run(START[part], **environment).returncode == 0
    answer = run(START[part], **environment | {"SITE_URL": ""})
    assert answer.returncode != 0 and "SITE_URL is not set" in answer.stderr


def test_a_real_server_keeps_its_cookies_and_pages_to_itself():
    found = setting(
        """{name: getattr(s, name) for name in (
            "DEBUG", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE",
            "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_NAME",
            "X_FRAME_OPTIONS", "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "MAIL_CATCHER_URL")}""",
        **WHOLE,
        MAIL_CATCHER_URL="http://localhost:8025",
    )
    assert found == {
        "DEBUG": False,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_NAME": "__Host-session",
        "X_FRAME_OPTIONS": "DENY",
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
        "MAIL_CATCHER_URL": "",
    }


def test_the_policy_allows_nothing_inline():
    policy = json.dumps(setting("s.CONTENT_SECURITY_POLICY['DIRECTIVES']", **WHOLE))
    assert "unsafe" not in policy and "*" not in policy


def test_the_address_of_the_database_keeps_what_it_asks_for():
    options = setting("s.DATABASES['default']['OPTIONS']", **WHOLE)
    assert options["sslmode"] == "require" and options["pool"]["max_size"] > 1


def test_passwords_are_stored_slowly_and_chosen_long():
    assert setting("s.PASSWORD_HASHERS", **WHOLE) == [
        "django.contrib.auth.hashers.Argon2PasswordHasher"
    ]
    validators = setting("s.AUTH_PASSWORD_VALIDATORS", **WHOLE)
    assert {"min_length": 12} in [item["OPTIONS"] for item in validators]


def test_only_postgres_is_spoken():
    engine = setting("s.DATABASES['default']['ENGINE']", **WHOLE)
    assert engine == "django.db.backends.postgresql"
    assert setting("s.DATABASES", DEBUG="1") == {}


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_worker_and_beat_stop_where_redis_is_not_named(part, tmp_path):
    gap = {key: value for key, value in WHOLE.items() if key != "REDIS_URL"}
    words = {"worker": ["--pool", "solo"], "beat": ["-s", str(tmp_path / "beat")]}[part]
    answer = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "careplan", part, *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONWARNINGS": "ignore"} | gap,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert answer.returncode != 0
    assert "REDIS_URL is not set." in answer.stderr
