"""The demo decree: recorded by one admin, released by the other."""

from django.utils import timezone

from certificates.services.release import release_decree
from nominations.models import Nomination, Period
from ovop_portal.demo.story import Story
from scoring.services.decrees import DecreeFacts, record_decree


def decree_for(story: Story, period: Period, nominations: list[Nomination]) -> None:
    for nomination in {nomination.category_id: nomination for nomination in nominations}.values():
        story.seal(nomination)
    facts = DecreeFacts(
        number=f"{period.pk}/CONTOH/{period.year}",
        title=f"Penerima Penghargaan {period.award.name} Tahun {period.year} (contoh)",
        decided_on=timezone.localdate(),
        signatory_title="Menteri Perindustrian",
        signatory_name="Nama Contoh",
        place="Jakarta",
    )
    decree = record_decree(
        period_id=period.pk, facts=facts, nomination_ids=[n.pk for n in nominations], actor=story.people["admin1"]
    )
    release_decree(decree_id=decree.pk, actor=story.people["admin2"])
