"""Stages as data: set in the administration as a whole, with dates, copied, frozen once a sheet is in."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.enums import Role
from core.errors import NotPermitted, RuleBroken
from core.models import AuditEntry
from nominations.enums import WindowKind
from nominations.models import Period, Window
from nominations.services.awards import ensure_period
from scoring.enums import RoundStatus, StageKind
from scoring.models import AwardCap, CalibrationRound, Instrument, Stage
from scoring.services import drafts, instruments, plans, sheets
from scoring.services.calibration import set_up_round
from tests.factories import make_period, make_user
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db):
    return make_user(Role.MINISTRY_ADMIN, is_staff=True)


def page_of(period: Period) -> str:
    return f"/pengelola/scoring/stageplan/{period.pk}/change/"


def form_of(client, address) -> dict:
    """Everything that the page would post."""
    data = {}
    for formset in client.get(address).context["inline_admin_formsets"]:
        for form in [formset.formset.management_form, *formset.formset.forms]:
            for field in form:
                value = field.value()
                if isinstance(value, bool):
                    data |= {field.html_name: "on"} if value else {}
                elif value is not None and not hasattr(value, "tzinfo"):
                    data[field.html_name] = value
    return data


def row_of(data: dict, stage: Stage) -> str:
    return next(key.removesuffix("-id") for key, value in data.items() if key.endswith("-id") and value == stage.pk)


@pytest.fixture
def upakarti(client, admin):
    period = make_period("upakarti")
    instruments.install_stages(period=period)
    client.force_login(admin)
    return period


def test_an_unchanged_page_saves(client, upakarti):
    before = list(Stage.objects.order_by("pk").values())
    assert client.post(page_of(upakarti), form_of(client, page_of(upakarti))).status_code == 302
    assert list(Stage.objects.order_by("pk").values()) == before


def test_weights_of_a_category_add_up_to_one_or_nothing_is_saved(client, upakarti):
    stage = Stage.objects.get(period=upakarti, category__code="jasa_pengabdian", code="juri")
    data = form_of(client, page_of(upakarti))
    row = row_of(data, stage)
    response = client.post(page_of(upakarti), data | {f"{row}-weight": "0.5", f"{row}-min_assessors": "5"})
    assert "jumlah bobot tahap 1,1, seharusnya 1" in response.content.decode()
    stage.refresh_from_db()
    assert (stage.weight, stage.min_assessors) == (Decimal("0.4"), 3)
    other = row_of(data, Stage.objects.get(period=upakarti, category=stage.category, code="substansi"))
    changed = data | {f"{row}-weight": "0.5", f"{other}-weight": "0.3", f"{row}-blind": "on"}
    assert client.post(page_of(upakarti), changed).status_code == 302
    stage.refresh_from_db()
    assert (stage.weight, stage.blind) == (Decimal("0.5"), True)


def test_a_stage_with_a_calibration_round_does_not_become_blind(client, upakarti, chair):
    stage = Stage.objects.get(period=upakarti, category__code="jasa_pengabdian", code="juri")
    set_up_round(stage_id=stage.pk, required=False, actor=chair)
    data = form_of(client, page_of(upakarti))
    answer = client.post(page_of(upakarti), data | {f"{row_of(data, stage)}-blind": "on"})
    assert "sudah mempunyai kalibrasi" in answer.content.decode()
    stage.refresh_from_db()
    assert not stage.blind


def test_the_page_says_which_stages_open_without_a_calibration(client, upakarti, chair):
    category = Stage.objects.filter(period=upakarti, category__code="jasa_pengabdian")
    set_up_round(stage_id=category.get(code="juri").pk, required=True, actor=chair)
    page = client.get(page_of(upakarti)).content.decode()
    sheets_without = Stage.objects.filter(period=upakarti, kind=StageKind.SHEETS).count() - 1
    assert page.count("Tanpa kalibrasi: penilai langsung menilai tahap ini.") == sheets_without
    assert page.count("Kalibrasi wajib belum dibuka") == 1
    CalibrationRound.objects.update(status=RoundStatus.OPEN, opened_at=timezone.now())
    page = client.get(page_of(upakarti)).content.decode()
    assert page.count("Berlangsung") == 1
    assert "Kalibrasi wajib belum dibuka" not in page


def test_an_instrument_with_problems_or_of_another_kind_is_refused(client, upakarti, admin):
    stage = Stage.objects.get(period=upakarti, category__code="jasa_pengabdian", code="juri")
    draft = drafts.copy_instrument(instrument_id=stage.instrument_id, actor=admin)
    broken = draft.definition | {"pass_mark": "101"}
    drafts.save_instrument(instrument_id=draft.pk, document=broken, seen=draft.sha256, actor=admin)
    data = form_of(client, page_of(upakarti))
    row = row_of(data, stage)
    text = client.post(page_of(upakarti), data | {f"{row}-instrument": draft.pk}).content.decode()
    assert "masih mempunyai hal yang harus diperbaiki" in text
    visit = Instrument.objects.get(code="UPAKARTI-LAPANGAN-1")
    text = client.post(page_of(upakarti), data | {f"{row}-instrument": visit.pk}).content.decode()
    assert "tidak cocok" in text
    text = client.post(page_of(upakarti), data | {f"{row}-instrument": ""}).content.decode()
    assert "Pilih instrumen" in text
    stage.refresh_from_db()
    assert stage.instrument.version == 1


@pytest.fixture
def ovop_stage(client, admin):
    period = make_period("ovop")
    instruments.install_stages(period=period)
    client.force_login(admin)
    return Stage.objects.filter(period=period, instrument__method="options").order_by("pk").first()


@pytest.mark.parametrize("mark", ["20", "29", "100.01"])
def test_a_pass_mark_that_everybody_or_nobody_reaches_is_refused(mark, client, ovop_stage):
    page = page_of(ovop_stage.period)
    data = form_of(client, page)
    answer = client.post(page, data | {f"{row_of(data, ovop_stage)}-pass_mark": mark})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "paling rendah 29 dan paling tinggi 100" in text
    assert f'value="{mark}"' in text
    ovop_stage.refresh_from_db()
    assert ovop_stage.pass_mark is None


def test_a_pass_mark_above_the_lowest_band_is_saved_with_a_warning(client, ovop_stage):
    page = page_of(ovop_stage.period)
    data = form_of(client, page)
    row = row_of(data, ovop_stage)

    def said(mark: str) -> str:
        answer = client.post(page, data | {f"{row}-pass_mark": mark}, follow=True)
        ovop_stage.refresh_from_db()
        assert ovop_stage.pass_mark == Decimal(mark)
        return answer.content.decode()

    assert "bintang 1 dimulai dari 60, tetapi nilai di bawah ambang 75 gugur" in said("75")
    assert "tetapi nilai di bawah ambang" not in said("60")
    assert "tetapi nilai di bawah ambang" not in said("30")


def test_a_cap_leaves_an_audit_entry_whenever_it_changes(client, ovop_stage, admin):
    period = ovop_stage.period
    facts = {"period": period.pk, "category": "", "max_awards": 10, "binding": "on"}
    assert client.post("/pengelola/scoring/awardcap/add/", facts).status_code == 302
    cap = AwardCap.objects.get()
    address = f"/pengelola/scoring/awardcap/{cap.pk}/change/"
    assert client.post(address, facts | {"max_awards": 99}).status_code == 302
    cap.refresh_from_db()
    assert cap.max_awards == 99
    entries = AuditEntry.objects.filter(object_type="scoring.awardcap", object_id=str(cap.pk), actor_id=admin.pk)
    assert [one.action for one in entries.order_by("pk")] == ["scoring.awardcap.added", "scoring.awardcap.changed"]
    assert entries.latest("pk").data["changes"]


def test_dates_lie_in_the_assessment_window(client, upakarti):
    window = Window.objects.get(period=upakarti, kind=WindowKind.ASSESSMENT)
    stage = Stage.objects.get(period=upakarti, category__code="jasa_pengabdian", code="juri")
    data = form_of(client, page_of(upakarti))
    row = row_of(data, stage)

    def with_close(moment) -> dict:
        local = timezone.localtime(moment)
        return data | {f"{row}-closes_at_0": f"{local:%Y-%m-%d}", f"{row}-closes_at_1": f"{local:%H:%M:%S}"}

    late = client.post(page_of(upakarti), with_close(window.closes_at + timedelta(days=1)))
    assert "di luar masa penilaian" in late.content.decode()
    assert client.post(page_of(upakarti), with_close(window.closes_at - timedelta(hours=1))).status_code == 302
    stage.refresh_from_db()
    assert stage.closes_at is not None


def test_a_stage_is_open_between_its_dates_only(assessor_batik):
    nomination = scenes.ovop()
    stage = Stage.objects.filter(pk=scenes.stage_of(nomination).pk)
    assignment = scenes.assign(nomination, assessor_batik)
    now = timezone.now()
    for dates, word in (
        ({"opens_at": now + timedelta(hours=1)}, "dibuka mulai"),
        ({"closes_at": now - timedelta(hours=1)}, "ditutup"),
    ):
        stage.update(**{"opens_at": None, "closes_at": None} | dates)
        with pytest.raises(NotPermitted, match=word):
            scenes.save(assignment)
    stage.update(opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=1))
    scenes.save(assignment)


def test_the_page_of_a_closed_stage_tells_when_it_closed(client, assessor_batik):
    nomination = scenes.ovop()
    assignment = scenes.assign(nomination, assessor_batik)
    sheet = scenes.save(assignment)
    Stage.objects.update(closes_at=timezone.now() - timedelta(hours=1))
    client.force_login(assessor_batik)
    page = client.get(f"/penilaian/tugas/{assignment.pk}/nilai/").content.decode()
    assert "Tahap ini ditutup" in page
    with pytest.raises(NotPermitted, match="Tahap ini ditutup"):
        sheets.submit_sheet(assignment_id=assignment.pk, version=sheet.version, actor=assessor_batik)


def test_a_sheet_freezes_the_stages_of_its_category_on_the_page(client, admin):
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    scenes.score_stage(nomination, [scenes.full_answers(stage)])
    client.force_login(admin)
    data = form_of(client, page_of(nomination.period))
    row = row_of(data, stage)
    changed = data | {f"{row}-weight": "0.5", f"{row}-blind": "on", f"{row}-label": "Penilaian berkas"}
    assert client.post(page_of(nomination.period), changed).status_code == 302
    stage.refresh_from_db()
    assert (stage.weight, stage.blind, stage.label) == (Decimal(1), False, "Penilaian berkas")


def test_a_new_and_a_dropped_stage(client, upakarti):
    stage = Stage.objects.get(period=upakarti, category__code="jasa_pengabdian", code="pembuktian_lapangan")
    jury = Stage.objects.get(period=upakarti, category=stage.category, code="juri")
    data = form_of(client, page_of(upakarti))
    dropped = data | {f"{row_of(data, stage)}-DELETE": "on", f"{row_of(data, jury)}-weight": "0.6"}
    assert client.post(page_of(upakarti), dropped).status_code == 302
    assert not Stage.objects.filter(pk=stage.pk).exists()


def test_two_stages_change_places(client, upakarti):
    first, __, last = Stage.objects.filter(period=upakarti, category__code="jasa_pengabdian").order_by("order")
    data = form_of(client, page_of(upakarti))
    swapped = data | {f"{row_of(data, first)}-order": "3", f"{row_of(data, last)}-order": "1"}
    assert client.post(page_of(upakarti), swapped).status_code == 302
    first.refresh_from_db(), last.refresh_from_db()
    assert (first.order, last.order) == (3, 1)


def test_stages_are_copied_from_the_period_before(client, admin):
    old = ensure_period("upakarti", 2031)
    instruments.install_stages(period=old)
    Stage.objects.filter(period=old, code="juri").update(min_assessors=7, blind=True)
    AwardCap.objects.filter(period=old).update(max_awards=6)
    AwardCap.objects.create(
        period=old, category=old.award.categories.first(), max_awards=4, binding=False, per="province"
    )
    new = ensure_period("upakarti", 2032)
    instruments.install_stages(period=new)
    client.force_login(admin)
    assert client.post(f"/pengelola/scoring/stageplan/{new.pk}/salin/").status_code == 302
    copied = Stage.objects.filter(period=new, code="juri").values_list("min_assessors", "blind")
    assert set(copied) == {(7, True)}
    assert Stage.objects.filter(period=new).count() == 6
    caps = AwardCap.objects.filter(period=new).order_by("pk")
    found = [(one.category_id is None, one.per, one.max_awards, one.binding) for one in caps]
    assert found == [(True, "", 6, True), (False, "province", 4, False)]


def test_copying_is_refused_once_somebody_is_assigned(admin):
    nomination = scenes.ovop()
    scenes.assign(nomination, scenes.assessors(1)[0])
    with pytest.raises(RuleBroken, match="ditugaskan"):
        plans.copy_stages(period_id=nomination.period_id, actor=admin)
    with pytest.raises(NotPermitted):
        plans.copy_stages(period_id=nomination.period_id, actor=make_user(Role.VERIFIER))


def test_copying_is_refused_once_a_calibration_is_set_up(client, admin, chair, upakarti):
    instruments.install_stages(period=ensure_period("upakarti", upakarti.year - 1))
    stage = Stage.objects.get(period=upakarti, category__code="jasa_pengabdian", code="juri")
    set_up_round(stage_id=stage.pk, required=False, actor=chair)
    before = list(Stage.objects.filter(period=upakarti).values_list("pk", flat=True))
    page = client.post(f"/pengelola/scoring/stageplan/{upakarti.pk}/salin/", follow=True)
    assert "Kalibrasi sudah disiapkan pada periode ini" in page.content.decode()
    assert list(Stage.objects.filter(period=upakarti).values_list("pk", flat=True)) == before


@pytest.mark.parametrize(("role", "status"), [(Role.AUDITOR, 200), (Role.VERIFIER, 302), (Role.PANEL_CHAIR, 302)])
def test_others_read_or_do_not_meet_the_page(client, upakarti, role, status):
    client.force_login(make_user(role, is_staff=role is Role.AUDITOR))
    assert client.get(page_of(upakarti)).status_code == status
    assert client.post(page_of(upakarti), {}).status_code in (302, 403)
    assert client.post(f"/pengelola/scoring/stageplan/{upakarti.pk}/salin/").status_code in (302, 403)
    assert Stage.objects.filter(period=upakarti).count() == 6
