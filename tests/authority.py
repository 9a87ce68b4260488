"""An authority for the length of a test: a root, one that issues below it, a signer, a time stamp service.

What it says of its certificates (CRL, OCSP) and its time stamps are asked over HTTP on loopback.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.signers import Handler, forgotten, served

YEARS = 3650
LIST_DAYS = 7
TYPED = "rahasia-456"


@dataclass
class Pair:
    """A key with its certificate."""

    key: Any
    certificate: x509.Certificate

    @property
    def parsed(self) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(self.certificate.public_bytes(Encoding.DER))


@dataclass
class Authority:
    address: str = ""
    root: Pair = field(init=False)
    issuing: Pair = field(init=False)
    signer: Pair = field(init=False)
    stamper: DummyTimeStamper = field(init=False)
    revoked: dict[int, datetime] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    away: bool = False

    def setup(self, *, names: tuple[str, ...]) -> None:
        """`names`: what the certificates say of where to ask, `crl`, `ocsp`, both or nothing."""
        self.root = self._issue("Akar Uji", None, days=YEARS, authority=True)
        self.issuing = self._issue("Penerbit Uji", self.root, days=YEARS, authority=True, names=names)
        self.signer = self._issue("Penanda Tangan Uji", self.issuing, days=30, names=names)
        stamps = self._issue("Waktu Uji", self.issuing, days=YEARS, names=names, stamps=True)
        chain = SimpleCertificateStore()
        chain.register(self.issuing.parsed)
        encoded = stamps.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        self.stamper = DummyTimeStamper(stamps.parsed, keys.PrivateKeyInfo.load(encoded), certs_to_embed=chain)

    def revoke(self, pair: Pair, *, days: float) -> None:
        """From so many days from now."""
        self.revoked[pair.certificate.serial_number] = datetime.now(UTC) + timedelta(days=days)

    def answer(self, path: str, body: bytes) -> tuple[bytes, str]:
        if path == "/stamp":
            response = self.stamper.request_tsa_response(tsp.TimeStampReq.load(body))
            return response.dump(), "application/timestamp-reply"
        if path == "/ocsp":
            return self.ocsp_answer(body), "application/ocsp-response"
        return self.crl(self.root if path == "/root.crl" else self.issuing), "application/pkix-crl"

    def crl(self, of: Pair) -> bytes:
        now = datetime.now(UTC)
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(of.certificate.subject)
            .last_update(now)
            .next_update(now + timedelta(days=LIST_DAYS))
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(of.key.public_key()), False)
            .add_extension(x509.CRLNumber(1), False)
        )
        for serial, since in self.revoked.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
            made = made.add_revoked_certificate(entry.build())
        return made.sign(of.key, SHA256()).public_bytes(Encoding.DER)

    def ocsp_answer(self, question: bytes) -> bytes:
        serial = ocsp.load_der_ocsp_request(question).serial_number
        of = self.root if serial == self.issuing.certificate.serial_number else self.issuing
        about = next(one for one in (self.issuing, self.signer) if one.certificate.serial_number == serial)
        since = self.revoked.get(serial)
        made = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=about.certificate,
                issuer=of.certificate,
                algorithm=load_algorithm(question),
                cert_status=ocsp.OCSPCertStatus.REVOKED if since else ocsp.OCSPCertStatus.GOOD,
                this_update=datetime.now(UTC),
                next_update=datetime.now(UTC) + timedelta(days=LIST_DAYS),
                revocation_time=since,
                revocation_reason=None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, of.certificate)
        )
        return made.sign(of.key, SHA256()).public_bytes(Encoding.DER)

    def _issue(
        self,
        name: str,
        by: Pair | None,
        *,
        days: int,
        authority: bool = False,
        stamps: bool = False,
        names: tuple[str, ...] = (),
    ) -> Pair:
        key = rsa.generate_private_key(65537, 2048) if stamps else ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(by.certificate.subject if by else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=10))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(authority, None), True)
            .add_extension(usage(authority=authority), True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key((by.key if by else key).public_key()), False
            )
        )
        if stamps:
            made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
        if "crl" in names:
            path = "root" if by is self.root else "issuing"
            place = x509.UniformResourceIdentifier(f"{self.address}/{path}.crl")
            made = made.add_extension(
                x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)]), False
            )
        if "ocsp" in names and not stamps:
            place = x509.UniformResourceIdentifier(f"{self.address}/ocsp")
            told = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)
            made = made.add_extension(x509.AuthorityInformationAccess([told]), False)
        return Pair(key, made.sign(by.key if by else key, SHA256()))


def load_algorithm(question: bytes) -> Any:
    return ocsp.load_der_ocsp_request(question).hash_algorithm


def usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(not authority, not authority, False, False, False, authority, authority, False, False)


@contextmanager
def authority(
    settings: Any, folder: Path, *, names: tuple[str, ...] = ("crl",), stamps: bool = True
) -> Iterator[Authority]:
    """The installation signs with a key of this authority, which is at its address as long as the test runs."""
    one = Authority()

    class Service(Handler):
        def do_GET(self) -> None:  # noqa: N802 - named by http.server
            self.say(b"")

        def do_POST(self) -> None:  # noqa: N802 - named by http.server
            self.say(self.body())

        def say(self, question: bytes) -> None:
            one.asked.append(self.path)
            if one.away and self.path != "/stamp":
                self.answer(503, b"", "text/plain")
            else:
                self.answer(200, *one.answer(self.path, question))

    folder.mkdir(parents=True, exist_ok=True)
    with served(Service) as one.address:
        one.setup(names=names)
        bundle = pkcs12.serialize_key_and_certificates(
            b"uji",
            one.signer.key,
            one.signer.certificate,
            [one.issuing.certificate],
            BestAvailableEncryption(TYPED.encode()),
        )
        (folder / "signer.p12").write_bytes(bundle)
        (folder / "pass-phrase").write_text(TYPED)
        (folder / "root.pem").write_bytes(one.root.certificate.public_bytes(Encoding.PEM))
        settings.SIGNER = {
            "kind": "pkcs12",
            "file": str(folder / "signer.p12"),
            "pass_phrase_file": str(folder / "pass-phrase"),
            "timestamps": f"{one.address}/stamp" if stamps else "",
        }
        settings.SIGNER_TRUST = str(folder / "root.pem")
        with forgotten():
            yield one
