"""The Celery application: JSON only, late acknowledgement, a child that dies gives its task back."""

import gc
import os

from celery import Celery
from celery.signals import celeryd_init, task_prerun, worker_init, worker_process_shutdown
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ovop_portal.settings.local")

# Celery would open a connection for each task. The limit is far away: Django's own one of age comes first, see below.
CONNECTION_TASKS = 1_000
YOUNG_OBJECTS = 50_000

app = Celery("ovop_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.CELERY_DB_REUSE_MAX = CONNECTION_TASKS


@task_prerun.connect
def use_living_connection(**_facts: object) -> None:
    """As between two requests: a connection that is too old or broken is replaced before the task."""
    close_old_connections()


@celeryd_init.connect
def begin_loading(**_facts: object) -> None:
    """Nothing of what a worker loads is garbage, and looking for some takes a fifth of the time."""
    gc.disable()


@worker_init.connect
def load_engines(**_facts: object) -> None:
    """What makes and signs PDFs takes two seconds to load: once here, and not in each child that is forked later.

    A child neither looks through nor copies what is frozen when it collects garbage. It looks for garbage less often
    than Python would: a rendering does so at its own end.
    """
    from core import pdf, signing  # noqa: F401, PLC0415 - wanted in workers only, after Django's own set-up

    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)
    gc.enable()


@worker_process_shutdown.connect
def clean_up(**_facts: object) -> None:
    """A child ends after some hundred tasks, and without what Python does at its own end."""
    from core import pdf  # noqa: PLC0415 - in workers only, where it is loaded by now

    pdf.forget_fonts()
