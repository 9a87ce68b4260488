"""The Sekretariat acts for a region: while an entry is open, only there, only in its rounds, and for all to see."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import ProxyEntry, User
from accounts.services.proxies import use_proxy
from core.errors import NotPermitted, RuleBroken
from core.models import AuditEntry, OutboxMail
from nominations import policies
from nominations.enums import TOPICS, Action, EntryKind, Status, Topic
from nominations.models import Nomination, ProxyAct, ProxyRound, StatusChange
from nominations.services import drafting, submission, verification
from nominations.services.proxies import close_proxy, open_proxy
from scoring.services.assignments import assign_assessor
from sentra import policies as register
from sentra.models import Product, Sentra
from sentra.selectors.register import regions_to_register
from tests import factories
from tests.files import pdf_upload
from tests.nominations import scenes
from tests.scoring.scenes import stage_of

pytestmark = pytest.mark.django_db
TOPIC = Topic.UNIQUENESS
REASON = "Jaringan terputus sejak gempa"
HOME, OTHER = factories.HOME, factories.OTHER


def fresh(user: User) -> User:
    """The person as the next request loads her or him."""
    return User.objects.get(pk=user.pk)


def open_for(actor: User, region: str = HOME, award: str = "ovop", **facts: Any) -> ProxyEntry:
    whole = {"periods": [factories.make_period(award)], "reason": REASON, "letter": None}
    return open_proxy(region_code=region, actor=actor, **whole | facts)


@pytest.fixture
def draft(officer_a: User) -> Nomination:
    return factories.make_ovop_nomination()


@pytest.fixture
def entry(draft: Nomination, admin_a: User) -> ProxyEntry:
    return open_for(admin_a)


@pytest.fixture
def helper(entry: ProxyEntry, admin_a: User) -> User:
    return fresh(admin_a)


# Who may do what


def test_without_an_open_entry_an_admin_does_nothing_for_a_region(draft, admin_a):
    assert not policies.can_edit(admin_a, draft)
    assert not policies.can_nominate(admin_a, HOME, draft.period)
    assert not policies.can_act(admin_a, draft, Action.SUBMIT)
    assert not register.can_register_somewhere(admin_a)
    assert regions_to_register(admin_a) == []


def test_an_open_entry_counts_for_its_region_and_its_rounds_alone(draft, entry, admin_a, admin_b):
    elsewhere = factories.make_ovop_nomination(region=OTHER)
    other_round = factories.make_upakarti_nomination()
    for admin in (fresh(admin_a), fresh(admin_b)):
        allowed = [bool(policies.can_edit(admin, n)) for n in (draft, elsewhere, other_round)]
        assert allowed == [True, False, False]
        allowed = [bool(policies.can_act(admin, n, Action.SUBMIT)) for n in (draft, elsewhere, other_round)]
        assert allowed == [True, False, False]
        assert policies.can_nominate(admin, HOME, draft.period)
        assert not policies.can_nominate(admin, HOME, other_round.period)
        assert not policies.can_nominate(admin, HOME), "no round, no answer"
        assert not policies.can_nominate(admin, OTHER, draft.period)
        sentra = (draft.entry.sentra, elsewhere.entry.sentra)
        assert [bool(register.can_edit_sentra(admin, row)) for row in sentra] == [True, False]
        assert [region.pk for region in regions_to_register(admin)] == [HOME]


@pytest.mark.parametrize(
    "who", ["verifier", "auditor", "chair", "province", "officer_b", "superuser", "assessor_batik"]
)
def test_nobody_else_gets_anything_from_it(who, draft, entry, request):
    user = fresh(request.getfixturevalue(who))
    assert user.open_proxies == []
    assert not policies.can_edit(user, draft)
    assert not policies.can_act(user, draft, Action.SUBMIT)
    assert not policies.can_nominate(user, HOME, draft.period)
    assert not register.can_edit_sentra(user, draft.entry.sentra)
    with pytest.raises(NotPermitted):
        submission.submit_nomination(nomination_id=draft.pk, declared=True, actor=user)


def test_a_former_admin_gets_nothing_either(draft, entry, admin_a):
    admin_a.memberships.update(valid_to="2021-01-01")
    former = fresh(admin_a)
    assert former.open_proxies == []
    assert not policies.can_edit(former, draft)


def test_it_gives_filling_in_and_sending_but_not_withdrawing(draft, helper):
    """The region alone gives up its nomination."""
    assert not policies.can_withdraw(helper, draft)
    with pytest.raises(NotPermitted):
        submission.withdraw_nomination(nomination_id=draft.pk, reason="x", actor=helper)
    returned = factories.make_ovop_nomination(Status.RETURNED)
    assert policies.can_act(helper, returned, Action.RESUBMIT)
    sent = factories.make_ovop_nomination(Status.SUBMITTED)
    assert not policies.can_edit(helper, sent)
    assert not policies.can_act(helper, sent, Action.SUBMIT)


def test_who_may_act_may_see_and_the_twins_agree(draft, helper):
    factories.make_ovop_nomination(region=OTHER)
    may = {n.pk for n in Nomination.objects.all() if policies.can_edit(helper, n)}
    seen = {n.pk for n in Nomination.objects.all() if policies.can_view(helper, n)}
    assert may <= seen == set(Nomination.objects.visible_to(helper).values_list("pk", flat=True))
    writes = {s.pk for s in Sentra.objects.all() if register.can_edit_sentra(helper, s)}
    reads = {s.pk for s in Sentra.objects.all() if register.can_view_sentra(helper, s)}
    assert writes <= reads == set(Sentra.objects.visible_to(helper).values_list("pk", flat=True))
    assert writes == set(Sentra.objects.filter(region=HOME).values_list("pk", flat=True))


def test_the_fact_is_read_once_per_person(draft, helper, django_assert_num_queries):
    sentra = draft.entry.sentra
    assert helper.open_proxies
    assert sentra.region
    with django_assert_num_queries(0):
        assert register.can_edit_sentra(helper, sentra)
        assert helper.proxy_for(HOME)


def test_an_admin_who_is_also_the_regions_officer_acts_as_officer(draft, entry, admin_a):
    factories.add_membership(admin_a, Role.DISTRICT_OFFICER, region=HOME)
    both = fresh(admin_a)
    submission.submit_nomination(nomination_id=draft.pk, declared=True, actor=both)
    assert not ProxyAct.objects.exists()


# The whole way


def test_from_the_register_to_the_receipt_in_the_regions_name(entry, helper, officer_a, officer_b, client_of, post):
    client = client_of(helper)
    ikm = factories.make_ikm(factories.make_sentra(HOME))
    start = client.get(reverse("nomination_start")).content.decode()
    assert "Anda mengisi atas nama Kota Pekalongan, Jawa Tengah" in start
    product = {"name": "Kain Jlamprang", "description": "Batik.", "monthly_capacity": "10", "markets": "Nasional"}
    assert post(client, reverse("product_create", args=[ikm.pk]), product).status_code == 302
    made = Product.objects.get(name="Kain Jlamprang")
    assert post(client, reverse("nomination_create_product", args=[made.pk])).status_code == 302
    nomination = Nomination.objects.get(product_entry__product=made)
    for question in TOPICS[EntryKind.PRODUCT]:
        url = reverse("nomination_answer", args=[nomination.pk, question])
        assert post(client, url, {"text": "Diisi Sekretariat.", "version": 0}).status_code == 302
    requirement = nomination.period.requirements.get(code="D01")
    url = reverse("document_add", args=[nomination.pk, requirement.pk])
    assert post(client, url, {"file": pdf_upload()}).status_code == 302
    factories.fill_documents(nomination)
    assert post(client, reverse("nomination_check", args=[nomination.pk]), {"declared": "on"}).status_code == 302
    acts = ProxyAct.objects.filter(nomination=nomination, entry=entry, actor=helper)
    assert list(acts.order_by("pk").values_list("action", "detail")) == [
        ("created", ""),
        *[("answer_saved", question.label) for question in TOPICS[EntryKind.PRODUCT]],
        ("document_added", "D01"),
        ("submit", ""),
    ]
    assert StatusChange.objects.get(nomination=nomination).proxy == entry
    noted = AuditEntry.objects.filter(actor_id=helper.pk, data__proxy=entry.pk).values_list("action", flat=True)
    assert set(noted) == {
        "product.created",
        "nomination.created",
        "nomination.answer_saved",
        "nomination.document_added",
        "nomination.submit",
    }
    page = client_of(officer_a).get(reverse("nomination_detail", args=[nomination.pk])).content.decode()
    told = f"Admin Satu, oleh Sekretariat atas nama Kota Pekalongan ({REASON})"
    assert page.count(told) == 7
    receipt = OutboxMail.objects.get(dedupe_key__startswith="submitted:")
    assert receipt.to == officer_a.email
    assert f"Dikirim oleh Sekretariat (Admin Satu) atas nama Kota Pekalongan: {REASON}" in receipt.body


def test_the_region_goes_on_beside_the_sekretariat(draft, helper, officer_a):
    drafting.save_answer(nomination_id=draft.pk, question=TOPIC, text="Dari daerah.", version=1, actor=officer_a)
    assert not ProxyAct.objects.exists()
    assert "proxy" not in AuditEntry.objects.filter(action="nomination.answer_saved").latest("pk").data


@pytest.mark.parametrize("award", ["ovop", "upakarti"])
def test_only_the_rounds_of_the_entry_are_offered(award, admin_a, client_of):
    factories.make_period("ovop"), factories.make_period("upakarti")
    open_for(admin_a, award=award)
    page = client_of(admin_a).get(reverse("nomination_start"))
    assert [facts["period"].award_id for facts in page.context["periods"]] == [award]
    url = reverse("nomination_create_candidate", args=[factories.make_period("upakarti").pk, "jasa_pengabdian"])
    assert client_of(admin_a).get(url).status_code == (200 if award == "upakarti" else 403)


# Nobody checks the own work


CONCLUDE = [Action.DECLARE_ELIGIBLE, Action.RETURN_FOR_REPAIR, Action.DECLARE_INELIGIBLE]


def test_who_entered_it_does_not_verify_it(draft, helper, admin_b, verifier, client_of, post):
    submission.submit_nomination(nomination_id=draft.pk, declared=True, actor=helper)
    reason = "verifikasinya dilakukan oleh orang lain"
    refused = policies.can_act(helper, Nomination.objects.get(pk=draft.pk), Action.START_VERIFICATION)
    assert (refused.allowed, reason in refused.reason) == (False, True)
    with pytest.raises(NotPermitted, match=reason):
        verification.start_verification(nomination_id=draft.pk, actor=helper)
    verification.start_verification(nomination_id=draft.pk, actor=admin_b)
    under = Nomination.objects.get(pk=draft.pk)
    assert not policies.can_verify(helper, under)
    with pytest.raises(NotPermitted, match=reason):
        verification.save_verdicts(nomination_id=draft.pk, verdicts={}, actor=helper)
    for action in CONCLUDE:
        assert not policies.can_act(helper, under, action)
        with pytest.raises(NotPermitted, match=reason):
            verification.conclude_verification(nomination_id=draft.pk, action=action, reason="x", actor=helper)
    assert client_of(helper).get(reverse("verification_detail", args=[draft.pk])).status_code == 403
    for other in (admin_b, verifier):
        assert policies.can_verify(other, under)
        assert all(policies.can_act(other, under, action) for action in CONCLUDE)


def test_the_bar_stays_after_the_entry_is_closed_and_holds_for_every_kind_of_help(draft, entry, helper, officer_a):
    """Uploading one document is enough; sending was the region's own."""
    drafting.save_answer(nomination_id=draft.pk, question=TOPIC, text="Dari Sekretariat.", version=1, actor=helper)
    submission.submit_nomination(nomination_id=draft.pk, declared=True, actor=officer_a)
    close_proxy(entry_id=entry.pk, actor=helper)
    sent, former = Nomination.objects.get(pk=draft.pk), fresh(helper)
    assert not policies.can_act(former, sent, Action.START_VERIFICATION)
    untouched = factories.make_ovop_nomination(Status.SUBMITTED)
    assert policies.can_act(former, untouched, Action.START_VERIFICATION)


@pytest.mark.parametrize(("role", "action"), [(Role.VERIFIER, Action.START_VERIFICATION), (Role.ASSESSOR, None)])
def test_another_role_later_does_not_lift_the_bar(role, action, draft, helper, officer_a):
    drafting.save_answer(nomination_id=draft.pk, question=TOPIC, text="Dari Sekretariat.", version=1, actor=helper)
    helper.memberships.update(valid_to="2021-01-01")
    factories.add_membership(helper, role)
    if action:
        submission.submit_nomination(nomination_id=draft.pk, declared=True, actor=officer_a)
        assert not policies.can_act(fresh(helper), Nomination.objects.get(pk=draft.pk), action)
    else:
        eligible = factories.advance(draft, Status.ELIGIBLE)
        facts = {"nomination_id": eligible.pk, "stage_id": stage_of(eligible).pk, "assessor_id": helper.pk}
        with pytest.raises(RuleBroken, match="Ikut menyusun usulan ini"):
            assign_assessor(**facts, actor=factories.someone(Role.VERIFIER))


# Opening and closing


def test_opening_tells_the_regions_officers_and_stands_in_the_trail(officer_a, officer_b, admin_a, client_of, post):
    period = factories.make_period("ovop")
    data = {"region": HOME, "periods": [period.pk], "reason": REASON, "letter": pdf_upload("surat.pdf")}
    assert post(client_of(admin_a), reverse("proxy_open"), data).status_code == 302
    entry = ProxyEntry.objects.get()
    assert (entry.region_id, entry.reason, entry.opened_by, entry.letter.original_name) == (
        HOME,
        REASON,
        admin_a,
        "surat.pdf",
    )
    assert ProxyRound.objects.get().period == period
    mail = OutboxMail.objects.get(dedupe_key__startswith="proxy-opened:")
    assert mail.to == officer_a.email
    assert all(text in mail.body for text in ("Kota Pekalongan, Jawa Tengah", "OVOP 2026", REASON, "Admin Satu"))
    trail = AuditEntry.objects.get(action="proxy.opened")
    assert (trail.actor_id, trail.data["region"], trail.data["reason"]) == (admin_a.pk, HOME, REASON)
    pages = [client_of(user).get(reverse("home")).content.decode() for user in (officer_a, officer_b, admin_a)]
    assert [REASON in page for page in pages] == [True, False, False]
    assert "Entri atas nama daerah" in pages[2]
    assert client_of(admin_a).get(reverse("proxy_letter", args=[entry.pk])).status_code == 200


def test_closing_ends_it_and_is_told(draft, entry, helper, officer_a, client_of, post):
    assert post(client_of(helper), reverse("proxy_close", args=[entry.pk])).status_code == 302
    entry.refresh_from_db()
    assert entry.closed_by == helper
    assert OutboxMail.objects.get(dedupe_key__startswith="proxy-closed:").to == officer_a.email
    assert AuditEntry.objects.filter(action="proxy.closed", actor_id=helper.pk).count() == 1
    admin = fresh(helper)
    assert not policies.can_edit(admin, draft)
    assert client_of(admin).get(reverse("nomination_answer", args=[draft.pk, TOPIC])).status_code == 403
    assert REASON not in client_of(officer_a).get(reverse("home")).content.decode()
    with pytest.raises(RuleBroken, match="sudah ditutup"):
        close_proxy(entry_id=entry.pk, actor=admin)
    assert open_for(admin).pk != entry.pk, "and may be opened again"


def test_a_right_that_ended_during_the_request_is_not_used(draft, entry, helper):
    assert helper.proxy_for(HOME) == entry
    close_proxy(entry_id=entry.pk, actor=fresh(helper))
    with pytest.raises(NotPermitted, match="baru saja ditutup"), transaction.atomic():
        use_proxy(helper, HOME)
    with pytest.raises(NotPermitted, match="baru saja ditutup"):
        submission.submit_nomination(nomination_id=draft.pk, declared=True, actor=helper)
    assert scenes.state_of(draft)["status"] == Status.DRAFT


@pytest.mark.parametrize("who", ["verifier", "auditor", "officer_a", "province", "superuser"])
def test_only_an_admin_of_the_ministry_opens_and_closes(who, entry, request):
    user = request.getfixturevalue(who)
    with pytest.raises(NotPermitted):
        open_for(user, OTHER)
    with pytest.raises(NotPermitted):
        close_proxy(entry_id=entry.pk, actor=user)
    assert list(ProxyEntry.objects.open()) == [entry]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"reason": " "}, "Alasan belum diisi"),
        ({"periods": []}, "Pilih sedikitnya satu periode"),
        ({"region": ""}, "Kabupaten/kota belum dipilih"),
        ({"region": OTHER}, "masih terbuka"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_opened(wrong, text, admin_a, client_of, post):
    open_for(admin_a, OTHER)
    data = {"region": HOME, "periods": [factories.make_period("ovop").pk], "reason": REASON}
    answer = post(client_of(admin_a), reverse("proxy_open"), data | wrong)
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert ProxyEntry.objects.count() == 1


def test_the_database_keeps_one_open_entry_and_every_act(draft, entry, helper, admin_b):
    for wrong in ({}, {"region_id": OTHER, "reason": ""}, {"region_id": OTHER, "closed_by": admin_b}):
        facts = {"region_id": HOME, "reason": REASON, "opened_by": admin_b}
        with pytest.raises(IntegrityError, match="accounts_proxyentry"), transaction.atomic():
            ProxyEntry.objects.create(**facts | wrong)
    drafting.save_answer(nomination_id=draft.pk, question=TOPIC, text="Lain.", version=1, actor=helper)
    for change in (ProxyAct.objects.all().delete, lambda: ProxyAct.objects.update(actor=admin_b)):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.parametrize("persona", ["admin_a", "verifier", "auditor"])
def test_the_list_costs_six_queries_whatever_its_length(persona, request, client_of, django_assert_num_queries):
    admin, period = factories.someone(Role.MINISTRY_ADMIN), factories.make_period("ovop")
    client, url = client_of(request.getfixturevalue(persona)), reverse("proxy_list")
    client.get(url)
    for size in (1, 10, 300):
        missing = size - ProxyEntry.objects.count()
        closed = {"closed_at": scenes.now(), "closed_by": admin}
        facts = {"region_id": HOME, "reason": "x", "opened_by": admin, **closed}
        rows = ProxyEntry.objects.bulk_create(ProxyEntry(**facts) for _ in range(missing))
        ProxyRound.objects.bulk_create(ProxyRound(entry=row, period=period) for row in rows)
        with django_assert_num_queries(6):
            page = client.get(url)
        assert page.content.decode().count("<tr>") == 1 + min(size, 50)
