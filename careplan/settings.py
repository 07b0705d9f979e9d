"""Settings, all from the environment (`.env.example` explains each one).

Development needs only DEBUG=1 and the two server addresses that `make run` gives. Outside DEBUG
nothing is guessed: `PROBLEMS` names each missing value, and web, worker and beat refuse to start.
`manage.py assess` runs with none of them.
"""

from pathlib import Path

import bootstrap_wrapper
import environ
import fontpkg_public_sans
from celery.schedules import schedule
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env(
    "SECRET_KEY", default="development-only-key-never-used-in-production" if DEBUG else ""
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env("SITE_URL", default="http://localhost:8000" if DEBUG else "")
REDIS_URL = env("REDIS_URL", default="")
DATABASE_URL = env("DATABASE_URL", default="")
EMAIL_URL = env("EMAIL_URL", default="")
DEFAULT_FROM_EMAIL = env(
    "DEFAULT_FROM_EMAIL", default="Careplan <careplan@localhost>" if DEBUG else ""
)
MAIL_CATCHER_URL = env("MAIL_CATCHER_URL", default="") if DEBUG else ""
EXERCISE_VIDEO_HOSTS = env.list(
    "EXERCISE_VIDEO_HOSTS",
    default=["www.youtube.com", "youtu.be", "www.youtube-nocookie.com", "vimeo.com"],
)
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
TIME_ZONE = "UTC"  # every clinic and patient has a zone of their own

PROBLEMS = [
    f"{name} is not set. {hint}"
    for name, value, hint in (
        ("SECRET_KEY", SECRET_KEY, "Give it 50 random characters and keep it secret."),
        ("ALLOWED_HOSTS", ALLOWED_HOSTS, "List the names under which the site is reached."),
        ("SITE_URL", SITE_URL, "Give the address that goes into mails, with https://."),
        ("DATABASE_URL", DATABASE_URL, "Give postgres://user:password@host:5432/name."),
        ("REDIS_URL", REDIS_URL, "Give redis://host:6379/0."),
        ("EMAIL_URL", EMAIL_URL, "Give smtp+tls://user:password@host:587."),
        ("DEFAULT_FROM_EMAIL", DEFAULT_FROM_EMAIL, "Give the address that mails come from."),
    )
    if not value and not DEBUG
]

INSTALLED_APPS = [
    "careplan",
    "patients",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "lucide",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads each answer: its length tells no secret
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "patients.middleware.ClinicMiddleware",
]
ROOT_URLCONF = "careplan.urls"
WSGI_APPLICATION = "careplan.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "careplan.pages.shared.frame",
            ],
        },
    }
]

# One dialect: PostgreSQL. Sync workers with a pool: perf notes in docs/adr/.
DATABASES = {}
if DATABASE_URL:
    DATABASES["default"] = env.db_url("DATABASE_URL") | {
        "ENGINE": "django.db.backends.postgresql",
        "ATOMIC_REQUESTS": False,
    }
    # Added to what the address itself asks for: ?sslmode=require, or ?host= for a socket.
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": 8,
        "timeout": 10,
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "careplan",
    }

AUTH_USER_MODEL = "patients.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "patients.pages.account.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are proven by the invitation that reached them
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES  # whose word counts for the login throttle
MFA_ADAPTER = "patients.pages.account.MFAAdapter"
MFA_TOTP_ISSUER = "Careplan"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up: an invitation or a clinic gave the address
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

USE_TZ = True
USE_I18N = True
LANGUAGE_CODE = "en"
DATETIME_FORMAT = "j F Y, H:i"
DATE_FORMAT = "j F Y"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    ("bootstrap", bootstrap_wrapper.get_bootstrap_css_dir()),
    ("fonts", Path(fontpkg_public_sans.__file__).parent / "files"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # larger uploads go to a file; fhir_in refuses over 5 MB

EMAIL_TIMEOUT = 20
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# Redis carries ids and ticks only; the truth is in PostgreSQL. No ETA, JSON only.
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    # `expires` keeps a stopped worker from finding a heap of stale ticks.
    "open due check-ins": {
        "task": "careplan.tasks.open_due_checkins",
        "schedule": schedule(60),
        "options": {"expires": 55},
    },
    "close missed check-ins": {
        "task": "careplan.tasks.close_missed_checkins",
        "schedule": schedule(600),
        "options": {"expires": 550},
    },
    "end medicine courses": {
        "task": "careplan.tasks.end_medicine_courses",
        "schedule": schedule(1800),
        "options": {"expires": 1700},
    },
    "propose steps": {
        "task": "careplan.tasks.propose_steps",
        "schedule": schedule(1800),
        "options": {"expires": 1700},
    },
    "deliver messages": {
        "task": "careplan.tasks.deliver_messages",
        "schedule": schedule(10),
        "options": {"expires": 9},
    },
}

SECURE = not DEBUG
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = ["^healthz$"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"careplan": {"level": "INFO"}, "patients": {"level": "INFO"}},
}
