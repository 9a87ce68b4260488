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
from datetime import UTC, datetime
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
    (ISO), `timestamped`, `revoked` (the file itself says that the certificate was, before it signed) and `long_term`:
    at `moment` or now the file itself proves that the signature was good when it was made, whatever has expired since.
    Never raises for a bad file.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - half a second, and after the limits

    try:
        reader = PdfFileReader(BytesIO(document))
        if not reader.embedded_regular_signatures:
            return {"signed": False, "readable": True}
        return _found(reader, _authorities(trusted), moment)
    except Exception as error:  # a library that reads hostile files raises whatever it likes
        logging.getLogger(__name__).info("unreadable: %s", error)
        return UNREADABLE


def _found(reader: Any, roots: list[Any], moment: datetime | None) -> dict[str, Any]:
    from pyhanko.sign.diff_analysis import ModificationLevel  # noqa: PLC0415
    from pyhanko.sign.fields import enumerate_sig_fields  # noqa: PLC0415
    from pyhanko.sign.validation import (  # noqa: PLC0415
        SignatureCoverageLevel,
        validate_pdf_signature,
        validate_pdf_timestamp,
    )
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    context = ValidationContext(**_options(roots, moment))
    signature = reader.embedded_regular_signatures[0]
    status = validate_pdf_signature(signature, context)
    later = [validate_pdf_timestamp(one, context, skip_diff=True) for one in reader.embedded_timestamp_signatures]
    added = status.modification_level  # proofs for the long term may be appended, nothing else
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE or added == ModificationLevel.LTA_UPDATES
    whole = whole and all(
        one.intact and one.valid and one.coverage >= SignatureCoverageLevel.ENTIRE_REVISION for one in later
    )
    alone = len(list(enumerate_sig_fields(reader, filled_status=True))) == 1 + len(later)
    intact = bool(status.intact and status.valid and whole and alone)
    stamp = status.timestamp_validity
    said_at = stamp.timestamp if stamp else status.signer_reported_dt
    revoked, long_term = _proof(reader, said_at, [one.timestamp for one in later], roots, moment)
    return {
        "readable": True,
        "signed": True,
        "intact": intact,
        "trusted": intact and not revoked and bool(status.bottom_line or long_term),
        "revoked": revoked,
        "long_term": intact and long_term,
        "signer": status.signing_cert.subject.native.get("common_name", ""),
        "signed_at": said_at.isoformat() if said_at else None,
        "timestamped": bool(stamp and stamp.valid and stamp.intact and stamp.trusted),
    }


def _proof(
    reader: Any, signed_at: datetime | None, stamped_at: list[datetime], roots: list[Any], moment: datetime | None
) -> tuple[bool, bool]:
    """What the lists and answers in the file (its DSS) say: that the certificate was revoked when it signed; that all
    was in order then, and that the chain of time stamps from then to `moment` has no gap.
    """
    from pyhanko.sign.validation import (  # noqa: PLC0415
        DocumentSecurityStore,
        validate_pdf_signature,
        validate_pdf_timestamp,
    )
    from pyhanko.sign.validation.errors import NoDSSFoundError  # noqa: PLC0415

    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return False, False
    now = moment or datetime.now(UTC)

    def then(when: datetime, mode: str) -> Any:
        # A list or an answer may be younger than the signature: many services fetch it afterwards.
        return store.as_validation_context(
            _options(roots, when) | {"revocation_mode": mode, "retroactive_revinfo": True}
        )

    signature, at = reader.embedded_regular_signatures[0], signed_at or now
    status = validate_pdf_signature(signature, then(at, "require"), then(at, "hard-fail"), skip_diff=True)
    stamps = [
        validate_pdf_timestamp(one, then(when, "hard-fail"), skip_diff=True)
        for one, when in zip(reader.embedded_timestamp_signatures, stamped_at, strict=True)
        if one.signed_revision > signature.signed_revision
    ]
    chain = [status.timestamp_validity, *stamps]
    ends = [*(one.timestamp for one in stamps), now]
    no_gap = all(
        one and one.trusted and one.signing_cert.not_valid_after >= end for one, end in zip(chain, ends, strict=True)
    )
    return status.revoked, bool(status.bottom_line and no_gap)


def _authorities(trusted: Path | None) -> list[Any]:
    from pyhanko.keys import load_certs_from_pemder  # noqa: PLC0415

    return list(load_certs_from_pemder([str(trusted)])) if trusted else []


def _options(roots: list[Any], moment: datetime | None) -> dict[str, Any]:
    at = {"moment": moment, "best_signature_time": moment} if moment else {}
    return {"trust_roots": roots, "allow_fetching": False, "revocation_mode": "soft-fail", **at}


if __name__ == "__main__":
    limit_resources()
    logging.disable(logging.CRITICAL)
    roots, at = sys.argv[1:]
    answer = check(sys.stdin.buffer.read(), Path(roots) if roots else None, datetime.fromisoformat(at) if at else None)
    sys.stdout.write(json.dumps(answer))
