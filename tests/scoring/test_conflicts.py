"""Conflicts that the data show, with their reason (cases 10 to 12)."""

from datetime import date

import pytest

from accounts.enums import Role
from accounts.models import Membership, User
from core.errors import RuleBroken
from nominations.models import Beneficiary
from scoring.enums import ConflictKind, TieKind
from scoring.rules import Mark, conflicts, contact_marks, name_key, name_marks, phone_key
from scoring.selectors.assignments import possible_scorers
from scoring.selectors.people import outside_of
from scoring.selectors.proposals import pose, situation
from scoring.services import panel
from scoring.services.panel import Tie
from sentra.models import Ikm, Sentra
from tests.factories import add_membership, make_ikm, make_user
from tests.scoring import scenes
from tests.scoring.proposed import apply, live, people, proposal

pytestmark = pytest.mark.usefixtures("db")


# The rules


def test_names_and_telephones_are_compared_bare():
    assert name_key("PT. Batik Jaya, Tbk") == name_key("batik  jaya")
    assert name_key("Koperasi") == "koperasi"
    assert name_key("P.T. Batik Jaya") == name_key("PT.Batik Jaya") == name_key("C. V. Batik-Jaya") == "batik jaya"
    assert name_marks("name", ["UD BatikJaya", "batik jaya (Persero)", "Bátik  JAYA"]) == {Mark("name", "batikjaya")}
    assert phone_key("0812-3456-7890") == phone_key("+62 812 3456 7890") == "6281234567890"
    assert phone_key("12") == ""


def test_domains_of_public_mailers_say_nothing():
    assert contact_marks([], ["Siti@Gmail.com"]) == {Mark("email", "siti@gmail.com")}
    assert Mark("domain", "batikjaya.id") in contact_marks([], ["siti@batikjaya.id"])


def test_the_gravest_conflict_comes_first_and_a_district_says_it_all():
    scorer = {
        Mark("province", "33"): ConflictKind.PROVINCE,
        Mark("district", "33.75"): ConflictKind.DISTRICT,
        Mark("declared", 7): ConflictKind.DECLARED,
        Mark("phone", "62812"): ConflictKind.PHONE,
    }
    found = conflicts(scorer, frozenset(scorer))
    assert [one.kind for one in found] == [ConflictKind.DECLARED, ConflictKind.DISTRICT, ConflictKind.PHONE]
    assert conflicts(scorer, frozenset({Mark("province", "32")})) == []


# Detected, with the reason


def row_of(nomination, person):
    rows = possible_scorers(nomination, scenes.stage_of(nomination))
    return next(row for row in rows if row.user == person)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"region": "33"}, "provinsi yang sama"),
        ({"region": "33.75"}, "kabupaten/kota yang sama"),
        ({"phone": "0812-3456-7890"}, "Nomor teleponnya sama"),
    ],
)
def test_conflict_from_the_account_is_shown_and_refused(change, words):
    nomination = scenes.ovop()
    person = make_user(Role.ASSESSOR, **change)
    assert words in row_of(nomination, person).obstacle
    with pytest.raises(RuleBroken, match=words[:20]):
        scenes.assign(nomination, person)


@pytest.mark.parametrize("own", ["phone", "email"])
def test_shared_contacts_keep_the_solver_away(nominations, own):
    """The facts of a run, and what it proposes: the one nomination goes to others, the rest may have the person."""
    first = nominations[0]
    team = people(4, first.period_id)
    if own == "phone":
        Ikm.objects.filter(pk=first.product_entry.ikm_id).update(phone="+6281199988877")
        User.objects.filter(pk=team[0].pk).update(phone="0811-9998-8877")
    else:
        Sentra.objects.filter(pk=first.product_entry.sentra_id).update(contact_email=team[0].email)
    facts = situation(first.period_id, scenes.stage_of(first).code)
    assert facts.obstacle(first.pk, team[0].pk) == own
    masks = {task.pk: task.able for task in pose(facts, wished=None, mix=True, seed=1, movable=False).problem.tasks}
    assert [bin(masks[one.pk]).count("1") for one in nominations] == [3, 4, 4, 4]
    apply(proposal(first))
    assert (first.pk, team[0].pk) not in live()
    assert len(live(first)) == 3
    assert any(user == team[0].pk for _nomination, user in live())


def test_case_12_member_of_the_nominee_and_officer_who_made_it():
    nomination = scenes.ovop()
    entry = nomination.product_entry
    member = make_user(Role.ASSESSOR, institution=f"CV {entry.ikm.name}")
    assert "lembaga yang diusulkan" in row_of(nomination, member).obstacle
    author = entry.sentra.created_by
    Membership.objects.filter(user=author).update(valid_to=date(2020, 1, 2))
    add_membership(author, Role.ASSESSOR)
    assert "menyusun usulan" in row_of(nomination, author).obstacle


DINAS = "Dinas Perindustrian Kota Pekalongan"


@pytest.mark.parametrize(
    ("role", "region"), [(Role.DISTRICT_OFFICER, "33.75"), (Role.PROVINCE_OFFICER, "33")], ids=["nominates", "coaches"]
)
def test_a_scorer_of_the_institution_that_nominates_or_coaches(role, region):
    """The scorer's own membership has no region: only the institution of the region's officers shows it."""
    nomination = scenes.ovop()
    colleague = make_user(Role.ASSESSOR, institution="DINAS PERINDUSTRIAN, KOTA PEKALONGAN.")
    assert not row_of(nomination, colleague).obstacle
    officer = make_user(role, region=region, institution=DINAS)
    words = "lembaga daerah yang mengusulkan atau membina"
    assert words in row_of(nomination, colleague).obstacle
    with pytest.raises(RuleBroken, match=words):
        scenes.assign(nomination, colleague)
    Membership.objects.filter(user=officer).update(valid_to=date(2020, 1, 2))
    assert words in row_of(nomination, colleague).obstacle, "who made it may have left since"


@pytest.mark.parametrize(
    ("role", "region"), [(Role.DISTRICT_OFFICER, "32.05"), (Role.PROVINCE_OFFICER, "32"), (Role.VERIFIER, None)]
)
def test_the_institution_of_another_region_or_of_the_secretariat_is_no_conflict(role, region):
    nomination = scenes.ovop()
    make_user(role, region=region, institution=DINAS)
    assert not row_of(nomination, make_user(Role.ASSESSOR, institution=DINAS)).obstacle


def test_an_institution_keeps_a_member_out_of_the_room(chair):
    nomination = scenes.ovop_in_plenary()
    make_user(Role.DISTRICT_OFFICER, region="33.75", institution=DINAS)
    add_membership(chair, Role.ASSESSOR, institution=DINAS)
    session = scenes.session_of(nomination, chair)
    assert outside_of(session, [nomination.pk]) == {nomination.pk: {chair.pk: ConflictKind.OFFICE}}


@pytest.mark.parametrize("kind", [TieKind.COACHED, TieKind.EMPLOYED, TieKind.FAMILY, TieKind.BUSINESS])
def test_stated_tie_to_the_ikm_blocks(kind):
    nomination = scenes.ovop()
    person = scenes.assessors(1)[0]
    ikm = nomination.product_entry.ikm
    scenes.state(nomination, person, Tie(kind, ikm.name, ikm_id=ikm.pk))
    assert row_of(nomination, person).obstacle.startswith("Menyatakan")


def test_stated_tie_to_the_sentra_or_by_name_blocks():
    nomination = scenes.ovop()
    entry = nomination.product_entry
    one, two, three = scenes.assessors(3)
    scenes.state(nomination, one, Tie(TieKind.COACHED, entry.sentra.name, sentra_id=entry.sentra_id))
    scenes.state(nomination, two, Tie(TieKind.EMPLOYED, f"UD {entry.ikm.name.upper()}"))
    scenes.state(nomination, three, Tie(TieKind.FAMILY, entry.ikm.owner_name))
    assert all(row_of(nomination, person).obstacle for person in (one, two, three))
    stranger = scenes.assessors(1)[0]
    scenes.state(nomination, stranger, Tie(TieKind.COACHED, "IKM Lain Sekali"))
    assert not row_of(nomination, stranger).obstacle


@pytest.mark.parametrize("spelling", ["CV.Batik Jaya", "BATIK  JAYA, U.D.", "p.t. batik-jaya", "Koperasi BatikJaya"])
def test_a_name_blocks_however_it_is_written(spelling):
    nomination = scenes.ovop()
    person = scenes.assessors(1)[0]
    Ikm.objects.filter(pk=nomination.product_entry.ikm_id).update(name="PT Batik Jaya")
    scenes.state(nomination, person, Tie(TieKind.EMPLOYED, spelling))
    assert row_of(nomination, person).obstacle


def coached_by(nomination, **facts) -> Beneficiary:
    facts = {"place": "Kabupaten Contoh", "contact": "0812-9999-8888", "activity": "Pelatihan", "years": [2024]} | facts
    return Beneficiary.objects.create(entry=nomination.candidate_entry, **facts)


def test_tie_to_an_ikm_that_a_candidate_coaches_blocks():
    nomination = scenes.upakarti()
    stage_people = scenes.assessors(4)
    ikm = scenes.ovop().product_entry.ikm
    coached_by(nomination, ikm=ikm, name=ikm.name)
    coached_by(nomination, name="Anyaman Lestari")
    ties = (
        Tie(TieKind.COACHED, ikm.name, ikm_id=ikm.pk),
        Tie(TieKind.FAMILY, ikm.owner_name),
        Tie(TieKind.BUSINESS, "CV Anyaman Lestari"),
    )
    for person, tie in zip(stage_people, ties, strict=False):
        scenes.state(nomination, person, tie)
        assert row_of(nomination, person).obstacle.startswith("Menyatakan")
    twin = make_ikm(ikm.sentra, name="Anyaman Lestari")  # what is known by name alone is met by name alone
    scenes.state(nomination, stage_people[3], Tie(TieKind.COACHED, twin.name, ikm_id=twin.pk))
    assert row_of(nomination, stage_people[3]).obstacle.startswith("Menyatakan")
    caller = make_user(Role.ASSESSOR, institution=scenes.AWAY, phone="+62 812 9999 8888")
    assert "teleponnya sama" in row_of(nomination, caller).obstacle
    assert not row_of(nomination, scenes.assessors(1)[0]).obstacle


def test_tie_to_a_namesake_of_a_registered_ikm_does_not_block():
    nomination = scenes.ovop()
    ikm = nomination.product_entry.ikm
    twin = make_ikm(scenes.ovop().product_entry.sentra, name=ikm.name)
    person = scenes.assessors(1)[0]
    scenes.state(nomination, person, Tie(TieKind.COACHED, twin.name, ikm_id=twin.pk))
    assert not row_of(nomination, person).obstacle


def test_shared_domain_only_warns():
    nomination = scenes.ovop()
    sentra = nomination.product_entry.sentra
    sentra.contact_email = "info@contoh.id"  # the domain of all accounts of tests
    sentra.save()
    person = scenes.assessors(1)[0]
    row = row_of(nomination, person)
    assert row.obstacle == ""
    assert "domain yang sama" in row.warnings[0]
    scenes.assign(nomination, person)


def test_kept_apart_is_told_to_who_assigns_by_hand(verifier):
    nomination = scenes.ovop()
    one, two = scenes.assessors(2)
    panel.keep_apart(period_id=nomination.period_id, user_ids=(one.pk, two.pk), reason="Suami istri", actor=verifier)
    scenes.assign(nomination, one)
    assert "Suami istri" in row_of(nomination, two).warnings[0]
