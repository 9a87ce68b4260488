from django.contrib import admin
from django.urls import include, path

from core import views as core_views

urlpatterns = [
    path("", include("reports.urls")),
    path("", include("accounts.urls")),
    path("sentra/", include("sentra.urls")),
    path("usulan/", include("nominations.urls")),
    path("penilaian/", include("scoring.urls")),
    path("sertifikat/", include("certificates.urls")),
    path("pengelola/", admin.site.urls),
    path("unggahan/<slug:key>/", core_views.upload_pieces, name="upload_pieces"),
    path("health", core_views.health, name="health"),
]
