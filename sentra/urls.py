from django.urls import path

from sentra.views.checks import check_withdraw, ikm_npwp, number_check, permit_check
from sentra.views.exports import export_create, export_detail, export_download, export_file
from sentra.views.ikm import ikm_create, ikm_detail, ikm_edit
from sentra.views.imports import (
    import_cancel,
    import_confirm,
    import_create,
    import_detail,
    import_list,
    import_report,
    import_template,
    import_undo,
)
from sentra.views.merging import duplicate_dismiss, duplicate_list, merge_list, merge_undo, record_merge
from sentra.views.permits import permit_create, permit_edit, permit_file, permit_remove, permit_start
from sentra.views.photos import product_photo, product_photo_change, product_photo_download, product_photos
from sentra.views.product import product_create, product_detail, product_edit
from sentra.views.search import register_search, register_search_file
from sentra.views.sentra import sentra_create, sentra_detail, sentra_edit, sentra_list, sentra_sk, sentra_start
from sentra.views.years import sentra_year_create, sentra_year_edit, sentra_years

urlpatterns = [
    path("", sentra_list, name="sentra_list"),
    path("cari/", register_search, name="register_search"),
    path("cari/unduh/", register_search_file, name="register_search_file"),
    path("data-ganda/", duplicate_list, name="duplicate_list"),
    path("data-ganda/<int:pk>/berbeda/", duplicate_dismiss, name="duplicate_dismiss"),
    path("gabung/", merge_list, name="merge_list"),
    path("gabung/<int:pk>/batal/", merge_undo, name="merge_undo"),
    path("gabung/<str:kind>/<int:keep>/<int:drop>/", record_merge, name="record_merge"),
    path("baru/", sentra_start, name="sentra_start"),
    path("baru/isi/", sentra_create, name="sentra_create"),
    path("impor/", import_list, name="import_list"),
    path("impor/baru/", import_create, name="import_create"),
    path("impor/templat/<str:kind>/", import_template, name="import_template"),
    path("impor/<int:pk>/", import_detail, name="import_detail"),
    path("impor/<int:pk>/simpan/", import_confirm, name="import_confirm"),
    path("impor/<int:pk>/batal/", import_cancel, name="import_cancel"),
    path("impor/<int:pk>/urungkan/", import_undo, name="import_undo"),
    path("impor/<int:pk>/perbaikan/", import_report, name="import_report"),
    path("unduh/", export_create, name="export_create"),
    path("unduh/berkas/", export_file, name="export_file"),
    path("unduh/<int:pk>/", export_detail, name="export_detail"),
    path("unduh/<int:pk>/berkas/", export_download, name="export_download"),
    path("<int:pk>/", sentra_detail, name="sentra_detail"),
    path("<int:pk>/ubah/", sentra_edit, name="sentra_edit"),
    path("<int:pk>/sk/", sentra_sk, name="sentra_sk"),
    path("<int:pk>/tahun/", sentra_years, name="sentra_years"),
    path("<int:pk>/tahun/baru/", sentra_year_create, name="sentra_year_create"),
    path("tahun/<int:pk>/ubah/", sentra_year_edit, name="sentra_year_edit"),
    path("<int:pk>/ikm/baru/", ikm_create, name="ikm_create"),
    path("ikm/<int:pk>/", ikm_detail, name="ikm_detail"),
    path("ikm/<int:pk>/ubah/", ikm_edit, name="ikm_edit"),
    path("ikm/<int:pk>/npwp/", ikm_npwp, name="ikm_npwp"),
    path("ikm/<int:pk>/cocokkan/<slug:number>/", number_check, name="number_check"),
    path("pencocokan/<int:pk>/cabut/", check_withdraw, name="check_withdraw"),
    path("ikm/<int:pk>/izin/baru/", permit_start, name="permit_start"),
    path("ikm/<int:pk>/izin/baru/<slug:kind>/", permit_create, name="permit_create"),
    path("izin/<int:pk>/ubah/", permit_edit, name="permit_edit"),
    path("izin/<int:pk>/hapus/", permit_remove, name="permit_remove"),
    path("izin/<int:pk>/berkas/", permit_file, name="permit_file"),
    path("izin/<int:pk>/cocokkan/", permit_check, name="permit_check"),
    path("ikm/<int:pk>/produk/baru/", product_create, name="product_create"),
    path("produk/<int:pk>/", product_detail, name="product_detail"),
    path("produk/<int:pk>/ubah/", product_edit, name="product_edit"),
    path("produk/<int:pk>/foto/", product_photos, name="product_photos"),
    path("foto/<int:pk>/", product_photo, name="product_photo"),
    path("foto/<int:pk>/unduh/", product_photo_download, name="product_photo_download"),
    path("foto/<int:pk>/ubah/", product_photo_change, name="product_photo_change"),
]
