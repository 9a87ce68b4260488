"""Facts in, answers out: who may judge whom, what a note needs, and how the sheet's events are chained. Pure."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scoring.enums import (
    CapPer,
    ConflictKind,
    CustodyKind,
    SheetEventKind,
    SheetStatus,
    VisitEventKind,
    VisitStatus,
)

INTRODUCTION_MAX = 1000  # characters of a reminder's first words


CUSTODY_ENDS = frozenset({CustodyKind.RETURNED, CustodyKind.DESTROYED})
MAX_INTERVIEWS = 10
MAX_VISIT_PHOTOS = 12


class Answer(NamedTuple):
    """What a scorer gave to one indicator. In a draft the value may still be missing.

    `na` says that the indicator does not apply; then there is no value, and the maths leaves the indicator out.
    """

    value: Decimal | None
    note: str = ""
    na: bool = False

    @property
    def given(self) -> bool:
        return self.na or self.value is not None


NOTHING = Answer(None)
GENERAL = "umum"  # guidance that holds for every commodity
NA = "na"  # how an event and a form spell that an indicator does not apply
NA_LABEL = gettext_lazy("Tidak berlaku")  # and how people do


class Question(NamedTuple):
    """An indicator in words."""

    code: str
    label: str
    guidance: Mapping[str, str]  # by commodity
    options: list[tuple[Decimal, str]]  # points with their words; on a scale the marks that have any


def guidance_text(guidance: Mapping[str, str], commodity: str | None) -> str:
    """What to look at: for every commodity, then for this one."""
    texts = (guidance.get(GENERAL, ""), guidance.get(commodity, "") if commodity else "")
    return "\n".join(text for text in texts if text)


def questions_in(definition: Mapping[str, Any]) -> list[Question]:
    """The indicators of an instrument document in order; on a scale the aspect itself is one. No query."""
    return [
        Question(
            one["code"],
            one["label"],
            one.get("guidance", {}),
            [
                (Decimal(str(option.get("points", option.get("value")))), option["label"])
                for option in one.get("options", one.get("anchors", ()))
            ],
        )
        for aspect in definition["aspects"]
        for one in aspect.get("indicators", [aspect])
    ]


def plain(value: Decimal) -> str:
    """One spelling of a value for a form: 3 for 3.00, 0.5 for 0.50."""
    return f"{value.normalize():f}"


def plain_number(value: Decimal) -> Decimal:
    return Decimal(plain(value))


class Mark(NamedTuple):
    """One fact that a scorer and a nomination may have in common, such as a province, a telephone or an IKM."""

    what: str
    value: Any


class Conflict(NamedTuple):
    """`detail` is what they have in common, for the page that shows the reason; empty where the kind says it all."""

    kind: ConflictKind
    detail: str = ""


Marks = Mapping[Mark, ConflictKind]  # a scorer's facts, each with what it would be if the nomination has it too

# What a mark means when both sides have it. A tie says by itself which kind it is.
MEANING = {
    "province": ConflictKind.PROVINCE,
    "district": ConflictKind.DISTRICT,
    "institution": ConflictKind.INSTITUTION,
    "phone": ConflictKind.PHONE,
    "email": ConflictKind.EMAIL,
    "domain": ConflictKind.DOMAIN,
    "person": ConflictKind.NAMESAKE,
    "nominator": ConflictKind.NOMINATOR,
    "declared": ConflictKind.DECLARED,
}
SHOWN = frozenset({"phone", "email", "domain", "name", "person"})

# These only warn, and the Sekretariat decides: a shared domain or a shared name is a question, not an answer.
WARNING = frozenset({ConflictKind.DOMAIN, ConflictKind.NAMESAKE})
BLOCKING = frozenset(ConflictKind) - WARNING

# Providers whose addresses say nothing about where somebody works.
PUBLIC_MAILERS = frozenset(
    {
        "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.id", "ymail.com", "rocketmail.com", "outlook.com",
        "outlook.co.id", "hotmail.com", "live.com", "msn.com", "icloud.com", "me.com", "mac.com", "aol.com",
        "proton.me", "protonmail.com", "zoho.com", "mail.com", "gmx.com", "yandex.com", "telkom.net", "plasa.com",
    }
)  # fmt: skip
LEGAL_FORMS = frozenset(
    {"pt", "cv", "ud", "pd", "po", "fa", "firma", "persero", "tbk", "koperasi", "kud", "ikm", "ukm", "umkm", "sentra"}
    | {"yayasan"}
)
INITIALS = re.compile(r"\b(\w)\.\s?(?=\w\b)")  # the dots of P.T. and U. D., not that of PT.Batik


def name_key(name: str) -> str:
    """A name as it is compared: without case, accents, punctuation and the legal form around it."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    words = re.sub(r"[\W_]+", " ", INITIALS.sub(r"\1", bare.casefold())).split()
    core = [word for word in words if word not in LEGAL_FORMS]
    return " ".join(core or words)


def phone_key(text: str) -> str:
    """Digits from the country code on; empty for what is no telephone number."""
    digits = re.sub(r"[^0-9]", "", text)
    if digits.startswith("0"):
        digits = f"62{digits.lstrip('0')}"
    elif digits.startswith("8"):
        digits = f"62{digits}"
    return digits if 9 <= len(digits) <= 15 else ""


def contact_marks(phones: Iterable[str], emails: Iterable[str]) -> set[Mark]:
    """Telephones, addresses, and the domains that are no public mailer's."""
    marks = {Mark("phone", phone_key(phone)) for phone in phones if phone_key(phone)}
    for email in emails:
        address = email.strip().casefold()
        domain = address.rpartition("@")[2]
        if address:
            marks.add(Mark("email", address))
        if domain and domain not in PUBLIC_MAILERS:
            marks.add(Mark("domain", domain))
    return marks


def name_marks(what: str, names: Iterable[str]) -> set[Mark]:
    """Marks of names; "BatikJaya" is "Batik Jaya". Those of people keep their spaces, because pages show them."""
    keys = {name_key(name) for name in names} - {""}
    return {Mark(what, key if what == "person" else key.replace(" ", "")) for key in keys}


def with_meaning(marks: Iterable[Mark]) -> dict[Mark, ConflictKind]:
    """A scorer's marks that mean the same whoever has them."""
    return {mark: MEANING[mark.what] for mark in marks}


def conflicts(scorer: Marks, nomination: frozenset[Mark]) -> list[Conflict]:
    """Everything that a scorer and a nomination have in common, the gravest kind first."""
    order = list(ConflictKind)
    found = {
        Conflict(scorer[mark], str(mark.value) if mark.what in SHOWN else "") for mark in nomination & scorer.keys()
    }
    if any(one.kind is ConflictKind.DISTRICT for one in found):
        found -= {Conflict(ConflictKind.PROVINCE)}
    return sorted(found, key=lambda one: (order.index(one.kind), one.detail))


def is_blocked(scorer: Marks, nomination: frozenset[Mark]) -> bool:
    """Whether anything stands against this pair, whatever it is."""
    return any(scorer[mark] in BLOCKING for mark in nomination & scorer.keys())


@dataclass(frozen=True, slots=True)
class ScorerFacts:
    """What decides whether a person may judge a nomination in a stage."""

    holds_role: bool
    marks: Marks
    commodities: frozenset[str]  # of the memberships with the stage's role; none means all
    is_assigned: bool = False


def same_home(scorer_provinces: Collection[str], nomination_province: str | None) -> bool:
    """Nobody judges the own province, whichever membership ties the person to it."""
    return nomination_province in scorer_provinces


def is_expert(commodities: frozenset[str], commodity: str | None) -> bool:
    """Whoever names no commodity judges all of them, and a category without one is judged by all."""
    return not commodity or not commodities or commodity in commodities


def assignment_obstacle(scorer: ScorerFacts, *, nomination: frozenset[Mark], commodity: str | None) -> str:
    """Why this person may not be assigned, in words; empty when nothing stands in the way."""
    if not scorer.holds_role:
        return _("Tidak memegang peran penilai untuk tahap ini.")
    if scorer.is_assigned:
        return _("Sudah ditugaskan pada tahap ini.")
    blocking = [one for one in conflicts(scorer.marks, nomination) if one.kind in BLOCKING]
    if blocking:
        return conflict_text(blocking[0])
    if not is_expert(scorer.commodities, commodity):
        return _("Keahlian komoditasnya tidak sesuai dengan kategori usulan.")
    return ""


# How much of a region's code those have in common whom a cap counts together.
SHARED_CODE = {CapPer.PROVINCE: 2, CapPer.DISTRICT: 5}


def cap_key(per: str, *, region: str, commodity: str | None) -> str:
    """What a nomination has in common with those that a cap counts it with. Those without a commodity are one group."""
    return commodity or "" if per == CapPer.COMMODITY else region[: SHARED_CODE.get(CapPer(per), 0)]


def quorum_needed(members: int, percent: int) -> int:
    """How many members have to be in the room: so many percent of them, rounded up, and at least one."""
    return max(1, -(-members * percent // 100))


def votes_carry(choices: Iterable[str], *, recommend: bool) -> bool:
    """More for than against carries a recommendation; otherwise the refusal stands. No votes at all is consensus."""
    given = list(choices)
    more = given.count("for") > given.count("against")
    return not given or more == recommend


def conflict_text(conflict: Conflict) -> str:
    """The reason of a conflict, for whoever assigns."""
    texts = {
        ConflictKind.DECLARED: _("Menyatakan benturan kepentingan atas usulan ini."),
        ConflictKind.NOMINATOR: _("Ikut menyusun usulan ini atau mencatat data IKM dan sentranya."),
        ConflictKind.DISTRICT: _("Berasal dari kabupaten/kota yang sama dengan usulan."),
        ConflictKind.PROVINCE: _("Berasal dari provinsi yang sama dengan usulan."),
        ConflictKind.INSTITUTION: _("Berasal dari lembaga yang diusulkan."),
        ConflictKind.OFFICE: _("Berasal dari lembaga daerah yang mengusulkan atau membina usulan ini."),
        ConflictKind.COACHED: _("Menyatakan pernah membina IKM, sentra, atau calon ini."),
        ConflictKind.EMPLOYED: _("Menyatakan pernah bekerja untuk IKM, sentra, atau calon ini."),
        ConflictKind.FAMILY: _("Menyatakan hubungan keluarga dengan IKM, sentra, atau calon ini."),
        ConflictKind.BUSINESS: _("Menyatakan hubungan usaha dengan IKM, sentra, atau calon ini."),
        ConflictKind.PHONE: _("Nomor teleponnya sama dengan nomor pada data usulan (%(detail)s)."),
        ConflictKind.EMAIL: _("Alamat surelnya sama dengan alamat pada data usulan (%(detail)s)."),
        ConflictKind.NAMESAKE: _(
            "Namanya sama dengan nama pada data usulan (%(detail)s). Pastikan bukan orang yang sama."
        ),
        ConflictKind.DOMAIN: _("Surelnya dari domain yang sama dengan narahubung (%(detail)s). Periksa hubungannya."),
    }
    return (texts[conflict.kind] % {"detail": conflict.detail}).replace(" ()", "")


def seal(content: Mapping[str, Any], previous: str = "") -> str:
    """sha256 over the seal before and the canonical JSON of the content: a chain when `previous` is given."""
    return hashlib.sha256(f"{previous}{canonical(content)}".encode()).hexdigest()


def canonical(content: Any) -> str:
    """The one text form of a value: keys sorted, no spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chain_head(ends: Iterable[tuple[str, int, int, str]]) -> str:
    """One hash over many chains: `sheet` or `visit`, its id, number of events and last hash, sorted."""
    return hashlib.sha256(canonical(sorted(list(end) for end in ends)).encode()).hexdigest()


def sealed_answer(answer: Answer) -> list[str | None]:
    """An answer in an event: the value as text so that no digit is lost, `na`, or nothing; then the note."""
    return [NA if answer.na else None if answer.value is None else str(answer.value), answer.note]


def answer_from(sealed: Sequence[str | None]) -> Answer:
    """The answer that an event names; the other way of `sealed_answer`."""
    value, note = sealed
    return Answer(None if value in (None, NA) else Decimal(str(value)), note or "", na=value == NA)


def replay(events: Iterable[Mapping[str, Any]]) -> dict[str, Answer]:
    """The answers after these `data` of events, oldest first. A save names what changed, a submission everything."""
    answers: dict[str, Answer] = {}
    for data in events:
        if "answers" in data:
            answers = {code: answer_from(sealed) for code, sealed in data["answers"].items()}
        for code, sealed in data.get("changed", {}).items():
            answers[code] = answer_from(sealed)
    return {code: answer for code, answer in answers.items() if answer != NOTHING}


def state_after(kind: str) -> SheetStatus:
    """The state of a sheet whose last event is of this kind; "" for a sheet without events."""
    return SheetStatus.SUBMITTED if kind == SheetEventKind.SUBMITTED else SheetStatus.DRAFT


VISIT_STATES = {
    "": VisitStatus.OPEN,
    VisitEventKind.SUBMITTED: VisitStatus.SUBMITTED,
    VisitEventKind.CONFIRMED: VisitStatus.CONFIRMED,
    VisitEventKind.RETURNED: VisitStatus.OPEN,
}
# Which events may come before each kind; "" is the beginning.
VISIT_STEPS: Mapping[str, frozenset[str]] = {
    VisitEventKind.SUBMITTED: frozenset({"", VisitEventKind.RETURNED}),
    VisitEventKind.CONFIRMED: frozenset({VisitEventKind.SUBMITTED}),
    VisitEventKind.RETURNED: frozenset({VisitEventKind.SUBMITTED, VisitEventKind.CONFIRMED}),
}


def bounded_claim(claim: datetime | None, *, opened_at: datetime | None, now: datetime) -> datetime | None:
    """When a device says that something was written, within what can be true: not before the page was opened and not
    in the future. None without a claim, and without a page that we know of."""
    if claim is None or opened_at is None:
        return None
    return min(max(claim, opened_at), now)
