"""The draft of the minutes: what was recorded, as a numbered version with its PDF."""

from typing import Any

from django.db import transaction
from django.db.models import F, Max, prefetch_related_objects
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.files import store_bytes
from core.http import require
from core.jobs import enqueue
from scoring.enums import MinutesState
from scoring.models import Minutes, PlenarySession, Recommendation
from scoring.policies import is_chair
from scoring.presenters.minutes import minutes_content
from scoring.rendering.minutes import minutes_pdf
from scoring.selectors.people import attendances_of, outside_of, room_from
from scoring.selectors.plenary import finalists, orders_of, ranked_categories, sessions, tie_decisions
from scoring.selectors.rankings import in_force

MAX_ATTEMPTS = 5


def content_of(session: PlenarySession) -> dict[str, Any]:
    """What the minutes say now. Eight queries whatever the number of items."""
    attendances, said = attendances_of(session), tie_decisions(session.period_id)
    nominations = finalists(session.period_id)
    words = [word for one in nominations if (word := getattr(one, "recommendation", None))]
    words = [word for word in words if word.session_id == session.pk]
    words.sort(key=lambda word: (word.nomination.category.order, word.recorded_at, word.pk))
    prefetch_related_objects(words, "votes")
    decided = {word.nomination.category_id for word in words}
    ranked = ranked_categories(nominations, orders_of(said))
    sealed = in_force().filter(period=session.period_id).defer("content", "names")
    seals = {one.category_id: one for one in sealed.select_related("signed_by_1", "signed_by_2")}
    return minutes_content(
        session,
        attendances=attendances,
        room=room_from(attendances, set(), session.quorum_percent),
        words=words,
        ties=[one for one in said if one.session_id == session.pk],
        ranked=[group for group in ranked if group["category"].pk in decided],
        outside=outside_of(session, [word.nomination_id for word in words]),
        seals=seals,
    )


@transaction.atomic
def request_minutes(*, session_id: int, actor: Any) -> Minutes:
    """The next version of the minutes; a worker makes its PDF. Raises RuleBroken when nothing was decided yet."""
    require(is_chair(actor))
    PlenarySession.objects.select_for_update().get(pk=session_id)
    session = sessions().get(pk=session_id)
    if not Recommendation.objects.filter(session=session).exists():
        raise RuleBroken(_("Belum ada putusan dalam sidang ini."))
    last = Minutes.objects.filter(session=session).aggregate(last=Max("version"))["last"] or 0
    minutes = Minutes.objects.create(session=session, version=last + 1, content=content_of(session), requested_by=actor)
    audit.record(actor, "scoring.minutes_requested", session, version=minutes.version)
    enqueue("scoring.render_minutes", minutes_id=minutes.pk)
    return minutes


@transaction.atomic
def record_minutes_download(*, minutes: Minutes, actor: Any) -> None:
    """The paper left the portal. One query."""
    audit.record(actor, "scoring.minutes_downloaded", minutes.session, version=minutes.version)


def render_minutes(minutes_id: int) -> None:
    """Render and attach the PDF once; a second delivery finds it and stops. Runs in a worker only."""
    minutes = Minutes.objects.select_related("session").get(pk=minutes_id)
    if minutes.state != MinutesState.WANTED:
        return
    attempts = minutes.attempts + 1
    Minutes.objects.filter(pk=minutes_id).update(attempts=F("attempts") + 1)
    try:
        document = minutes_pdf(minutes.content, version=minutes.version, created=minutes.requested_at)
    except Exception:
        if attempts >= MAX_ATTEMPTS:
            Minutes.objects.filter(pk=minutes_id, state=MinutesState.WANTED).update(state=MinutesState.FAILED)
        raise
    with transaction.atomic():
        locked = Minutes.objects.select_for_update().get(pk=minutes_id)
        if locked.state == MinutesState.WANTED:
            name = f"berita-acara-{minutes.session.held_on.isoformat()}-{minutes.version}.pdf"
            locked.file = store_bytes(document, name=name, content_type="application/pdf")
            locked.state = MinutesState.READY
            locked.save(update_fields=["file", "state"])


def waiting_ids(limit: int = 50) -> list[int]:
    """Minutes whose PDF is still wanted, oldest first. One query."""
    waiting = Minutes.objects.filter(state=MinutesState.WANTED, attempts__lt=MAX_ATTEMPTS)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:limit])
