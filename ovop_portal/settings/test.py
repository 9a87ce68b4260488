"""The test suite: real PostgreSQL and broker, quick password hashes."""

import os

from ovop_portal.settings.base import *  # noqa: F403

# Test processes side by side share a broker, but no database: a worker of one must not take what another one sent.
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("PYTEST_XDIST_WORKER", "celery")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "core.storage.PrivateStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True  # pages in a browser have their styles and scripts
