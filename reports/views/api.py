"""What other systems read: the public register for anybody, more for the ministry's own systems with a key."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Generic, TypeVar

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import caches
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.connection import ConnectionProxy
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Query, Schema
from ninja.errors import Throttled
from ninja.security import HttpBearer
from ninja.throttling import AnonRateThrottle, AuthRateThrottle

from certificates.models import Certificate
from certificates.presenters import state_tag
from certificates.selectors import certificate_by_token
from core.limits import is_over
from core.paging import page_of
from nominations.models import Nomination
from nominations.selectors.windows import repair_missed
from reports.enums import ApiScope
from reports.filters import HolderFilter
from reports.models import ApiKey
from reports.policies import can_manage_keys
from reports.presenters import api as records
from reports.presenters.open_data import holder_record
from reports.selectors import holders
from reports.services.api_keys import key_in_force
from reports.views.public import public_page
from sentra.models import Sentra

PAGE_SIZE = 100
KEPT_SECONDS = 60
WRONG_KEYS_A_MINUTE = 30
# Per process and in memory: the front server keeps the real limit, and counters of sign-ins are not pushed out.
COUNTERS = ConnectionProxy(caches, "process")


class VisitorLimit(AnonRateThrottle):
    cache = COUNTERS

    def get_ident(self, request: HttpRequest) -> str:
        """The visitor's address as the limits of the sign-in know it."""
        return get_adapter(request).get_client_ip(request)


class KeyLimit(AuthRateThrottle):
    cache = COUNTERS


class Key(HttpBearer):
    """A key in force with this right. One query, one more on its first use of a day.

    After too many wrong ones of an address its next wrong one is answered with 429; a right one always opens.
    """

    def __init__(self, scope: ApiScope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        key = key_in_force(token, self.scope)
        if key is None and is_over(request, "wrong-key", limit=WRONG_KEYS_A_MINUTE, seconds=60):
            raise Throttled(wait=60)
        return key


api = NinjaAPI(
    title="OVOP & Upakarti",
    version="1",
    description=str(_("Hanya baca. Daftar pemegang dan pemeriksaan sertifikat terbuka; yang lain dengan kunci.")),
    urls_namespace="api",
    docs_url=None,
    throttle=[VisitorLimit(settings.API_VISITOR_RATE), KeyLimit(settings.API_KEY_RATE)],
)


class Holder(Schema):
    """As the data set of the same name."""

    nomor: str
    penghargaan: str
    tahun: int
    kategori: str
    bintang: int | None
    pemegang: str
    keterangan: str
    kode_wilayah: str
    daerah: str
    keputusan: str
    tanggal_keputusan: str
    berlaku_sampai: str | None
    alamat: str


Record = TypeVar("Record")


class PageOf(Schema, Generic[Record]):
    data: list[Record]
    berikutnya: str | None


class Finding(Schema):
    """What the code on a certificate says; nothing that is not printed."""

    keadaan: str
    sertifikat: Holder


class Filters(Schema):
    q: str = ""
    penghargaan: str = ""
    tahun: str = ""
    kategori: str = ""
    provinsi: str = ""
    bintang: str = ""
    berlaku: str = ""
    after: str = ""


class Refusal(Schema):
    detail: str


def _page(request: HttpRequest, rows: QuerySet[Any], record: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    page = page_of(rows, request.GET, size=PAGE_SIZE)
    following = request.build_absolute_uri(request.path + page.next_query) if page.next_query else None
    return {"data": [record(row) for row in page.items], "berikutnya": following}


@api.get(
    "/pemegang",
    response=PageOf[Holder],
    url_name="api_holders",
    summary=str(_("Daftar pemegang, yang terbaru di atas")),
)
def list_holders(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    """The register with the filters of its page, a hundred at a time. Five queries at most."""
    chosen = QueryDict(mutable=True)
    chosen.update(filters.dict())
    return _page(request, HolderFilter(chosen).apply(holders.issued()), holder_record)


@api.get(
    "/pemegang/{award}/{year}/{number}",
    response={200: Holder, 404: Refusal},
    url_name="api_holder",
    summary=str(_("Satu pemegang")),
)
def one_holder(request: HttpRequest, award: str, year: int, number: int) -> dict[str, Any]:
    certificate = holders.holder_of(award, year, number)
    if certificate is None or certificate.state != "issued":
        raise Http404
    return holder_record(certificate)


@api.get(
    "/verifikasi/{token}",
    response={200: Finding, 404: Refusal},
    url_name="api_verify",
    summary=str(_("Arti kode pada sertifikat")),
)
def verify(request: HttpRequest, token: str) -> dict[str, Any]:
    """As the page behind the QR code. One query."""
    certificate = certificate_by_token(token)
    if certificate is None:
        raise Http404
    return {"keadaan": state_tag(certificate)["label"], "sertifikat": holder_record(certificate)}


def list_with_key(path: str, page: type[Schema], scope: ApiScope, summary: Any) -> Callable[[Any], Any]:
    """An address with such pages, for keys with this right."""
    return api.get(path, response=page, auth=Key(scope), url_name=f"api_{scope.value}", summary=str(summary))


class NominationRecord(Schema):
    nomor: str
    penghargaan: str
    tahun: int
    kategori: str
    judul: str
    kode_wilayah: str
    keadaan: str
    diajukan: str | None


@list_with_key(
    "/usulan",
    PageOf[NominationRecord],
    ApiScope.NOMINATIONS,
    _("Usulan yang sudah diajukan, dengan keadaan seperti yang dibaca daerah"),
)
def list_nominations(request: HttpRequest, after: str = "") -> dict[str, Any]:
    """What was submitted; a result that is not released reads as "being assessed". Two queries beside the key's."""
    rows = Nomination.objects.exclude(reference=None).select_related("period", "category")
    return _page(request, rows.annotate(missed=repair_missed()), records.nomination_record)


class SentraRecord(Schema):
    id: int
    nama: str
    kode_wilayah: str
    komoditas: str
    unit_usaha: int
    nomor_sk: str
    tanggal_sk: str


@list_with_key("/sentra", PageOf[SentraRecord], ApiScope.REGISTER, _("Sentra IKM tanpa narahubungnya"))
def list_sentra(request: HttpRequest, after: str = "") -> dict[str, Any]:
    """The register of sentra without its people. Two queries beside the key's."""
    return _page(request, Sentra.objects.select_related("commodity"), records.sentra_record)


class CertificateRecord(Holder):
    keadaan: str
    sha256: str
    dicabut: str | None


@list_with_key(
    "/sertifikat",
    PageOf[CertificateRecord],
    ApiScope.CERTIFICATES,
    _("Semua sertifikat yang pernah terbit, juga yang dicabut"),
)
def list_certificates(request: HttpRequest, after: str = "") -> dict[str, Any]:
    """Two queries beside the key's."""
    return _page(request, Certificate.objects.public(), records.certificate_record)


def _kept_a_minute(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open answers may be kept for a minute, as the page behind the QR code; what came by a key or is a refusal not."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Authorization"])
        if response.status_code == 429:
            response["Retry-After"] = KEPT_SECONDS
        if response.status_code == 200 and "Authorization" not in request.headers:
            patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
        else:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return wrapper


def machine_urls() -> list[Any]:
    """The addresses of the API. They ask for a key where they need one, never for a session."""
    patterns = api.urls[0]
    for entry in patterns:
        entry.callback = _kept_a_minute(entry.callback)
        entry.callback.login_required = False
    return patterns


@public_page
def api_about(request: HttpRequest) -> Any:
    """The endpoints in words, with the OpenAPI document. No query."""
    schema = api.get_openapi_schema()
    rows = [
        {"path": path, "summary": facts["get"]["summary"], "needs_key": bool(facts["get"].get("security"))}
        for path, facts in schema["paths"].items()
    ]
    limits = {"visitor": settings.API_VISITOR_RATE.split("/")[0], "key": settings.API_KEY_RATE.split("/")[0]}
    may_manage = request.user.is_authenticated and bool(can_manage_keys(request.user))
    return render(request, "public/api.html", {"rows": rows, "limits": limits, "may_manage": may_manage})
