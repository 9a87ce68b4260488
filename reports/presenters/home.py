"""What each role reads on its home page, and the wording of the audit trail."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import ProxyEntry
from core.formats import deadline_text, moment_text
from nominations.enums import NOT_LIVE, HintCounts, Status, WindowKind
from nominations.models import Period
from nominations.presenters.status import GROUPS
from nominations.selectors.reviews import waiting_reviews
from reports import selectors
from reports.selectors import Schedule

AFTER_RETURN = {Status.RETURNED: WindowKind.CORRECTION, Status.DRAFT: WindowKind.NOMINATION}


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to do: what, until when, and the link that begins it. `count` is shown large."""

    title: str
    text: str = ""
    url: str = ""
    action: str = ""
    due: datetime | None = None
    count: int | None = None
    kind: str = "neutral"


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    cards: list[Card] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    regions: list[Any] = field(default_factory=list)
    none_text: str = ""


def home_sections(user: Any) -> list[Section]:
    """The page for all roles of the person, the most pressing first. At most twelve queries with the request's own."""
    regions = user.region_codes(Role.DISTRICT_OFFICER)
    schedule = selectors.schedule(regions)
    sections: list[Section] = []
    if regions:
        sections += district_sections(regions, schedule, question_cards(user))
    if user.has_role(Role.PROVINCE_OFFICER):
        sections.append(province_section(user.region_codes(Role.PROVINCE_OFFICER), schedule))
    if user.has_role(Role.ASSESSOR, Role.JUROR):
        sections.append(scorer_section(user, schedule))
    if user.has_role(Role.VERIFIER, Role.MINISTRY_ADMIN, Role.PANEL_CHAIR, Role.AUDITOR):
        sections += ministry_sections(user)
    return sections


def district_sections(regions: list[str], schedule: Schedule, questions: list[Card]) -> list[Section]:
    work = selectors.region_work(regions)
    register = [
        {"label": _("Sentra"), "value": work.register["sentra_count"], "url": reverse("sentra_list")},
        {"label": _("IKM"), "value": work.register["ikm_count"]},
        {"label": _("Produk"), "value": work.register["product_count"]},
    ]
    proxies = [proxy_card(entry) for entry in selectors.open_proxies(regions)]
    return [
        Section(
            _("Perlu Anda kerjakan"),
            cards=[
                *proxies,
                *questions,
                *review_cards(regions),
                *(unfinished_card(nomination, schedule) for nomination in work.unfinished),
            ],
            none_text=_("Tidak ada konsep atau usulan yang perlu diperbaiki."),
        ),
        Section(
            _("Pengusulan"),
            cards=[
                round_card(period, regions, schedule, work.sent.get(period.pk, selectors.Sent()))
                for period in schedule.periods()
            ],
            none_text=_("Belum ada periode pengusulan. Sekretariat mengumumkan jadwalnya di halaman depan."),
        ),
        Section(_("Data daerah Anda"), figures=register),
    ]


def proxy_card(entry: ProxyEntry) -> Card:
    """The region sees that somebody else may fill in its dossiers, since when and why."""
    text = _("Sejak %(since)s Sekretariat dapat mengisi dan mengirim usulan daerah Anda. Alasan: %(reason)s")
    facts = {"since": moment_text(entry.opened_at, entry.region.timezone), "reason": entry.reason}
    title = _("Sekretariat mengisi atas nama %(region)s") % {"region": entry.region.label}
    return Card(title, text % facts, reverse("nomination_list"), _("Lihat usulan dan riwayatnya"), kind="attention")


def review_cards(regions: list[str]) -> list[Card]:
    """Stars that wait for their re-evaluation; no card when there are none. One query."""
    waiting = waiting_reviews(regions).count()
    if not waiting:
        return []
    text = _("bintang menunggu evaluasi ulang. Yang tidak dikirim tepat waktu berakhir bersama masa berlakunya.")
    address, action = reverse("nomination_start"), _("Mulai evaluasi ulang")
    return [Card(_("Evaluasi ulang bintang"), text, address, action, count=waiting, kind="attention")]


def question_cards(user: Any) -> list[Card]:
    """Questions whose next word is this person's; no card when there are none. One query."""
    waiting = selectors.waiting_questions(user)
    if not waiting:
        return []
    return [
        Card(
            _("Menunggu jawaban"),
            _("pertanyaan tentang usulan menunggu jawaban Anda."),
            reverse("question_queue"),
            _("Baca dan jawab"),
            count=waiting,
            kind="attention",
        )
    ]


def unfinished_card(nomination: Any, schedule: Schedule) -> Card:
    """A draft or a returned dossier, with the verifier's words."""
    returned = nomination.status == Status.RETURNED
    kind = AFTER_RETURN[Status(nomination.status)]
    due = schedule.open_until(nomination.period_id, kind, nomination.region_id, nomination.pk)
    if returned:
        text = _("Dikembalikan untuk diperbaiki: %(reason)s") % {"reason": nomination.reason}
    else:
        text = _("Konsep %(period)s, belum diajukan.") % {"period": nomination.period}
    if due is None:
        text = f"{text} {_('Masa pengajuannya tidak sedang dibuka.')}"
    return Card(
        title=nomination.title,
        text=text,
        due=due,
        url=reverse("nomination_detail", args=[nomination.pk]),
        action=_("Perbaiki usulan") if returned else _("Lengkapi usulan"),
        kind="attention" if returned else "neutral",
    )


def round_card(period: Period, regions: list[str], schedule: Schedule, sent: selectors.Sent) -> Card:
    """How many a region has sent in one round, against what is asked for, and until when."""
    until = [schedule.open_until(period.pk, WindowKind.NOMINATION, region) for region in regions]
    due = max((moment for moment in until if moment), default=None)
    wanted, by_sentra = period.min_sentra_hint, period.hint_counts == HintCounts.SENTRA
    facts = {"sent": sent.number, "sentra": sent.sentra, "wanted": wanted}
    text = _("%(sent)d usulan diajukan.") % facts
    if wanted and by_sentra:
        text = (
            _("%(sent)d usulan dari %(sentra)d sentra diajukan, dianjurkan paling sedikit %(wanted)d sentra.") % facts
        )
    elif wanted:
        text = _("%(sent)d usulan diajukan, dianjurkan paling sedikit %(wanted)d.") % facts
    if due:
        kind = "attention" if period.counted(nominations=sent.number, sentra=sent.sentra) < wanted else "neutral"
        start = f"{reverse('nomination_start')}?periode={period.pk}#periode-{period.pk}"
        return Card(str(period), text, start, _("Mulai usulan"), due=due, kind=kind)
    opening = schedule.facts(period.pk, WindowKind.NOMINATION)
    if opening and opening.opens_at > schedule.now:
        text = _("Pengusulan dibuka %(moment)s.") % {"moment": deadline_text(opening.opens_at)}
    else:
        text = f"{text} {_('Masa pengusulan sudah ditutup.')}"
    return Card(str(period), text, reverse("nomination_list"), _("Lihat usulan"))


def province_section(provinces: list[str], schedule: Schedule) -> Section:
    """Kabupaten and kota, those without anything first."""
    periods = schedule.periods()
    regions: list[Any] = list(selectors.regions_of_provinces(provinces, periods))
    silent = sum(not region.sent for region in regions)
    until = [schedule.open_until(period.pk, WindowKind.NOMINATION) for period in periods]
    card = Card(
        _("Kabupaten/kota yang belum mengusulkan"),
        _("dari %(all)d kabupaten/kota. Ingatkan dinas yang belum mengusulkan sebelum batas akhir.")
        % {"all": len(regions)},
        reverse("province_matrix"),
        _("Buka pantauan dan ingatkan"),
        due=min((moment for moment in until if moment), default=None),
        count=silent,
        kind="attention" if silent else "neutral",
    )
    return Section(_("Pengusulan di provinsi Anda"), cards=[card], regions=regions)


def scorer_section(user: Any, schedule: Schedule) -> Section:
    desk, cards = reverse("assessor_desk"), []
    for work in selectors.scorer_work(user):
        due = schedule.open_until(work.period_id, WindowKind.ASSESSMENT)
        if work.undeclared:
            cards.append(
                Card(
                    _("Pernyataan benturan kepentingan: %(period)s") % {"period": work.period_name},
                    _("usulan menunggu pernyataan Anda sebelum berkasnya dapat dibuka."),
                    desk,
                    _("Isi pernyataan"),
                    due=due,
                    count=work.undeclared,
                    kind="attention",
                )
            )
        if work.open_sheets:
            cards.append(
                Card(
                    _("Penilaian: %(period)s") % {"period": work.period_name},
                    _("penilaian belum Anda kirim."),
                    desk,
                    _("Lanjutkan menilai"),
                    due=due,
                    count=work.open_sheets,
                    kind="attention",
                )
            )
    return Section(_("Penilaian Anda"), cards=cards, none_text=_("Saat ini tidak ada penilaian yang menunggu Anda."))


def ministry_sections(user: Any) -> list[Section]:
    """For the Sekretariat, the chair and the auditor: one count of all statuses feeds them all."""
    counts = selectors.status_counts(user)
    cards: list[Card] = []
    if user.has_role(Role.VERIFIER, Role.MINISTRY_ADMIN):
        cards += question_cards(user) + verification_cards(counts)
    if user.has_role(Role.PANEL_CHAIR):
        cards += chair_cards(user, counts)
    if user.has_role(Role.MINISTRY_ADMIN):
        cards += decree_cards(user, counts)
        cards.append(
            Card(
                _("Entri atas nama daerah"),
                _("daerah dapat Anda isi usulannya. Tutup entri bila tidak diperlukan lagi."),
                reverse("proxy_list"),
                _("Lihat entri"),
                count=len(user.open_proxies),
            )
        )
    waiting = [card for card in cards if card.count != 0]
    sections = []
    if user.has_role(Role.VERIFIER, Role.MINISTRY_ADMIN, Role.PANEL_CHAIR):
        none_text = _("Saat ini tidak ada pekerjaan yang menunggu Anda.")
        sections.append(Section(_("Perlu Anda kerjakan"), cards=waiting, none_text=none_text))
    if user.has_role(Role.AUDITOR, Role.MINISTRY_ADMIN):
        sections.append(Section(_("Ikhtisar usulan"), figures=overview_figures(counts)))
    if user.has_role(Role.AUDITOR):
        sections.append(Section(_("Pemeriksaan"), cards=[audit_card()]))
    return sections


def audit_card() -> Card:
    text = _("Siapa melakukan apa, terhadap apa, dan kapan; termasuk setiap kali nilai dilihat.")
    return Card(_("Jejak audit"), text, reverse("audit_log"), _("Baca jejak audit"))


def verification_cards(counts: dict[str, int]) -> list[Card]:
    queue = reverse("verification_queue")
    return [
        Card(
            _("Usulan baru"),
            _("usulan menunggu verifikasi dimulai."),
            queue,
            _("Mulai verifikasi"),
            count=counts[Status.SUBMITTED],
            kind="attention",
        ),
        Card(
            _("Sedang diverifikasi"),
            _("usulan belum diputus."),
            f"{queue}?status=diperiksa",
            _("Lanjutkan verifikasi"),
            count=counts[Status.UNDER_VERIFICATION],
        ),
        Card(
            _("Menunggu penilai"),
            _("usulan lolos verifikasi dan penilaiannya belum dibuka."),
            reverse("assignment_list"),
            _("Tugaskan penilai"),
            count=counts[Status.ELIGIBLE],
        ),
    ]


def chair_cards(user: Any, counts: dict[str, int]) -> list[Card]:
    return [
        Card(
            _("Siap ditutup"),
            _("usulan yang nilainya sudah lengkap pada tahap ini."),
            reverse("stage_board"),
            _("Buka papan penilaian"),
            count=selectors.nominations_ready_to_close(user),
            kind="attention",
        ),
        Card(
            _("Menunggu pleno"),
            _("usulan selesai dinilai dan menunggu rekomendasi pleno."),
            reverse("plenary_list"),
            _("Catat hasil pleno"),
            count=counts[Status.IN_PLENARY],
            kind="attention",
        ),
    ]


def decree_cards(user: Any, counts: dict[str, int]) -> list[Card]:
    """The one who recorded a decree may not release it, so each sees what waits for her or him."""
    cards = [
        Card(
            _("Menunggu keputusan Menteri"),
            _("usulan direkomendasikan pleno dan belum dicatat dalam keputusan."),
            reverse("admin:scoring_decree_changelist"),
            _("Catat keputusan"),
            count=counts[Status.RECOMMENDED],
        ),
        Card(
            _("Sertifikat gagal dibuat"),
            _("sertifikat perlu diperiksa."),
            reverse("certificate_list"),
            _("Lihat sertifikat"),
            count=selectors.failed_certificates(),
            kind="attention",
        ),
    ]
    for decree in selectors.waiting_decrees():
        own = decree.recorded_by_id == user.pk
        text = (
            _("Anda yang mencatat keputusan ini, sehingga admin lain yang merilisnya.")
            if own
            else _("Dicatat oleh %(name)s. Periksa, lalu rilis.") % {"name": decree.recorded_by.name}
        )
        cards.append(
            Card(
                _("Keputusan %(number)s belum dirilis") % {"number": decree.number},
                text,
                reverse("admin:scoring_decree_change", args=[decree.pk]),
                _("Lihat keputusan") if own else _("Periksa dan rilis"),
                kind="neutral" if own else "attention",
            )
        )
    return cards


def overview_figures(counts: dict[str, int]) -> list[dict[str, Any]]:
    """All nominations in the groups that the list can filter; the withdrawn ones are left out."""
    nominations = reverse("nomination_list")
    return [
        {
            "label": _(label),
            "value": sum(counts[status] for status in statuses),
            "url": f"{nominations}?status={code}",
        }
        for code, (label, statuses) in GROUPS.items()
        if not statuses & NOT_LIVE
    ]
