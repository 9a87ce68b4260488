"""Instruments: an overview with what is wrong, a page for each part, preview, file in and out, comparison.

A part's page writes the whole document through `scoring.services.drafts`; the sha256 it was opened with is the version.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from core.errors import DomainError
from core.http import attachment
from nominations.admin import MinistryOnly
from nominations.models import Category
from scoring.admin import parts
from scoring.admin.checklists import ChecklistForm, RulesForm
from scoring.admin.preview import preview_context
from scoring.enums import Method
from scoring.maths.document import document_problems
from scoring.models import Instrument, Stage
from scoring.policies import can_edit_instrument, can_make_instrument
from scoring.presenters import checklists
from scoring.presenters import instruments as presenters
from scoring.services import drafts

METHODS = {
    Method.OPTIONS: gettext_lazy("Pilihan"),
    Method.SCALE: gettext_lazy("Skala"),
    Method.FINDINGS: gettext_lazy("Temuan kunjungan"),
}
MOST_BYTES = 1_000_000


@admin.register(Instrument)
class InstrumentAdmin(MinistryOnly, admin.ModelAdmin):
    change_list_template = "admin/scoring/instrument/list.html"
    list_display = ["title", "code", "version", "award_name", "how", "state"]
    list_filter = ["award", "code"]
    list_select_related = ["award"]
    ordering = ["award", "code", "-version"]
    actions = None

    @admin.display(description=gettext_lazy("penghargaan"), ordering="award")
    def award_name(self, instrument: Instrument) -> str:
        return instrument.award.name

    @admin.display(description=gettext_lazy("keadaan"), ordering="frozen_at")
    def state(self, instrument: Instrument) -> str:
        if instrument.frozen_at:
            return _("Dibekukan %(when)s") % {"when": formats.moment_text(instrument.frozen_at)}
        count = len(document_problems(instrument.definition))
        return _("Konsep, %(count)d hal perlu diperbaiki") % {"count": count} if count else _("Konsep, siap dipakai")

    @admin.display(description=gettext_lazy("cara menilai"))
    def how(self, instrument: Instrument) -> str:
        return str(METHODS[Method(instrument.method)])

    def get_urls(self) -> list[URLPattern]:
        pages = [
            ("impor/", self.import_view, "import"),
            ("<int:pk>/ketentuan/", self.limits_view, "limits"),
            ("<int:pk>/aspek/", self.aspects_view, "aspects"),
            ("<int:pk>/indikator/", self.indicator_view, "indicator"),
            ("<int:pk>/aturan/", self.rules_view, "rules"),
            ("<int:pk>/daftar-periksa/", self.checklist_view, "checklist"),
            ("<int:pk>/pratinjau/", self.preview_view, "preview"),
            ("<int:pk>/unduh/", self.download_view, "download"),
            ("<int:pk>/salin/", self.copy_view, "copy"),
            ("<int:pk>/banding/", self.compare_view, "compare"),
        ]
        own = [
            path(route, self.admin_site.admin_view(view), name=f"scoring_instrument_{name}")
            for route, view, name in pages
        ]
        return [*own, *super().get_urls()]

    # The overview takes the place of Django's form.
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        instrument = self._found(request, object_id)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])  # an overview: its parts have pages of their own
        may_edit = can_edit_instrument(request.user, instrument, begun=instrument.sheets.exists())
        document = instrument.definition
        has_sheet = has_a_sheet(instrument)
        context = {
            "instrument": instrument,
            "is_overview": True,
            "state": self.state(instrument),
            "how": self.how(instrument),
            "may_edit": may_edit,
            "may_make": bool(can_make_instrument(request.user)),
            "has_sheet": has_sheet,
            "problems": presenters.problem_texts(document_problems(document)),
            "total": presenters.total_text(document),
            "blocks": presenters.aspect_blocks(document) if has_sheet else checklist_of(instrument),
            "limits": presenters.limit_rows(document) if has_sheet else checklists.rule_rows(document),
            "versions": versions_of(instrument),
            "stages": stages_with(instrument),
        }
        return self._page(request, "overview.html", str(instrument), context)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        self._may_write(request)
        form = parts.NewInstrumentForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                made = drafts.create_instrument(document=form.document(), actor=request.user)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("Instrumen dibuat sebagai konsep. Lengkapi bagian-bagiannya."))
                return redirect(overview(made))
        return self._form_page(request, _("Instrumen baru"), None, form)

    def limits_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        instrument = self._draft(request, pk)
        data, document = request.POST or None, instrument.definition
        form = parts.LimitsForm(data, document=document)
        bands = parts.rows_of(parts.BandForm, data, document.get("bands", ()), "bands", 1)
        if request.method == "POST" and form.is_valid() and bands.is_valid():
            found = [one.part() for one in bands.kept()]
            if self._saved(request, instrument, form, form.changed(found)):
                return redirect(overview(instrument))
        rows = [(_("Bintang"), bands)]
        live = presenters.reach_of_bands(document)
        return self._form_page(request, _("Judul, batas, dan penentu"), instrument, form, rows, live=live)

    def aspects_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        instrument = self._draft(request, pk)
        if instrument.method != Method.OPTIONS:
            raise Http404
        data, document, form = request.POST or None, instrument.definition, Form(request.POST or None)
        groups = parts.rows_of(parts.GroupForm, data, document.get("groups", ()), "groups", 1)
        rows = [one | {"was": one["code"]} for one in document["aspects"]]
        aspects = parts.rows_of(parts.AspectForm, data, rows, "aspects", 2)
        if request.method == "POST" and groups.is_valid() and aspects.is_valid():
            form.is_valid()
            changed = parts.with_aspects(document, groups.kept(), aspects.kept())
            lost = parts.lost_indicators(document, changed)
            if lost:
                text = _("Pindahkan atau hapus lebih dahulu indikator %(codes)s dari aspek yang dihapus.")
                form.add_error(None, text % {"codes": ", ".join(lost)})
            elif self._saved(request, instrument, form, changed):
                return redirect(overview(instrument))
        sets = [(_("Kelompok"), groups), (_("Aspek"), aspects)]
        return self._form_page(request, _("Kelompok dan aspek"), instrument, form, sets)

    def indicator_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One indicator, found by `?kode=`; a new one without."""
        instrument = self._draft(request, pk)
        data, document, code = request.POST or None, instrument.definition, request.GET.get("kode", "")
        if code and code not in {one["part"]["code"] for one in presenters.parts_of(document)}:
            raise Http404
        form = parts.IndicatorForm(data, document=document, code=code)
        choices = form.choice_rows(data)
        if code and request.method == "POST" and "hapus" in request.POST:
            form.is_valid()
            if self._saved(request, instrument, form, parts.without_indicator(document, code)):
                return redirect(overview(instrument))
        elif (
            request.method == "POST"
            and form.is_valid()
            and choices.is_valid()
            and self._saved(request, instrument, form, form.changed(choices.kept()))
        ):
            return redirect(overview(instrument))
        name = _("Arti nilai tertentu") if form.scale else _("Pilihan")
        title = _("Indikator %(code)s") % {"code": code} if code else _("Indikator baru")
        live = presenters.sum_of_indicators(document, code)
        return self._form_page(request, title, instrument, form, [(name, choices)], may_drop=bool(code), live=live)

    def rules_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What a visit needs, and where findings give a score, what each is worth."""
        instrument = self._draft(request, pk, findings=True)
        form = RulesForm(request.POST or None, document=instrument.definition)
        if request.method == "POST" and form.is_valid() and self._saved(request, instrument, form, form.changed()):
            return redirect(overview(instrument))
        return self._form_page(request, _("Judul dan aturan kunjungan"), instrument, form)

    def checklist_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        instrument = self._draft(request, pk, findings=True)
        data = request.POST or None
        form = ChecklistForm(data, document=instrument.definition)
        claims = form.claim_rows(data)
        if (
            request.method == "POST"
            and form.is_valid()
            and claims.is_valid()
            and self._saved(request, instrument, form, form.changed(claims.kept()))
        ):
            return redirect(overview(instrument))
        return self._form_page(request, _("Daftar periksa"), instrument, form, [(_("Yang diperiksa"), claims)])

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        instrument = self._found(request, pk)
        if not has_a_sheet(instrument):
            raise Http404
        return render(request, "scoring/sheet.html", preview_context(instrument, request.GET.get("komoditas", "")))

    def download_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        instrument = self._found(request, pk)
        name = f"{instrument.code}-v{instrument.version}.json"
        return attachment(drafts.exported(instrument), name=name, content_type="application/json")

    def import_view(self, request: HttpRequest) -> HttpResponse:
        self._may_write(request)
        problems: list[str] = []
        if request.method == "POST":
            try:
                made = drafts.import_instrument(text=uploaded_text(request), actor=request.user)
            except drafts.WrongDocument as error:
                problems = error.problems
            else:
                text = _("%(instrument)s tersimpan sebagai konsep baru.") % {"instrument": made}
                messages.success(request, text)
                return redirect(overview(made))
        return self._page(request, "import.html", _("Impor instrumen"), {"problems": problems}, bool(problems))

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self._may_write(request)
        if request.method != "POST":
            raise Http404
        made = drafts.copy_instrument(instrument_id=self._found(request, pk).pk, actor=request.user)
        messages.success(request, _("%(instrument)s dibuat sebagai konsep.") % {"instrument": made})
        return redirect(overview(made))

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """`?dengan=` names the other version; the older one is "before"."""
        instrument, other = self._found(request, pk), request.GET.get("dengan", "")
        known = Instrument.objects.filter(award=instrument.award_id)
        second = get_object_or_404(known, pk=int(other) if other.isdecimal() and len(other) < 10 else 0)
        old, new = sorted((instrument, second), key=lambda one: one.pk)
        context = {"old": old, "new": new, "rows": presenters.differences(old.definition, new.definition)}
        return self._page(request, "compare.html", _("Perbandingan instrumen"), context | {"instrument": instrument})

    def _saved(self, request: HttpRequest, instrument: Instrument, form: Form, document: dict[str, Any]) -> bool:
        """Write the document; a refusal stands on the form, which keeps what was typed."""
        try:
            drafts.save_instrument(
                instrument_id=instrument.pk, document=document, seen=request.POST.get("seen", ""), actor=request.user
            )
        except drafts.WrongDocument as error:
            for problem in error.problems:
                form.add_error(None, problem)
            return False
        except DomainError as error:
            form.add_error(None, error.message)
            form.refused = error.status
            return False
        messages.success(request, _("Tersimpan."))
        return True

    def _may_write(self, request: HttpRequest) -> None:
        if not can_make_instrument(request.user):
            raise PermissionDenied

    def _found(self, request: HttpRequest, pk: Any) -> Instrument:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not str(pk).isdecimal():
            raise Http404
        return get_object_or_404(Instrument.objects.select_related("award"), pk=pk)

    def _draft(self, request: HttpRequest, pk: int, *, findings: bool = False) -> Instrument:
        self._may_write(request)
        instrument = self._found(request, pk)
        if has_a_sheet(instrument) == findings:
            raise Http404
        verdict = can_edit_instrument(request.user, instrument, begun=instrument.sheets.exists())
        if not verdict:
            raise PermissionDenied(verdict.reason)
        return instrument

    def _form_page(
        self,
        request: HttpRequest,
        title: str,
        instrument: Instrument | None,
        form: Form,
        rows: Any = (),
        *,
        may_drop: bool = False,
        live: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """`seen` stays the version that the page was opened with, also after a refusal; `live` is what is stored, and
        what a script adds to it while somebody types."""
        wrong = request.method == "POST"
        context = {
            "instrument": instrument,
            "form": form,
            "row_sets": rows,
            "may_drop": may_drop,
            "live": live,
            "seen": request.POST.get("seen", "") if wrong else instrument.sha256 if instrument else "",
            "total": presenters.total_text(instrument.definition) if instrument and has_a_sheet(instrument) else "",
            "stored_differs": wrong and instrument is not None and request.POST.get("seen") != instrument.sha256,
        }
        response = self._page(request, "part.html", title, context, wrong)
        response.status_code = getattr(form, "refused", response.status_code)
        return response

    def _page(
        self, request: HttpRequest, template: str, title: str, context: dict[str, Any], wrong: bool = False
    ) -> HttpResponse:
        everything = self.admin_site.each_context(request) | {"title": title, "opts": self.opts, "media": self.media}
        path_of = f"admin/scoring/instrument/{template}"
        return TemplateResponse(request, path_of, everything | context, status=422 if wrong else 200)


def overview(instrument: Instrument) -> str:
    return reverse("admin:scoring_instrument_change", args=[instrument.pk])


def has_a_sheet(instrument: Instrument) -> bool:
    """Whether scorers fill in a sheet with it; otherwise a visit is made with it."""
    return instrument.method != Method.FINDINGS


def checklist_of(instrument: Instrument) -> list[dict[str, Any]]:
    """What a visit checks, with the names of the categories. One query."""
    categories = Category.objects.filter(award=instrument.award_id).values_list("code", "label")
    return checklists.checklist_blocks(instrument.definition, dict(categories))


def versions_of(instrument: Instrument) -> QuerySet[Instrument]:
    return Instrument.objects.filter(code=instrument.code).order_by("-version")


def stages_with(instrument: Instrument) -> QuerySet[Stage]:
    rows = Stage.objects.filter(instrument=instrument).select_related("period", "category")
    return rows.order_by("-period__year", "category__order", "order")


def uploaded_text(request: HttpRequest) -> str:
    upload = request.FILES.get("file")
    if upload is None:
        raise drafts.WrongDocument([_("Pilih berkas JSON lebih dahulu.")])
    if upload.size is None or upload.size > MOST_BYTES:
        raise drafts.WrongDocument([_("Berkas terlalu besar. Instrumen paling banyak 1 MB.")])
    try:
        return upload.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise drafts.WrongDocument([_("Berkas ini bukan teks UTF-8. Simpan ulang sebagai UTF-8.")]) from error
