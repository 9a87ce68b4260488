"""The minutes of a session, put together from what was recorded. A page and a PDF show the same."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.formats import date_long, moment_text, number_id
from scoring.enums import AttendanceState, Outcome, VoteChoice
from scoring.models import Attendance, PlenarySession, RankingSnapshot, Recommendation, TieDecision
from scoring.presenters.plenary import ATTENDANCE
from scoring.selectors.people import Room

VOTES = {VoteChoice.FOR: "setuju", VoteChoice.AGAINST: "menolak", VoteChoice.ABSTAIN: "abstain"}


def minutes_content(
    session: PlenarySession,
    *,
    attendances: list[Attendance],
    room: Room,
    words: list[Recommendation],
    ties: list[TieDecision],
    ranked: list[dict[str, Any]],
    outside: Mapping[int, Collection[int]],
    seals: Mapping[int, RankingSnapshot],
) -> dict[str, Any]:
    """Plain values, ready for JSON. No query when everything is loaded.

    `seals`: the rankings with two signatures, by category. Without one for every category decided on it is a draft.
    """
    decided = {word.nomination.category_id for word in words}
    names = {row.member_id: row.member.name for row in attendances}
    return {
        "period": session.period.name,
        "date": date_long(session.held_on),
        "place": session.place,
        "chair": session.chair.name,
        "guests": session.attendance,
        "draft": not decided or not decided <= seals.keys(),
        "attendance": [[row.member.name, _attendance(row)] for row in attendances],
        "quorum": _("Hadir %(present)d dari %(all)d anggota; kuorum %(percent)d persen, yaitu %(needed)d anggota.")
        % {
            "present": len(room.present),
            "all": len(attendances),
            "percent": session.quorum_percent,
            "needed": room.needed,
        },
        "items": [_item(word, names, outside.get(word.nomination_id, ())) for word in words],
        "ties": [_tie(tie, ranked) for tie in ties],
        "ranking": [_annex(group, seals.get(group["category"].pk)) for group in ranked],
    }


def _attendance(row: Attendance) -> str:
    label = _(ATTENDANCE[AttendanceState(row.state)])
    return f"{label}, {moment_text(row.left_at)}" if row.left_at else label


def _item(word: Recommendation, names: dict[int, str], outside: Collection[int]) -> dict[str, Any]:
    nomination = word.nomination
    return {
        "title": nomination.title,
        "reference": nomination.reference,
        "category": nomination.category.label,
        "score": number_id(nomination.final_result.score, 2),
        "by_score": nomination.final_result.stars,
        "outcome": _outcome(word),
        "votes": _votes(word),
        "reason": word.reason,
        "outside": [names[pk] for pk in sorted(outside) if pk in names],
    }


def _outcome(word: Recommendation) -> str:
    if word.outcome != Outcome.RECOMMENDED:
        return _("Tidak direkomendasikan")
    return _("Direkomendasikan, bintang %(stars)d") % {"stars": word.stars} if word.stars else _("Direkomendasikan")


def _votes(word: Recommendation) -> str:
    counted = Counter(vote.choice for vote in word.votes.all())
    if not counted:
        return _("Mufakat %(present)d anggota") % {"present": word.present}
    return ", ".join(f"{counted[choice]} {_(label)}" for choice, label in VOTES.items())


def _tie(tie: TieDecision, ranked: list[dict[str, Any]]) -> dict[str, Any]:
    titles = {row["nomination"].pk: row["nomination"].title for group in ranked for row in group["rows"]}
    return {
        "category": tie.category.label,
        "order": [titles.get(entry, "–") for entry in tie.entries],
        "reason": tie.reason,
    }


def _annex(group: dict[str, Any], seal: RankingSnapshot | None) -> dict[str, Any]:
    return {
        "category": group["category"].label,
        "seal": _seal(seal) if seal else {},
        "rows": [
            {
                "rank": row["rank"],
                "title": row["nomination"].title,
                "reference": row["nomination"].reference,
                "score": number_id(row["final"].score, 2),
                "outcome": _outcome(row["recommendation"]) if row["recommendation"] else "–",
            }
            for row in group["rows"]
        ],
    }


def _seal(ranking: RankingSnapshot) -> dict[str, Any]:
    people = [(ranking.signed_by_1, ranking.signed_at_1), (ranking.signed_by_2, ranking.signed_at_2)]
    return {
        "version": ranking.version,
        "sha256": ranking.sha256,
        "signed": [f"{person.name}, {moment_text(when)}" for person, when in people if person and when],
    }
