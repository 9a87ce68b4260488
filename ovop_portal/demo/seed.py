"""The whole demo in one transaction: all of it or nothing."""

from copy import deepcopy
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction

from accounts.models import User
from nominations.enums import Action, ItemVerdict, Status, Topic, WindowKind
from nominations.models import Nomination, Period
from nominations.selectors.reopening import marked_parts
from nominations.services import submission, verification
from nominations.services.awards import ensure_period
from nominations.services.extensions import extend_region
from nominations.services.proxies import open_proxy
from ovop_portal.demo.candidates import CANDIDATES
from ovop_portal.demo.comparison import calibrate, close_results, request_report
from ovop_portal.demo.conversation import converse
from ovop_portal.demo.decree import decree_for
from ovop_portal.demo.panel import create_panel
from ovop_portal.demo.people import PEOPLE, create_people
from ovop_portal.demo.register import create_duplicates, create_register
from ovop_portal.demo.story import ASSESSORS, JURORS, Story, best_option, scale_mark, set_windows
from ovop_portal.demo.tables import create_imports
from scoring.models import Instrument
from scoring.services.drafts import copy_instrument, save_instrument
from scoring.services.instruments import install_stages
from sentra.models import Product
from sentra.services.figures import count_regions

YEAR = 2026
THREE_STARS = partial(best_option, weaker_every=4)
TWO_STARS = partial(best_option, weaker_every=2)
STRONG = partial(scale_mark, high="4.5", low="4")
GOOD = partial(scale_mark, high="4", low="3.5")
WEAK = partial(scale_mark, high="3", low="2.5")


def seed() -> bool:
    """Create the demo; False when it is already there. Refuses where the portal is not a demo."""
    if not settings.IS_DEMO:
        raise RuntimeError("demo data belong to a demo portal only (IS_DEMO)")
    if User.objects.filter(email=PEOPLE[0].email).exists():
        return False
    with transaction.atomic():
        story = Story(create_people())
        ovop, upakarti = ensure_period("ovop", YEAR), ensure_period("upakarti", YEAR)
        for period in (ovop, upakarti):
            install_stages(period=period)
            set_windows(period)
        products = create_register(story.people)
        create_imports(products[0], products[4])
        _ovop(story, ovop, products)
        _upakarti(story, upakarti)
        _deadlines(story, ovop)
        _next_version(story)
        converse(story)
        create_panel(story, ovop, upakarti, products[6])
        create_duplicates(story.people)
        count_regions()
    return True


def _ovop(story: Story, period: Period, products: list[Product]) -> None:
    batik, pesisir, abon, pala, kenari, ikat, doka, mendong, bambu, kopi, songket, penujak, vas, *near = (
        story.draft_product(period, product) for product in products
    )
    story.complete(abon, upto=3)
    story.rewrite(abon, Topic.UNIQUENESS, "Resep keluarga sejak 1972, dimasak dengan kayu bakar dan tanpa pengawet.")
    story.complete(songket, upto=5)
    story.submit(kenari)
    story.repair(bambu)
    reason = "Dua dokumen perlu diunggah ulang."
    story.verify(pala, Action.RETURN_FOR_REPAIR, ItemVerdict.REPAIR, reason, marked=2)
    story.accept(kopi)
    story.submit(vas)
    submission.withdraw_nomination(nomination_id=vas.pk, reason="Perajin pindah dari sentra.", actor=vas.created_by)
    story.open_assessment(doka)
    story.assign(doka, ASSESSORS)
    story.open_assessment(pesisir)
    first, second, third = story.assign(pesisir, ASSESSORS)
    story.score(pesisir, first, "penilai1", THREE_STARS)
    story.score(pesisir, second, "penilai2", TWO_STARS)
    story.score(pesisir, third, "penilai3", TWO_STARS, submit=False)
    story.hand_over_sample(pesisir, "penilai1")
    judged = ((ikat, TWO_STARS), (mendong, THREE_STARS), (batik, THREE_STARS), (penujak, TWO_STARS))
    for nomination, _choose in judged:
        story.open_assessment(nomination)
    calibrate(story, period, doka.category.code, [mendong, penujak])
    for nomination, choose in judged:
        story.score_by_all(nomination, ASSESSORS, choose)
        if nomination is ikat:
            story.visit_sentra(nomination, "penilai2")
        else:
            story.go_without_visit(nomination)
    close_results(story, near)
    story.recommend([mendong, batik, penujak])
    decree_for(story, period, [mendong, penujak])
    request_report(story, batik)


def _upakarti(story: Story, period: Period) -> None:
    maryam, theresia, company, foundation, ahmad, pottery = (story.draft_candidate(period, row) for row in CANDIDATES)
    story.complete(ahmad, upto=2)
    story.submit(foundation)
    verification.start_verification(nomination_id=foundation.pk, actor=story.verifier)
    _below_the_pass_mark(story, pottery)
    for nomination in (company, theresia, maryam):
        story.open_assessment(nomination)
        story.score_by_all(nomination, ASSESSORS[:2], STRONG)
        story.visit(nomination, "penilai3")
    story.assign(company, JURORS)
    for nomination, choose in ((theresia, GOOD), (maryam, STRONG)):
        story.score_by_all(nomination, JURORS, choose)
    story.recommend([maryam, theresia])
    decree_for(story, period, [maryam, theresia])


def _next_version(story: Story) -> None:
    """A draft of the OVOP instrument for the next round."""
    admin = story.people["admin1"]
    draft = copy_instrument(instrument_id=Instrument.objects.get(code="OVOP-DEFAULT-1").pk, actor=admin)
    document = deepcopy(draft.definition) | {"discrepancy_threshold": "12.00"}
    document["aspects"][0]["indicators"][0]["guidance"] = {"umum": "Periksa nota pembelian bahan tiga bulan terakhir."}
    save_instrument(instrument_id=draft.pk, document=document, seen=draft.sha256, actor=admin)


def _below_the_pass_mark(story: Story, nomination: Nomination) -> None:
    story.open_assessment(nomination)
    story.score_by_all(nomination, ASSESSORS[:2], WEAK)


def _deadlines(story: Story, period: Period) -> None:
    """A later deadline for Sikka, and Ternate, whose line is down, helped by an admin."""
    admin, window = story.people["admin1"], period.windows.get(kind=WindowKind.NOMINATION)
    extend_region(
        window_id=window.pk,
        region_code="53.07",
        closes_at=window.closes_at + timedelta(days=7),
        reason="Contoh: listrik padam sesudah letusan gunung api",
        actor=admin,
    )
    reason = "Contoh: jaringan terputus, berkas dikirim lewat pos"
    open_proxy(region_code="82.71", periods=[period], reason=reason, letter=None, actor=admin)
    admin = User.objects.get(pk=admin.pk)  # who may act for whom is read once per person and request
    returned = Nomination.objects.get(region="82.71", status=Status.RETURNED)
    marked = returned.period.requirements.get(pk=next(iter(marked_parts(returned))))
    story.add_document(returned, marked, admin)
