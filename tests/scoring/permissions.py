"""Who gets which answer on every address of the assessment.

`kwargs` makes the address from the objects of `conftest.scene`: an Upakarti nomination of Kota Pekalongan in its first
stage, where `assessor` has declared and saved a draft and a colleague has submitted; another one in its visit; an OVOP
nomination before the plenary. A POST carries a one-time key and nothing else, so 422 means: may do it, and the form
asks for more.
"""

from typing import Any

from nominations.models import DossierItem, Nomination
from scoring.models import Assignment
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
    known = isinstance(objs.visit_assignment, Assignment)
    return {"pk": factories.visit_photo(objs.visit_assignment).pk if known else 1}


def _sample(objs: Any) -> dict[str, str]:
    known = isinstance(objs.nomination, Nomination)
    return {"code": factories.receive_sample(objs.nomination).code if known else "OVOP-C1"}


def _category(objs: Any) -> dict[str, int]:
    return {"period": objs.finalist.period_id, "category": objs.finalist.category_id}


def _practised_stage(objs: Any) -> dict[str, int]:
    return {"pk": objs.practice.anchor.round.stage_id}


def _practised_document(objs: Any) -> dict[str, int]:
    documents = objs.practice.anchor.snapshot.data["documents"]
    item = next(one["item_id"] for one in documents if one["file_name"] and not one["personal"])
    return {"pk": objs.practice.pk, "item_id": item}


def _practised_page(objs: Any) -> dict[str, int]:
    """The first page of a preview that was drawn."""
    kwargs = _practised_document(objs)
    factories.draw_preview(DossierItem.objects.get(pk=kwargs["item_id"]).file)
    return kwargs | {"number": 1}


PERMISSIONS: dict[str, dict[str, Any]] = {
    "assessor_desk": {"kwargs": no_kwargs, "GET": SCORERS},
    "declare_interest": {"kwargs": pk_of("assignment"), "GET": OWN, "POST": OWN_POST},
    "assignment_decline": {"kwargs": pk_of("fresh"), "POST": NOBODY | {"assessor": 422}},
    "interests": {
        "kwargs": pk_of("period"),
        "GET": SCORERS,
        "POST": SCORERS | dict.fromkeys(("assessor", "assessor_other", "juror"), 422),
    },
    "tie_withdraw": {"kwargs": pk_of("tie"), "POST": NOBODY | {"assessor": 422}},
    "panel": {"kwargs": no_kwargs, "GET": BOARD},
    "seat_save": {"kwargs": pk_of("period"), "POST": ASSIGN_POST},
    "lead_save": {
        "kwargs": pk_of("period"),
        "POST": NOBODY | {"verifier": 302, "admin": 302, "auditor": 403, "chair": 403},
    },
    "seat_all": {"kwargs": pk_of("period"), "POST": ASSIGN_POST},
    "keep_apart": {"kwargs": pk_of("period"), "POST": ASSIGN_POST},
    "keep_apart_end": {
        "kwargs": pk_of("pair"),
        "POST": NOBODY | {"verifier": 302},
    },
    "run_list": {"kwargs": no_kwargs, "GET": BOARD, "POST": ASSIGN_POST},
    "run_detail": {"kwargs": pk_of("run"), "GET": BOARD},
    "run_apply": {"kwargs": pk_of("run"), "POST": ASSIGN_POST | {"verifier": 302}},
    "run_undo": {"kwargs": pk_of("applied"), "POST": ASSIGN_POST | {"verifier": 302}},
    "run_discard": {"kwargs": pk_of("other_run"), "POST": ASSIGN_POST | {"verifier": 302}},
    "run_import": {"kwargs": no_kwargs, "GET": BOARD | {"auditor": 403, "chair": 403}, "POST": ASSIGN_POST},
    "run_template": {"kwargs": no_kwargs, "GET": BOARD | {"auditor": 403, "chair": 403}},
    "assignment_swap": {"kwargs": pk_of("assignment"), "POST": ASSIGN_POST},
    "next_sheet": {"kwargs": no_kwargs, "GET": {who: 302 if code == 200 else code for who, code in SCORERS.items()}},
    "offline_worker": {"kwargs": no_kwargs, "GET": dict.fromkeys(PERSONAS, 200) | {"anonymous": 302}},
    "score_sheet": {"kwargs": pk_of("assignment"), "GET": OWN, "POST": OWN_POST},
    "sheet_autosave": {"kwargs": pk_of("assignment"), "POST": OWN_POST | {"anonymous": 401}},
    "sheet_workbook": {"kwargs": pk_of("assignment"), "GET": OWN, "POST": OWN_POST},
    "sheet_workbook_file": {"kwargs": pk_of("assignment"), "GET": OWN},
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
    "visit_autosave": {"kwargs": pk_of("visit_assignment"), "POST": OWN_POST | {"anonymous": 401}},
    "visit_workbook": {"kwargs": pk_of("visit_assignment"), "GET": OWN, "POST": OWN_POST},
    "visit_workbook_file": {"kwargs": pk_of("visit_assignment"), "GET": OWN},
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
    "nomination_step_aside": {
        "kwargs": pk_of("nomination"),
        "GET": BOARD | {"auditor": 403},
        "POST": NOBODY | {"verifier": 422, "admin": 422, "auditor": 403, "chair": 422},
    },
    "nomination_history": {"kwargs": pk_of("nomination"), "GET": SCORES},
    "stage_close": {"kwargs": pk_of("nomination"), "POST": CHAIR_POST},
    "stage_skip": {"kwargs": pk_of("nomination"), "POST": CHAIR_POST},
    "stage_reopen": {"kwargs": pk_of("nomination"), "POST": CHAIR_POST},
    "sheet_versions": {"kwargs": pk_of("submitted"), "GET": SCORES},
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
    "blind_texts": {
        "kwargs": pk_of("nomination"),
        "GET": NOBODY | {"verifier": 200, "admin": 200, "auditor": 200},
        "POST": NOBODY | {"verifier": 302, "admin": 302, "auditor": 403},
    },
    "calibration_list": {"kwargs": no_kwargs, "GET": SCORES},
    "calibration_detail": {"kwargs": _practised_stage, "GET": SCORES},
    "calibration_set_up": {"kwargs": _practised_stage, "POST": CHAIR | {"chair": 302}},
    "calibration_anchor_add": {"kwargs": _practised_stage, "POST": CHAIR_POST},
    "calibration_open": {"kwargs": _practised_stage, "POST": CHAIR | {"chair": 302}},
    # Before the round is over.
    "calibration_reference": {
        "kwargs": lambda objs: {"pk": objs.practice.anchor_id},
        "POST": CHAIR | {"chair": 302},
    },
    "calibration_recuse": {"kwargs": pk_of("practice"), "POST": OWN_POST},
    "calibration_end": {"kwargs": _practised_stage, "POST": CHAIR | {"chair": 302}},
    "calibration_anchor_remove": {"kwargs": lambda objs: {"pk": objs.practice.anchor_id}, "POST": CHAIR_POST},
    "calibration_sheet": {"kwargs": pk_of("practice"), "GET": OWN, "POST": OWN_POST},
    "calibration_document": {"kwargs": _practised_document, "GET": OWN},
    "calibration_document_preview": {"kwargs": _practised_document, "GET": OWN},
    "calibration_document_page": {"kwargs": _practised_page, "GET": OWN},
    "recomputation_list": {"kwargs": no_kwargs, "GET": SCORES},
    "recomputation": {"kwargs": pk_of("stage"), "GET": SCORES, "POST": CHAIR_POST},
    "moderation": {
        "kwargs": lambda objs: {"pk": objs.apart.pk, "stage_id": objs.apart_stage.pk},
        "GET": CHAIR,
        "POST": CHAIR_POST,
    },
    "discrepancy_report": {"kwargs": no_kwargs, "GET": SCORES},
    "plenary_attendance": {"kwargs": pk_of("session"), "POST": CHAIR},
    "plenary_agenda": {"kwargs": pk_of("session"), "POST": CHAIR},
    "plenary_update": {"kwargs": pk_of("session"), "POST": CHAIR},
    "plenary_discuss": {"kwargs": pk_of("session"), "POST": CHAIR},
    "plenary_now": {"kwargs": pk_of("session"), "GET": SCORES},
    "plenary_tie": {
        "kwargs": lambda objs: {"pk": objs.session.pk, "category_id": objs.finalist.category_id, "place": 1},
        "GET": CHAIR | {"chair": 404},
        "POST": CHAIR | {"chair": 404},
    },
    "plenary_bulk": {
        "kwargs": lambda objs: {"pk": objs.meeting.pk, "category_id": objs.winner.category_id},
        "GET": CHAIR,
        "POST": CHAIR_POST,
    },
    "plenary_minutes": {"kwargs": pk_of("session"), "GET": SCORES, "POST": CHAIR_POST},
    "plenary_minutes_file": {"kwargs": lambda objs: {"pk": objs.session.pk, "version": 1}, "GET": NOBODY},
    "ranking_list": {"kwargs": no_kwargs, "GET": SCORES},
    "ranking_detail": {
        "kwargs": lambda objs: {"period_id": objs.winner.period_id, "category_id": objs.winner.category_id},
        "GET": SCORES,
    },
    "ranking_preview": {
        "kwargs": lambda objs: {"period_id": objs.winner.period_id, "category_id": objs.winner.category_id},
        "GET": SCORES,
    },
    "ranking_sign": {
        "kwargs": lambda objs: {"period_id": objs.winner.period_id, "category_id": objs.winner.category_id},
        "POST": CHAIR_POST,
    },
    "ranking_version": {"kwargs": pk_of("ranking"), "GET": SCORES},
    "ranking_bundle": {"kwargs": pk_of("ranking"), "GET": SCORES},
    "ranking_countersign": {"kwargs": pk_of("ranking"), "POST": CHAIR | {"admin": 409, "chair": 403}},
    "correction_open": {"kwargs": pk_of("ranking"), "POST": CHAIR_POST},
    "correction_confirm": {"kwargs": pk_of("ranking"), "POST": NOBODY},
    "ranking_unsign": {"kwargs": pk_of("ranking"), "POST": CHAIR},
    "sensitivity_list": {"kwargs": no_kwargs, "GET": SCORES},
    "sensitivity_detail": {"kwargs": _category, "GET": SCORES},
    "sensitivity_request": {"kwargs": _category, "POST": SCORES | {"chair": 302, "admin": 302, "auditor": 403}},
    "sensitivity_request_all": {"kwargs": no_kwargs, "POST": SCORES | {"chair": 302, "admin": 302, "auditor": 403}},
    "sensitivity_pdf": {"kwargs": lambda objs: {"pk": objs.report.pk}, "GET": SCORES},
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
