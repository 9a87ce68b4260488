from django.urls import path

from sentra.views.ikm import ikm_create, ikm_detail, ikm_edit
from sentra.views.merging import duplicate_dismiss, duplicate_list, merge_list, merge_undo, record_merge
from sentra.views.product import product_create, product_detail, product_edit, product_photo
from sentra.views.search import register_search
from sentra.views.sentra import sentra_create, sentra_detail, sentra_edit, sentra_list, sentra_sk, sentra_start

urlpatterns = [
    path("", sentra_list, name="sentra_list"),
    path("cari/", register_search, name="register_search"),
    path("data-ganda/", duplicate_list, name="duplicate_list"),
    path("data-ganda/<int:pk>/berbeda/", duplicate_dismiss, name="duplicate_dismiss"),
    path("gabung/", merge_list, name="merge_list"),
    path("gabung/<int:pk>/batal/", merge_undo, name="merge_undo"),
    path("gabung/<str:kind>/<int:keep>/<int:drop>/", record_merge, name="record_merge"),
    path("baru/", sentra_start, name="sentra_start"),
    path("baru/isi/", sentra_create, name="sentra_create"),
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
