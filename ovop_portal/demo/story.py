"""Demo nominations in every part of the workflow, brought there by the same services that people use."""

from collections.abc import Callable
from datetime import time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from nominations.enums import (
    TOPICS,
    Action,
    AdminRule,
    AnswerKind,
    DocumentStage,
    ItemVerdict,
    Topic,
    WindowKind,
)
from nominations.models import Category, Nomination, Period, Requirement, Window
from nominations.selectors.dossiers import checklist
from nominations.selectors.verification import Part, parts_of
from nominations.services import documents, drafting, submission, verification
from ovop_portal.demo.candidates import ANSWERS, DemoCandidate
from ovop_portal.demo.documents import pdf_document, photo
from scoring.enums import AttendanceState, CustodyKind, Outcome, VoteChoice
from scoring.models import Indicator
from scoring.rules import Answer
from scoring.selectors.stages import current_stage
from scoring.services.agenda import record_attendance
from scoring.services.assignments import assign_assessor, declare_interest, open_assessment
from scoring.services.panel import Tie, state_interests
from scoring.services.plenary import record_plenary_session, record_recommendation
from scoring.services.rankings import countersign_ranking, sign_ranking
from scoring.services.samples import Step, move_sample, receive_sample
from scoring.services.sheets import save_sheet, submit_sheet
from scoring.services.stages import close_stage, skip_stage
from scoring.services.visit_photos import add_photo
from scoring.services.visits import (
    Found,
    Interview,
    VisitFacts,
    confirm_visit,
    open_visit,
    save_visit,
    submit_visit,
)
from sentra.models import Product, Sentra

JAKARTA = ZoneInfo("Asia/Jakarta")
ASSESSORS = ("penilai1", "penilai2", "penilai3")
FRIDAY = 4
JURORS = ("juri1", "juri2", "juri3")

MISMATCHES = {
    "I2": Found("terbukti_sebagian", note="Lima orang bekerja di rumah masing-masing.", actual="7 orang di tempat"),
    "M2": Found("tidak_terbukti", note="Pembukuan belum ada; nota disimpan tanpa urutan."),
}


class Story:
    """Walks nominations through the workflow in the name of the demo people."""

    def __init__(self, people: dict[str, User]) -> None:
        self.people = people
        self.verifier = people["verifikator"]
        self.chair = people["ketua"]

    # Before submission

    def draft_product(self, period: Period, product: Product) -> Nomination:
        return drafting.create_product_nomination(period=period, product=product, actor=product.created_by)

    def draft_candidate(self, period: Period, candidate: DemoCandidate) -> Nomination:
        officer = self.people[candidate.officer]
        nomination = drafting.create_candidate_nomination(
            period=period,
            category=Category.objects.get(award=period.award, code=candidate.category),
            region_code=candidate.region,
            candidate={
                "candidate_kind": candidate.kind,
                "name": candidate.name,
                "identity_number": candidate.identity,
                "address": candidate.address,
                "phone": "+6281234567800",
            },
            actor=officer,
        )
        for number in range(1, candidate.beneficiaries + 1):
            drafting.save_beneficiary(
                nomination_id=nomination.pk,
                beneficiary_id=None,
                values={
                    "name": f"{candidate.trade} Mitra {number} Contoh",
                    "place": candidate.address,
                    "contact": f"Mitra {number}, 0812-3456-78{number:02d}",
                    "activity": "Pelatihan produksi, pendampingan pembukuan, dan pembukaan pasar.",
                    "years": list(range(period.year - 5, period.year)),
                },
                actor=officer,
            )
        return nomination

    def complete(self, nomination: Nomination, *, upto: int | None = None) -> None:
        """Answer everything that is required; `upto` stops after so many documents."""
        nomination.refresh_from_db()
        for question in TOPICS[nomination.entry_kind]:
            drafting.save_answer(
                nomination_id=nomination.pk,
                question=question,
                text=ANSWERS[question] % {"title": nomination.title},
                version=0,
                actor=nomination.created_by,
            )
        required = [row for row in checklist(nomination) if row.required and not row.item]
        for row in required[:upto]:
            self.add_document(nomination, row.requirement, nomination.created_by)

    def rewrite(self, nomination: Nomination, question: Topic, text: str) -> None:
        """A second text for a question; the first one is found among the earlier versions."""
        drafting.save_answer(
            nomination_id=nomination.pk, question=question, text=text, version=1, actor=nomination.created_by
        )

    def add_document(self, nomination: Nomination, requirement: Requirement, actor: User) -> None:
        upload, link = None, ""
        if requirement.answer_kind == AnswerKind.LINK:
            link = "https://video.example/contoh"
        elif "Foto" in requirement.label:
            upload = SimpleUploadedFile(f"{requirement.code} foto.jpg", photo(nomination.pk), "image/jpeg")
        else:
            data = pdf_document(requirement.label, nomination.title, nomination.region.full_label)
            upload = SimpleUploadedFile(f"{requirement.code} {nomination.title[:40]}.pdf", data, "application/pdf")
        documents.add_document(
            nomination_id=nomination.pk, requirement=requirement, upload=upload, link=link, actor=actor
        )

    def submit(self, nomination: Nomination) -> None:
        self.complete(nomination)
        submission.submit_nomination(nomination_id=nomination.pk, declared=True, actor=nomination.created_by)

    # Verification

    def verify(
        self, nomination: Nomination, action: Action, verdict: ItemVerdict, reason: str, marked: int = 0
    ) -> None:
        """Submit and conclude the verification; the first `marked` documents get `verdict`, the rest are accepted."""
        parts = self._take_up(nomination)
        marks = {part.key: verification.Mark(ItemVerdict.ACCEPTED) for part in parts}
        note = "Tanggal pada dokumen tidak terbaca. Unggah pindaian yang jelas."
        documents_only = [part for part in parts if part.item]
        marks |= {part.key: verification.Mark(verdict, note) for part in documents_only[:marked]}
        verification.save_verdicts(nomination_id=nomination.pk, verdicts=marks, actor=self.verifier)
        failed = {AdminRule.DOCUMENTS: note} if action is Action.DECLARE_INELIGIBLE else {}
        verification.conclude_verification(
            nomination_id=nomination.pk, action=action, reason=reason, failed=failed, actor=self.verifier
        )

    def repair(self, nomination: Nomination) -> None:
        """Returned with a section and a document marked, mended by the region, sent again, and taken up again."""
        parts = {part.code: part for part in self._take_up(nomination)}
        wanted = {
            "D02": "SK belum ditandatangani. Unggah SK yang sudah ditandatangani.",
            Topic.MARKETING: "Sebutkan penjualan tiga tahun terakhir dengan angka.",
        }
        marks = {part.key: verification.Mark(ItemVerdict.ACCEPTED) for part in parts.values()}
        marks |= {parts[code].key: verification.Mark(ItemVerdict.REPAIR, note) for code, note in wanted.items()}
        verification.save_verdicts(nomination_id=nomination.pk, verdicts=marks, actor=self.verifier)
        verification.conclude_verification(
            nomination_id=nomination.pk,
            action=Action.RETURN_FOR_REPAIR,
            reason="Satu dokumen dan satu keterangan perlu diperbaiki.",
            actor=self.verifier,
        )
        nomination.refresh_from_db()
        text = ANSWERS[Topic.MARKETING] % {"title": nomination.title}
        drafting.save_answer(
            nomination_id=nomination.pk,
            question=Topic.MARKETING,
            text=f"{text} Penjualan 2023: Rp180 juta, 2024: Rp210 juta, 2025: Rp265 juta.",
            version=1,
            actor=nomination.created_by,
        )
        decree = nomination.period.requirements.get(code="D02")
        decree.label += " (sudah ditandatangani)"
        self.add_document(nomination, decree, nomination.created_by)
        Sentra.objects.filter(entries__nomination=nomination).update(unit_count=F("unit_count") + 2)
        nomination = Nomination.objects.get(pk=nomination.pk)
        submission.submit_nomination(nomination_id=nomination.pk, declared=True, actor=nomination.created_by)
        verification.start_verification(nomination_id=nomination.pk, actor=self.verifier)

    def _take_up(self, nomination: Nomination) -> list[Part]:
        self.submit(nomination)
        verification.start_verification(nomination_id=nomination.pk, actor=self.verifier)
        return parts_of(nomination)

    def accept(self, nomination: Nomination) -> None:
        self.verify(nomination, Action.DECLARE_ELIGIBLE, ItemVerdict.ACCEPTED, "")

    # Assessment

    def open_assessment(self, nomination: Nomination) -> None:
        self.accept(nomination)
        open_assessment(nomination_id=nomination.pk, actor=self.verifier)
        nomination.refresh_from_db()
        for row in checklist(nomination, DocumentStage.ASSESSMENT):
            self.add_document(nomination, row.requirement, self.verifier)

    def assign(self, nomination: Nomination, who: tuple[str, ...]) -> list[int]:
        stage = current_stage(nomination)
        return [
            assign_assessor(
                nomination_id=nomination.pk, stage_id=stage.pk, assessor_id=self.people[name].pk, actor=self.verifier
            ).pk
            for name in who
        ]

    def state(self, period: Period, scorer: str, *ties: Tie) -> None:
        """The statement of interests for a period, once."""
        actor = self.people[scorer]
        if ties or not actor.statements.filter(period=period).exists():
            state_interests(period_id=period.pk, ties=ties, actor=actor)

    def score(
        self,
        nomination: Nomination,
        assignment_id: int,
        scorer: str,
        choose: Callable[[int, Indicator], Decimal],
        *,
        submit: bool = True,
    ) -> None:
        """Declare no conflict, fill the whole sheet by `choose(place, indicator)`, and submit it unless told not to."""
        actor = self.people[scorer]
        self.state(nomination.period, scorer)
        declare_interest(nomination_id=nomination.pk, has_conflict=False, reason="", actor=actor)
        stage = current_stage(nomination)
        rows = stage.instrument.indicators.prefetch_related("options")
        answers = {
            row.code: Answer(choose(place, row), "Sesuai dokumen dan contoh produk.") for place, row in enumerate(rows)
        }
        sheet = save_sheet(assignment_id=assignment_id, answers=answers, version=0, actor=actor)
        if submit:
            submit_sheet(assignment_id=assignment_id, version=sheet.version, actor=actor)

    def score_by_all(self, nomination: Nomination, who: tuple[str, ...], choose: Callable[..., Decimal]) -> None:
        """All of `who` score, each a little differently, and the chair closes the stage."""
        stage = current_stage(nomination)
        for turn, (name, assignment_id) in enumerate(zip(who, self.assign(nomination, who), strict=True)):
            self.score(nomination, assignment_id, name, lambda place, row, turn=turn: choose(place + turn, row))
        close_stage(nomination_id=nomination.pk, stage_id=stage.pk, actor=self.chair)

    def go_without_visit(self, nomination: Nomination) -> None:
        stage, reason = current_stage(nomination), "Contoh: sentra ini dikunjungi panel pada periode yang lalu."
        skip_stage(nomination_id=nomination.pk, stage_id=stage.pk, reason=reason, actor=self.chair)

    def visit(self, nomination: Nomination, scorer: str) -> None:
        """A field visit that finds nearly everything proven, confirmed and closed by the chair."""
        stage, actor = current_stage(nomination), self.people[scorer]
        (assignment_id,) = self.assign(nomination, (scorer,))
        self.state(nomination.period, scorer)
        declare_interest(nomination_id=nomination.pk, has_conflict=False, reason="", actor=actor)
        visit = open_visit(assignment_id=assignment_id, actor=actor)
        findings = {
            claim.pk: Found("terbukti_sebagian" if place == 3 else "terbukti", f"Mitra {place}", "Diperiksa di tempat.")
            for place, claim in enumerate(visit.claims.all())
        }
        facts = VisitFacts(timezone.localdate() - timedelta(days=3), nomination.region.label, "Kunjungan sehari penuh.")
        visit = save_visit(
            assignment_id=assignment_id,
            facts=facts,
            findings=findings,
            version=visit.version,
            actor=actor,
        )
        submit_visit(assignment_id=assignment_id, version=visit.version, actor=actor)
        confirm_visit(visit_id=visit.pk, actor=self.chair)
        close_stage(nomination_id=nomination.pk, stage_id=stage.pk, actor=self.chair)

    def visit_sentra(self, nomination: Nomination, scorer: str) -> None:
        """An OVOP visit with photos and an interview, on which not everything agrees with the dossier."""
        stage, actor = current_stage(nomination), self.people[scorer]
        (assignment_id,) = self.assign(nomination, (scorer,))
        visit = open_visit(assignment_id=assignment_id, actor=actor)
        claims = {claim.pk: Found("terbukti") for claim in visit.claims.all()}
        for code, found in MISMATCHES.items():
            claims[visit.claims.get(code=code).pk] = found
        day = timezone.localdate() - timedelta(days=2)
        facts = VisitFacts(
            visited_on=day,
            visited_at=time(9, 30),
            place=f"Sentra di {nomination.region.label}",
            summary="Produksi berjalan pada hari kunjungan. Pemilik dan dua perajin ditemui.",
            participants="Penilai (Balai Contoh)\nPendamping dinas (contoh)",
            host_name="Ibu Contoh",
            host_role="Pemilik usaha",
            point=(Decimal("-8.657382"), Decimal("122.218300")),
            interviews=(Interview("Ibu Contoh", "pemilik usaha", day, "Pesanan rutin dari dua toko di Maumere."),),
        )
        for caption in ("Perajin menyiapkan benang (contoh).", "Tempat menjemur (contoh)."):
            upload = SimpleUploadedFile("foto.jpg", photo(assignment_id), "image/jpeg")
            add_photo(assignment_id=assignment_id, upload=upload, caption=caption, actor=actor)
        visit = save_visit(
            assignment_id=assignment_id, facts=facts, findings=claims, version=visit.version, actor=actor
        )
        submit_visit(assignment_id=assignment_id, version=visit.version, actor=actor)
        confirm_visit(visit_id=visit.pk, actor=self.chair)
        close_stage(nomination_id=nomination.pk, stage_id=stage.pk, actor=self.chair)

    def hand_over_sample(self, nomination: Nomination, scorer: str) -> None:
        """A sample that arrived yesterday and is now with a scorer."""
        arrived = timezone.now() - timedelta(days=1)
        receipt = receive_sample(
            nomination_id=nomination.pk,
            description=f"{nomination.title[:80]} (contoh)",
            count=2,
            step=Step(
                CustodyKind.RECEIVED,
                arrived,
                "Lemari contoh A-3",
                "Utuh, kemasan rapi",
                given_by="Kurir (contoh)",
                taken_by="Sekretariat OVOP",
            ),
            actor=self.verifier,
        )
        step = Step(
            CustodyKind.HANDED_OVER,
            arrived + timedelta(hours=3),
            "Balai Contoh",
            "Utuh; satu sudut kemasan penyok",
            taken_by=self.people[scorer].name,
            deviates=True,
        )
        move_sample(receipt_id=receipt.pk, step=step, number=1, actor=self.verifier)

    # Plenary

    def recommend(self, nominations: list[Nomination]) -> None:
        """One plenary session per period that recommends each nomination with the stars of its band."""
        session = record_plenary_session(
            period_id=nominations[0].period_id,
            held_on=timezone.localdate() - timedelta(days=1),
            place="Jakarta (contoh)",
            attendance="Sekretariat.",
            actor=self.chair,
        )
        members = session.attendances.values_list("member", flat=True)
        states = dict.fromkeys(members, AttendanceState.PRESENT)
        record_attendance(session_id=session.pk, states=states, actor=self.chair)
        for nomination in nominations:
            nomination.refresh_from_db()
            record_recommendation(
                nomination_id=nomination.pk,
                session_id=session.pk,
                outcome=Outcome.RECOMMENDED,
                stars=nomination.final_result.stars,
                votes=dict.fromkeys(members, VoteChoice.FOR),
                actor=self.chair,
            )

    def seal(self, nomination: Nomination) -> None:
        """The ranking of the nomination's category, signed by the chair and by an admin."""
        signed = sign_ranking(period_id=nomination.period_id, category_id=nomination.category_id, actor=self.chair)
        countersign_ranking(ranking_id=signed.pk, seen=signed.sha256, actor=self.people["admin1"])


def best_option(place: int, row: Indicator, *, weaker_every: int) -> Decimal:
    """The best option, but the one below it at every `weaker_every`-th place."""
    points = [option.points for option in row.options.all()]
    return points[-2] if place % weaker_every == 0 else points[-1]


def scale_mark(place: int, row: Indicator, *, high: str, low: str) -> Decimal:
    return Decimal(low if place % 3 == 0 else high)


def set_windows(period: Period) -> None:
    """Nomination and correction end on a Friday at 16.00 WIB, three and five weeks from now: all have work to do."""
    today = timezone.now().astimezone(JAKARTA).replace(hour=16, minute=0, second=0, microsecond=0)
    today += timedelta(days=(FRIDAY - today.weekday()) % 7)
    weeks = {
        WindowKind.NOMINATION: (-8, 3),
        WindowKind.CORRECTION: (-8, 5),
        WindowKind.ASSESSMENT: (-6, 8),
        WindowKind.OBJECTION: (8, 10),
    }
    for kind, (start, end) in weeks.items():
        Window.objects.create(
            period=period,
            kind=kind,
            opens_at=today + timedelta(weeks=start),
            closes_at=today + timedelta(weeks=end),
            grace_minutes=30 if kind in (WindowKind.NOMINATION, WindowKind.CORRECTION) else 0,
        )
