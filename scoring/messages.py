"""Who is told what, in which words. Only plain text and our own addresses; no scores, no reasons of a conflict."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.selectors import people_with
from accounts.services.notices import notify
from core.formats import deadline_text
from nominations.models import Nomination, Period
from scoring.enums import RunState, SheetStatus
from scoring.models import (
    Assignment,
    AssignmentMove,
    AssignmentRemoval,
    AssignmentRun,
    ConflictDeclaration,
    InterestTie,
    RankingSnapshot,
    ScorerReminder,
    Sheet,
    StageResult,
)


def chairs() -> list[User]:
    """The panel's chairs now. One query."""
    return people_with(Role.PANEL_CHAIR)


def not_recused(users: Iterable[User], nominations: Any) -> list[User]:
    """Who declared a conflict meets the nomination in no mail either, whatever else she or he does. One query.

    `nominations` are what the mail is about, as objects, ids or a query.
    """
    recused = ConflictDeclaration.objects.filter(nomination__in=nominations, has_conflict=True)
    ids = set(recused.values_list("user", flat=True))
    return [user for user in users if user.pk not in ids]


def tell_conflict(nomination: Nomination, ended: Collection[Assignment], actor: Any) -> None:
    """A scorer steps back: to the chair, and to whoever assigned and now has to find another person."""
    page = reverse("assign", args=[nomination.pk])
    stages = sorted({assignment.stage.label for assignment in ended})
    body = _("%(name)s menyatakan benturan kepentingan atas usulan %(reference)s dan tidak lagi menanganinya.")
    if stages:
        body = _(
            "%(name)s menyatakan benturan kepentingan atas usulan %(reference)s dan tidak lagi menilainya"
            " (tahap: %(stages)s)."
        )
    if Sheet.objects.filter(assignment__in=ended, status=SheetStatus.SUBMITTED).exists():
        body += " " + _("Nilai yang sudah dikirimnya tetap ada dalam riwayat penilaian, tetapi tidak dihitung lagi.")
    closed = StageResult.objects.filter(nomination=nomination, stage__in=[one.stage_id for one in ended])
    if labels := list(closed.order_by("stage__order").values_list("stage__label", flat=True)):
        body += " " + _(
            "Tahap yang sudah ditutup dengan nilainya: %(closed)s. Buka kembali agar dihitung tanpa nilai itu."
        )
    body += "\n\n" + _("Periksa siapa yang masih menilai dan memutuskan usulan ini: %(page)s\n")
    facts = {
        "closed": ", ".join(labels),
        "name": actor.name,
        "reference": nomination.reference,
        "stages": ", ".join(stages),
        "page": settings.BASE_URL + page,
    }
    notify(
        users=not_recused([*chairs(), *(assignment.assigned_by for assignment in ended)], [nomination]),
        subject=_("Benturan kepentingan pada usulan %(ref)s") % {"ref": nomination.reference},
        body=body % facts,
        url=page,
        key=f"conflict:{nomination.pk}:{actor.pk}",
    )


def tell_declined(assignment: Assignment, actor: Any) -> None:
    """A scorer gives a task back: to the chair and to who assigned, with the way to the page. Not the reason."""
    nomination = assignment.nomination
    page = reverse("assign", args=[nomination.pk])
    body = _(
        "%(name)s tidak dapat menerima tugas menilai usulan %(reference)s (tahap: %(stage)s).\n\n"
        "Tugaskan penilai lain atau susun ulang penugasan: %(page)s\n"
    ) % {
        "name": actor.name,
        "reference": nomination.reference,
        "stage": assignment.stage.label,
        "page": settings.BASE_URL + page,
    }
    notify(
        users=not_recused([*chairs(), assignment.assigned_by], [nomination]),
        subject=_("Tugas menilai usulan %(ref)s ditolak") % {"ref": nomination.reference},
        body=body,
        url=page,
        key=f"declined:{assignment.pk}:{assignment.assigned_at:%Y%m%d%H%M%S}",
    )


def tell_removed(removal: AssignmentRemoval, actor: Any) -> None:
    """The Sekretariat ends an assignment: to the chair, with the way to the reason, and to who scores no more."""
    nomination, scorer = removal.nomination, removal.assessor
    page = reverse("assign", args=[nomination.pk])
    facts = {
        "name": scorer.name,
        "reference": removal.stage.name_of(nomination),
        "stage": removal.stage.label,
        "page": settings.BASE_URL + page,
    }
    subject = _("Penugasan pada usulan %(reference)s dihapus") % facts
    body = _(
        "Sekretariat menghapus penugasan %(name)s pada usulan %(reference)s (tahap: %(stage)s).\n\n"
        "Alasannya, dan apakah jumlah penilai masih cukup: %(page)s\n"
    )
    notify(
        users=[one for one in not_recused(chairs(), [nomination]) if one.pk not in (actor.pk, scorer.pk)],
        subject=subject,
        body=body % facts,
        url=page,
        key=f"assignment-removed:{removal.pk}",
    )
    own = _(
        "Sekretariat menghapus tugas Anda menilai usulan %(reference)s (tahap: %(stage)s). Anda tidak perlu"
        " melanjutkannya, dan isian Anda yang belum dikirim tidak dihitung.\n\n"
        "Hubungi Sekretariat bila ini keliru. Tugas Anda yang lain: %(page)s\n"
    )
    desk = reverse("assessor_desk")
    notify(
        users=[scorer],
        subject=_("Tugas menilai usulan %(reference)s dihapus") % facts,
        body=own % (facts | {"page": settings.BASE_URL + desk}),
        url=desk,
        key=f"assignment-removed:{removal.pk}:scorer",
    )


def tell_tie_withdrawn(tie: InterestTie, period: Period, actor: Any) -> None:
    """A scorer takes a stated tie back: to the chair, with the way to the page that says which and why."""
    page = f"{reverse('panel')}?periode={period.pk}#ditarik"
    body = _(
        "%(name)s menarik satu hubungan dari pernyataan kepentingannya pada %(period)s.\n\n"
        "Hubungan dan alasannya: %(page)s\n"
    ) % {"name": actor.name, "period": period.name, "page": settings.BASE_URL + page}
    notify(
        users=[chair for chair in chairs() if chair.pk != actor.pk],
        subject=_("Hubungan kepentingan ditarik"),
        body=body,
        url=page,
        key=f"tie-withdrawn:{tie.pk}",
    )


def tell_sheet_reopened(sheet: Sheet, reason: str) -> None:
    """To the scorer whose sheet the chair opened again."""
    page = reverse("score_sheet", args=[sheet.assignment_id])
    body = _(
        "Ketua panel membuka kembali lembar nilai Anda untuk usulan %(reference)s.\n\nAlasan: %(reason)s\n\n"
        "Perbaiki nilai, lalu kirim lagi: %(page)s\n"
    ) % {
        "reference": sheet.stage.name_of(sheet.nomination),
        "reason": reason,
        "page": settings.BASE_URL + page,
    }
    notify(
        users=[sheet.assessor],
        subject=_("Lembar nilai usulan %(ref)s dibuka kembali") % {"ref": sheet.stage.name_of(sheet.nomination)},
        body=body,
        url=page,
        key=f"sheet-reopened:{sheet.pk}:{sheet.version}",
        important=True,
    )


def tell_ranking_signed(ranking: RankingSnapshot, actor: Any) -> None:
    """To the admins of the ministry: a ranking waits for the second signature. No results in it."""
    _tell_admins(ranking, actor, _("Peringkat menunggu tanda tangan Anda"), "signed")


def tell_correction_opened(ranking: RankingSnapshot, actor: Any) -> None:
    """To the admins of the ministry: the chair asks to open a sealed ranking again."""
    _tell_admins(ranking, actor, _("Koreksi peringkat menunggu persetujuan Anda"), "correction")


def _tell_admins(ranking: RankingSnapshot, actor: Any, subject: str, kind: str) -> None:
    page = reverse("ranking_detail", args=[ranking.period_id, ranking.category_id])
    body = _("%(subject)s: %(category)s, %(period)s, versi %(version)d.\n\nPeriksa di: %(page)s\n") % {
        "subject": subject,
        "category": ranking.category.label,
        "period": ranking.period.name,
        "version": ranking.version,
        "page": settings.BASE_URL + page,
    }
    admins = [admin for admin in people_with(Role.MINISTRY_ADMIN) if admin.pk != actor.pk]
    notify(
        users=not_recused(admins, Nomination.objects.filter(period=ranking.period_id, category=ranking.category_id)),
        subject=f"{subject}: {ranking.category.label}",
        body=body,
        url=page,
        key=f"ranking-{kind}:{ranking.pk}",
    )


def late_mail(progress: Any, period: Any, introduction: str) -> tuple[str, str]:
    """Subject and body of the reminder to a scorer of `selectors.progress`. Names no nomination.

    What is over and what is nearly over stand apart, each with the earliest deadline among its own.
    """
    zone, lines = progress.user.timezone, []
    if progress.late:
        said = {"number": progress.late, "due": deadline_text(progress.due, zone)}
        lines.append(_("Sudah melewati batas: %(number)d (batas paling awal: %(due)s)") % said)
    if progress.soon:
        said = {"number": progress.soon, "due": deadline_text(progress.next_due, zone)}
        lines.append(_("Segera berakhir: %(number)d (batas paling awal: %(due)s)") % said)
    body = _(
        "%(introduction)s\n\nPekerjaan Anda yang belum dikirim pada %(period)s:\n%(lines)s\n\n"
        "Buka meja penilaian Anda: %(page)s\n"
    ) % {
        "introduction": introduction,
        "period": period.name,
        "lines": "\n".join(lines),
        "page": settings.BASE_URL + reverse("assessor_desk"),
    }
    return _("Penilaian Anda ditunggu: %(period)s") % {"period": period.name}, body


def tell_late(progress: Any, reminder: ScorerReminder) -> None:
    """To one scorer whose work is late or ends soon."""
    subject, body = late_mail(progress, reminder.period, reminder.introduction)
    notify(
        users=[progress.user],
        subject=subject,
        body=body,
        url=reverse("assessor_desk"),
        key=f"scorer-reminder:{reminder.pk}",
        important=True,
    )


def tell_ended(assignment: Assignment) -> None:
    """Somebody's role is over and the work was not sent: to the chair and to who assigned."""
    nomination = assignment.nomination
    page = reverse("assign", args=[nomination.pk])
    body = _(
        "Masa tugas %(name)s sebagai penilai berakhir, sehingga penugasannya pada usulan %(reference)s dihapus"
        " (tahap: %(stage)s).\n\nPeriksa apakah jumlah penilai masih cukup: %(page)s\n"
    ) % {
        "name": assignment.assessor.name,
        "reference": nomination.reference,
        "stage": assignment.stage.label,
        "page": settings.BASE_URL + page,
    }
    notify(
        users=not_recused([*chairs(), assignment.assigned_by], [nomination]),
        subject=_("Penugasan pada usulan %(ref)s berakhir") % {"ref": nomination.reference},
        body=body,
        url=page,
        key=f"assignment-ended:{assignment.pk}:{assignment.assigned_at:%Y%m%d%H%M%S}",
    )


def tell_chair_of_run(run: AssignmentRun, comes: int, goes: int) -> None:
    """A run was applied: to the chair, with numbers alone. To none who has a conflict with what is counted."""
    page = reverse("run_detail", args=[run.pk])
    body = _(
        "Penugasan penilai pada %(period)s diubah: %(comes)d penugasan baru, %(goes)d dilepas.\n\nLihat: %(page)s\n"
    ) % {"period": run.period.name, "comes": comes, "goes": goes, "page": settings.BASE_URL + page}
    notify(
        users=not_recused(chairs(), run.moves.values("nomination")),
        subject=_("Penugasan penilai diubah"),
        body=body,
        url=page,
        key=f"assignment-run-applied:{run.pk}",
    )


def tell_replacement(run: AssignmentRun, moves: Iterable[AssignmentMove], missing: int) -> None:
    """The portal proposes replacements: to the chair, who decides. Numbers alone, to none with a conflict in them."""
    page = reverse("run_detail", args=[run.pk])
    facts = {
        "period": run.period.name,
        "comes": sum(move.gives for move in moves),
        "missing": missing,
        "page": settings.BASE_URL + page,
    }
    body = _(
        "Ada penilai yang menolak tugas, mundur, atau berakhir masa tugasnya pada %(period)s. Portal mengusulkan"
        " %(comes)d penugasan pengganti. Belum ada yang berubah sampai Anda menerapkannya."
    )
    if missing:
        body += " " + _("Untuk %(missing)d tugas tidak ada penilai yang dapat menggantikan.")
    notify(
        users=not_recused(chairs(), run.moves.values("nomination")),
        subject=_("Usulan penilai pengganti menunggu keputusan Anda"),
        body=(body + "\n\n" + _("Periksa dan putuskan: %(page)s\n")) % facts,
        url=page,
        key=f"assignment-run-proposed:{run.pk}",
    )


def tell_not_carried_out(run: AssignmentRun) -> None:
    """To who had a run applied or undone by a worker: nothing has changed. The page says why."""
    page = reverse("run_detail", args=[run.pk])
    applying = run.state == RunState.APPLYING
    body = _("Tidak ada yang berubah pada %(period)s. Sebabnya ada pada halaman usulan penugasan: %(page)s\n")
    notify(
        users=[run.applied_by if applying else run.undone_by],
        subject=_("Penugasan belum diterapkan") if applying else _("Penugasan belum dibatalkan"),
        body=body % {"period": run.period.name, "page": settings.BASE_URL + page},
        url=page,
        key=f"assignment-run-failed:{run.pk}:{run.claimed_at:%Y%m%d%H%M%S}",
    )


def tell_assigned(run: AssignmentRun, given: Mapping[int, int]) -> None:
    """To everybody who got new work by a run, once and with the number alone. Queries grow with the people."""
    page = reverse("assessor_desk")
    for user in User.objects.filter(pk__in=given).order_by("pk"):
        body = _("Anda mendapat %(count)d tugas penilaian baru pada %(period)s.\n\nBuka meja kerja: %(page)s\n") % {
            "count": given[user.pk],
            "period": run.period.name,
            "page": settings.BASE_URL + page,
        }
        notify(
            users=[user],
            subject=_("Tugas penilaian baru"),
            body=body,
            url=page,
            key=f"assignment-run:{run.pk}:{user.pk}",
        )
