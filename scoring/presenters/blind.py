"""Whom a nomination is about is not told in a blind stage. What is not known to be harmless stays out.

Rows of the submission are shown only when they stand in `SHOWN` or answer a topic; names, places, contacts and numbers
that the hidden rows hold are taken out of their texts. A text that the Sekretariat wrote instead is shown as it is, an
empty one as empty.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _

from nominations.models import DossierItem, Snapshot
from nominations.presenters.documents import summary_sections
from scoring.models import Assignment
from scoring.selectors.blind import Cover

SHOWN = frozenset(
    {
        "Komoditas",
        "Jumlah unit usaha",
        "KBLI",
        "Tenaga kerja",
        "Nilai investasi",
        "Skala usaha",
        "Tahun mulai usaha",
        "Nama produk",
        "Cerita",
        "Harga",
        "Uraian",
        "Kapasitas per bulan",
        "Jangkauan pasar",
    }
)
PERSONS = frozenset({"Penanggung jawab", "Penanda tangan SK", "Nama calon"})
# Words with which many names begin; what follows them is the name, too.
COMMON_WORDS = (
    "anyaman batik cv gerabah ikm industri kab kabupaten kelompok kelurahan kecamatan desa koperasi kota pak bu pt"
    " provinsi sanggar sentra tenun ud usaha yayasan"
)
COMMON = frozenset(COMMON_WORDS.split())
CONTACTS = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.]+"  # mail
    r"|https?://\S+|www\.\S+|(?<!\w)@\w{3,}"  # sites and accounts
    r"|(?<![\w.,])(?:\+\d|0)[\d .()-]{6,}\d"  # telephones
    r"|(?<!\d)(?:\d{10,}|\d{2}\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3})(?!\d)"  # numbers that identify
)


@dataclass(frozen=True, slots=True)
class Covered:
    """In the place of a nomination on the pages of a blind stage: nothing that tells whose it is."""

    reference: str
    category: Any
    region: None = None

    @property
    def title(self) -> str:
        return self.reference


def shown_nomination(assignment: Assignment) -> Any:
    """The nomination as the pages of its scorer name it. No query when the stage is joined."""
    nomination = assignment.nomination
    if not assignment.stage.blind:
        return nomination
    return Covered(assignment.stage.name_of(nomination), nomination.category)


def file_context(
    assignment: Assignment, snapshot: Snapshot, later: Iterable[DossierItem], cover: Cover | None
) -> dict[str, Any]:
    """The frozen submission and the Sekretariat's documents as the scorer may see them. No query."""
    data, items = snapshot.data, list(later)
    if cover is not None:
        data, items = covered_data(data, cover), [item for item in items if not _hides(item, cover)]
    return {
        "nomination": shown_nomination(assignment),
        "snapshot": snapshot,
        "dossier": summary_sections(data) if cover is None else _covered_sections(data),
        "documents": data["documents"],
        "later_documents": items,
    }


def covered_data(data: dict[str, Any], cover: Cover) -> dict[str, Any]:
    """Sections and documents of a snapshot without whom it is about; nothing else of it is kept."""
    names = identities(data)
    return {
        "sections": [
            {"title": section["title"], "rows": [_row(section, key, value, names, cover) for key, value in rows]}
            for section in data["sections"]
            for rows in [section["rows"]]
        ],
        "documents": [_document(document, cover) for document in data["documents"]],
    }


def cover_rows(snapshot: Snapshot, texts: dict[str, str]) -> list[tuple[str, str, str]]:
    """Every row that a blind stage shows: its label, what the submission says, what is shown. No query."""
    names = identities(snapshot.data)
    return [
        (key, value, texts.get(key, scrubbed(value, names)))
        for section in snapshot.data["sections"]
        for key, value in section["rows"]
        if may_show(section, key) or key in texts
    ]


def _covered_sections(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"title": one["title"], "rows": [{"key": key, "value": value or " "} for key, value in one["rows"]]}
        for one in data["sections"]
        if one["rows"]
    ]


def _row(section: dict[str, Any], key: str, value: str, names: list[re.Pattern[str]], cover: Cover) -> list[str]:
    label = key if may_show(section, key) or _is_label(section) else _("Baris disamarkan")
    if key in cover.texts:
        return [label, cover.texts[key]]
    if not may_show(section, key):
        return [label, _("(disamarkan)")]
    return [label, scrubbed(value, names)]


def _is_label(section: dict[str, Any]) -> bool:
    """Beneficiaries of a candidate stand in the place of a label."""
    return section.get("page") is None


def may_show(section: dict[str, Any], key: str) -> bool:
    return "pages" in section or key in SHOWN


def _document(document: dict[str, Any], cover: Cover) -> dict[str, Any]:
    """Names of files and addresses of sites go; a document that names the holder is closed like a personal one."""
    closed = document["personal"] or document["code"] in cover.hidden or bool(document["link"])
    suffix = PurePath(document["file_name"]).suffix.lower()
    name = f"{document['code']}{suffix}" if document["file_name"] else ""
    return document | {"personal": closed, "file_name": name, "link": ""}


def covered_name(item: DossierItem) -> str:
    """A name for a file that tells its document alone."""
    suffix = PurePath(item.file.original_name).suffix.lower() if item.file else ""
    return f"{item.requirement.code}{suffix}"


def _hides(item: DossierItem, cover: Cover) -> bool:
    return item.requirement.personal or item.requirement.code in cover.hidden or not item.file


def identities(data: dict[str, Any]) -> list[re.Pattern[str]]:
    """Everything in a snapshot that tells whom it is about, longest first."""
    names, words = {data["title"]} if _names_holder(data) else set(), set()
    names |= {data["holder"]["name"], *_parts(data["region"]), data["reference"] or ""}
    names |= set(data["holder"]["detail"].split(" · ")[1:])
    for section in data["sections"]:
        for key, value in section["rows"]:
            if may_show(section, key):
                continue
            names |= {value, *_parts(value)} | (set() if section.get("page") is None else {key, *_parts(key)})
            if key in PERSONS:
                words |= {word for word in re.findall(r"\w+", value) if len(word) > 3}
    found = {shorter for name in names for shorter in _shorter(name.strip())}
    patterns = [rf"(?<!\w){re.escape(name)}(?!\w)" for name in sorted(found, key=len, reverse=True) if len(name) > 2]
    return [
        *(re.compile(pattern, re.IGNORECASE) for pattern in patterns),
        *(re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in sorted(words)),
    ]


def _names_holder(data: dict[str, Any]) -> bool:
    """A candidate's nomination has the candidate's name for a title, a product's the product's."""
    return data["title"] == data["holder"]["name"]


def _parts(text: str) -> set[str]:
    return {part.strip() for part in text.split(",") if not part.strip().isdecimal()}


def _shorter(name: str) -> Iterable[str]:
    """The name, and what is left of it without the common words that it begins with."""
    yield name
    while name and name.split(maxsplit=1)[0].strip(".").casefold() in COMMON:
        name = name.partition(" ")[2].strip()
        if name:
            yield name


def scrubbed(text: str, names: list[re.Pattern[str]]) -> str:
    """The text without the names, contacts and long numbers in it."""
    for pattern in (*names, CONTACTS):
        text = pattern.sub("…", text)
    return text
