"""Keys of other systems: made by the ministry, shown once, kept as a digest."""

import hashlib
import hmac
import re
import secrets
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core import audit
from core.http import require
from reports.enums import ApiScope
from reports.models import ApiKey
from reports.policies import can_manage_keys

KEY = re.compile(r"ovk_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")


@transaction.atomic
def create_key(*, name: str, scopes: list[str], expires_on: date, actor: Any) -> tuple[ApiKey, str]:
    """A new key and, this once, what the other system sends. Raises NotPermitted. Two queries."""
    require(can_manage_keys(actor))
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        name=name, prefix=prefix, digest=_digest(secret), scopes=scopes, expires_on=expires_on, created_by=actor
    )
    audit.record(actor, "api_key.created", key, name=name, scopes=scopes, expires_on=expires_on.isoformat())
    return key, f"ovk_{prefix}_{secret}"


@transaction.atomic
def revoke_key(*, key_id: int, actor: Any) -> ApiKey:
    """From now on it opens nothing; a second time changes nothing. Raises NotPermitted. Four queries."""
    require(can_manage_keys(actor))
    key = ApiKey.objects.select_for_update().get(pk=key_id)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        audit.record(actor, "api_key.revoked", key, name=key.name)
    return key


def key_in_force(token: str, scope: ApiScope) -> ApiKey | None:
    """The key that this is, when it may read that; the day of its last use is written down.

    One query, one more on its first use of a day.
    """
    match = KEY.fullmatch(token)
    if match is None:
        return None
    today = timezone.localdate()
    rows = ApiKey.objects.filter(revoked_at=None, expires_on__gte=today, scopes__contains=[scope])
    key = rows.filter(prefix=match[1]).first()
    if key is None or not hmac.compare_digest(key.digest, _digest(match[2])):
        return None
    if key.last_used_on != today:
        ApiKey.objects.filter(~Q(last_used_on=today) | Q(last_used_on=None), pk=key.pk).update(last_used_on=today)
    return key


def _digest(secret: str) -> str:
    """A random secret of 256 bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
