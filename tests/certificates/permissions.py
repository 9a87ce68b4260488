"""Who gets which answer on every address of certificates, and on the ministry's admin pages.

`kwargs` makes the address from an issued certificate of Kota Pekalongan and a decree that `admin_b` recorded. A POST
carries a one-time key and nothing else, so 422 means: may do it, and the form asks for more.
"""

from collections.abc import Callable
from typing import Any

from tests.permissions import NOBODY as REFUSED
from tests.permissions import PERSONAS, READ, READ_OWN_REGION

PUBLIC = dict.fromkeys(PERSONAS, 200)
WRITERS = ("verifier", "admin")
SECRETARIAT = REFUSED | dict.fromkeys(WRITERS, 200)

STAFF = {
    "admin": "admin_a",
    "auditor": "staff_auditor",
    "verifier": "staff_verifier",
    "superuser": "superuser",
    "officer": "officer_a",
    "anonymous": None,
}
LOOK = {"admin": 200, "auditor": 200, "verifier": 403, "superuser": 403, "officer": 302, "anonymous": 302}
ACT = LOOK | {"auditor": 403}
NOBODY = ACT | {"admin": 403}


def _none(objs: Any) -> dict[str, Any]:
    return {}


def _pk(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda objs: {"pk": getattr(objs, name).pk}


def _object(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda objs: {"object_id": getattr(objs, name).pk}


PERMISSIONS: dict[str, dict[str, Any]] = {
    "certificate_lookup": {"kwargs": _none, "GET": PUBLIC, "POST": dict.fromkeys(PERSONAS, 422)},
    "certificate_verify": {"kwargs": lambda objs: {"token": objs.certificate.token}, "GET": PUBLIC},
    "certificate_list": {"kwargs": _none, "GET": READ_OWN_REGION},
    "review_list": {"kwargs": _none, "GET": READ_OWN_REGION},
    "review_open": {"kwargs": _none, "GET": SECRETARIAT, "POST": SECRETARIAT | dict.fromkeys(WRITERS, 422)},
    "certificate_download": {"kwargs": _pk("certificate"), "GET": READ},
}

ADMIN_PERMISSIONS: dict[str, dict[str, Any]] = {
    "admin:scoring_decree_changelist": {"kwargs": _none, "GET": LOOK},
    "admin:scoring_decree_add": {"kwargs": _none, "GET": ACT, "POST": ACT},
    "admin:scoring_decree_change": {"kwargs": _object("decree"), "GET": LOOK, "POST": ACT},
    "admin:scoring_decree_delete": {"kwargs": _object("decree"), "GET": NOBODY, "POST": NOBODY},
    "admin:scoring_decree_release": {"kwargs": _pk("decree"), "GET": LOOK, "POST": ACT | {"admin": 409}},
    "admin:scoring_decree_issuing": {"kwargs": _pk("decree"), "GET": LOOK, "POST": ACT | {"admin": 422}},
    "admin:scoring_decree_correct": {"kwargs": _pk("decree"), "GET": LOOK, "POST": NOBODY},
    "admin:certificates_certificate_changelist": {"kwargs": _none, "GET": LOOK},
    "admin:certificates_certificate_change": {
        "kwargs": _object("certificate"),
        "GET": LOOK,
        "POST": NOBODY,
    },
    "admin:certificates_certificate_revoke": {"kwargs": _pk("certificate"), "GET": LOOK, "POST": ACT | {"admin": 422}},
    "admin:certificates_certificate_replace": {"kwargs": _pk("certificate"), "GET": LOOK, "POST": ACT | {"admin": 422}},
    "admin:certificates_certificate_retry": {"kwargs": _pk("certificate"), "GET": LOOK, "POST": NOBODY},
    "admin:nominations_period_changelist": {"kwargs": _none, "GET": LOOK},
    "admin:nominations_period_add": {"kwargs": _none, "GET": ACT, "POST": ACT},
    "admin:nominations_period_change": {"kwargs": _object("period"), "GET": LOOK, "POST": ACT},
    "admin:nominations_requirement_changelist": {"kwargs": _none, "GET": LOOK},
    "admin:nominations_requirement_change": {"kwargs": _object("requirement"), "GET": LOOK, "POST": ACT},
    "admin:nominations_requirement_delete": {"kwargs": _object("requirement"), "GET": ACT},
    "admin:nominations_category_changelist": {"kwargs": _none, "GET": LOOK},
    "admin:nominations_category_change": {"kwargs": _object("category"), "GET": LOOK, "POST": ACT},
    "admin:scoring_instrument_changelist": {"kwargs": _none, "GET": LOOK},
    "admin:scoring_instrument_change": {
        "kwargs": _object("instrument"),
        "GET": LOOK,
        "POST": {persona: 405 if status == 200 else status for persona, status in LOOK.items()},
    },
    "admin:scoring_instrument_add": {"kwargs": _none, "GET": ACT},
}
