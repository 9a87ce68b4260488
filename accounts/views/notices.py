"""The person's own notices; those of others do not exist here."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import MailPreference
from accounts.forms import MailPreferenceForm
from accounts.models import Notice
from accounts.services import notices
from core.onetime import one_time
from core.paging import page_of

PAGE_SIZE = 25


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Newest first. Five queries."""
    rows = Notice.objects.filter(user=request.user)
    only_unread = request.GET.get("tampil") == "belum"
    page = page_of(rows.filter(read_at=None) if only_unread else rows, request.GET, size=PAGE_SIZE)
    return render(request, "accounts/notice_list.html", {"page": page, "only_unread": only_unread})


@require_POST
@one_time
def notice_open(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Marks it as read and goes where it leads, or back to the list."""
    try:
        notice = notices.mark_read(notice_id=pk, actor=request.user)
    except Notice.DoesNotExist as error:
        raise Http404 from error
    return redirect("notice_list") if "tandai" in request.POST else redirect(notice.url)


@require_POST
@one_time
def notice_read_all(request: HttpRequest) -> HttpResponseBase:
    newest = request.POST.get("sampai", "")
    if newest.isascii() and newest.isdigit() and len(newest) < 19:
        notices.mark_all_read(newest_id=int(newest), actor=request.user)
    return redirect("notice_list")


@require_http_methods(["GET", "HEAD", "POST"])
@one_time
def notice_settings(request: HttpRequest) -> HttpResponseBase:
    form = MailPreferenceForm(request.POST or None, initial={"preference": request.user.mail_preference})
    if request.method == "POST" and form.is_valid():
        notices.choose_mail(preference=MailPreference(form.cleaned_data["preference"]), actor=request.user)
        messages.success(request, _("Pilihan surel Anda tersimpan."))
        return redirect("notice_settings")
    return render(request, "accounts/notice_settings.html", {"form": form}, status=422 if form.errors else 200)
