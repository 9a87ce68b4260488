"""`./run bench register`: the pages of the register at 100 rows and at the size of the country's, beside the floor f2.

Prints a table and the bars; ends with 1 when a bar is missed. Only ratios within one run mean anything.
"""

import time
from functools import partial

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.test import Client

from accounts.enums import Role
from benchmarks import floor
from benchmarks.bars import DETAIL, LIST, Bars, Run
from benchmarks.data import FULL_PAGE, REGION, person
from benchmarks.measure import Call
from benchmarks.portal import analyze, client_of, get, prepare
from ovop_portal.demo.national import IKM, SENTRA, grow_register
from reference.models import Region
from sentra.models import Ikm, Product, Sentra
from sentra.services.figures import count_regions

SIZES = ((300, 300), (SENTRA, IKM))  # 60 sentra of each commodity fill a page at the smaller size too
REPEAT = 40
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
    first = Sentra.objects.order_by("pk")[:FULL_PAGE].values("pk")
    named = Concat(Value("Sentra Sekar "), Cast("pk", CharField()))
    Sentra.objects.filter(pk__in=first).update(region=REGION, district=district, name=named)
    ikm = Ikm.objects.order_by("pk")[:FULL_PAGE].values("pk")
    mistyped = Concat(Value("Batik Sekar Abadi "), Cast("pk", CharField()))
    Ikm.objects.filter(pk__in=ikm).update(sentra=Sentra.objects.order_by("pk").first(), name=mistyped)
    Ikm.objects.filter(sentra__region=REGION).update(version=F("version"))
    Product.objects.filter(ikm__sentra__region=REGION).update(version=F("version"))
    count_regions()


def pages(clients: dict[str, Client]) -> dict[str, tuple[list[Call], Bars | None]]:
    own = Sentra.objects.filter(region=REGION).order_by("pk").first()
    some = own.ikm.order_by("pk").first()
    lists = {
        "sentra list, officer": ("officer", "/sentra/"),
        "sentra list, province": ("province", "/sentra/"),
        "sentra list, ministry": ("ministry", "/sentra/"),
        "one commodity": ("ministry", "/sentra/?commodity=batik"),
        "possible duplicates": ("officer", "/sentra/data-ganda/"),
    }
    for what, query in SEARCHES.items():
        lists[f"list, name {what}"] = ("ministry", f"/sentra/?{query}")
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
        "map of the country": ("ministry", "/wilayah/"),
    }
    files = {"export of one sentra": ("officer", f"/sentra/unduh/berkas/?kind=ikm&format=xlsx&sentra={own.pk}")}
    return {
        name: ([partial(get, clients[who], url)] * REPEAT, bars)
        for group, bars in ((lists, LIST), (details, DETAIL), (files, None))
        for name, (who, url) in group.items()
    }


def main() -> int:
    prepare()
    officer = person(Role.DISTRICT_OFFICER, REGION)
    clients = {
        "officer": client_of(officer),
        "province": client_of(person(Role.PROVINCE_OFFICER, PROVINCE)),
        "ministry": client_of(person(Role.VERIFIER)),
    }
    run = Run(partial(get, floor.client_of(officer), "/f2"))
    run.head()
    for sentra, ikm in SIZES:
        started = time.perf_counter()
        floor.fill(min(ikm, 10_000))
        grow_register(officer, sentra=sentra, ikm=ikm)
        fill_a_page()
        analyze()
        print(f"{sentra} sentra, {ikm} IKM, made in {time.perf_counter() - started:.0f} s", flush=True)
        for name, (calls, bars) in pages(clients).items():
            run.take(name, ikm, calls, bars)
    return run.report()
