"""What a scorer would see of an instrument: the real page with a made-up submission."""

from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.verdict import denied
from nominations.models import Category
from reference.models import Commodity
from scoring.forms.sheets import SheetForm
from scoring.maths.checks import instrument_problems
from scoring.maths.instrument import instrument_from_dict
from scoring.models import Instrument
from scoring.presenters import sheets as presenters

UNSHOWABLE = {"indicators_missing", "options_too_few", "scale_invalid"}


def preview_context(instrument: Instrument, commodity: str) -> dict[str, Any]:
    """Context of `scoring/sheet.html`, read-only. The commodity decides which guidance stands there. Three queries."""
    spec = instrument_from_dict(instrument.definition)
    chosen = Commodity.objects.filter(pk=commodity).first()
    if any(problem.code in UNSHOWABLE for problem in instrument_problems(spec)):
        sections: list[dict[str, Any]] = []
        total = {"label": _("Nilai sementara"), "value": 0, "max": 100, "parts": [], "note": ""}
    else:
        form = SheetForm(None, spec=spec, answers={}, version=0)
        sections = presenters.sections(spec, instrument.definition, form, commodity=commodity or None, read_only=True)
        total = presenters.running_total(spec, instrument.definition, {})
    label = chosen.name if chosen else _("tanpa komoditas")
    return made_up(instrument, label) | {
        "sections": sections,
        "total": total,
        "editable": denied(_("Pratinjau %(instrument)s, %(label)s.") % {"instrument": instrument, "label": label}),
    }


def made_up(instrument: Instrument, label: str) -> dict[str, Any]:
    category = Category(label=label)
    facts = [
        (_("Nama produk"), _("Produk contoh")),
        (_("Uraian"), _("Uraian contoh: di sini tampil isi usulan yang dinilai.")),
        (_("Jangkauan pasar"), _("Pasar daerah dan nasional")),
    ]
    return {
        "assignment": SimpleNamespace(pk=0),
        "nomination": SimpleNamespace(title=_("Usulan contoh"), reference=_("CONTOH"), category=category, region=None),
        "stage": SimpleNamespace(label=instrument.title),
        "snapshot": SimpleNamespace(number=1, created_at=timezone.now()),
        "dossier": [{"title": _("Produk"), "rows": [{"key": key, "value": value} for key, value in facts]}],
        "documents": [],
        "later_documents": [],
        "sheet": None,
        "receipt": "",
        "refusal": None,
        "peers": False,
    }
