"""Reminding kabupaten and kota that they have not nominated yet."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.http import require
from nominations.messages.region_reminder import not_reminded_because, tell_reminded
from nominations.models import RegionReminder
from nominations.policies import can_remind
from nominations.selectors.matrix import ReminderTarget, reminder_targets
from reference.models import Region

INTRODUCTION_MAX = 1000


@transaction.atomic
def remind_regions(
    *, period: Any, region_codes: Collection[str], introduction: str, actor: Any
) -> list[ReminderTarget]:
    """Notices and mails to the officers of these kabupaten and kota; returns those that were reminded.

    Passed over is who was reminded in the last 24 hours, by whomever: the regions are locked, so two senders cannot
    both be the first. `period` comes from `selectors.matrix.rounds`. Raises NotPermitted, or RuleBroken when nobody is
    left. Five queries, two more and those of `notify` a region.
    """
    for code in region_codes:
        require(can_remind(actor, code))
    introduction = introduction.strip()
    if not introduction or len(introduction) > INTRODUCTION_MAX:
        raise RuleBroken(_("Isi kalimat pembuka, paling banyak 1.000 karakter."))
    list(Region.objects.select_for_update(no_key=True).filter(code__in=region_codes).order_by("code"))
    targets = [target for target in reminder_targets(period, region_codes) if not not_reminded_because(target)]
    if not targets:
        raise RuleBroken(_("Tidak ada daerah yang dapat diingatkan sekarang. Periksa alasannya pada daftar penerima."))
    for target in targets:
        reminder = RegionReminder.objects.create(
            period_id=period.pk,
            region=target.row.region,
            introduction=introduction,
            recipients=len(target.officers),
            sent_by=actor,
        )
        audit.record(
            actor, "nomination.region_reminded", reminder, region=target.row.region.pk, count=reminder.recipients
        )
        tell_reminded(target, reminder, actor)
    return targets
