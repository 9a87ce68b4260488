"""Asking whether the signature of a PDF holds, without opening the file in this process."""

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

CHECKER = Path(__file__).with_name("signature_check.py")
SECONDS = 20


@dataclass(frozen=True, slots=True)
class Signature:
    """What the check found. `intact`: as it was signed; `trusted`: intact, by an authority that the portal knows."""

    readable: bool = False
    signed: bool = False
    intact: bool = False
    trusted: bool = False
    signer: str = ""
    signed_at: str | None = None
    timestamped: bool = False


def check_signature(document: bytes, *, moment: datetime | None = None) -> Signature:
    """`moment` is when the certificate of the signer must have been valid; now, when left out. About half a second of
    another process. A file that exhausts it counts as unreadable. No query.
    """
    trusted = str(settings.SIGNER_TRUST or "")
    command = [sys.executable, "-I", str(CHECKER), trusted, moment.isoformat() if moment else ""]
    try:
        done = subprocess.run(command, input=document, capture_output=True, timeout=SECONDS, check=True, env={})
        return Signature(**json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError, OSError) as error:
        logger.warning("a signature could not be checked: %s", error)
        return Signature()
