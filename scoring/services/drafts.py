"""The one writer of instruments that people make: new, changed, copied, imported. A document and its rows, together."""

import json
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken, StaleVersion
from core.http import require
from nominations.models import Award
from scoring.maths.document import document_problems
from scoring.maths.problems import Problem
from scoring.models import Instrument, Stage
from scoring.policies import can_edit_instrument, can_make_instrument
from scoring.presenters.instruments import problem_texts
from scoring.rules import seal
from scoring.services.instruments import create_indicators

LIMITS_OF_ROWS = {"text_missing", "text_too_long", "number_wrong", "number_not_exact", "number_out_of_range"}
Document = dict[str, Any]


class WrongDocument(RuleBroken):
    """A document that cannot be kept; `problems` holds every one of them in words."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


@transaction.atomic
def create_instrument(*, document: Document, actor: Any) -> Instrument:
    """A new version of `document["code"]`, its first one when the code is new; problems may be left for later.

    Raises WrongDocument when it cannot be kept as rows at all.
    """
    require(can_make_instrument(actor))
    _refuse_shapeless(document)
    award = Award.objects.select_for_update().get(pk=document["award"])  # versions are counted one after another
    last = Instrument.objects.filter(code=document["code"]).order_by("-version").first()
    if last and last.award_id != award.pk:
        raise WrongDocument([_("Kode %(code)s dipakai penghargaan lain. Pilih kode lain.") % {"code": last.code}])
    instrument = Instrument.objects.create(
        code=document["code"], version=last.version + 1 if last else 1, award=award, **_contents(document)
    )
    create_indicators(instrument)
    audit.record(actor, "scoring.instrument_created", instrument, code=instrument.code, version=instrument.version)
    return instrument


@transaction.atomic
def save_instrument(*, instrument_id: int, document: Document, seen: str, actor: Any) -> Instrument:
    """Write a draft anew: the document, and its rows from it. `seen` is the sha256 that the page was opened with.

    Raises NotPermitted for a version in use, StaleVersion when somebody else saved in between, RuleBroken for a
    problem in an instrument that a stage uses already, WrongDocument when it cannot be kept as rows.
    """
    instrument = Instrument.objects.select_for_update().get(pk=instrument_id)
    require(can_edit_instrument(actor, instrument, begun=instrument.sheets.exists()))
    if instrument.sha256 != seen:
        raise StaleVersion(_("Instrumen ini baru saja diubah orang lain. Bandingkan isinya, lalu simpan lagi."))
    _refuse_shapeless(document)
    same = ("code", "award", "method")
    if any(document.get(key) != instrument.definition[key] for key in same):
        raise RuleBroken(_("Kode, penghargaan, dan cara menilai tidak dapat diubah. Buat instrumen baru."))
    problems = document_problems(document)
    if problems and Stage.objects.filter(instrument=instrument).exists():
        raise WrongDocument([_("Instrumen ini dipakai suatu tahap, jadi harus benar."), *problem_texts(problems)])
    before = instrument.sha256
    Instrument.objects.filter(pk=instrument.pk).update(**_contents(document))
    instrument.refresh_from_db()
    instrument.indicators.all().delete()
    create_indicators(instrument)
    audit.record(actor, "scoring.instrument_changed", instrument, before=before, after=instrument.sha256)
    return instrument


@transaction.atomic
def copy_instrument(*, instrument_id: int, actor: Any) -> Instrument:
    """The next version of the same instrument, beginning with what this one says."""
    source = Instrument.objects.get(pk=instrument_id)
    return create_instrument(document=source.definition, actor=actor)


@transaction.atomic
def import_instrument(*, text: str, actor: Any) -> Instrument:
    """A file as a new version. Raises WrongDocument with every problem; then nothing is kept."""
    require(can_make_instrument(actor))
    document = _parsed(text)
    problems = problem_texts(document_problems(document))
    if isinstance(document, dict) and not Award.objects.filter(pk=str(document.get("award", ""))).exists():
        problems.append(_('Penghargaan tidak dikenal. Isi "award" dengan kode penghargaan yang ada.'))
    if problems:
        raise WrongDocument(problems)
    return create_instrument(document=document, actor=actor)


def exported(instrument: Instrument) -> bytes:
    """The document as a file; imported and exported again it is the same, byte for byte."""
    text = json.dumps(instrument.definition, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        raise WrongDocument(
            [_("Berkas ini bukan JSON yang benar (baris %(line)d). Unduh contoh dari instrumen lain.") % {"line": line}]
        ) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _contents(document: Document) -> dict[str, Any]:
    return {
        "title": document["title"],
        "method": document["method"],
        "definition": document,
        "sha256": seal(document),
    }


def _refuse_shapeless(document: Document) -> None:
    """A draft may be unfinished, but what it says must fit into the rows."""
    wrong = [problem for problem in document_problems(document) if _hinders(problem)]
    if wrong:
        raise WrongDocument(problem_texts(wrong))


def _hinders(problem: Problem) -> bool:
    return problem.code in LIMITS_OF_ROWS | {
        "document_not_object",
        "method_unknown",
        "aspects_missing",
        "aspect_repeated",
        "part_not_object",
        "list_wrong",
        "guidance_wrong",
        "na_allowed_wrong",
        "note_required_wrong",
        "indicator_repeated",
        "option_repeated",
        "scale_missing",
        "instrument_malformed",
    }
