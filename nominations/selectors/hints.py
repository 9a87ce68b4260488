"""What the rules say of a submitted dossier now: hints for the verifier, never a verdict."""

from django.utils.translation import gettext as _

from core.identifiers import Kind, read
from nominations.enums import NOT_LIVE, AdminRule, EntryKind
from nominations.models import CandidateEntry, Nomination, ProductEntry
from nominations.rules import SUBJECT, Gap
from nominations.selectors.dossiers import Filled
from nominations.selectors.findings import findings_of


def hints_of(nomination: Nomination, filled: Filled) -> list[Gap]:
    """What the rules find in the dossier and the register of today, other nominations of the same holder, odd numbers.

    At most three queries.
    """
    texts = _other_nominations(nomination) + _odd_number(nomination.entry)
    return findings_of(nomination, filled) + [Gap(AdminRule.OTHER, SUBJECT, text, blocks=False) for text in texts]


def _odd_number(entry: ProductEntry | CandidateEntry) -> list[str]:
    """What is unusual about a candidate's identity number; the officer has confirmed it against the document."""
    if isinstance(entry, ProductEntry) or not entry.identity_number:
        return []
    return list(read(Kind(entry.identity_kind), entry.identity_number).warnings)


def _other_nominations(nomination: Nomination) -> list[str]:
    rows = Nomination.objects.filter(period__year=nomination.period.year).exclude(status__in=NOT_LIVE)
    if nomination.entry_kind is EntryKind.PRODUCT:
        rows = rows.filter(product_entry__ikm=nomination.product_entry.ikm_id)
        text = _("IKM dengan NIB yang sama juga diusulkan dalam %(other)s.")
    else:
        entry = nomination.candidate_entry
        rows = rows.filter(
            candidate_entry__identity_kind=entry.identity_kind, candidate_entry__identity_number=entry.identity_number
        )
        text = _("Calon dengan nomor identitas yang sama juga diusulkan dalam %(other)s.")
    others = rows.exclude(pk=nomination.pk).order_by("pk")[:10]
    return [text % {"other": f"{other} ({other.title})" if other.reference else other.title} for other in others]
