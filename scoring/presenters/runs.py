"""Proposals of assignments in words: states, why nominations lack people, what has changed since."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import number_id
from scoring.enums import ConflictKind, RunKind, RunState
from scoring.maths.assigning import Lack
from scoring.presenters.work import Tag, tag
from scoring.rules import Conflict, conflict_text

SHOWN_CHANGES = 5


def kind_label(kind: str) -> str:
    return {
        RunKind.FILL: _("Lengkapi penilai"),
        RunKind.REBALANCE: _("Susun ulang dengan pemindahan sesedikit mungkin"),
        RunKind.ADD: _("Impor: tambahkan"),
        RunKind.REPLACE: _("Impor: ganti"),
        RunKind.SWAP: _("Tukar dua penilai"),
    }[RunKind(kind)]


def run_tag(state: str) -> Tag:
    return {
        RunState.WANTED: tag(_("Sedang dihitung"), "progress"),
        RunState.READING: tag(_("Tabel sedang diperiksa"), "progress"),
        RunState.REFUSED: tag(_("Tabel ditolak"), "stopped"),
        RunState.APPLYING: tag(_("Sedang diterapkan"), "progress"),
        RunState.UNDOING: tag(_("Sedang dibatalkan"), "progress"),
        RunState.READY: tag(_("Menunggu keputusan"), "attention"),
        RunState.FAILED: tag(_("Gagal dihitung"), "stopped"),
        RunState.DISCARDED: tag(_("Tidak dipakai"), "neutral"),
        RunState.APPLIED: tag(_("Diterapkan"), "success"),
        RunState.UNDONE: tag(_("Dibatalkan"), "stopped"),
    }[RunState(state)]


def busy_text(state: str) -> str:
    """What a worker is doing; empty when none is needed."""
    return {
        RunState.WANTED: _("Usulan penugasan sedang dihitung."),
        RunState.READING: _("Tabel sedang diperiksa. Belum ada yang diubah."),
        RunState.APPLYING: _("Penugasan sedang diterapkan: semuanya sekaligus, atau tidak ada yang berubah."),
        RunState.UNDOING: _("Penugasan sedang dibatalkan: semuanya sekaligus, atau tidak ada yang berubah."),
    }.get(RunState(state), "")


def obstacle_text(code: str) -> str:
    """Why one person cannot judge one nomination, from `selectors.proposals.Situation.obstacle`."""
    if code == "role":
        return _("penilainya tidak lagi memegang peran yang diperlukan.")
    if code == "expertise":
        return _("keahlian komoditas penilainya tidak sesuai.")
    return conflict_text(Conflict(ConflictKind(code)))


def changed_text(changes: list[str]) -> str:
    """What a refused proposal tells; a few of the changes, and how many there are."""
    more = len(changes) - SHOWN_CHANGES
    text = _("Keadaan sudah berubah sejak usulan penugasan ini disusun, sehingga tidak diterapkan.")
    text += " " + " ".join(changes[:SHOWN_CHANGES])
    if more > 0:
        text += " " + _("Dan %(count)d perubahan lain.") % {"count": more}
    return text + " " + _("Susun usulan yang baru.")


def shortage_lines(
    short: Iterable[Mapping[str, Any]], categories: Mapping[int, str], names: Mapping[int, str]
) -> list[str]:
    """One sentence per category and binding rule. `categories` by nomination: who is not there is left out."""
    groups: dict[tuple[str, str, int, int], list[Mapping[str, Any]]] = defaultdict(list)
    for one in short:
        if one["pk"] in categories:
            able = one["able"] if one["lack"] == Lack.PEOPLE else 0
            groups[categories[one["pk"]], one["lack"], one["need"], able].append(one)
    return [_shortage(key[0], rows, names) for key, rows in sorted(groups.items())]


def _shortage(category: str, rows: list[Mapping[str, Any]], names: Mapping[int, str]) -> str:
    first = rows[0]
    facts = {
        "category": category,
        "count": len(rows),
        "able": first["able"],
        "need": first["need"],
        "missing": sum(row["missing"] for row in rows),
    }
    if first["lack"] == Lack.PEOPLE:
        text = _(
            "%(category)s: hanya %(able)d penilai tanpa benturan untuk %(count)d usulan yang masing-masing memerlukan"
            " %(need)d, kurang %(missing)d."
        )
        reasons = _reasons(rows)
        return text % facts + (" " + _("Sebabnya: %(reasons)s.") % {"reasons": reasons} if reasons else "")
    if first["lack"] == Lack.INSTITUTIONS:
        text = _(
            "%(category)s: penilai yang dapat bertugas untuk %(count)d usulan berasal dari satu lembaga, kurang"
            " %(missing)d. Tambahkan penilai dari lembaga lain, atau izinkan satu lembaga."
        )
        return text % facts
    if first["lack"] == Lack.APART:
        text = _(
            "%(category)s: untuk %(count)d usulan hanya tersisa penilai yang harus dipisahkan dari penilai lain,"
            " kurang %(missing)d."
        )
        return text % facts
    text = _(
        "%(category)s: kapasitas penilai yang sesuai habis untuk %(count)d usulan, kurang %(missing)d. Kapasitas"
        " %(who)s seluruhnya %(room)s, sedangkan yang diperlukan %(wanted)s."
    )
    who = _listed([names[pk] for pk in first["people"] if pk in names])
    return text % (facts | {"who": who, "room": number_id(first["room"]), "wanted": number_id(first["wanted"])})


def _listed(names: list[str], most: int = 5) -> str:
    if len(names) <= most:
        return ", ".join(names)
    return _("%(names)s dan %(count)d penilai lain") % {"names": ", ".join(names[:most]), "count": len(names) - most}


def _reasons(rows: list[Mapping[str, Any]]) -> str:
    """How many people each rule keeps away, at most over the nominations of the group."""
    most: Counter[str] = Counter()
    for row in rows:
        for code, number in row["reasons"].items():
            most[code] = max(most[code], number)
    return "; ".join(_reason(code, number) for code, number in most.most_common())


def _reason(code: str, number: int) -> str:
    texts = {
        "role": ngettext("%d orang tidak memegang peran tahap ini", "%d orang tidak memegang peran tahap ini", number),
        "expertise": ngettext("%d orang berkeahlian komoditas lain", "%d orang berkeahlian komoditas lain", number),
        "left": ngettext("%d orang menolak atau mundur", "%d orang menolak atau mundur", number),
        ConflictKind.DECLARED: ngettext("%d orang menyatakan benturan", "%d orang menyatakan benturan", number),
        ConflictKind.NOMINATOR: ngettext("%d orang ikut menyusun usulan", "%d orang ikut menyusun usulan", number),
        ConflictKind.DISTRICT: ngettext(
            "%d orang dari kabupaten/kota yang sama", "%d orang dari kabupaten/kota yang sama", number
        ),
        ConflictKind.PROVINCE: ngettext("%d orang dari provinsi yang sama", "%d orang dari provinsi yang sama", number),
        ConflictKind.INSTITUTION: ngettext(
            "%d orang dari lembaga yang diusulkan", "%d orang dari lembaga yang diusulkan", number
        ),
        ConflictKind.OFFICE: ngettext(
            "%d orang dari lembaga pengusul atau pembina", "%d orang dari lembaga pengusul atau pembina", number
        ),
    }
    other = ngettext("%d orang mempunyai hubungan dengan usulan", "%d orang mempunyai hubungan dengan usulan", number)
    return texts.get(code, other) % number
