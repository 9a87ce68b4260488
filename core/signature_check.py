"""Whether the electronic signature of one PDF holds: `python -I signature_check.py TRUSTED.pem MOMENT < FILE`.

What strangers hand in may be made to exhaust or to crash whoever opens it, so for them this runs as a process of its
own with limits and imports nothing of the portal; it prints the answer as JSON. `core.signatures` starts it. The
worker, which checks what a signing service sent back, imports it.
"""

import json
import logging
import resource
import sys
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 10
UNREADABLE = {"signed": False, "readable": False}


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(ValueError, OSError):  # macOS knows no limit of this kind
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def check(document: bytes, trusted: Path | None, moment: datetime | None = None) -> dict[str, Any]:
    """JSON-ready: `readable`, `signed`; with a signature also `intact` (nothing that it covers was changed, and nothing
    was added that may not be), `trusted` (by the authorities in `trusted`, at `moment` or now), `signer`, `signed_at`
    (ISO) and `timestamped`. Never raises for a bad file.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - half a second, and after the limits
    from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: PLC0415
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature  # noqa: PLC0415

    try:
        signatures = PdfFileReader(BytesIO(document)).embedded_regular_signatures
        if not signatures:
            return {"signed": False, "readable": True}
        status = validate_pdf_signature(signatures[0], _authorities(trusted, moment))
    except Exception as error:  # a library that reads hostile files raises whatever it likes
        logging.getLogger(__name__).info("unreadable: %s", error)
        return UNREADABLE
    added = status.modification_level  # proofs for the long term may be appended, nothing else
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE or added == ModificationLevel.LTA_UPDATES
    intact = bool(status.intact and status.valid and whole) and len(signatures) == 1
    stamp = status.timestamp_validity
    said_at = stamp.timestamp if stamp else status.signer_reported_dt
    return {
        "readable": True,
        "signed": True,
        "intact": intact,
        "trusted": bool(intact and status.bottom_line),
        "signer": status.signing_cert.subject.native.get("common_name", ""),
        "signed_at": said_at.isoformat() if said_at else None,
        "timestamped": bool(stamp and stamp.valid and stamp.intact and stamp.trusted),
    }


def _authorities(trusted: Path | None, moment: datetime | None) -> Any:
    from pyhanko.keys import load_certs_from_pemder  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    roots = list(load_certs_from_pemder([str(trusted)])) if trusted else []
    at = {"moment": moment, "best_signature_time": moment} if moment else {}
    return ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail", **at)


if __name__ == "__main__":
    limit_resources()
    logging.disable(logging.CRITICAL)
    roots, at = sys.argv[1:]
    answer = check(sys.stdin.buffer.read(), Path(roots) if roots else None, datetime.fromisoformat(at) if at else None)
    sys.stdout.write(json.dumps(answer))
