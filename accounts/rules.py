"""How long a session lives, which posts are kept over a new sign-in, and the key of an activation link."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from accounts.enums import Role
from accounts.roles import ROLES
from core.fields import PRIVATE

MINUTE, HOUR = 60, 3600
IDLE_SHORT, IDLE_LONG = 30 * MINUTE, 8 * HOUR
ABSOLUTE = 12 * HOUR
HELD_KEY = "held_post"  # in the session
HELD_POST_BYTES = 200_000
NEVER_HELD = "csrfmiddlewaretoken"
# Form fields whose numbers name a person or a firm before the law; their widgets carry `data-private`.
PRIVATE_NAMES = PRIVATE | {"identity_number"}


def idle_limit(roles: frozenset[Role]) -> int:
    """Seconds without a request after which the session ends: the strictest role wins, and no role is strict too."""
    short = not roles or any(ROLES[role].short_session for role in roles)
    return IDLE_SHORT if short else IDLE_LONG


def session_is_over(*, now: int, signed_in_at: int, seen_at: int, roles: frozenset[Role]) -> bool:
    """Idle for too long, or signed in too long ago."""
    return now - seen_at > idle_limit(roles) or now - signed_in_at > ABSOLUTE


def fields_to_hold(fields: Iterable[tuple[str, list[str]]]) -> list[tuple[str, str]]:
    """The fields of an interrupted form without its identity numbers, which a session never holds.

    None at all for a form with a password, which must not be written down.
    """
    named = list(fields)
    if any("password" in name for name, _values in named):
        return []
    kept = (pair for pair in named if pair[0] != NEVER_HELD and not is_private(pair[0]))
    return [(name, value) for name, values in kept for value in values]


def is_private(name: str) -> bool:
    """Whether a form field of that name holds an identity number, in a row of a formset too."""
    return name.rpartition("-")[2] in PRIVATE_NAMES


class ActivationToken(PasswordResetTokenGenerator):
    """Lives as long as PASSWORD_RESET_TIMEOUT and ends with the first password; never valid as a reset link."""

    key_salt = "accounts.rules.ActivationToken"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.session_epoch}"


activation_token = ActivationToken()
