"""Who gets which answer on every address of the assessment.

`kwargs` makes the address from the objects of `conftest.scene`: an Upakarti nomination of Kota Pekalongan in its first
stage, where `assessor` has declared and saved a draft and a colleague has submitted; another one in its visit; an OVOP
nomination before the plenary. A POST carries a one-time key and nothing else, so 422 means: may do it, and the form
asks for more.
"""

from typing import Any

from nominations.models import DossierItem
from tests import factories
from tests.permissions import PERSONAS as COMMON
from tests.permissions import no_kwargs, pk_of

PERSONAS = COMMON | {"assessor_other": "assessor_other"}

NOBODY = dict.fromkeys(PERSONAS, 404) | {"anonymous": 302}
SCORERS = NOBODY | {"assessor": 200, "assessor_other": 200, "juror": 200}
OWN = NOBODY | {"assessor": 200}
OWN_POST = NOBODY | {"assessor": 422}
OWN_NOT_NOW = NOBODY | {"assessor": 403}
BOARD = NOBODY | {"verifier": 200, "admin": 200, "auditor": 200, "chair": 200}
ASSIGN_POST = NOBODY | {"verifier": 422, "admin": 422, "auditor": 403, "chair": 403}
REMIND = NOBODY | {"verifier": 302, "admin": 302, "auditor": 403, "chair": 302}
SCORES = NOBODY | {"admin": 200, "auditor": 200, "chair": 200}
CHAIR = NOBODY | {"admin": 403, "auditor": 403, "chair": 200}
CHAIR_POST = CHAIR | {"chair": 422}


def _drawn_page(objs: Any) -> dict[str, int]:
    factories.draw_preview(DossierItem.objects.get(pk=objs.document_id).file)
    return {"pk": objs.assignment.pk, "item_id": objs.document_id, "number": 1}


def _photo(objs: Any) -> dict[str, int]:
    known = hasattr(objs.visit_assignment, "assessor")
    return {"pk": factories.visit_photo(objs.visit_assignment).pk if known else 1}


def _sample(objs: Any) -> dict[str, str]:
    known = hasattr(objs.nomination, "reference")
    return {"code": factories.receive_sample(objs.nomination).code if known else "OVOP-C1"}


PERMISSIONS: dict[str, dict[str, Any]] = {
    "assessor_desk": {"kwargs": no_kwargs, "GET": SCORERS},
    "declare_interest": {"kwargs": pk_of("assignment"), "GET": OWN, "POST": OWN_POST},
    "score_sheet": {"kwargs": pk_of("assignment"), "GET": OWN, "POST": OWN_POST},
    "sheet_submit": {"kwargs": pk_of("assignment"), "GET": OWN, "POST": OWN_POST},
    "sheet_document": {
        "kwargs": lambda objs: {"pk": objs.assignment.pk, "item_id": objs.document_id},
        "GET": OWN,
    },
    "sheet_document_preview": {
        "kwargs": lambda objs: {"pk": objs.assignment.pk, "item_id": objs.document_id},
        "GET": OWN,
    },
    "sheet_document_page": {"kwargs": _drawn_page, "GET": OWN},
    "peer_sheets": {"kwargs": pk_of("assignment"), "GET": OWN_NOT_NOW},
    "field_visit": {"kwargs": pk_of("visit_assignment"), "GET": OWN, "POST": OWN_POST},
    "visit_open": {"kwargs": pk_of("visit_assignment"), "POST": OWN},
    "visit_submit": {"kwargs": pk_of("visit_assignment"), "GET": OWN, "POST": OWN_POST},
    "visit_claim_add": {"kwargs": pk_of("visit_assignment"), "POST": OWN_POST},
    "visit_photo_add": {"kwargs": pk_of("visit_assignment"), "POST": OWN_POST},
    "visit_report": {"kwargs": pk_of("visit_assignment"), "GET": OWN},
    "visit_photo": {"kwargs": _photo, "GET": SCORES | {"assessor": 200}},
    "visit_photo_download": {"kwargs": _photo, "GET": SCORES | {"assessor": 200}},
    "visit_photo_remove": {"kwargs": _photo, "POST": OWN},
    "visit_plan": {"kwargs": no_kwargs, "GET": SCORERS | dict.fromkeys(("verifier", "admin", "auditor", "chair"), 200)},
    "visit_date": {
        "kwargs": pk_of("visit_assignment"),
        "POST": BOARD | {"assessor": 422, "verifier": 422, "admin": 422, "auditor": 403, "chair": 403},
    },
    "sample_list": {
        "kwargs": pk_of("nomination"),
        "GET": BOARD | {"assessor": 200},
        "POST": BOARD | {"verifier": 422, "admin": 422, "auditor": 403, "chair": 403, "assessor": 403},
    },
    "sample_detail": {
        "kwargs": _sample,
        "GET": BOARD | {"assessor": 200},
        "POST": BOARD | {"verifier": 422, "admin": 422, "auditor": 403, "chair": 403, "assessor": 422},
    },
    "sample_pdf": {
        "kwargs": _sample,
        "GET": NOBODY | dict.fromkeys(("verifier", "admin", "auditor", "chair", "assessor"), 403),  # not made yet
    },
    "mismatches_note": {"kwargs": pk_of("nomination"), "POST": CHAIR_POST},
    "stage_board": {"kwargs": no_kwargs, "GET": BOARD},
    "assessment_progress": {"kwargs": no_kwargs, "GET": BOARD},
    "scorers_remind": {"kwargs": no_kwargs, "GET": REMIND, "POST": REMIND},
    "score_distribution": {"kwargs": no_kwargs, "GET": SCORES},
    "nomination_scores": {"kwargs": pk_of("nomination"), "GET": SCORES},
    "stage_close": {"kwargs": pk_of("nomination"), "POST": CHAIR_POST},
    "stage_skip": {"kwargs": pk_of("nomination"), "POST": CHAIR_POST},
    "stage_reopen": {"kwargs": pk_of("nomination"), "POST": CHAIR_POST},
    "sheet_reopen": {"kwargs": pk_of("submitted"), "POST": CHAIR_POST},
    "visit_confirm": {"kwargs": pk_of("visit"), "POST": CHAIR},
    "visit_return": {"kwargs": pk_of("visit"), "POST": CHAIR_POST},
    "assignment_list": {"kwargs": no_kwargs, "GET": BOARD},
    "assign": {"kwargs": pk_of("nomination"), "GET": BOARD, "POST": ASSIGN_POST},
    "assessment_open": {
        "kwargs": pk_of("eligible"),
        "POST": NOBODY | {"verifier": 302, "admin": 403, "auditor": 403, "chair": 403},
    },
    "assignment_remove": {"kwargs": pk_of("assignment"), "POST": ASSIGN_POST},
    "recomputation_list": {"kwargs": no_kwargs, "GET": SCORES},
    "recomputation": {"kwargs": pk_of("stage"), "GET": SCORES, "POST": CHAIR_POST},
    "plenary_list": {"kwargs": no_kwargs, "GET": SCORES},
    "plenary_create": {"kwargs": no_kwargs, "GET": CHAIR, "POST": CHAIR_POST},
    "plenary_detail": {"kwargs": pk_of("session"), "GET": SCORES},
    "recommendation": {
        "kwargs": lambda objs: {"pk": objs.session.pk, "nomination_id": objs.finalist.pk},
        "GET": CHAIR,
        "POST": CHAIR_POST,
    },
    "recommendation_withdraw": {
        "kwargs": lambda objs: {"pk": objs.session.pk, "nomination_id": objs.finalist.pk},
        "GET": CHAIR | {"chair": 403},
        "POST": CHAIR | {"chair": 403},
    },
}
