from django.urls import path

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
from sentra.views.product import product_create, product_detail, product_edit, product_photo
from sentra.views.sentra import sentra_create, sentra_detail, sentra_edit, sentra_list, sentra_sk, sentra_start

urlpatterns = [
    path("", sentra_list, name="sentra_list"),
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
    path("<int:pk>/ikm/baru/", ikm_create, name="ikm_create"),
    path("ikm/<int:pk>/", ikm_detail, name="ikm_detail"),
    path("ikm/<int:pk>/ubah/", ikm_edit, name="ikm_edit"),
    path("ikm/<int:pk>/produk/baru/", product_create, name="product_create"),
    path("produk/<int:pk>/", product_detail, name="product_detail"),
    path("produk/<int:pk>/ubah/", product_edit, name="product_edit"),
    path("produk/<int:pk>/foto/", product_photo, name="product_photo"),
]
