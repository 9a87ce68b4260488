from datetime import timedelta

import time_machine
from django.utils import timezone


def after(**span: float) -> time_machine.travel:
    """The clock moved on. In the portal's own zone: the traveller changes the process's zone to that of its target."""
    return time_machine.travel(timezone.localtime() + timedelta(**span))
