"""The pages of allauth that are used here, under their own names, and ours. Nobody signs up or changes the address."""

from allauth.account import views as allauth_views
from django.urls import path, re_path
from django.views.generic import RedirectView

from accounts.views import access, notices
from accounts.views.access import with_error_status

urlpatterns = [
    path("akun/masuk/", with_error_status(allauth_views.login), name="account_login"),
    path("akun/keluar/", allauth_views.logout, name="account_logout"),
    path("akun/nonaktif/", allauth_views.account_inactive, name="account_inactive"),
    path("akun/konfirmasi/", with_error_status(allauth_views.reauthenticate), name="account_reauthenticate"),
    path("akun/ganti-sandi/", with_error_status(allauth_views.password_change), name="account_change_password"),
    path("akun/buat-sandi/", RedirectView.as_view(pattern_name="account_reset_password"), name="account_set_password"),
    path("akun/lupa-sandi/", access.account_reset_password, name="account_reset_password"),
    path("akun/lupa-sandi/terkirim/", allauth_views.password_reset_done, name="account_reset_password_done"),
    path(
        "akun/lupa-sandi/selesai/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^akun/lupa-sandi/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        with_error_status(allauth_views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("akun/aktivasi/", access.activate, name="activate"),
    path("akun/aktivasi/ulang/", access.request_activation, name="request_activation"),
    path("akun/aktivasi/terkirim/", access.activation_sent, name="activation_sent"),
    path("akun/aktivasi/<int:user_id>-<token>/", access.open_activation, name="open_activation"),
    path("akun/pemberitahuan/", notices.notice_settings, name="notice_settings"),
    path("pemberitahuan/", notices.notice_list, name="notice_list"),
    path("pemberitahuan/dibaca/", notices.notice_read_all, name="notice_read_all"),
    path("pemberitahuan/<int:pk>/", notices.notice_open, name="notice_open"),
    path("akun/lanjutkan/", access.held_post, name="held_post"),
]
