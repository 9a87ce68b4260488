"""The whole history of a nomination: status, deadlines that were moved, and what was done in the region's name."""

from typing import Any

from django.utils.translation import gettext as _

from nominations.models import Nomination, ProxyAct
from nominations.presenters.deadlines import extension_events
from nominations.presenters.status import history, proxy_text
from nominations.selectors.proxies import proxy_acts
from nominations.selectors.windows import Scheduled

# Sending is told by the history of the status.
ACTS = {
    "created": "Usulan dibuat",
    "answer_saved": "Keterangan disimpan",
    "candidate_saved": "Data calon disimpan",
    "beneficiary_saved": "IKM binaan disimpan",
    "beneficiary_removed": "IKM binaan dihapus",
    "document_added": "Dokumen ditambahkan",
}


def timeline(nomination: Any, user: Any, schedule: list[Scheduled]) -> list[dict[str, Any]]:
    """Entries for the timeline component, newest first; the nomination comes from `selectors.proxies.with_proxy_acts`.

    One query, another one where something was done in the region's name.
    """
    done = proxy_acts(nomination) if nomination.was_helped else []
    acts = [_act_entry(act, nomination) for act in done if act.action in ACTS]
    entries = history(nomination, user) + extension_events(schedule, user) + acts
    return sorted(entries, key=lambda entry: entry["when"], reverse=True)


def _act_entry(act: ProxyAct, nomination: Nomination) -> dict[str, Any]:
    title = _(ACTS[act.action])
    return {
        "title": f"{title}: {act.detail}" if act.detail else title,
        "when": act.at,
        "who": proxy_text(act.actor.name, nomination, act.entry.reason),
        "text": "",
    }
