"""How long a session lives, which posts are kept over a new sign-in, and the key of an activation link."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from accounts.enums import Role
from accounts.roles import ROLES

MINUTE, HOUR = 60, 3600
IDLE_SHORT, IDLE_LONG = 30 * MINUTE, 8 * HOUR
ABSOLUTE = 12 * HOUR
HELD_KEY = "held_post"  # in the session
HELD_POST_BYTES = 200_000
NEVER_HELD = "csrfmiddlewaretoken"


def idle_limit(roles: frozenset[Role]) -> int:
    """Seconds without a request after which the session ends: the strictest role wins, and no role is strict too."""
    short = not roles or any(ROLES[role].short_session for role in roles)
    return IDLE_SHORT if short else IDLE_LONG


def session_is_over(*, now: int, signed_in_at: int, seen_at: int, roles: frozenset[Role]) -> bool:
    """Idle for too long, or signed in too long ago."""
    return now - seen_at > idle_limit(roles) or now - signed_in_at > ABSOLUTE


def fields_to_hold(fields: Iterable[tuple[str, list[str]]]) -> list[tuple[str, str]]:
    """The fields of an interrupted form; none at all for a form with a password, which must not be written down."""
    named = list(fields)
    if any("password" in name for name, _values in named):
        return []
    return [(name, value) for name, values in named if name != NEVER_HELD for value in values]


class ActivationToken(PasswordResetTokenGenerator):
    """Lives as long as PASSWORD_RESET_TIMEOUT and ends with the first password; never valid as a reset link."""

    key_salt = "accounts.rules.ActivationToken"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.session_epoch}"


activation_token = ActivationToken()
