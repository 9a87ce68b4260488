"""`./run`: plain http on loopback, with demo data."""

from ovop_portal.settings.base import *  # noqa: F403

IS_DEMO = True
