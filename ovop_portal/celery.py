"""The Celery application: JSON only, late acknowledgement, a child that dies gives its task back."""

import os

from celery import Celery
from celery.signals import task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ovop_portal.settings.local")

# Celery would open a connection for each task. The limit is far away: Django's own one of age comes first, see below.
CONNECTION_TASKS = 1_000

app = Celery("ovop_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.CELERY_DB_REUSE_MAX = CONNECTION_TASKS


@task_prerun.connect
def use_living_connection(**_facts: object) -> None:
    """As between two requests: a connection that is too old or broken is replaced before the task."""
    close_old_connections()
