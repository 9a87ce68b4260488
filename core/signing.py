"""Electronic signatures (PAdES) on finished PDFs. For workers only: the library takes half a second to load.

Which signer, says `settings.SIGNER`: a key in a PKCS#12 file, or a service that keeps the key and signs over HTTP. The
pass phrase is in the memory of the process that signs, and nowhere else of the portal: not in the database, not in a
message, not in a log. See docs/adr/0019.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import requests
from asn1crypto.cms import CMSAttributes
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key
from django.conf import settings
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.path import ValidationPath

from core import signature_check
from core.errors import SignerLocked, SigningFailed
from core.signing_evidence import Evidence, can_be_asked

logger = logging.getLogger(__name__)

FIELD = "TandaTangan"
RESERVED = 8192  # for a signature without a time stamp; with one the library finds out by a trial
CONNECT_SECONDS, ANSWER_SECONDS = 5, 60
_typed: dict[str, str] = {}


class Signer(Protocol):
    name: str
    """Who signs, as a page may say it."""

    def sign(self, document: bytes, *, reason: str, place: str) -> bytes:
        """The document with the signature appended. Raises SigningFailed; then nothing was signed."""


def unlock(pass_phrase: str) -> None:
    """Keep what somebody typed, for the life of this process."""
    _typed["pass phrase"] = pass_phrase
    signer.cache_clear()


@cache
def signer() -> Signer | None:
    """The signer of this installation, its key loaded and checked once a process; None when documents stay unsigned.

    Raises SigningFailed when the key is missing, locked, expired or not of a trusted authority.
    """
    if not settings.SIGNER:
        return None
    kinds = {"pkcs12": FileSigner, "remote": RemoteSigner}
    made: Signer = kinds[settings.SIGNER["kind"]](settings.SIGNER, _pass_phrase(settings.SIGNER))
    return made


def _pass_phrase(place: dict[str, Any]) -> str:
    if "pass phrase" in _typed:
        return _typed["pass phrase"]
    if not place["pass_phrase_file"]:
        raise SignerLocked("no pass phrase was given to this process")
    with _explained("the pass phrase cannot be read"):
        return Path(place["pass_phrase_file"]).read_text().rstrip("\n")


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Whatever is raised becomes SigningFailed, without its text: that may hold the pass phrase."""
    try:
        yield
    except SigningFailed:
        raise
    except Exception as error:
        raise SigningFailed(f"{what}: {type(error).__name__}") from None


def _apart(work: Callable[[], Any]) -> Any:
    """The library runs an event loop; in a thread of its own where the caller's thread runs one already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


class LocalKey(SimpleSigner):
    """What the library makes anew for each signature, kept: the key, whose parsing takes 40 ms for RSA, and the signed
    attributes: 6 ms of encoding. Only the digest changes in them, as every signature is PAdES with SHA-256, which has
    neither a time nor anything else of the document there.
    """

    async def signed_attrs(self, data_digest: bytes, *args: Any, **options: Any) -> CMSAttributes:
        if not hasattr(self, "around_digest"):
            found = await super().signed_attrs(data_digest, *args, **options)
            self.around_digest = found.dump().split(data_digest)
        before, after = self.around_digest
        return CMSAttributes.load(before + data_digest + after)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if not hasattr(self, "loaded"):
            self.loaded = load_der_private_key(self.signing_key.dump(), password=None)
        if isinstance(self.loaded, RSAPrivateKey):
            return self.loaded.sign(data, PKCS1v15(), SHA256())
        if isinstance(self.loaded, EllipticCurvePrivateKey):
            return self.loaded.sign(data, ECDSA(SHA256()))
        return bytes(await super().async_sign_raw(data, digest_algorithm, dry_run))


class FileSigner:
    """A key in a PKCS#12 file.

    With a time stamp service its signatures are proven for the long term (PAdES B-LTA), unless the certificates name
    no service that says whether they are in force: then they carry the time stamp alone (B-T).
    """

    def __init__(self, place: dict[str, Any], pass_phrase: str) -> None:
        with _explained("the key cannot be opened"):
            opened = SimpleSigner.load_pkcs12(place["file"], passphrase=pass_phrase.encode())
        if opened is None:
            raise SigningFailed("the key cannot be opened: wrong file or pass phrase")
        self.key = LocalKey(opened.signing_cert, opened.signing_key, opened.cert_registry)
        chain = self._checked_chain()
        self.stamper = RequestsHTTPTimeStamper(place["timestamps"]) if place["timestamps"] else None
        self.evidence = None
        if self.stamper and can_be_asked(chain):
            others = list(self.key.cert_registry)
            self.evidence = Evidence(roots=_authorities(), others=others, timestamps=place["timestamps"])
        elif self.stamper:
            logger.warning("the certificate names no CRL or OCSP: signatures are not proven for the long term")
        self.name = self.certificate.subject.native.get("common_name", "")

    def sign(self, document: bytes, *, reason: str, place: str) -> bytes:
        if not self.certificate.not_valid_before <= datetime.now(UTC) <= self.certificate.not_valid_after:
            raise SigningFailed("the certificate of the signer is not valid today")
        facts = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            reason=reason,
            location=place,
        )
        with _explained("no signature could be made"):
            if self.evidence is None:
                return self._signed(document, facts, self.stamper)
            with self.evidence.fresh() as (context, stamper):
                proven = replace(facts, embed_validation_info=True, use_pades_lta=True, validation_context=context)
                signed = self._signed(document, proven, stamper)
                found = _apart(partial(signature_check.check, signed, settings.SIGNER_TRUST))
                if not found.get("long_term"):
                    raise SigningFailed("what was signed cannot be proven for the long term")
        return signed

    def _signed(self, document: bytes, facts: PdfSignatureMetadata, stamper: RequestsHTTPTimeStamper | None) -> bytes:
        maker = PdfSigner(facts, signer=self.key, timestamper=stamper)
        reserved = None if stamper else RESERVED
        writer = IncrementalPdfFileWriter(BytesIO(document))
        signed: bytes = _apart(partial(maker.sign_pdf, writer, bytes_reserved=reserved)).getvalue()
        return signed

    @property
    def certificate(self) -> Certificate:
        return self.key.signing_cert

    def _checked_chain(self) -> ValidationPath:
        with _explained("the certificate of the signer is not of a trusted authority"):
            context = ValidationContext(trust_roots=_authorities(), other_certs=list(self.key.cert_registry))
            chain = CertificateValidator(self.certificate, validation_context=context)
            return _apart(lambda: asyncio.run(chain.async_validate_usage({"digital_signature"})))


def _authorities() -> list[Certificate]:
    return list(load_certs_from_pemder([str(settings.SIGNER_TRUST)]))


class RemoteSigner:
    """A service that keeps the key and signs whole documents over HTTP, as BSrE's e-Sign does.

    The answer is believed only when it is our document with one trusted signature appended and nothing else changed.
    """

    def __init__(self, place: dict[str, Any], pass_phrase: str) -> None:
        self.place, self.pass_phrase = place, pass_phrase
        self.name = ""  # known from its first signature

    def sign(self, document: bytes, *, reason: str, place: str) -> bytes:
        form = {
            "nik": self.place["identity"],
            "passphrase": self.pass_phrase,
            "tampilan": "invisible",
            "reason": reason,
            "location": place,
        }
        with _explained("the signing service does not answer"):
            answer = requests.post(
                f"{self.place['address']}/api/sign/pdf",
                data=form,
                files={"file": ("piagam.pdf", document, "application/pdf")},
                auth=(self.place["user"], self.place["password"]),
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                allow_redirects=False,
            )
        if answer.status_code != 200:
            words = _reason(answer).replace(self.pass_phrase, "…")
            raise SigningFailed(f"the signing service refused: {answer.status_code} {words}")
        self._check(document, answer.content)
        return answer.content

    def _check(self, document: bytes, signed: bytes) -> None:
        if not signed.startswith(document):
            raise SigningFailed("the signing service sent another document back")
        found = _apart(partial(signature_check.check, signed, settings.SIGNER_TRUST))
        if not found.get("trusted") or not found.get("intact"):
            raise SigningFailed("the signing service sent no valid signature of a trusted authority")
        self.name = found["signer"]


def _reason(answer: requests.Response) -> str:
    """The service's own words, short; empty when it sent none."""
    try:
        return str(answer.json().get("error", ""))[:200]
    except (ValueError, AttributeError):
        return ""
