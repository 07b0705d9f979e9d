"""Settings of a server as it is deployed, but over plain HTTP on this machine: what `bench.phone` and
the test of the pages' weight ask. Static files are compressed by `collectstatic` beforehand."""

import os

from careplan.settings import *  # noqa: F403

STATIC_ROOT = os.environ["STATIC_ROOT"]
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "ttf", "svg", "txt"]  # no page here loads them
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "session", "csrf"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
