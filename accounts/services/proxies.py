"""The Sekretariat acts for a region that cannot reach the portal: opened, used and closed. ADR 0011."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import ProxyEntry
from core.errors import NotPermitted, RuleBroken
from core.models import StoredFile


@transaction.atomic
def open_entry(*, region_code: str, reason: str, letter: StoredFile | None, actor: Any) -> ProxyEntry:
    """A new open entry for the region. The caller has asked its policy and writes the audit entry.

    Raises RuleBroken when the region has one already.
    """
    try:
        with transaction.atomic():
            return ProxyEntry.objects.create(
                region_id=region_code, reason=reason.strip(), letter=letter, opened_by=actor
            )
    except IntegrityError as error:
        if "accounts_proxyentry_one_open" not in str(error):
            raise
        raise RuleBroken(
            _("Entri atas nama daerah ini masih terbuka. Tutup entri itu sebelum membuka yang baru.")
        ) from error


@transaction.atomic
def close_entry(*, entry_id: int, actor: Any) -> ProxyEntry:
    """Ends the right at once, for requests that are under way too. Raises RuleBroken when it is closed already."""
    entry = ProxyEntry.objects.select_for_update(of=("self",)).select_related("region__parent").get(pk=entry_id)
    if entry.closed_at:
        raise RuleBroken(_("Entri atas nama daerah ini sudah ditutup."))
    ProxyEntry.objects.filter(pk=entry_id).update(closed_at=Now(), closed_by=actor)
    entry.refresh_from_db(fields=["closed_at", "closed_by"])
    return entry


def use_proxy(actor: Any, region_code: str) -> ProxyEntry | None:
    """The entry by which the actor writes for that region now, held open until the transaction ends.

    None for the region's own officers. Call it after the policy said yes. Raises NotPermitted when the entry was closed
    since the request began. No query unless the actor acts by proxy, then one.
    """
    entry = actor.proxy_for(region_code)
    if entry is None:
        return None
    if not ProxyEntry.objects.open().select_for_update(of=("self",), no_key=True).filter(pk=entry.pk).exists():
        raise NotPermitted(_("Entri atas nama daerah ini baru saja ditutup, sehingga isian Anda tidak disimpan."))
    return entry


def proxy_facts(actor: Any, region_code: str) -> dict[str, int]:
    """What the audit entry of a write for that region says of the proxy: `{"proxy": id}` or nothing."""
    entry = use_proxy(actor, region_code)
    return {"proxy": entry.pk} if entry else {}
