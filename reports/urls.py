from django.urls import path

from reports import views

urlpatterns = [
    path("", views.landing, name="landing"),
    path("bantuan/", views.help, name="help"),
    path("beranda/", views.home, name="home"),
    path("wilayah/", views.region_map, name="region_map"),
    path("wilayah/<str:code>/", views.region_page, name="region_page"),
    path("silsilah/<int:pk>/", views.sentra_lineage, name="sentra_lineage"),
    path("jejak-audit/", views.audit_log, name="audit_log"),
]
