"""The register of holders for machines: lasting addresses, CSV and JSON, and what stands in them."""

import csv
import hashlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import condition

from core.workbooks import neutral
from reports.presenters.open_data import COLUMNS, LICENCE, SUMMARY_COLUMNS, dataset_facts, holder_record, summary_record
from reports.selectors import holders
from reports.views.public import public_page

CHUNK = 2000


def _etag(request: HttpRequest, *args: Any, **kwargs: Any) -> str:
    return f'"{holders.version_of_holders()}"'


class _Line:
    """What `csv` writes to: the line itself."""

    def write(self, text: str) -> str:
        return text


def _csv(columns: list[str], records: Iterator[dict[str, Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(columns)
    for record in records:
        cells = ["" if record[name] is None else record[name] for name in columns]
        yield writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in cells])


def _records() -> Iterator[dict[str, Any]]:
    rows = holders.issued().order_by("pk").only("face", "number", "serial", "valid_until", "region_code", "state")
    return (holder_record(row) for row in rows.iterator(chunk_size=CHUNK))


@public_page
def open_data(request: HttpRequest) -> HttpResponse:
    """What the data sets hold and where they are. No query."""
    return render(request, "public/open_data.html", {"datasets": dataset_facts(), "licence": LICENCE})


@public_page
@condition(etag_func=_etag)
def holders_csv(request: HttpRequest) -> HttpResponseBase:
    """All issued certificates, streamed. Two queries."""
    response = StreamingHttpResponse(_csv(COLUMNS, _records()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="pemegang.csv"'
    return response


@public_page
@condition(etag_func=_etag)
def holders_json(request: HttpRequest) -> HttpResponseBase:
    """As `holders_csv`."""
    return JsonResponse({"data": list(_records())}, json_dumps_params={"ensure_ascii": False})


def _summary() -> list[dict[str, Any]]:
    return [summary_record(row) for row in holders.totals(holders.version_of_holders())]


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """With an ETag of the very bytes that are sent, or 304 when the asker has them."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()}"'
    response["ETag"] = etag
    found: HttpResponse = get_conditional_response(request, etag=etag, response=response)
    return found


@public_page
def summary_csv(request: HttpRequest) -> HttpResponseBase:
    """Issued certificates by award, year, category, stars and province. Two queries at most."""
    text = "".join(_csv(SUMMARY_COLUMNS, iter(_summary())))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rekap.csv"'
    return _tagged(request, response)


@public_page
def summary_json(request: HttpRequest) -> HttpResponseBase:
    """As `summary_csv`."""
    return _tagged(request, JsonResponse({"data": _summary()}))


@public_page
def catalogue(request: HttpRequest) -> JsonResponse:
    """The metadata of the data sets, in the words of DCAT. No query."""
    base = settings.BASE_URL.rstrip("/")
    datasets = [
        {
            "@type": "dcat:Dataset",
            "dct:title": str(one["title"]),
            "dct:description": str(one["text"]),
            "dct:license": LICENCE,
            "dct:publisher": "Kementerian Perindustrian Republik Indonesia",
            "dcat:landingPage": base + reverse("open_data"),
            "dcat:distribution": [
                {"@type": "dcat:Distribution", "dcat:accessURL": base + url, "dct:format": kind}
                for kind, url in one["files"]
            ],
            "columns": [{"name": name, "description": str(text)} for name, text in one["columns"]],
        }
        for one in dataset_facts()
    ]
    document = {"@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}}
    return JsonResponse({**document, "@type": "dcat:Catalog", "dcat:dataset": datasets})
