"""`./run bench register`: pages and saves of the register at 300 rows and at the size of the country's, beside f2.

Prints a table and the bars; ends with 1 when a bar is missed. Only ratios within one run mean anything. `--small`
leaves the country out.
"""

import argparse
import secrets
import time
from dataclasses import replace
from functools import partial
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.test import Client

from accounts.enums import Role
from benchmarks import floor
from benchmarks.bars import DETAIL, LIST, OPEN, SAVE, Bars, Run
from benchmarks.data import FULL_PAGE, REGION, person
from benchmarks.measure import Call
from benchmarks.portal import analyze, client_of, get, post, prepare
from ovop_portal.demo.national import IKM, SENTRA, grow_register
from reference.models import Region
from sentra.models import Ikm, Product, Sentra
from sentra.services.figures import count_regions

SIZES = ((300, 300), (SENTRA, IKM))  # 60 sentra of each commodity fill a page at the smaller size too
REPEAT = 40
# Declared: a list of sentra may read the country's 10,514 of them rather than follow an index, and counts the IKM of
# each sentra that it shows, 43 on average; the map reads all regencies and what is counted in each.
WHOLE_SENTRA, ALL_REGIONS = 15_000, 1_100
PROVINCE = REGION.partition(".")[0]
SEARCHES = {
    "exact": "q=Sekar",
    "typo": "q=Batik+Skar+Abdai",
    "apart": "q=Sekar+Zamrud+Abadi",  # no name has all three
    "nothing": "q=zzzzxqj",
}


def fill_a_page() -> None:
    """The officer's list, first sentra and searches by name fill a page at every size, so that sizes can be compared.

    What is saved below them takes their region again, which no record of the portal ever changes.
    """
    district = Region.objects.filter(parent=REGION).order_by("pk").first()
    village = Region.objects.filter(parent=district).order_by("pk").first()
    first = Sentra.objects.order_by("pk")[:FULL_PAGE].values("pk")
    named = Concat(Value("Sentra Sekar "), Cast("pk", CharField()))
    Sentra.objects.filter(pk__in=first).update(region=REGION, district=district, village=village, name=named)
    ikm = Ikm.objects.order_by("pk")[:FULL_PAGE].values("pk")
    mistyped = Concat(Value("Batik Sekar Abadi "), Cast("pk", CharField()))
    Ikm.objects.filter(pk__in=ikm).update(sentra=Sentra.objects.order_by("pk").first(), name=mistyped)
    Ikm.objects.filter(sentra__region=REGION).update(version=F("version"))
    Product.objects.filter(ikm__sentra__region=REGION).update(version=F("version"))
    count_regions()


def saves(client: Client, url: str, record: Any, fields: str, changed: str) -> list[Call]:
    """One line written anew at each save, against the version that the last one left; what looks odd is confirmed."""
    values = {name: getattr(record, name) for name in fields.split()}
    typed = {name: getattr(value, "pk", value) for name, value in values.items() if value is not None}
    typed |= {"confirmed": "on", "different": "on"}

    def save(number: int) -> None:
        data = typed | {changed: f"Ditulis ulang {number}", "version": record.version + number}
        post(client, url, data | {"_key": secrets.token_urlsafe(24)}, 302)

    return [partial(save, number) for number in range(REPEAT)]


def forms(client: Client, own: Sentra, some: Ikm) -> dict[str, tuple[list[Call], Bars | None]]:
    """Forms of records that are stored: opened, and saved."""
    product = some.products.order_by("pk").first()
    own.refresh_from_db()
    some.refresh_from_db()
    sentra_form, ikm_form = f"/sentra/{own.pk}/ubah/", f"/sentra/ikm/{some.pk}/ubah/"
    sentra_fields = (
        "name unit_count village village_unlisted address sk_number sk_date sk_signatory contact_name contact_phone"
    )
    ikm_fields = "name owner_name established_year nib kbli workers investment address phone"
    product_fields = "name description story monthly_capacity markets"
    saved = {
        "save sentra": saves(client, sentra_form, own, sentra_fields, "address"),
        "save IKM": saves(client, ikm_form, some, ikm_fields, "address"),
        "save product": saves(client, f"/sentra/produk/{product.pk}/ubah/", product, product_fields, "markets"),
    }
    opened = {"open form of sentra": sentra_form, "open form of IKM": ikm_form}
    shown: dict[str, tuple[list[Call], Bars | None]] = {
        name: ([partial(get, client, url)] * REPEAT, OPEN) for name, url in opened.items()
    }
    return shown | {name: (calls, SAVE) for name, calls in saved.items()}


def pages(clients: dict[str, Client]) -> dict[str, tuple[list[Call], Bars | None]]:
    own = Sentra.objects.filter(region=REGION).order_by("pk").first()
    some = own.ikm.order_by("pk").first()
    of_sentra = {
        "sentra list, officer": ("officer", "/sentra/"),
        "sentra list, province": ("province", "/sentra/"),
        "sentra list, ministry": ("ministry", "/sentra/"),
        "one commodity": ("ministry", "/sentra/?commodity=batik"),
    }
    lists = {"possible duplicates": ("officer", "/sentra/data-ganda/")}
    for what, query in SEARCHES.items():
        of_sentra[f"list, name {what}"] = ("ministry", f"/sentra/?{query}")
        lists |= {f"search {what}, {who}": (who, f"/sentra/cari/?{query}") for who in clients}
    details = {
        "sentra": ("officer", f"/sentra/{own.pk}/"),
        "IKM": ("officer", f"/sentra/ikm/{some.pk}/"),
        "start": ("officer", "/sentra/baru/"),
        "villages": ("officer", f"/sentra/baru/isi/?kecamatan={own.district_id}"),
        "start of a nomination": ("officer", "/usulan/mulai/"),
        "lineage": ("officer", f"/silsilah/{own.pk}/"),
        "region page": ("officer", f"/wilayah/{REGION}/"),
        "province page": ("province", f"/wilayah/{PROVINCE}/"),
    }
    of_all_regions = {"map of the country": ("ministry", "/wilayah/")}
    files = {"export of one sentra": ("officer", f"/sentra/unduh/berkas/?kind=ikm&format=xlsx&sentra={own.pk}")}
    return {
        name: ([partial(get, clients[who], url)] * REPEAT, bars)
        for group, bars in (
            (of_sentra, replace(LIST, rows=WHOLE_SENTRA)),
            (lists, LIST),
            (details, DETAIL),
            (of_all_regions, replace(DETAIL, rows=ALL_REGIONS)),
            (files, None),
        )
        for name, (who, url) in group.items()
    } | forms(clients["officer"], own, some)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench register", description=__doc__)
    parser.add_argument("--small", action="store_true")
    sizes = SIZES[:1] if parser.parse_args().small else SIZES
    prepare()
    officer = person(Role.DISTRICT_OFFICER, REGION)
    clients = {
        "officer": client_of(officer),
        "province": client_of(person(Role.PROVINCE_OFFICER, PROVINCE)),
        "ministry": client_of(person(Role.VERIFIER)),
    }
    run = Run(partial(get, floor.client_of(officer), "/f2"))
    run.head()
    for sentra, ikm in sizes:
        started = time.perf_counter()
        floor.fill(min(ikm, 10_000))
        grow_register(officer, sentra=sentra, ikm=ikm)
        fill_a_page()
        analyze()
        print(f"{sentra} sentra, {ikm} IKM, made in {time.perf_counter() - started:.0f} s", flush=True)
        for name, (calls, bars) in pages(clients).items():
            run.take(name, ikm, calls, bars)
    return run.report()
