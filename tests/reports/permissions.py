"""Who gets which answer on the pages that belong to nobody's region."""

from typing import Any

from tests.permissions import EVERYBODY, PERSONAS, READ, no_kwargs, pk_of

SIGNED_IN = EVERYBODY | {"anonymous": 302}
OVERSEERS = dict.fromkeys(PERSONAS, 403) | {"admin": 200, "auditor": 200, "anonymous": 302}
WATCHERS = dict.fromkeys(("province", "province_other", "verifier", "admin", "auditor"), 200)
WATCH = dict.fromkeys(PERSONAS, 404) | WATCHERS | {"anonymous": 302}
# Without a choice of regions the page of the reminder leads back to the matrix; tests/reports/test_reminder.py asks on.
BACK_TO_CHOOSING = WATCH | dict.fromkeys(WATCHERS, 302)

OWN_REPORT = dict.fromkeys(PERSONAS, 404) | {"admin": 200, "anonymous": 302}
ADMIN = dict.fromkeys(PERSONAS, 403) | {"admin": 200, "anonymous": 302}
POST_ONLY = dict.fromkeys(PERSONAS, 405) | {"anonymous": 302}
WITH_KEY = dict.fromkeys(PERSONAS, 401)
UNTIL_AWARDED = {persona: 403 if status == 200 else status for persona, status in READ.items()}


def holder(objs: Any) -> dict[str, Any]:
    return {"award": "ovop", "year": 2026, "number": 9999}


PERMISSIONS: dict[str, dict[str, Any]] = {
    "landing": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "help": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "health": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "home": {"kwargs": no_kwargs, "GET": SIGNED_IN},
    "dashboard": {"kwargs": no_kwargs, "GET": SIGNED_IN},
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
        "GET": SIGNED_IN,
        "POST": dict.fromkeys(PERSONAS, 422) | {"anonymous": 302},
    },
    "report_detail": {"kwargs": pk_of("report"), "GET": OWN_REPORT},
    "report_download": {"kwargs": pk_of("report"), "GET": OWN_REPORT},
    "raw_scores": {
        "kwargs": lambda objs: {"pk": objs.report.period_id},
        "GET": dict.fromkeys(PERSONAS, 404) | dict.fromkeys(("admin", "auditor", "chair"), 200) | {"anonymous": 302},
    },
    "award_about": {"kwargs": lambda objs: {"code": "ovop"}, "GET": EVERYBODY},
    "holder_list": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "holder_feed": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "holder_page": {"kwargs": holder, "GET": dict.fromkeys(PERSONAS, 404)},
    "holder_photo": {"kwargs": holder, "GET": dict.fromkeys(PERSONAS, 404)},
    "statistics": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "archive": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "open_data": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "catalogue": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "holders_csv": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "holders_json": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "summary_csv": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "summary_json": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "robots": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "sitemap": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "django.contrib.sitemaps.views.sitemap": {"kwargs": lambda objs: {"section": "pages"}, "GET": EVERYBODY},
    "api_about": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "api:api-root": {"kwargs": no_kwargs, "GET": dict.fromkeys(PERSONAS, 404)},
    "api:openapi-json": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "api:api_holders": {"kwargs": no_kwargs, "GET": EVERYBODY},
    "api:api_holder": {"kwargs": holder, "GET": dict.fromkeys(PERSONAS, 404)},
    "api:api_verify": {"kwargs": lambda objs: {"token": "x" * 32}, "GET": dict.fromkeys(PERSONAS, 404)},
    "api:api_nominations": {"kwargs": no_kwargs, "GET": WITH_KEY},
    "api:api_register": {"kwargs": no_kwargs, "GET": WITH_KEY},
    "api:api_certificates": {"kwargs": no_kwargs, "GET": WITH_KEY},
    "api_key_list": {"kwargs": no_kwargs, "GET": ADMIN},
    "api_key_revoke": {"kwargs": lambda objs: {"pk": 1}, "GET": POST_ONLY},
    # A nomination that has no certificate: its readers read why not, for the others it does not exist.
    "publication": {"kwargs": pk_of("nomination"), "GET": UNTIL_AWARDED},
    "publication_withdraw": {"kwargs": pk_of("nomination"), "GET": POST_ONLY},
    "audit_log": {"kwargs": no_kwargs, "GET": OVERSEERS},
}
