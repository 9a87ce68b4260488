"""What a browser says about time, and a moment of our own that it cannot change."""

from datetime import UTC, datetime

from django.core import signing
from django.utils import timezone
from django.utils.dateparse import parse_datetime

SALT = "core.claims.opened"


def opening(subject: str) -> str:
    """For a hidden field: that the page about `subject` was opened now."""
    return signing.dumps([subject, timezone.now().timestamp()], salt=SALT)


def opened_at(token: str, subject: str) -> datetime | None:
    """When that page was opened; None for a token that is missing, foreign or changed."""
    try:
        about, moment = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return datetime.fromtimestamp(moment, UTC) if about == subject else None


def claimed_moment(text: str) -> datetime | None:
    """A moment as a script writes it; None for anything else, and without a zone."""
    try:
        moment = parse_datetime(text[:40])
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
