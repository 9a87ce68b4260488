"""The verifier's queue: order, filters, numbers; and many dossiers that pass by one press."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.enums import Role
from core.errors import NotPermitted, RuleBroken
from core.models import OutboxMail
from nominations.enums import Action, ItemVerdict, Status
from nominations.models import BulkPass, Nomination, VerificationItem
from nominations.selectors.verification import parts_of
from nominations.services import bulk_pass, submission, verification
from tests import factories
from tests.nominations import scenes

pytestmark = pytest.mark.django_db
QUEUE = "verification_queue"


def sent(nomination: Nomination, days: int) -> Nomination:
    """It has been waiting for so many days."""
    Nomination.objects.filter(pk=nomination.pk).update(submitted_at=scenes.now() - timedelta(days=days))
    return nomination


def shown(client: Any, query: str = "") -> list[int]:
    return [row["nomination"].pk for row in client.get(reverse(QUEUE) + query).context["rows"]]


def test_who_waits_longest_stands_first_with_the_days(verifier, client_of):
    ages = {scenes.bare(Status.SUBMITTED): days for days in (3, 30, 0)}
    for row, days in ages.items():
        sent(row, days)
    client = client_of(verifier)
    assert shown(client) == [row.pk for row in sorted(ages, key=lambda row: -ages[row])]
    rows = client.get(reverse(QUEUE)).context["rows"]
    assert [row["waiting"] for row in rows] == ["30 hari", "3 hari", "hari ini"]


def test_pages_neither_skip_nor_repeat_though_many_were_sent_at_one_moment(verifier, client_of):
    rows = scenes.bare_rows([(Status.SUBMITTED, factories.HOME)] * 120)
    moment = scenes.now() - timedelta(days=1)
    Nomination.objects.update(submitted_at=moment)
    for row in rows[:30]:
        sent(row, 2)
    client, query, seen = client_of(verifier), "?award=ovop", []
    while query:
        page = client.get(reverse(QUEUE) + query).context
        seen += [row["nomination"].pk for row in page["rows"]]
        query = page["page"].next_query
        assert not query or "award=ovop" in query
    assert seen == [row.pk for row in rows]


def test_the_numbers_of_the_states_are_links_that_keep_the_filters(verifier, client_of):
    scenes.bare_rows([(Status.SUBMITTED, factories.HOME)] * 3 + [(Status.RETURNED, factories.HOME)])
    scenes.bare_rows([(Status.DRAFT, factories.HOME), (Status.ELIGIBLE, factories.HOME)])
    tabs = client_of(verifier).get(reverse(QUEUE) + "?award=ovop&after=1-1").context["tabs"]
    assert [(str(tab["label"]), tab["count"], tab["current"]) for tab in tabs] == [
        ("Belum diperiksa", 3, True),
        ("Sedang diperiksa", 0, False),
        ("Menunggu perbaikan daerah", 1, False),
    ]
    assert [tab["url"] for tab in tabs] == [
        "?award=ovop",
        "?award=ovop&status=diperiksa",
        "?award=ovop&status=dikembalikan",
    ]


def test_every_filter_narrows_to_its_own(verifier, admin_a, client_of):
    ours = factories.make_ovop_nomination(Status.SUBMITTED)
    elsewhere = factories.make_ovop_nomination(Status.SUBMITTED, region=factories.OTHER, commodity="anyaman")
    candidate = factories.make_upakarti_nomination(Status.SUBMITTED)
    again = factories.make_ovop_nomination(Status.RETURNED)
    submission.submit_nomination(nomination_id=again.pk, declared=True, actor=factories.officer_of(again.region_id))
    client = client_of(verifier)
    everything = [ours.pk, elsewhere.pk, candidate.pk, again.pk]
    checker = again.snapshots.get(number=1).desk.checker
    for query, expected in {
        "": everything,
        "?award=upakarti": [candidate.pk],
        f"?kategori={elsewhere.category_id}": [elsewhere.pk],
        "?provinsi=32": [elsewhere.pk],
        "?pengajuan=perbaikan": [again.pk],
        "?pengajuan=pertama": everything[:3],
        f"?q={candidate.reference}": [candidate.pk],
        "?q=garut": [elsewhere.pk],
        "?pengajuan=lain&kategori=x&provinsi=&saya=": everything,
    }.items():
        assert shown(client, query) == expected, query
    assert shown(client_of(checker), "?saya=1") == [again.pk], "who checked it before finds it again"
    assert shown(client_of(admin_a), "?saya=1") == []
    verification.start_verification(nomination_id=ours.pk, actor=admin_a)
    assert shown(client_of(admin_a), "?saya=1&status=diperiksa") == [ours.pk]
    assert admin_a.name in client.get(reverse(QUEUE) + "?status=diperiksa").content.decode()


def checked(*, spoiled: str = "") -> Nomination:
    nomination = factories.make_ovop_nomination(Status.UNDER_VERIFICATION)
    marks = {spoiled: ItemVerdict.REPAIR} if spoiled else {}
    factories.mark_all(nomination, factories.someone(Role.VERIFIER), **marks)
    return nomination


@pytest.fixture
def dossiers(verifier: Any) -> dict[str, Nomination]:
    return {
        "ready": checked(),
        "ready too": checked(),
        "section open": checked(spoiled="marketing"),
        "document open": checked(spoiled="D02"),
        "unchecked": factories.make_ovop_nomination(Status.UNDER_VERIFICATION),
        "waiting": factories.make_ovop_nomination(Status.SUBMITTED),
    }


def test_only_fully_accepted_dossiers_can_be_chosen_and_the_others_say_why(dossiers, verifier, client_of):
    page = client_of(verifier).get(reverse(QUEUE) + "?status=diperiksa")
    boxes = {name for name, row in dossiers.items() if f'name="pilih" value="{row.pk}"' in page.content.decode()}
    assert boxes == {"ready", "ready too"}
    progress = {row["nomination"].pk: row["progress"] for row in page.context["rows"]}
    assert progress[dossiers["ready"].pk] == "Semua bagian diterima"
    assert progress[dossiers["section open"].pk] == "1 bagian belum diterima"


def test_case_34_the_preview_tells_who_will_pass_and_who_is_skipped_and_the_press_does_that(
    dossiers, verifier, client_of, post
):
    client, url = client_of(verifier), reverse("verification_bulk")
    query = "?" + "&".join(f"pilih={row.pk}" for row in dossiers.values())
    page = client.get(url + query)
    assert "2 akan dinyatakan lolos, 4 dilewati." in page.content.decode()
    assert {row["nomination"].pk: row["reason"] for row in page.context["skipped"]} == {
        dossiers["section open"].pk: "1 bagian belum diterima",
        dossiers["document open"].pk: "1 bagian belum diterima",
        dossiers["unchecked"].pk: f"{len(parts_of(dossiers['unchecked']))} bagian belum diterima",
        dossiers["waiting"].pk: "Keadaannya “Diajukan”, tidak sedang diperiksa",
    }
    assert dict(page.context["states"]) == {"Sedang diverifikasi": 5, "Diajukan": 1}
    assert Nomination.objects.filter(status=Status.ELIGIBLE).count() == 0, "a preview changes nothing"
    wanted = [row["nomination"].pk for row in page.context["passing"]]
    answer = post(client, url, {"pilih": wanted})
    done = BulkPass.objects.get()
    assert answer["Location"] == reverse("verification_bulk_result", args=[done.pk])
    assert set(Nomination.objects.filter(status=Status.ELIGIBLE).values_list("pk", flat=True)) == set(wanted)
    assert OutboxMail.objects.filter(subject__contains="lolos verifikasi").count() == 2
    result = client.get(answer["Location"]).content.decode()
    assert "2 dinyatakan lolos, 0 tidak diubah." in result


def test_what_changed_since_the_preview_is_skipped_with_its_reason_and_the_rest_passes(
    dossiers, verifier, client_of, post
):
    ready, spoiled = dossiers["ready"], dossiers["ready too"]
    VerificationItem.objects.filter(snapshot__nomination=spoiled, page="marketing").update(
        verdict=ItemVerdict.REPAIR, note="Berubah."
    )
    answer = post(client_of(verifier), reverse("verification_bulk"), {"pilih": [spoiled.pk, ready.pk]})
    page = client_of(verifier).get(answer["Location"]).content.decode()
    assert "1 dinyatakan lolos, 1 tidak diubah." in page
    assert "Semua dokumen dan bagian harus diperiksa dan diterima" in page
    assert scenes.state_of(spoiled)["status"] == Status.UNDER_VERIFICATION
    assert scenes.changes_of(spoiled)[-1][2] == Action.START_VERIFICATION


def test_one_press_has_one_effect_and_its_answer_can_be_read_again(dossiers, verifier, client_of):
    client, url = client_of(verifier), reverse("verification_bulk")
    data = {"pilih": [dossiers["ready"].pk], "_key": "sebuah-kunci-yang-cukup-panjang"}
    first, second = client.post(url, data), client.post(url, data)
    assert first["Location"] == second["Location"]
    assert BulkPass.objects.count() == 1
    assert OutboxMail.objects.filter(subject__contains="lolos verifikasi").count() == 1
    assert "1 dinyatakan lolos" in client.get(second["Location"]).content.decode()


def test_nothing_and_too_much_are_refused(verifier, officer_a, client_of, post):
    client, url = client_of(verifier), reverse("verification_bulk")
    for wanted in ([], ["x", "-1", "9" * 30], list(range(1, 60))):
        answer = post(client, url, {"pilih": wanted})
        assert (answer.status_code, "paling banyak 50 usulan" in answer.content.decode()) == (422, True)
    with pytest.raises(RuleBroken):
        bulk_pass.pass_many(nomination_ids=[], actor=verifier)
    with pytest.raises(NotPermitted):
        bulk_pass.pass_many(nomination_ids=[1], actor=officer_a)
    assert not BulkPass.objects.exists()


def test_a_fault_in_the_middle_undoes_the_whole_press(dossiers, verifier, monkeypatch):
    calls = []

    def break_on_the_second(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 2:
            raise OSError("disk")

    monkeypatch.setattr(verification, "tell_verified", break_on_the_second)
    wanted = [dossiers["ready"].pk, dossiers["ready too"].pk]
    with pytest.raises(OSError, match="disk"):
        bulk_pass.pass_many(nomination_ids=wanted, actor=verifier)
    assert len(calls) == 2
    assert not Nomination.objects.filter(status=Status.ELIGIBLE).exists()
