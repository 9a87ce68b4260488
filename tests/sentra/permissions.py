"""Who gets which answer on every address of the register.

`kwargs` makes the address from objects of Kota Pekalongan (`sentra`, `ikm`, `product`, `photo`, `permit`, `check`,
`year`, `job` and `applied`, imports that are ready and saved, `export`, a finished one of `officer_own`); `query` is
added to it. A POST carries a one-time key and nothing else, so 422 means: may write, and the form asks for more.
"""

from typing import Any

from tests.permissions import NOBODY, READ, READ_OWN_REGION, no_kwargs, pk_of

READERS_REFUSED = {"province": 403, "verifier": 403, "admin": 403, "auditor": 403}
WRITE_FORM = READ | READERS_REFUSED
WRITE = WRITE_FORM | {"officer_own": 422}
ACT = WRITE_FORM | {"officer_own": 302}
CHECKERS = ("officer_own", "province", "verifier", "admin")
CHECK_FORM = READ | {"auditor": 403}
CHECK = CHECK_FORM | dict.fromkeys(CHECKERS, 422)
REVEAL = CHECK_FORM | dict.fromkeys(CHECKERS, 302)

# Merging is for the region's officers and the ministry's admins; everybody else who sees the region reads.
MERGE = READ | {"province": 403, "verifier": 403, "auditor": 403}


def merge_kwargs(objs: Any) -> dict[str, Any]:
    return {"kind": "ikm", "keep": objs.ikm.pk, "drop": objs.twin.pk}


REGISTRARS = READ_OWN_REGION | READERS_REFUSED | {"province_other": 403}
EXPORTERS = {persona: 422 if status == 200 else status for persona, status in READ_OWN_REGION.items()}
OWNER = NOBODY | {"officer_own": 200}


PERMISSIONS: dict[str, dict[str, Any]] = {
    "sentra_list": {"kwargs": no_kwargs, "GET": READ_OWN_REGION},
    "register_search": {"kwargs": no_kwargs, "query": "?q=rahasia", "GET": READ_OWN_REGION},
    "register_search_file": {"kwargs": no_kwargs, "query": "?q=rahasia", "GET": READ_OWN_REGION},
    "duplicate_list": {"kwargs": no_kwargs, "GET": READ_OWN_REGION},
    "duplicate_dismiss": {"kwargs": pk_of("pair"), "POST": MERGE | {"officer_own": 302, "admin": 302}},
    "merge_list": {"kwargs": no_kwargs, "GET": READ_OWN_REGION},
    "merge_undo": {"kwargs": pk_of("merge"), "POST": MERGE | {"officer_own": 302, "admin": 302}},
    "record_merge": {"kwargs": merge_kwargs, "GET": MERGE, "POST": MERGE | {"officer_own": 422, "admin": 422}},
    "sentra_start": {
        "kwargs": no_kwargs,
        "GET": READ_OWN_REGION | READERS_REFUSED | {"province_other": 403},
    },
    "sentra_create": {"kwargs": no_kwargs, "query": "?kecamatan=33.75.01", "GET": WRITE_FORM, "POST": WRITE},
    "import_list": {"kwargs": no_kwargs, "GET": READ_OWN_REGION},
    "import_create": {
        "kwargs": no_kwargs,
        "GET": REGISTRARS,
        "POST": REGISTRARS | {"officer_own": 422, "officer_other": 422},
    },
    "import_template": {"kwargs": lambda objs: {"kind": "ikm"}, "GET": REGISTRARS},
    "import_detail": {"kwargs": pk_of("job"), "GET": READ},
    "import_confirm": {"kwargs": pk_of("job"), "POST": WRITE_FORM | {"officer_own": 302}},
    "import_cancel": {"kwargs": pk_of("job"), "POST": WRITE_FORM | {"officer_own": 302}},
    "import_undo": {"kwargs": pk_of("applied"), "GET": WRITE_FORM, "POST": WRITE_FORM | {"officer_own": 302}},
    "import_report": {"kwargs": pk_of("job"), "GET": WRITE_FORM},
    "export_create": {"kwargs": no_kwargs, "GET": READ_OWN_REGION, "POST": EXPORTERS},
    "export_file": {"kwargs": no_kwargs, "query": "?kind=ikm&format=xlsx", "GET": READ_OWN_REGION},
    "export_detail": {"kwargs": pk_of("export"), "GET": OWNER},
    "export_download": {"kwargs": pk_of("export"), "GET": OWNER},
    "sentra_detail": {"kwargs": pk_of("sentra"), "GET": READ},
    "sentra_edit": {"kwargs": pk_of("sentra"), "GET": WRITE_FORM, "POST": WRITE},
    "sentra_sk": {"kwargs": pk_of("sentra"), "GET": READ},
    "ikm_create": {"kwargs": pk_of("sentra"), "GET": WRITE_FORM, "POST": WRITE},
    "ikm_detail": {"kwargs": pk_of("ikm"), "GET": READ},
    "ikm_edit": {"kwargs": pk_of("ikm"), "GET": WRITE_FORM, "POST": WRITE},
    "product_create": {"kwargs": pk_of("ikm"), "GET": WRITE_FORM, "POST": WRITE},
    "product_detail": {"kwargs": pk_of("product"), "GET": READ},
    "product_edit": {"kwargs": pk_of("product"), "GET": WRITE_FORM, "POST": WRITE},
    "product_photos": {"kwargs": pk_of("product"), "GET": WRITE_FORM, "POST": WRITE},
    "product_photo": {"kwargs": pk_of("photo"), "GET": READ},
    "product_photo_download": {"kwargs": pk_of("photo"), "GET": READ},
    "product_photo_change": {"kwargs": pk_of("photo"), "POST": ACT},
    "sentra_years": {"kwargs": pk_of("sentra"), "GET": READ},
    "sentra_year_create": {"kwargs": pk_of("sentra"), "GET": WRITE_FORM, "POST": WRITE},
    "sentra_year_edit": {"kwargs": pk_of("year"), "GET": WRITE_FORM, "POST": WRITE},
    "permit_start": {"kwargs": pk_of("ikm"), "GET": WRITE_FORM},
    "permit_create": {
        "kwargs": lambda objs: {"pk": objs.ikm.pk, "kind": "pirt"},
        "GET": WRITE_FORM,
        "POST": WRITE,
    },
    "permit_edit": {"kwargs": pk_of("permit"), "GET": WRITE_FORM, "POST": WRITE},
    "permit_remove": {"kwargs": pk_of("permit"), "POST": ACT},
    "permit_file": {"kwargs": pk_of("permit"), "GET": READ},
    "permit_check": {"kwargs": pk_of("permit"), "GET": CHECK_FORM, "POST": CHECK},
    "number_check": {
        "kwargs": lambda objs: {"pk": objs.ikm.pk, "number": "npwp"},
        "GET": CHECK_FORM,
        "POST": CHECK,
    },
    "check_withdraw": {"kwargs": pk_of("check"), "POST": REVEAL},
    "ikm_npwp": {"kwargs": pk_of("ikm"), "POST": REVEAL},
}
