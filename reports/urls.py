from django.urls import path

from reports.views import files, pages, province, regions

urlpatterns = [
    path("", pages.landing, name="landing"),
    path("bantuan/", pages.help, name="help"),
    path("beranda/", pages.home, name="home"),
    path("pantauan/", province.province_matrix, name="province_matrix"),
    path("pantauan/konsep/", province.province_drafts, name="province_drafts"),
    path("pantauan/ingatkan/", province.province_remind, name="province_remind"),
    path("wilayah/", regions.region_map, name="region_map"),
    path("wilayah/<str:code>/", regions.region_page, name="region_page"),
    path("silsilah/<int:pk>/", regions.sentra_lineage, name="sentra_lineage"),
    path("laporan/", files.report_list, name="report_list"),
    path("laporan/<int:pk>/", files.report_detail, name="report_detail"),
    path("laporan/<int:pk>/unduh/", files.report_download, name="report_download"),
    path("jejak-audit/", pages.audit_log, name="audit_log"),
]
