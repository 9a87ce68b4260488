from django.urls import path

from sentra import views

urlpatterns = [
    path("", views.sentra_list, name="sentra_list"),
    path("baru/", views.sentra_start, name="sentra_start"),
    path("baru/isi/", views.sentra_create, name="sentra_create"),
    path("<int:pk>/", views.sentra_detail, name="sentra_detail"),
    path("<int:pk>/ubah/", views.sentra_edit, name="sentra_edit"),
    path("<int:pk>/sk/", views.sentra_sk, name="sentra_sk"),
    path("<int:pk>/ikm/baru/", views.ikm_create, name="ikm_create"),
    path("ikm/<int:pk>/", views.ikm_detail, name="ikm_detail"),
    path("ikm/<int:pk>/ubah/", views.ikm_edit, name="ikm_edit"),
    path("ikm/<int:pk>/produk/baru/", views.product_create, name="product_create"),
    path("produk/<int:pk>/", views.product_detail, name="product_detail"),
    path("produk/<int:pk>/ubah/", views.product_edit, name="product_edit"),
    path("produk/<int:pk>/foto/", views.product_photo, name="product_photo"),
]
