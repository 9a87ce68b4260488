"""A file that anybody hands in: whether we issued it, byte for byte, and whether its signature holds."""

import re
from hashlib import sha256

from certificates.presenters import FileCheck
from certificates.selectors import certificate_by_file, certificate_by_token
from core.signatures import check_signature

# The address beside the QR code stands in the metadata, which archive files carry uncompressed.
ADDRESS = re.compile(rb"/sertifikat/([A-Za-z0-9_-]{20,40})/")


def check_file(document: bytes) -> FileCheck:
    """The file is not kept and not opened in this process. At most two queries, and half a second of another process.

    The signature of an issued file is judged at the time of issue: what expired since does no harm.
    """
    certificate = certificate_by_file(sha256(document).hexdigest())
    if certificate:
        signature = check_signature(document, moment=certificate.issued_at)
        return FileCheck(exact=True, certificate=certificate, signature=signature)
    named = ADDRESS.search(document)
    return FileCheck(
        exact=False,
        certificate=certificate_by_token(named[1].decode()) if named else None,
        signature=check_signature(document),
    )
