"""Earlier texts of a topic: thinned, never changed, and brought back with a click."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from nominations.enums import Status, Topic
from nominations.models import Answer, AnswerVersion, Nomination
from nominations.rules import LOST_WORDS, SPELL, ends_spell
from nominations.selectors.dossiers import answer_of, texts_of
from nominations.services import drafting
from tests import factories
from tests.nominations import scenes

TOPIC = Topic.UNIQUENESS
LONG = "Motif pesisir dengan warna alam dari kulit kayu tingi, jambal, dan daun indigo."


def spell(**changes: Any) -> bool:
    now = timezone.now()
    facts = {"same_author": True, "began_at": now, "now": now, "before": LONG, "after": LONG + " Lagi."}
    return ends_spell(**(facts | changes))


def test_one_goes_on_writing():
    assert not spell()
    assert not spell(began_at=timezone.now() - SPELL / 2)
    assert not spell(before="Motif pesi", after="Motif pesisir")
    assert not spell(before="", after="Motif")


@pytest.mark.parametrize(
    "changes",
    [
        {"same_author": False},
        {"began_at": timezone.now() - SPELL - timedelta(minutes=1)},
        {"after": ""},
        {"before": "Pendek.", "after": ""},
        {"after": "Tulisan yang sama sekali lain."},
        {"before": "kata " * (LOST_WORDS + 2), "after": "kata"},
    ],
)
def test_another_author_a_pause_or_a_loss_ends_a_spell(changes):
    assert spell(**changes)


def test_ten_words_may_go_within_a_spell():
    assert not spell(before="kata " * (LOST_WORDS + 1), after="kata")


@pytest.fixture
def draft(officer_a: Any) -> Nomination:
    return factories.make_ovop_nomination(complete=False)


def write(nomination: Nomination, actor: Any, *texts: str) -> Answer:
    row = answer_of(nomination, TOPIC)
    for text in texts:
        version = row.version if row else 0
        row = drafting.save_answer(nomination_id=nomination.pk, question=TOPIC, text=text, version=version, actor=actor)
    return row


def kept(nomination: Nomination) -> list[tuple[int, str]]:
    rows = AnswerVersion.objects.filter(nomination=nomination, question=TOPIC).order_by("version")
    return list(rows.values_list("version", "text"))


def pause() -> None:
    Answer.objects.update(spell_began_at=scenes.now() - SPELL)


@pytest.mark.django_db
def test_a_spell_leaves_its_last_text(draft, officer_a):
    write(draft, officer_a, "a", "a b", "a b c")
    assert kept(draft) == []
    pause()
    write(draft, officer_a, "a b c d", "a b c d e")
    assert kept(draft) == [(3, "a b c")]


@pytest.mark.django_db
def test_writing_for_an_hour_leaves_a_version_every_few_minutes(draft, officer_a):
    for minute in range(60):
        Answer.objects.update(spell_began_at=scenes.now() - timedelta(minutes=minute % 5 or 5))
        write(draft, officer_a, "kata " * (minute + 1))
    assert len(kept(draft)) == 12 - 1


@pytest.mark.django_db
def test_a_colleague_never_replaces_a_text_for_good(draft, officer_a):
    write(draft, officer_a, "Tulisan satu.")
    write(draft, factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME), "Tulisan dua.")
    row = AnswerVersion.objects.get()
    assert (row.text, row.version, row.saved_by) == ("Tulisan satu.", 1, officer_a)


@pytest.mark.django_db
def test_a_text_that_was_cleared_by_accident_comes_back(draft, officer_a, client_of, post):
    write(draft, officer_a, LONG, "")
    client = client_of(officer_a)
    versions = client.get(reverse("answer_versions", args=[draft.pk, TOPIC])).content.decode()
    assert "Versi 1" in versions
    url = reverse("answer_version", args=[draft.pk, TOPIC, 1])
    page = client.get(url).content.decode()
    assert "Motif pesisir dengan warna alam" in page
    assert 'name="version" value="2"' in page
    answer = post(client, url, {"version": 2})
    assert answer["Location"] == reverse("nomination_answer", args=[draft.pk, TOPIC])
    assert (answer_of(draft, TOPIC).version, texts_of(draft)) == (3, {TOPIC: LONG})
    assert "Versi 1 dipulihkan. Tersimpan" in client.get(answer["Location"]).content.decode()
    assert kept(draft) == [(1, LONG), (2, "")], "a restoring is a new version, and what it replaced is kept"


@pytest.mark.django_db
def test_restoring_over_a_save_of_a_colleague_is_refused(draft, officer_a, client_of, post):
    write(draft, officer_a, LONG, "")
    write(draft, factories.make_user(factories.Role.DISTRICT_OFFICER, region=factories.HOME), "Tulisan rekan.")
    client, url = client_of(officer_a), reverse("answer_version", args=[draft.pk, TOPIC, 1])
    for old in ("2", "0", "", "x"):
        assert post(client, url, {"version": old}).status_code == 409
    assert texts_of(draft) == {TOPIC: "Tulisan rekan."}


@pytest.mark.django_db
def test_versions_of_another_topic_dossier_or_number_are_not_found(draft, officer_a, officer_b, client_of):
    write(draft, officer_a, LONG, "")
    other = factories.make_ovop_nomination(complete=False)
    mine, foreign = client_of(officer_a), client_of(officer_b)
    assert mine.get(reverse("answer_version", args=[draft.pk, TOPIC, 1])).status_code == 200
    assert foreign.get(reverse("answer_version", args=[draft.pk, TOPIC, 1])).status_code == 404
    assert foreign.get(reverse("answer_versions", args=[draft.pk, TOPIC])).status_code == 404
    for args in (
        [other.pk, TOPIC, 1],
        [draft.pk, Topic.MARKETING, 1],
        [draft.pk, TOPIC, 2],
        [draft.pk, TOPIC, 10**17],
    ):
        assert mine.get(reverse("answer_version", args=args)).status_code == 404, args


@pytest.mark.django_db
def test_after_submission_nothing_is_restored(officer_a, client_of, post):
    nomination = factories.make_ovop_nomination()
    write(nomination, officer_a, LONG, "Pengganti yang sama sekali lain isinya.")
    submitted = factories.advance(nomination, Status.SUBMITTED)
    before = texts_of(submitted)
    url = reverse("answer_version", args=[submitted.pk, TOPIC, 2])
    assert post(client_of(officer_a), url, {"version": 3}).status_code == 403
    assert texts_of(submitted) == before


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 10, 300])
def test_the_list_costs_six_queries_whatever_its_length(size, draft, officer_a, client_of, django_assert_num_queries):
    write(draft, officer_a, "Sekarang.")
    Answer.objects.update(version=1000)
    AnswerVersion.objects.bulk_create(
        AnswerVersion(
            nomination=draft, question=TOPIC, text="Lama.", version=n, saved_by=officer_a, saved_at=timezone.now()
        )
        for n in range(1, size + 1)
    )
    client, url = client_of(officer_a), reverse("answer_versions", args=[draft.pk, TOPIC])
    client.get(url)
    with django_assert_num_queries(6):
        page = client.get(url)
    assert page.content.decode().count("<tr>") == 1 + min(size, 100)


@pytest.mark.django_db
def test_the_database_refuses_to_rewrite_an_earlier_text(draft, officer_a):
    write(draft, officer_a, LONG, "")
    for change in (lambda rows: rows.update(text="Lain"), lambda rows: rows._raw_delete("default")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change(AnswerVersion.objects.all())
