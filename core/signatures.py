"""Asking whether the signature of a PDF holds, without opening the file in this process."""

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from core.limited import NotDoneError, run_limited

logger = logging.getLogger(__name__)

CHECKER = Path(__file__).with_name("signature_check.py")
SECONDS = 20


@dataclass(frozen=True, slots=True)
class Signature:
    """What the check found. `intact`: as it was signed; `trusted`: intact, by an authority that the portal knows;
    `revoked`: the certificate was, before it signed; `long_term`: the file itself proves that the signature was good.
    """

    readable: bool = False
    signed: bool = False
    intact: bool = False
    trusted: bool = False
    revoked: bool = False
    long_term: bool = False
    signer: str = ""
    signed_at: str | None = None
    timestamped: bool = False


def check_signature(document: bytes, *, moment: datetime | None = None) -> Signature:
    """`moment` is when the certificate of the signer must have been valid, or the proof in the file still hold; when
    left out, now. About half a second of another process. A file that exhausts it counts as unreadable. No query.
    """
    trusted = str(settings.SIGNER_TRUST or "")
    words = (trusted, moment.isoformat() if moment else "")
    try:
        return Signature(**json.loads(run_limited(CHECKER, *words, seconds=SECONDS, given=document)))
    except (NotDoneError, ValueError) as error:
        logger.warning("a signature could not be checked: %s", error)
        return Signature()
