"""What scorers and nominations have in common, read in a few queries whatever their number; the rules are pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet

from accounts.enums import Role
from accounts.models import Membership
from nominations.enums import Action, DocumentStage
from nominations.models import (
    Answer,
    Beneficiary,
    CandidateEntry,
    DossierItem,
    Nomination,
    ProductEntry,
    ProxyAct,
    StatusChange,
)
from scoring.enums import ConflictKind
from scoring.models import ConflictDeclaration, InterestTie
from scoring.rules import Mark, contact_marks, name_marks, with_meaning

TIE_TARGETS = ("sentra", "ikm")


@dataclass(slots=True)
class PersonFacts:
    """A person's marks of every membership in force, and the memberships themselves."""

    memberships: list[Membership] = field(default_factory=list)
    marks: dict[Mark, ConflictKind] = field(default_factory=dict)

    def expertise(self, role: str) -> frozenset[str]:
        """Commodities of the memberships with the role; none means all. No query when prefetched."""
        return frozenset(c.pk for m in self.memberships if m.role == role for c in m.commodities.all())

    def holds(self, role: str) -> bool:
        return any(membership.role == role for membership in self.memberships)

    def valid_to(self, roles: Collection[str]) -> date | None:
        """The last day on which the person holds one of these roles, of those in force today; None: without end."""
        days = [membership.valid_to for membership in self.memberships if membership.role in roles]
        known = [day for day in days if day is not None]
        return max(known) if len(known) == len(days) and known else None

    @property
    def institution(self) -> str:
        return next((m.institution.name for m in self.memberships if m.institution), "")


def people_facts(users: Any, *, period_id: int) -> dict[int, PersonFacts]:
    """Facts of everybody with a membership in force among `users` (ids or a query). Three queries."""
    facts: dict[int, PersonFacts] = defaultdict(PersonFacts)
    rows = Membership.objects.in_force().filter(user__in=users, user__is_active=True)
    for membership in rows.select_related("user", "region", "institution").prefetch_related("commodities"):
        facts[membership.user_id].memberships.append(membership)
    for pk, person in facts.items():
        person.marks = _person_marks(pk, person.memberships)
    for tie in ties_of(period_id).filter(statement__user__in=list(facts)).select_related("statement"):
        facts[tie.statement.user_id].marks |= _tie_marks(tie)
    return dict(facts)


def ties_of(period_id: int) -> QuerySet[InterestTie]:
    """What counts: everything that was stated and not withdrawn. No query by itself."""
    return InterestTie.objects.filter(statement__period=period_id, withdrawal=None)


def _person_marks(pk: int, memberships: list[Membership]) -> dict[Mark, ConflictKind]:
    user = memberships[0].user
    regions = [m.region for m in memberships if m.region]
    marks = {Mark("province", region.parent_id or region.pk) for region in regions}
    marks |= {Mark("district", region.pk) for region in regions if region.parent_id}
    marks |= {Mark("nominator", pk), Mark("declared", pk)}
    marks |= contact_marks([user.phone], [user.email])
    names = [m.institution.name for m in memberships if m.institution]
    held = with_meaning(marks)
    held |= dict.fromkeys(name_marks("name", names), ConflictKind.INSTITUTION)
    held |= dict.fromkeys(name_marks("office", names), ConflictKind.OFFICE)
    return held | dict.fromkeys(name_marks("person", [user.name]), ConflictKind.NAMESAKE)


def _tie_marks(tie: InterestTie) -> dict[Mark, ConflictKind]:
    """A record is met by its id, and by its name only where a nomination has nothing but a name."""
    targets = {Mark(what, target) for what in TIE_TARGETS if (target := getattr(tie, f"{what}_id"))}
    marks = name_marks("unlisted", [tie.name])
    if not targets:
        marks |= name_marks("name", [tie.name]) | name_marks("owner", [tie.name])
    return dict.fromkeys(targets | marks, ConflictKind(tie.kind))


def nomination_marks(nominations: Iterable[int]) -> dict[int, frozenset[Mark]]:
    """Marks of each nomination by id. Ten queries whatever the number."""
    wanted = list(nominations)
    marks: dict[int, set[Mark]] = {pk: set() for pk in wanted}
    rows = Nomination.objects.filter(pk__in=wanted).annotate(offices=ArraySubquery(_offices()))
    for pk, region, province, creator, offices in rows.values_list(
        "pk", "region", "region__parent", "created_by", "offices"
    ):
        marks[pk] |= {Mark("district", region), Mark("province", province), Mark("nominator", creator)}
        marks[pk] |= name_marks("office", offices)
    _add_entries(marks, wanted)
    for pk, user in _makers(wanted):
        marks[pk].add(Mark("nominator", user))
    declared = ConflictDeclaration.objects.filter(nomination__in=wanted, has_conflict=True)
    for pk, user in declared.values_list("nomination", "user"):
        marks[pk].add(Mark("declared", user))
    return {pk: frozenset(found) for pk, found in marks.items()}


def _offices() -> QuerySet[Membership, Any]:
    """Names of the institutions of those who nominate for the outer nomination's region, or coach it from its province.

    Roles that are over count as well: the nomination may be theirs. For subqueries.
    """
    held = Q(role=Role.DISTRICT_OFFICER, region=OuterRef("region"))
    held |= Q(role=Role.PROVINCE_OFFICER, region=OuterRef("region__parent"))
    return Membership.objects.filter(held, institution__isnull=False).values("institution__name")


def _add_entries(marks: dict[int, set[Mark]], wanted: list[int]) -> None:
    entries = ProductEntry.objects.filter(nomination__in=wanted).select_related("sentra", "ikm", "product")
    for entry in entries:
        sentra, ikm = entry.sentra, entry.ikm
        found = {Mark("sentra", sentra.pk), Mark("ikm", ikm.pk)}
        found |= name_marks("name", [ikm.name, sentra.name])
        people = [ikm.owner_name, sentra.contact_name]
        found |= name_marks("person", people) | name_marks("owner", people)
        found |= contact_marks([ikm.phone, sentra.contact_phone], [sentra.contact_email])
        found |= {Mark("nominator", row.created_by_id) for row in (sentra, ikm, entry.product)}
        marks[entry.nomination_id] |= found
    for candidate in CandidateEntry.objects.filter(nomination__in=wanted):
        found = name_marks("name", [candidate.name]) | name_marks("person", [candidate.name])
        found |= _unlisted(candidate.name) | contact_marks([candidate.phone], [])
        marks[candidate.nomination_id] |= found
    rows = Beneficiary.objects.filter(entry__nomination__in=wanted).select_related("ikm")
    for one in rows.annotate(nomination_id=F("entry__nomination")):
        marks[one.nomination_id] |= _beneficiary_marks(one)


def _unlisted(name: str) -> set[Mark]:
    return name_marks("owner", [name]) | name_marks("unlisted", [name])


def _beneficiary_marks(one: Beneficiary) -> set[Mark]:
    """An IKM that a candidate coaches, by its record in the register where it has one."""
    if one.ikm is None:
        return _unlisted(one.name) | contact_marks([one.contact], [])
    found = name_marks("owner", [one.name, one.ikm.name, one.ikm.owner_name])
    return found | {Mark("ikm", one.ikm_id)} | contact_marks([one.contact, one.ikm.phone], [])


def _makers(wanted: list[int]) -> Iterable[tuple[int, int]]:
    """Who wrote answers, added documents, sent the nomination in, or acted for its region."""
    sent = [Action.SUBMIT, Action.RESUBMIT]
    yield from Answer.objects.filter(nomination__in=wanted).values_list("nomination", "saved_by").distinct()
    items = DossierItem.objects.filter(nomination__in=wanted, requirement__stage=DocumentStage.NOMINATION)
    yield from items.values_list("nomination", "added_by").distinct()
    yield from ProxyAct.objects.filter(nomination__in=wanted).values_list("nomination", "actor").distinct()
    changes = StatusChange.objects.filter(nomination__in=wanted, action__in=sent, actor__isnull=False)
    yield from changes.values_list("nomination", "actor").distinct()
