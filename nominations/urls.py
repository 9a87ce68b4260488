from django.urls import path

from nominations.views import documents, drafting, previews, reading, submission, verification

urlpatterns = [
    path("", reading.nomination_list, name="nomination_list"),
    path("mulai/", drafting.nomination_start, name="nomination_start"),
    path("mulai/produk/<int:product_id>/", drafting.nomination_create_product, name="nomination_create_product"),
    path(
        "mulai/calon/<int:period_id>/<slug:category_code>/",
        drafting.nomination_create_candidate,
        name="nomination_create_candidate",
    ),
    path("verifikasi/", verification.verification_queue, name="verification_queue"),
    path("<int:pk>/", reading.nomination_detail, name="nomination_detail"),
    path("<int:pk>/isi/", reading.nomination_content, name="nomination_content"),
    path("<int:pk>/cuplikan/<int:number>/", reading.snapshot_pdf, name="snapshot_pdf"),
    path("<int:pk>/keterangan/", drafting.nomination_answers, name="nomination_answers"),
    path("<int:pk>/binaan/", drafting.beneficiary_list, name="beneficiary_list"),
    path("<int:pk>/binaan/tambah/", drafting.beneficiary_add, name="beneficiary_add"),
    path("<int:pk>/binaan/<int:beneficiary_id>/", drafting.beneficiary_edit, name="beneficiary_edit"),
    path("<int:pk>/binaan/<int:beneficiary_id>/hapus/", drafting.beneficiary_remove, name="beneficiary_remove"),
    path("<int:pk>/dokumen/", documents.nomination_documents, name="nomination_documents"),
    path("<int:pk>/dokumen/<int:requirement_id>/unggah/", documents.document_add, name="document_add"),
    path("<int:pk>/dokumen/<int:requirement_id>/unggahan/", documents.document_upload, name="document_upload"),
    path("<int:pk>/dokumen/<int:requirement_id>/riwayat/", documents.document_history, name="document_history"),
    path("<int:pk>/berkas/<int:item_id>/", documents.document_download, name="document_download"),
    path("<int:pk>/berkas/<int:item_id>/pratinjau/", previews.document_preview, name="document_preview"),
    path(
        "<int:pk>/berkas/<int:item_id>/pratinjau/<int:number>/",
        previews.document_page_image,
        name="document_page_image",
    ),
    path("<int:pk>/periksa/", submission.nomination_check, name="nomination_check"),
    path("<int:pk>/terkirim/", submission.nomination_receipt, name="nomination_receipt"),
    path("<int:pk>/tarik/", submission.nomination_withdraw, name="nomination_withdraw"),
    path("<int:pk>/verifikasi/", verification.verification_detail, name="verification_detail"),
    path("<int:pk>/verifikasi/mulai/", verification.verification_start, name="verification_start"),
    path("<int:pk>/verifikasi/putusan/", verification.verification_conclude, name="verification_conclude"),
]
