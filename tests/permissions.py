"""What the permission tables of the rooms share: the personas, the usual rows, and how an address gets its object.

A table is `PERMISSIONS = {url name: {"kwargs": objects -> kwargs, "GET": {persona: status}, "POST": …}}`.
"""

from collections.abc import Callable
from typing import Any

# Persona → fixture of `tests.conftest`; the objects belong to Kota Pekalongan, the region of `officer_own`.
PERSONAS = {
    "officer_own": "officer_a",
    "officer_other": "officer_b",
    "province": "province",
    "province_other": "province_other",
    "verifier": "verifier",
    "admin": "admin_a",
    "auditor": "auditor",
    "assessor": "assessor_batik",
    "juror": "juror",
    "chair": "chair",
    "anonymous": None,
}
EVERYBODY = dict.fromkeys(PERSONAS, 200)
NOBODY = dict.fromkeys(PERSONAS, 404) | {"anonymous": 302}
READ = NOBODY | dict.fromkeys(("officer_own", "province", "verifier", "admin", "auditor"), 200)
READ_OWN_REGION = READ | {"officer_other": 200, "province_other": 200}


def no_kwargs(objs: Any) -> dict[str, int]:
    return {}


def pk_of(name: str) -> Callable[[Any], dict[str, int]]:
    return lambda objs: {"pk": getattr(objs, name).pk}


def people_of(request: Any, personas: dict[str, str | None]) -> dict[str, Any]:
    """The user of each persona, None for the anonymous one."""
    return {persona: name and request.getfixturevalue(name) for persona, name in personas.items()}
