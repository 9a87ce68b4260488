from django.urls import path

from certificates import views

urlpatterns = [
    path("", views.certificate_lookup, name="certificate_lookup"),
    path("daftar/", views.certificate_list, name="certificate_list"),
    path("evaluasi-ulang/", views.review_list, name="review_list"),
    path("evaluasi-ulang/buka/", views.review_open, name="review_open"),
    path("unduh/<int:pk>/", views.certificate_download, name="certificate_download"),
    path("<str:token>/", views.certificate_verify, name="certificate_verify"),
]
