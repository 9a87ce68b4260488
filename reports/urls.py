from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path

from reports.views import api, api_keys, feeds, files, open_data, pages, province, public, publication, regions

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
    path("laporan/nilai-<int:pk>.csv", files.raw_scores, name="raw_scores"),
    path("jejak-audit/", pages.audit_log, name="audit_log"),
    path("penghargaan/<slug:code>/", public.award_about, name="award_about"),
    path("pemegang/", public.holder_list, name="holder_list"),
    path("pemegang/terbaru.atom", feeds.holder_feed, name="holder_feed"),
    path("pemegang/<slug:award>/<int:year>/<int:number>/", public.holder_page, name="holder_page"),
    path("pemegang/<slug:award>/<int:year>/<int:number>/foto/", public.holder_photo, name="holder_photo"),
    path("statistik/", public.statistics, name="statistics"),
    path("dari-masa-ke-masa/", public.archive, name="archive"),
    path("data/", open_data.open_data, name="open_data"),
    path("data/katalog.json", open_data.catalogue, name="catalogue"),
    path("data/pemegang.csv", open_data.holders_csv, name="holders_csv"),
    path("data/pemegang.json", open_data.holders_json, name="holders_json"),
    path("data/rekap.csv", open_data.summary_csv, name="summary_csv"),
    path("data/rekap.json", open_data.summary_json, name="summary_json"),
    path("robots.txt", feeds.robots, name="robots"),
    path("sitemap.xml", login_not_required(sitemaps.index), {"sitemaps": feeds.SITEMAPS}, name="sitemap"),
    path(
        "sitemap-<section>.xml",
        login_not_required(sitemaps.sitemap),
        {"sitemaps": feeds.SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("api/", api.api_about, name="api_about"),
    path("api/v1/", include((api.machine_urls(), "ninja"), namespace="api")),
    path("kunci-api/", api_keys.api_key_list, name="api_key_list"),
    path("kunci-api/<int:pk>/cabut/", api_keys.api_key_revoke, name="api_key_revoke"),
    path("publikasi/<int:pk>/", publication.publication, name="publication"),
    path("publikasi/<int:pk>/cabut/", publication.publication_withdraw, name="publication_withdraw"),
]
