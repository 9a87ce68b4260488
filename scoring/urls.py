from django.urls import path

from scoring.views import assignments, board, desk, documents, plenary, progress, sheets, visits

urlpatterns = [
    path("", desk.assessor_desk, name="assessor_desk"),
    path("tugas/<int:pk>/pernyataan/", desk.declare_interest, name="declare_interest"),
    path("tugas/<int:pk>/nilai/", sheets.score_sheet, name="score_sheet"),
    path("tugas/<int:pk>/kirim/", sheets.sheet_submit, name="sheet_submit"),
    path("tugas/<int:pk>/dokumen/<int:item_id>/", documents.sheet_document, name="sheet_document"),
    path(
        "tugas/<int:pk>/dokumen/<int:item_id>/pratinjau/",
        documents.sheet_document_preview,
        name="sheet_document_preview",
    ),
    path(
        "tugas/<int:pk>/dokumen/<int:item_id>/pratinjau/<int:number>/",
        documents.sheet_document_page,
        name="sheet_document_page",
    ),
    path("tugas/<int:pk>/rekan/", sheets.peer_sheets, name="peer_sheets"),
    path("tugas/<int:pk>/kunjungan/", visits.field_visit, name="field_visit"),
    path("tugas/<int:pk>/kunjungan/mulai/", visits.visit_open, name="visit_open"),
    path("tugas/<int:pk>/kunjungan/kirim/", visits.visit_submit, name="visit_submit"),
    path("papan/", board.stage_board, name="stage_board"),
    path("kemajuan/", progress.assessment_progress, name="assessment_progress"),
    path("kemajuan/ingatkan/", progress.scorers_remind, name="scorers_remind"),
    path("sebaran/", progress.score_distribution, name="score_distribution"),
    path("usulan/<int:pk>/", board.nomination_scores, name="nomination_scores"),
    path("usulan/<int:pk>/tutup/", board.stage_close, name="stage_close"),
    path("usulan/<int:pk>/lewati/", board.stage_skip, name="stage_skip"),
    path("usulan/<int:pk>/buka-kembali/", board.stage_reopen, name="stage_reopen"),
    path("lembar/<int:pk>/buka-kembali/", board.sheet_reopen, name="sheet_reopen"),
    path("kunjungan/<int:pk>/sahkan/", board.visit_confirm, name="visit_confirm"),
    path("kunjungan/<int:pk>/kembalikan/", board.visit_return, name="visit_return"),
    path("penugasan/", assignments.assignment_list, name="assignment_list"),
    path("penugasan/<int:pk>/", assignments.assign, name="assign"),
    path("penugasan/<int:pk>/mulai/", assignments.assessment_open, name="assessment_open"),
    path("penugasan/hapus/<int:pk>/", assignments.assignment_remove, name="assignment_remove"),
    path("pleno/", plenary.plenary_list, name="plenary_list"),
    path("pleno/baru/", plenary.plenary_create, name="plenary_create"),
    path("pleno/<int:pk>/", plenary.plenary_detail, name="plenary_detail"),
    path("pleno/<int:pk>/usulan/<int:nomination_id>/", plenary.recommendation, name="recommendation"),
    path(
        "pleno/<int:pk>/usulan/<int:nomination_id>/kembalikan/",
        plenary.recommendation_withdraw,
        name="recommendation_withdraw",
    ),
]
