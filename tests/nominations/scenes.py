"""Rows that a test needs many of, and small questions that many tests ask."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from core.clock import transaction_time
from nominations.enums import Status, WindowKind
from nominations.models import Category, Nomination, Period, ProductEntry, StatusChange, Window
from sentra.models import Product
from tests import factories

SECOND = timedelta(seconds=1)
_serial = count(1)


def now() -> datetime:
    """The moment by which deadlines are ruled; it stands still inside a test's transaction."""
    return transaction_time()


def bare(status: Status, region: str = factories.HOME, **fields: Any) -> Nomination:
    """A row without entry or documents, for questions of policy and lists."""
    return bare_rows([(status, region)], **fields)[0]


def bare_rows(places: Iterable[tuple[Status, str]], *, title: str = "", award: str = "ovop") -> list[Nomination]:
    """Many such rows, each with its status and region."""
    period = factories.make_period(award)
    category = Category.objects.filter(award=award).first()
    wanted = list(places)
    officers = {region: factories.officer_of(region) for region in {region for _status, region in wanted}}
    rows = []
    for status, region in wanted:
        serial = next(_serial)
        draft = status is Status.DRAFT
        row = Nomination(
            reference=None if draft else f"UJI-{serial}",
            period=period,
            category=category,
            region_id=region,
            subject_key=f"uji:{serial}",
            title=title or f"Usulan Uji {serial}",
            status=status,
            created_by=officers[region],
            submitted_at=None if draft else timezone.now(),
        )
        rows.append(row)
    return Nomination.objects.bulk_create(rows)


def add_entries(rows: list[Nomination], product: Product) -> None:
    """Entries of one product for many rows, for the joins of a list."""
    sentra = product.ikm.sentra
    ProductEntry.objects.bulk_create(
        ProductEntry(nomination=row, sentra=sentra, ikm=product.ikm, product=product) for row in rows
    )


def close_window(period: Period, kind: WindowKind, closes_at: datetime, *, grace_minutes: int = 0) -> Window:
    """The window ends then; it was open for a month."""
    Window.objects.filter(period=period, kind=kind).update(
        opens_at=closes_at - timedelta(days=30), closes_at=closes_at, grace_minutes=grace_minutes
    )
    return Window.objects.get(period=period, kind=kind)


def state_of(nomination: Nomination) -> dict[str, Any]:
    """Every column of the row as the database has it."""
    return Nomination.objects.filter(pk=nomination.pk).values().get()


def changes_of(nomination: Nomination) -> list[tuple[str, str, str]]:
    rows = StatusChange.objects.filter(nomination=nomination).order_by("id")
    return list(rows.values_list("from_status", "to_status", "action"))


def files_on_disk() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {str(file.relative_to(root)) for file in root.rglob("*") if file.is_file()}


def superuser() -> User:
    """The highest account of Django, without any role of the portal."""
    return factories.make_user(None, name="Superuser", is_staff=True, is_superuser=True)
