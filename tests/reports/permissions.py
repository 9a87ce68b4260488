"""Who gets which answer on the pages that belong to nobody's region."""

from typing import Any

from tests.permissions import EVERYBODY, PERSONAS, no_kwargs

SIGNED_IN = EVERYBODY | {"anonymous": 302}
OVERSEERS = dict.fromkeys(PERSONAS, 403) | {"admin": 200, "auditor": 200, "anonymous": 302}


PERMISSIONS: dict[str, dict[str, Any]] = {
    "landing": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "help": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "health": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "home": {"kwargs": no_kwargs, "GET": SIGNED_IN},
    "audit_log": {"kwargs": no_kwargs, "GET": OVERSEERS},
}
