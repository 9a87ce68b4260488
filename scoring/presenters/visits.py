"""A visit in words."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.formats import JAKARTA, date_long, moment_text
from scoring.enums import ClaimKind, Finding, VisitEventKind
from scoring.maths.findings import FieldSpec, required_interviews
from scoring.models import FieldClaim, FieldVisit, VisitEvent
from scoring.presenters.work import ended_label
from scoring.selectors.visits import first_broken_visit_event

FINDINGS = {
    "": ("Belum diperiksa", "neutral"),
    Finding.PROVEN: ("Terbukti", "success"),
    Finding.PARTLY: ("Terbukti sebagian", "attention"),
    Finding.NOT_PROVEN: ("Tidak terbukti", "stopped"),
}


EVENTS = {
    VisitEventKind.SUBMITTED: "Dikirim kepada ketua panel",
    VisitEventKind.CONFIRMED: "Disahkan",
    VisitEventKind.RETURNED: "Dikembalikan",
}


def interview_progress(spec: FieldSpec, claims: Iterable[FieldClaim]) -> str:
    """How many interviews of beneficiaries the visit needs and how many it has; empty where it needs none."""
    if not spec.interviews_of_beneficiaries:
        return ""
    beneficiaries = [claim for claim in claims if claim.kind == ClaimKind.BENEFICIARY]
    held = sum(bool(claim.finding and claim.interviewee) for claim in beneficiaries)
    return _("Wawancara IKM binaan: %(held)d dari sedikitnya %(needed)d") % {
        "held": held,
        "needed": required_interviews(spec, len(beneficiaries)),
    }


def visit_receipt(visit: FieldVisit, timezone: str | None) -> str:
    """Said only when the server has stored it."""
    if visit.saved_at is None:
        return ""
    return _("Tersimpan %(at)s, versi %(version)d") % {
        "at": moment_text(visit.saved_at, timezone or JAKARTA),
        "version": visit.version,
    }


def form_problems(form: Any) -> str:
    """What is wrong with a record, with the labels of its fields, in one line."""
    return " ".join(
        f"{form.fields[name].label}: {' '.join(problems)}" if name in form.fields else " ".join(problems)
        for name, problems in form.errors.items()
    )


def history_rows(visits: Iterable[FieldVisit]) -> list[dict[str, Any]]:
    """Every visit with its chain of events, newest first, and whether the chain holds. No query for rows of
    `selectors.visits.visit_histories`."""
    return [
        {
            "visit": visit,
            "ended": ended_label(visit.assignment),
            "events": [_event_entry(event) for event in reversed(list(visit.events.all()))],
            "broken_event": first_broken_visit_event(visit),
        }
        for visit in visits
    ]


def _event_entry(event: VisitEvent) -> dict[str, Any]:
    """What happened; of what was sent, all that was written in it."""
    lines = _sent_lines(event.content) if event.content else [event.data.get("reason", "")]
    return {
        "title": f"{_(EVENTS[VisitEventKind(event.kind)])} ({_('versi')} {event.data['version']})",
        "when": event.at,
        "who": event.actor.name,
        "text": "\n".join(lines),
    }


def _sent_lines(content: dict[str, Any]) -> list[str]:
    """What was written, one thing a line; the photos by their captions."""
    facts = content["visit"]
    when = _joined(_day(facts["visited_on"]), (facts["visited_at"] or "")[:5].replace(":", "."))
    lines = [_joined(when, facts["place"], facts["participants"], facts["host_name"]), facts["summary"]]
    for claim in content["claims"]:
        found = _(FINDINGS[claim["finding"]][0])
        lines.append(f"• {claim['label']}: {_joined(found, claim['actual'], claim['interviewee'], claim['note'])}")
    for one in content["interviews"]:
        said = _joined(one["name"], one["role"], _day(one["held_on"]), one["summary"])
        lines.append(_("Wawancara: %(said)s") % {"said": said})
    return [*lines, *(_("Foto: %(caption)s") % photo for photo in content["photos"])]


def _day(written: str | None) -> str:
    return date_long(date.fromisoformat(written)) if written else ""


def _joined(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)


FACTS = ("visited_on", "visited_at", "place", "point", "participants", "host_name", "host_role", "summary")


def visit_differences(stored: Any, typed: Any) -> list[dict[str, str]]:
    """Where the typed record differs from the stored one, for a person who has to choose. Both are forms; what was
    typed need not be right."""
    pairs = [(str(typed.fields[name].label), f"#id_{name}", _text(stored[name]), _text(typed[name])) for name in FACTS]
    for old, new in zip(stored.rows(), typed.rows(), strict=True):
        label = new["claim"].label
        pairs.append((label, f"#{new['finding'].html_name}", _found_text(old), _found_text(new)))
    for old, new in zip(stored.interview_rows(), typed.interview_rows(), strict=True):
        texts = ["; ".join(filter(None, map(_text, row["fields"]))) for row in (old, new)]
        label = _("Wawancara %(number)d") % {"number": new["number"]}
        pairs.append((label, f"#{new['fields'][0].id_for_label}", *texts))
    return [
        {"code": label, "url": url, "stored": old or "–", "typed": new or "–"}
        for label, url, old, new in pairs
        if old != new
    ]


def _text(field: Any) -> str:
    """A field as its box shows it; what was typed and is right, as it would be shown when stored."""
    right = {} if field.errors or not field.form.is_bound else field.form.cleaned_data
    value = field.field.prepare_value(right[field.name]) if field.name in right else field.value()
    shown = field.field.widget.format_value(value) or ""
    return str(shown).replace("\r\n", "\n").strip()


def _found_text(row: dict[str, Any]) -> str:
    finding = row["finding"].value() or ""
    label = _(FINDINGS[finding][0]) if finding in FINDINGS else finding
    return "; ".join([label, *filter(None, (_text(row[name]) for name in ("interviewee", "note", "actual")))])


def visit_progress(claims: Iterable[FieldClaim]) -> str:
    """How many claims have their stored finding."""
    every = list(claims)
    return _("%(done)d dari %(all)d klaim sudah diperiksa dan tersimpan") % {
        "done": sum(bool(claim.finding) for claim in every),
        "all": len(every),
    }


def mismatch_block(rows: list[Any], notes: list[Any], digest: str) -> dict[str, Any]:
    """The list of what does not agree, and what the chair has said about it. No query."""
    return {
        "rows": [
            {
                "row": row,
                "source": row.source or _("Contoh produk"),
                "finding": _(FINDINGS[row.finding][0]) if row.finding else "",
                "kind": FINDINGS[row.finding][1],
            }
            for row in rows
        ],
        "digest": digest,
        "read": any(note.digest == digest for note in notes),
        "notes": [
            {
                "title": _("Ketua membaca daftar berisi %(count)d hal") % {"count": len(note.rows)},
                "when": note.noted_at,
                "who": note.noted_by.name,
                "text": note.note,
            }
            for note in notes
        ],
    }


def claim_rows(claims: Iterable[FieldClaim]) -> list[dict[str, object]]:
    """Claims with their finding as a tag. No query."""
    rows = []
    for claim in claims:
        label, kind = FINDINGS[claim.finding]
        rows.append({"claim": claim, "label": _(label), "kind": kind})
    return rows
