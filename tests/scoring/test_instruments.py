"""Loading instruments and stages: idempotent, and a used instrument is never touched."""

from decimal import Decimal
from functools import partial

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.enums import Role
from core.models import AuditEntry
from nominations.models import Award, Period
from scoring.enums import StageKind, Visibility
from scoring.models import Indicator, Instrument, Option, Score, Sheet, Stage, StageResult
from scoring.services import instruments, sheets
from tests.factories import make_period
from tests.scoring import scenes

pytestmark = pytest.mark.django_db


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Instrument, Indicator, Option, Stage, AuditEntry))


def test_second_run_changes_nothing():
    make_period("ovop"), make_period("upakarti")
    call_command("load_instruments", verbosity=0)
    before = counts()
    call_command("load_instruments", verbosity=0)
    assert counts() == before


def test_ovop_has_the_published_shape():
    instrument = Instrument.objects.get(code="OVOP-DEFAULT-1")
    options = Option.objects.filter(indicator__instrument=instrument)
    assert (instrument.indicators.count(), options.count()) == (25, 82)


def test_scale_indicator_is_the_aspect_with_its_weight():
    instrument = Instrument.objects.get(code="UPAKARTI-JP-SUBSTANSI-1")
    assert {i.code: i.weight for i in instrument.indicators.all()}["A5"] == Decimal(25)
    assert not Option.objects.filter(indicator__instrument=instrument).exists()


def test_stages_per_active_category():
    instruments.install_stages(period=make_period("ovop"))
    instruments.install_stages(period=make_period("upakarti"))
    rows = Stage.objects.order_by("period__award", "category__order", "order")
    ovop = rows.filter(period__award="ovop")
    assert {(stage.code, stage.optional, str(stage.weight)) for stage in ovop} == {
        ("penilaian", False, "1.000"),
        ("lapangan", True, "0.000"),
    }
    assert ovop.count() == 10
    upakarti = [
        (stage.category.code, stage.code, stage.scorer_role, str(stage.weight), stage.instrument.code)
        for stage in rows.filter(period__award="upakarti").select_related("category", "instrument")
    ]
    assert upakarti == [
        ("jasa_pengabdian", "substansi", Role.ASSESSOR, "0.400", "UPAKARTI-JP-SUBSTANSI-1"),
        ("jasa_pengabdian", "pembuktian_lapangan", Role.ASSESSOR, "0.200", "UPAKARTI-LAPANGAN-1"),
        ("jasa_pengabdian", "juri", Role.JUROR, "0.400", "UPAKARTI-JURI-1"),
        ("jasa_kepeloporan", "substansi", Role.ASSESSOR, "0.400", "UPAKARTI-JK-SUBSTANSI-1"),
        ("jasa_kepeloporan", "pembuktian_lapangan", Role.ASSESSOR, "0.200", "UPAKARTI-LAPANGAN-1"),
        ("jasa_kepeloporan", "juri", Role.JUROR, "0.400", "UPAKARTI-JURI-1"),
    ]


def test_edited_stages_stay_edited():
    period = make_period("ovop")
    instruments.install_stages(period=period)
    Stage.objects.filter(period=period).update(min_assessors=5)
    assert instruments.install_stages(period=period) == []
    assert set(Stage.objects.filter(period=period).values_list("min_assessors", flat=True)) == {5}


def test_changed_document_becomes_a_new_version(tmp_path, monkeypatch):
    source = (instruments.FOLDER / "upakarti_juri_1.json").read_text(encoding="utf-8")
    (tmp_path / "juri.json").write_text(source.replace('"20.00"', '"18.00"'), encoding="utf-8")
    monkeypatch.setattr(instruments, "FOLDER", tmp_path)
    old = Instrument.objects.get(code="UPAKARTI-JURI-1")
    assert [str(one) for one in instruments.load_instruments()] == ["UPAKARTI-JURI-1 v2"]
    assert Instrument.objects.get(pk=old.pk).definition == old.definition


def test_a_period_of_an_award_without_stages_gets_none():
    award = Award.objects.create(code="lain", name="Lain", entry_kind="product", certificate_title="Lain")
    assert instruments.install_stages(period=Period.objects.create(award=award, year=2026, name="Lain")) == []


def refused_by_database(change) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change()
    return str(error.value)


def test_submission_freezes_instrument_options_and_weights():
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    instrument = stage.instrument
    Stage.objects.filter(pk=stage.pk).update(weight=Decimal("0.9"))  # still free
    Stage.objects.filter(pk=stage.pk).update(weight=Decimal(1))
    scenes.score_stage(nomination, [scenes.full_answers(stage)])
    frozen = Instrument.objects.filter(pk=instrument.pk)
    assert frozen.get().frozen_at is not None
    definition = instrument.definition | {"bands": []}
    for change in (
        lambda: frozen.update(definition=definition),
        lambda: frozen.update(frozen_at=None),
        lambda: frozen._raw_delete("default"),
        lambda: Indicator.objects.filter(instrument=instrument).update(label="Lain"),
        lambda: Option.objects.filter(indicator__instrument=instrument).update(points=9),
        lambda: Option.objects.filter(indicator__instrument=instrument).delete(),
        lambda: Option.objects.create(indicator=instrument.indicators.first(), points=9, label="Baru"),
        lambda: Stage.objects.filter(pk=stage.pk).update(weight=Decimal("0.5")),
        *(
            lambda change=change: Stage.objects.filter(pk=stage.pk).update(**change)
            for change in (
                {"pass_mark": Decimal(60)},
                {"visibility": Visibility.PANEL},
                {"min_assessors": 1},
                {"kind": StageKind.FINDINGS},
                {"scorer_role": Role.JUROR},
            )
        ),
    ):
        assert "refused" in (text := refused_by_database(change)) or "frozen" in text


def test_what_was_submitted_is_sealed_until_the_sheet_is_reopened(chair):
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    sheet, *_others = scenes.score_stage(nomination, [scenes.full_answers(stage)] * 3)
    stored = Sheet.objects.filter(pk=sheet.pk)
    score = sheet.scores.first()
    for change in (
        lambda: sheet.scores.update(value=0),
        lambda: sheet.scores.update(note="Lain"),
        lambda: sheet.scores.all().delete(),
        lambda: Score.objects.create(sheet=sheet, indicator_id=score.indicator_id, value=0),
        lambda: stored.update(total=Decimal(1)),
        lambda: stored.update(snapshot=None),
    ):
        assert "refused" in (text := refused_by_database(change)) or "sealed" in text
    sheets.reopen_sheet(sheet_id=sheet.pk, reason="Salah baca.", actor=chair)
    assert sheet.scores.filter(pk=score.pk).update(value=0) == 1


def test_the_result_of_a_stage_is_never_written_over():
    nomination = scenes.ovop()
    scenes.score_stage(nomination, [scenes.full_answers(scenes.stage_of(nomination))] * 3)
    scenes.close(nomination)
    result = StageResult.objects.filter(nomination=nomination)
    assert "refused" in refused_by_database(lambda: result.update(score=Decimal(1)))


def test_submission_in_one_stage_freezes_the_weights_beside_it():
    nomination = scenes.upakarti()
    substance = scenes.stage_of(nomination)
    jury = Stage.objects.filter(period=substance.period, category=substance.category, code="juri")
    jury.update(pass_mark=Decimal(50))
    scenes.score_stage(nomination, [scenes.even_answers(substance, "4")])
    assert "scoring_stage_frozen" in refused_by_database(lambda: jury.update(weight=Decimal("0.3")))
    other = Stage.objects.filter(period=substance.period, category__code="jasa_kepeloporan", code="juri")
    assert other.update(weight=Decimal("0.3")) == 1
    for moved, place in ((jury, other.get().category), (other, substance.category)):
        text = refused_by_database(partial(moved.update, category=place, code="pindah", order=9))
        assert "scoring_stage_frozen" in text


def test_a_draft_pins_the_instrument_of_its_stage():
    nomination = scenes.ovop()
    stage = scenes.stage_of(nomination)
    scenes.save(scenes.assign(nomination, scenes.assessors(1)[0]), {})
    other = Instrument.objects.get(code="UPAKARTI-JURI-1")
    swap = Stage.objects.filter(pk=stage.pk)
    assert "scoring_stage_frozen" in refused_by_database(lambda: swap.update(instrument=other))
