"""Settings of the tests: fast hashes, eager Celery, memory mail, DEBUG's plain static files."""

import os

os.environ.setdefault("DEBUG", "1")

from careplan.settings import *  # noqa: F403

DEBUG = False
PROBLEMS = []
INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations"]  # noqa: F405
FIRST_PARTY_APPS = ["careplan", "patients"]
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_NAME = "session"
CSRF_COOKIE_NAME = "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ACCOUNT_RATE_LIMITS = False
# A pool would keep connections that the test runner must close before it drops its database.
DATABASES["default"]["OPTIONS"].pop("pool")  # noqa: F405
