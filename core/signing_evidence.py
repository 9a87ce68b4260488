"""What the authorities say about the certificates of a signature (CRL, OCSP), to be put into the signed file.

With it and a time stamp over it the file proves by itself, years later, that the certificate was in force when it
signed (PAdES B-LTA). See docs/adr/0019.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto.x509 import Certificate
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError
from pyhanko_certvalidator.fetchers.api import FetchLimits
from pyhanko_certvalidator.fetchers.requests_fetchers import RequestsFetcherBackend
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.util import get_declared_revinfo

from core.errors import SigningFailed

KEPT = timedelta(minutes=10)
SECONDS = 5  # for each request
LIMITS = FetchLimits(max_requests=20)


def can_be_asked(chain: ValidationPath) -> bool:
    """Whether every certificate below the trusted one names where its authority says that it is in force."""
    return all(any(get_declared_revinfo(one)) for one in chain.iter_certs(include_root=False))


class Evidence:
    """Fetched from the addresses that the certificates name, with the certificates of the time stamp authority.

    Kept in this process for ten minutes and not beyond the next list, so that a batch does not fetch for each file.
    """

    def __init__(self, *, roots: list[Certificate], others: list[Certificate], timestamps: str) -> None:
        self.roots, self.others, self.timestamps = roots, others, timestamps
        self._kept: tuple[ValidationContext, RequestsHTTPTimeStamper] | None = None

    @contextmanager
    def fresh(self) -> Iterator[tuple[ValidationContext, RequestsHTTPTimeStamper]]:
        """For one signature, which fetches what is missing. Raises SigningFailed when there is no such proof."""
        if self._kept is None or _is_old(self._kept[0]):
            self._kept = self._context(), RequestsHTTPTimeStamper(self.timestamps, timeout=SECONDS)
        try:
            yield self._kept
        except Exception as error:
            self._kept = None  # the library remembers what could not be fetched
            _refuse(error)
            raise

    def _context(self) -> ValidationContext:
        return ValidationContext(
            trust_roots=self.roots,
            other_certs=self.others,
            allow_fetching=True,
            fetcher_backend=RequestsFetcherBackend(per_request_timeout=SECONDS, limits=LIMITS),
            revocation_mode="hard-fail",
            retroactive_revinfo=True,  # an answer is younger than the question, and clocks differ
        )


def _is_old(context: ValidationContext) -> bool:
    now = datetime.now(UTC)
    lists = [one["tbs_cert_list"]["next_update"].native for one in context.crls]
    answers = [single["next_update"].native for one in context.ocsps for single in _single_answers(one)]
    return now > min([context.moment + KEPT, *(until for until in lists + answers if until)])


def _single_answers(answer: Any) -> Any:
    return answer.basic_ocsp_response["tbs_response_data"]["responses"]


def _refuse(error: Exception) -> None:
    found = error.__cause__ if isinstance(error, SigningError) else error
    if isinstance(found, RevokedError):
        raise SigningFailed(f"a certificate has been revoked: {found}") from None
    if isinstance(found, PathError | ValidationError):
        raise SigningFailed(f"the authority does not say that the certificates are in force: {found}") from None
