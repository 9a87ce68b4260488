from django.urls import path

from reports.views import pages, province

urlpatterns = [
    path("", pages.landing, name="landing"),
    path("bantuan/", pages.help, name="help"),
    path("beranda/", pages.home, name="home"),
    path("pantauan/", province.province_matrix, name="province_matrix"),
    path("pantauan/ingatkan/", province.province_remind, name="province_remind"),
    path("jejak-audit/", pages.audit_log, name="audit_log"),
]
