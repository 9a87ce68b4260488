"""Limits for visitors. They count in this process's memory: no query, and no row that a flood could fill.

With several processes the true limit is that many times higher; the proxy in front limits floods.
"""

from allauth.account.adapter import get_adapter
from django.core.cache import caches
from django.http import HttpRequest


def is_over(request: HttpRequest, name: str, *, limit: int, seconds: int) -> bool:
    """Count one more of `name` for this visitor's address; True when there were more than `limit` within `seconds`."""
    counters = caches["process"]
    key = f"{name}:{get_adapter(request).get_client_ip(request)}"
    counters.add(key, 0, seconds)
    try:
        return bool(counters.incr(key) > limit)
    except ValueError:  # it ended between the two steps
        return False
