"""The pages of an instrument add up while somebody types; what counts is what the server says after saving."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.enums import Role
from scoring.models import Instrument
from scoring.services import drafts
from tests.browser.steps import press
from tests.factories import make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browse: Any) -> Page:
    return browse(make_user(Role.MINISTRY_ADMIN, is_staff=True), scripts=True)


def draft_of(code: str) -> str:
    instrument = Instrument.objects.filter(code=code).latest("version")
    admin = make_user(Role.MINISTRY_ADMIN, is_staff=True)
    return f"/pengelola/scoring/instrument/{drafts.copy_instrument(instrument_id=instrument.pk, actor=admin).pk}"


def test_points_weights_and_bands_are_added_up(page):
    options, scale = draft_of("OVOP-DEFAULT-1"), draft_of("UPAKARTI-JP-SUBSTANSI-1")
    sums = page.locator(".sums")
    page.goto(f"{options}/indikator/?kode=A1")
    expect(sums).to_contain_text("100. Sudah tepat.")
    points = page.locator("[name^=choices-][name$=-points]")
    highest = max(float(one.input_value().replace(",", ".")) for one in points.all() if one.input_value())
    for box in points.all():
        if box.input_value() and float(box.input_value().replace(",", ".")) == highest:
            box.fill(f"{highest + 2.5}".replace(".", ","))
    expect(sums).to_contain_text("102,5. Lebih 2,5 dari 100.")
    expect(sums).to_contain_text("belum tersimpan")
    page.goto(f"{scale}/indikator/?kode=A1")
    page.locator("#id_weight").fill("")
    expect(sums).to_contain_text("90 dari 100. Kurang 10.")
    page.goto(f"{options}/ketentuan/")
    first = page.locator("[name=bands-0-min]")
    first.fill("100,5")
    expect(sums).to_contain_text("tidak terjangkau, nilai tertinggi 100")
    first.fill("90")
    expect(sums).to_contain_text("mulai 90")
    press(page, "Simpan")
    page.goto(f"{options}/ketentuan/")
    expect(sums).to_contain_text("Menurut yang tersimpan")
    expect(sums).to_contain_text("90")
