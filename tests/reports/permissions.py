"""Who gets which answer on the pages that belong to nobody's region."""

from typing import Any

from tests.permissions import EVERYBODY, PERSONAS, READ, no_kwargs, pk_of

SIGNED_IN = EVERYBODY | {"anonymous": 302}
OVERSEERS = dict.fromkeys(PERSONAS, 403) | {"admin": 200, "auditor": 200, "anonymous": 302}
WATCHERS = dict.fromkeys(("province", "province_other", "verifier", "admin", "auditor"), 200)
WATCH = dict.fromkeys(PERSONAS, 404) | WATCHERS | {"anonymous": 302}
# Without a choice of regions the page of the reminder leads back to the matrix; tests/reports/test_reminder.py asks on.
BACK_TO_CHOOSING = WATCH | dict.fromkeys(WATCHERS, 302)

REPORTERS = (
    dict.fromkeys(PERSONAS, 404) | dict.fromkeys(("admin", "auditor", "chair", "verifier"), 200) | {"anonymous": 302}
)
OWN_REPORT = dict.fromkeys(PERSONAS, 404) | {"admin": 200, "anonymous": 302}


PERMISSIONS: dict[str, dict[str, Any]] = {
    "landing": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "help": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "health": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "home": {"kwargs": no_kwargs, "GET": SIGNED_IN},
    "province_matrix": {"kwargs": no_kwargs, "GET": WATCH},
    # Without a province in the address there is a page for those alone who have one of their own.
    "province_drafts": {
        "kwargs": no_kwargs,
        "GET": dict.fromkeys(PERSONAS, 404) | {"province": 200, "province_other": 200, "anonymous": 302},
    },
    "province_remind": {"kwargs": no_kwargs, "GET": BACK_TO_CHOOSING},
    "region_map": {
        "kwargs": no_kwargs,
        "GET": READ | dict.fromkeys(("officer_own", "officer_other", "province", "province_other"), 302),
    },
    "region_page": {"kwargs": lambda objs: {"code": "33.75"}, "GET": READ},
    "sentra_lineage": {"kwargs": pk_of("sentra"), "GET": READ},
    "report_list": {
        "kwargs": no_kwargs,
        "GET": REPORTERS,
        "POST": REPORTERS | dict.fromkeys(("admin", "auditor", "chair", "verifier"), 422),
    },
    "report_detail": {"kwargs": pk_of("report"), "GET": OWN_REPORT},
    "report_download": {"kwargs": pk_of("report"), "GET": OWN_REPORT},
    "audit_log": {"kwargs": no_kwargs, "GET": OVERSEERS},
}
