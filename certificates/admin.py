"""The ministry's pages for decrees and certificates.

What is irreversible has a page of its own with a preview and a confirmation; there are no list actions.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.enums import CertificateState
from certificates.forms import DecreeCorrectionForm, DecreeForm, HandoverForm, ReplaceForm, RevokeForm
from certificates.models import STATE_LABELS, Certificate
from certificates.policies import (
    can_change_handover,
    can_confirm,
    can_correct,
    can_release,
    can_replace,
    can_retry,
    can_revoke,
)
from certificates.rendering import CORRECTABLE, giver_of
from certificates.selectors import batch_of, corrections_of, release_preview
from certificates.services.corrections import DecreeWords, confirm_correction, propose_correction, withdraw_correction
from certificates.services.handover import HandoverFacts, change_handover
from certificates.services.holding import hold_certificates, resume_certificates
from certificates.services.release import release_decree
from certificates.services.upkeep import replace_certificate, retry_certificate, revoke_certificate
from core import formats
from core.errors import RuleBroken
from core.http import require
from core.onetime import one_time
from nominations.admin import MinistryOnly
from scoring.models import Decision, Decree
from scoring.selectors.people import recused_somewhere
from scoring.services.decrees import change_decree, record_decree

ACTS = {
    "hold": (gettext_lazy("%(number)d sertifikat ditahan. Yang sedang dibuat diselesaikan."), hold_certificates),
    "resume": (gettext_lazy("%(number)d sertifikat dilanjutkan."), resume_certificates),
}

CORRECTION_ACTS = {
    "confirm": (gettext_lazy("Keputusan dikoreksi. Piagam yang belum bernomor memakainya."), confirm_correction),
    "withdraw": (gettext_lazy("Koreksi ditarik. Tidak ada yang berubah."), withdraw_correction),
}


class PagesOfOne(MinistryOnly, admin.ModelAdmin):
    """Pages of single objects beside the usual ones, each behind the same door."""

    actions = None
    pages: dict[str, str] = {}

    def get_urls(self) -> list[URLPattern]:
        opts = self.model._meta
        own = [
            path(
                f"<int:pk>/{address}/",
                self.admin_site.admin_view(one_time(getattr(self, name))),
                name=f"{opts.app_label}_{opts.model_name}_{name}",
            )
            for name, address in self.pages.items()
        ]
        return own + super().get_urls()

    def visible(self, request: HttpRequest, pk: int) -> Any:
        found = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        return found

    def answer(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        full = {**self.admin_site.each_context(request), "opts": self.model._meta, **context}
        return TemplateResponse(request, template, full, status=status)

    def back(self, pk: int) -> HttpResponse:
        opts = self.model._meta
        return redirect(f"admin:{opts.app_label}_{opts.model_name}_change", pk)


class DecisionInline(MinistryOnly, admin.TabularInline):
    """What a released decree holds; before the release the form has a list to tick."""

    model = Decision
    fields = ["reference", "title", "stars"]
    readonly_fields = fields
    extra = 0

    @admin.display(description=gettext_lazy("nomor usulan"))
    def reference(self, decision: Decision) -> str:
        return str(decision.nomination.reference)

    @admin.display(description=gettext_lazy("penerima"))
    def title(self, decision: Decision) -> str:
        return decision.nomination.title

    def has_add_permission(self, request: HttpRequest, obj: Decree | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Decree | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        return super().get_queryset(request).select_related("nomination")


@admin.register(Decree)
class DecreeAdmin(PagesOfOne):
    form = DecreeForm
    change_form_template = "certificates/admin/decree.html"
    list_display = ["number", "title", "period", "decided_on", "recorded_by", "released_by", "released_at"]
    list_filter = ["period", ("released_at", admin.EmptyFieldListFilter)]
    list_select_related = ["period", "recorded_by", "released_by"]
    search_fields = ["number", "title"]
    ordering = ["-pk"]
    pages = {"release": "rilis", "issuing": "penerbitan", "correct": "koreksi"}
    record = ["recorded_by", "recorded", "released_by", "released_at"]
    facts = ["period", "number", "title", "decided_on", "place", "signatory_title", "signatory_name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decree]:
        """What is not released yet tells results, so it is not there for who has a conflict in its round."""
        hidden = Q(recused_somewhere(request.user), released_at=None)
        return super().get_queryset(request).exclude(hidden)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Who signed the last decree, and where."""
        last = Decree.objects.order_by("-pk").values("signatory_title", "signatory_name", "place").first()
        return last or {}

    def get_fields(self, request: HttpRequest, obj: Decree | None = None) -> list[str]:
        """First the decree, then, when its period is known, the nominations in it."""
        if obj is None:
            return self.facts
        return self.facts + (["nominations"] if self.has_change_permission(request, obj) else []) + self.record

    def get_readonly_fields(self, request: HttpRequest, obj: Decree | None = None) -> list[str]:
        return ["period", *self.record] if obj else []

    def get_inlines(self, request: HttpRequest, obj: Decree | None) -> list[type[admin.TabularInline]]:
        return [DecisionInline] if obj and not self.has_change_permission(request, obj) else []

    def has_change_permission(self, request: HttpRequest, obj: Decree | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.released_at)

    @admin.display(description=gettext_lazy("terakhir dicatat"))
    def recorded(self, decree: Decree) -> str:
        return formats.moment_text(decree.recorded_at)

    def save_model(self, request: HttpRequest, obj: Decree, form: DecreeForm, change: bool) -> None:
        if change:
            chosen = [nomination.pk for nomination in form.cleaned_data["nominations"]]
            change_decree(decree_id=obj.pk, facts=form.facts(), nomination_ids=chosen, actor=request.user)
        else:
            saved = record_decree(period_id=obj.period_id, facts=form.facts(), nomination_ids=[], actor=request.user)
            obj.pk = saved.pk

    def response_add(self, request: HttpRequest, obj: Decree, post_url_continue: str | None = None) -> HttpResponse:
        messages.success(request, _("Keputusan tercatat. Pilih usulan yang ditetapkan, lalu simpan."))
        return self.back(obj.pk)

    def release(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Preview and confirmation of the release."""
        decree = self.visible(request, pk)
        if request.method == "POST":
            hold = bool(request.POST.get("hold"))
            release_decree(decree_id=pk, actor=request.user, seen=request.POST.get("seen", ""), hold=hold)
            if decree.released_at:
                messages.info(request, _("Keputusan ini sudah dirilis sebelumnya. Tidak ada yang berubah."))
            elif hold:
                messages.success(request, _("Keputusan dirilis. Sertifikat ditahan sampai Anda melanjutkannya."))
            else:
                messages.success(request, _("Keputusan dirilis. Sertifikat sedang dibuat."))
            return redirect("admin:scoring_decree_issuing", pk)
        context = {
            "title": _("Rilis keputusan"),
            "object": decree,
            "preview": release_preview(decree),
            "verdict": can_release(request.user, decree),
        }
        return self.answer(request, "certificates/admin/release.html", context)

    def issuing(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """How far the certificates are; stop, go on; who gives them, where, when."""
        decree = self.visible(request, pk)
        form = HandoverForm(instance=getattr(decree, "handover", None), initial=giver_of(decree))
        if request.method == "POST":
            require(can_change_handover(request.user, decree))
            if act := ACTS.get(request.POST.get("act", "")):
                number = act[1](decree_id=pk, actor=request.user)
                messages.success(request, act[0] % {"number": number})
                return redirect("admin:scoring_decree_issuing", pk)
            form = HandoverForm(request.POST, instance=getattr(decree, "handover", None))
            if form.is_valid():
                change_handover(decree_id=pk, facts=HandoverFacts(**form.cleaned_data), actor=request.user)
                messages.success(request, _("Tersimpan. Berlaku untuk piagam yang belum bernomor."))
                return redirect("admin:scoring_decree_issuing", pk)
        batch = batch_of(decree)
        context = {
            "title": _("Penerbitan sertifikat"),
            "object": decree,
            "batch": batch,
            "states": [(STATE_LABELS[CertificateState(state)], number) for state, number in batch.states.items()],
            "form": form,
            "verdict": can_change_handover(request.user, decree),
        }
        return self.answer(request, "certificates/admin/issuing.html", context, 422 if form.errors else 200)

    def correct(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Other words for a released decree: proposed by one admin, confirmed by another."""
        decree = self.visible(request, pk)
        words = {name: getattr(decree, name) for name in ("number", "title", "decided_on")}
        form = DecreeCorrectionForm(initial=words)
        if request.method == "POST":
            require(can_correct(request.user, decree))
            if act := CORRECTION_ACTS.get(request.POST.get("act", "")):
                act[1](decree_id=pk, seen=request.POST.get("correction", ""), actor=request.user)
                messages.success(request, act[0])
                return redirect("admin:scoring_decree_correct", pk)
            form = DecreeCorrectionForm(request.POST, initial=words)
            if form.is_valid() and self._proposed(request, pk, form):
                return redirect("admin:scoring_decree_correct", pk)
        return self._correction_page(request, decree, form)

    def _proposed(self, request: HttpRequest, pk: int, form: DecreeCorrectionForm) -> bool:
        """Whether it was; else the form says why not and keeps what was typed."""
        facts = dict(form.cleaned_data)
        reason = facts.pop("reason")
        try:
            propose_correction(decree_id=pk, words=DecreeWords(**facts), reason=reason, actor=request.user)
        except RuleBroken as error:
            form.add_error(None, error.message)
            return False
        messages.success(request, _("Koreksi diusulkan. Admin kementerian lain harus menyetujuinya."))
        return True

    def _correction_page(self, request: HttpRequest, decree: Decree, form: DecreeCorrectionForm) -> HttpResponse:
        past, waiting = corrections_of(decree)
        context = {
            "title": _("Koreksi keputusan"),
            "object": decree,
            "form": form,
            "waiting": waiting,
            "past": past,
            "issued": batch_of(decree).issued,
            "verdict": can_correct(request.user, decree),
            "confirm": waiting and can_confirm(request.user, waiting),
        }
        return self.answer(request, "certificates/admin/correct.html", context, 422 if form.errors else 200)


@admin.register(Certificate)
class CertificateAdmin(PagesOfOne):
    change_form_template = "certificates/admin/certificate.html"
    list_display = ["number_label", "holder", "state", "period", "attempts", "issued_at"]
    list_filter = ["state", "period"]
    list_select_related = ["period", "decision__nomination"]
    search_fields = ["serial", "decision__nomination__reference", "decision__nomination__title"]
    ordering = ["-pk"]
    fields = ["serial", "holder", "state", "period", "nomination", "public_page", "issued_at", "valid_until", "sha256"]
    fields += ["signed_by", "attempts", "last_error", "revoked_at", "revoked_reason", "replaces", "replacement_reason"]
    readonly_fields = fields
    pages = {"revoke": "cabut", "retry": "ulangi", "replace": "ganti"}

    def has_add_permission(self, request: HttpRequest, obj: Certificate | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Certificate | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("penerima"))
    def holder(self, certificate: Certificate) -> str:
        return certificate.face.get("holder_name") or certificate.decision.nomination.title

    @admin.display(description=gettext_lazy("nomor"), ordering="serial")
    def number_label(self, certificate: Certificate) -> str:
        return certificate.serial or _("Belum bernomor")

    @admin.display(description=gettext_lazy("usulan"))
    def nomination(self, certificate: Certificate) -> str:
        return str(certificate.decision.nomination)

    @admin.display(description=gettext_lazy("halaman umum"))
    def public_page(self, certificate: Certificate) -> str:
        address = reverse("certificate_verify", args=[certificate.token])
        return format_html('<a href="{}">{}</a>', address, address)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        certificate = self.get_object(request, object_id)
        allowed = {
            "may_revoke": bool(certificate) and can_revoke(request.user, certificate),
            "may_retry": bool(certificate) and can_retry(request.user, certificate),
            "may_replace": bool(certificate) and can_replace(request.user, certificate),
        }
        return super().change_view(request, object_id, extra_context=allowed)

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        certificate = self.visible(request, pk)
        form = RevokeForm()
        if request.method == "POST":
            require(can_revoke(request.user, certificate))
            form = RevokeForm(request.POST)
        if form.is_valid():
            revoke_certificate(certificate_id=pk, reason=form.cleaned_data["reason"], actor=request.user)
            messages.success(request, _("Sertifikat dicabut. Halaman umumnya menyatakan hal itu mulai sekarang."))
            return self.back(pk)
        context = {
            "title": _("Cabut sertifikat"),
            "object": certificate,
            "form": form,
            "verdict": can_revoke(request.user, certificate),
        }
        return self.answer(request, "certificates/admin/revoke.html", context, 422 if form.errors else 200)

    def replace(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """A new certificate for the same decision, with corrected words."""
        certificate = self.visible(request, pk)
        words = {name: certificate.face.get(name, "") for name in CORRECTABLE}
        form = ReplaceForm(initial=words)
        if request.method == "POST":
            require(can_replace(request.user, certificate))
            form = ReplaceForm(request.POST, initial=words)
        if form.is_valid():
            corrections = {**certificate.corrections, **form.corrections()}
            reason = form.cleaned_data["reason"]
            new = replace_certificate(certificate_id=pk, reason=reason, corrections=corrections, actor=request.user)
            messages.success(request, _("Sertifikat diganti. Penggantinya sedang dibuat dengan nomor baru."))
            return self.back(new.pk)
        context = {
            "title": _("Ganti sertifikat"),
            "object": certificate,
            "form": form,
            "verdict": can_replace(request.user, certificate),
        }
        return self.answer(request, "certificates/admin/replace.html", context, 422 if form.errors else 200)

    def retry(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        certificate = self.visible(request, pk)
        if request.method == "POST":
            retry_certificate(certificate_id=pk, actor=request.user)
            messages.success(request, _("Sertifikat akan dibuat lagi dengan nomor yang sama."))
            return self.back(pk)
        context = {
            "title": _("Buat ulang sertifikat"),
            "object": certificate,
            "verdict": can_retry(request.user, certificate),
        }
        return self.answer(request, "certificates/admin/retry.html", context)
