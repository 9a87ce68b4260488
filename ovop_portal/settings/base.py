"""What every installation shares. Values that differ come from the environment; a missing one stops the start."""

from datetime import timedelta
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from ovop_portal.settings.values import clamd_place, signer_place

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
BASE_URL = env("BASE_URL")

INSTALLED_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "ovop_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.forms",
    "ovop_portal",
    "reports",
    "certificates",
    "scoring",
    "nominations",
    "sentra",
    "accounts",
    "reference",
    "core",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionLimitMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "ovop_portal.urls"
WSGI_APPLICATION = "ovop_portal.wsgi.application"

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
                "reports.context_processors.portal",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"].update(
    ENGINE="django.db.backends.postgresql",
    CONN_MAX_AGE=60,
    CONN_HEALTH_CHECKS=True,
)
# The counters of failed logins live here, so rows must not be pushed out by an attacker's many others.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    },
    # What a visitor may ask for in a while (core.limits, the API), and sums of public pages: in each process, and worth
    # nothing to anybody who fills it up.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}},
    # Whole pages of 8 kB that are the same for everybody, by what they say, so that none is ever out of date.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
}
API_VISITOR_RATE = "120/m"
API_KEY_RATE = "600/m"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=2).total_seconds())
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.validators.LengthValidator"},
    {"NAME": "accounts.validators.ContextWordValidator"},
    {"NAME": "accounts.validators.OwnDataValidator"},
    {"NAME": "accounts.validators.GuessableValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "landing"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(timedelta(minutes=30).total_seconds())
# What the login limits protect, and what not, is written in accounts/adapter.py.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "5/5m/key,10/h/key,30/d/key,20/5m/ip",
    "login_failed_everywhere": "100/30d/key",
    "activation": "20/h/ip,3/h/key",
    "reset_password": "20/h/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
# The limits are kept by SessionLimitMiddleware; rows live longer, so that a late form still finds its author.
SESSION_COOKIE_AGE = int(timedelta(days=7).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia")]
FORMAT_MODULE_PATH = ["ovop_portal.formats"]
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "core.storage.PrivateStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = env.path("MEDIA_ROOT")
PRIVATE_FILES_ACCEL = env("PRIVATE_FILES_ACCEL", default="")
# None: uploads are parsed and typed, but not scanned for malware.
CLAMD = clamd_place(env("CLAMD_SOCKET", default=""), env("CLAMD_ADDRESS", default=""))
# None: certificates say that they are not signed. The trusted authorities stay when a key is changed: what was signed
# with the old one is checked against them.
SIGNER = signer_place(env)
SIGNER_TRUST = env("SIGNER_TRUST", default="") or None
UPLOAD_MAX_BYTES = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = [
    "core.incoming.SmallFileHandler",
    "core.incoming.IncomingFileHandler",
]

EMAIL_CONFIG = env.email("EMAIL_URL")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL")
HELP_EMAIL = env("HELP_EMAIL")
HELP_PHONE = env("HELP_PHONE")
IS_DEMO = False

CELERY_BROKER_URL = env("REDIS_URL")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 300
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": int(timedelta(hours=1).total_seconds()),
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "max_retries": 0,  # or each task that a request enqueues waits 6 s for a broker that is away
}
CELERY_TASK_PUBLISH_RETRY = False
# A sweep that found no worker is worth nothing when the next one is due.
EACH_MINUTE = {"schedule": 60.0, "options": {"expires": 55}}
EACH_HOUR = {"schedule": 3600.0, "options": {"expires": 3000}}
CELERY_BEAT_SCHEDULE = {
    "count regions": {"task": "sentra.count_regions", **EACH_HOUR},
    "find duplicates": {"task": "sentra.find_duplicates", **EACH_HOUR},
    "send waiting mail": {"task": "core.send_waiting_mail", **EACH_MINUTE},
    "sweep certificates": {"task": "certificates.sweep", **EACH_MINUTE},
    "remind of expiry": {"task": "certificates.remind_of_expiry", "schedule": crontab(hour=9, minute=15)},
    "remind of follow-ups": {"task": "nominations.remind_of_follow_ups", "schedule": crontab(hour=9, minute=25)},
    "remind of reviews": {"task": "nominations.remind_of_reviews", "schedule": crontab(hour=9, minute=35)},
    "sweep the panel": {"task": "scoring.sweep_panel", **EACH_MINUTE},
    "sweep sensitivity reports": {"task": "scoring.sweep_reports", **EACH_MINUTE},
    "sweep snapshot documents": {"task": "nominations.sweep_snapshots", **EACH_MINUTE},
    "sweep minutes": {"task": "scoring.sweep_minutes", **EACH_MINUTE},
    "send reminders": {
        "task": "nominations.send_reminders",
        "schedule": crontab(minute=5),
        "options": {"expires": 3300},
    },
    "sweep sample receipts": {"task": "scoring.sweep_sample_receipts", **EACH_MINUTE},
    "sweep tables": {"task": "sentra.sweep_tables", **EACH_MINUTE},
    "sweep reports": {"task": "reports.sweep", **EACH_MINUTE},
    "tell of letters": {"task": "reports.tell_of_letters", **EACH_HOUR},
    "forget old reports": {"task": "reports.forget_files", "schedule": crontab(hour=2, minute=25)},
    "forget old tables": {"task": "sentra.forget_tables", "schedule": crontab(hour=2, minute=15)},
    # 07.00 in WIT, WITA and WIB; the later hours are for a worker that was away.
    "send digests": {"task": "accounts.send_digests", "schedule": crontab(hour="5-12", minute=0)},
    "forget old notices": {"task": "accounts.forget_notices", "schedule": crontab(hour=2, minute=40)},
    "tell of dangerous files": {"task": "nominations.tell_of_danger", **EACH_MINUTE},
    "sweep scans": {"task": "core.sweep_scans", **EACH_MINUTE},
    "scan files again": {"task": "core.scan_again", "schedule": crontab(hour=3, minute=0)},
    "sweep previews": {"task": "core.sweep_previews", **EACH_MINUTE},
    "forget old keys": {"task": "core.forget_old_keys", "schedule": crontab(hour=2, minute=10)},
    "remove orphan files": {"task": "core.remove_orphan_files", "schedule": crontab(hour=2, minute=30)},
    "forget unfinished uploads": {"task": "core.forget_uploads", "schedule": crontab(hour=2, minute=40)},
    "forget old sessions": {"task": "accounts.forget_sessions", "schedule": crontab(hour=2, minute=20)},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "core.logs.OneLineFormatter", "format": "{asctime} {levelname} {name} {message}", "style": "{"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {name: {"level": "WARNING"} for name in ("fontTools", "pikepdf", "weasyprint")},
}
