from django.urls import path

from reports import views

urlpatterns = [
    path("", views.landing, name="landing"),
    path("bantuan/", views.help, name="help"),
    path("beranda/", views.home, name="home"),
    path("jejak-audit/", views.audit_log, name="audit_log"),
]
