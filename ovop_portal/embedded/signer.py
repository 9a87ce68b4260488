"""A throw-away authority and a signer of it, for development and tests. What they sign proves nothing."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey


def make_test_signer(folder: Path, *, days: int = 3650) -> dict[str, str]:
    """`signer.p12`, `pass-phrase` and `authority.pem` in `folder`, made when missing; the settings that name them."""
    files = {name: folder / name for name in ("signer.p12", "pass-phrase", "authority.pem")}
    if not all(path.exists() for path in files.values()):
        pass_phrase = secrets.token_urlsafe(24)
        authority, root = _authority()
        key, certificate = _signer(authority, root, days)
        bundle = pkcs12.serialize_key_and_certificates(
            b"uji", key, certificate, [root], BestAvailableEncryption(pass_phrase.encode())
        )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, content in zip(
            files.values(), (bundle, pass_phrase.encode(), root.public_bytes(Encoding.PEM)), strict=True
        ):
            path.write_bytes(content)
            path.chmod(0o600)
    return {
        "SIGNER": "pkcs12",
        "SIGNER_FILE": str(files["signer.p12"]),
        "SIGNER_PASS_PHRASE_FILE": str(files["pass-phrase"]),
        "SIGNER_TRUST": str(files["authority.pem"]),
    }


def _authority() -> tuple[Key, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    begun = _begun("Otoritas Uji", "Otoritas Uji", key, 3650)
    limits = x509.BasicConstraints(ca=True, path_length=0)
    return key, begun.add_extension(limits, True).add_extension(_usage(authority=True), True).sign(key, hashes.SHA256())


def _signer(authority: Key, root: x509.Certificate, days: int) -> tuple[Key, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    begun = _begun("Penanda Tangan Uji", "Otoritas Uji", key, days).add_extension(_usage(authority=False), True)
    of = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key())
    return key, begun.add_extension(of, False).sign(authority, hashes.SHA256())


def _begun(subject: str, issuer: str, key: Key, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, now + timedelta(days=days)) - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


def _name(common: str) -> x509.Name:
    words = {NameOID.COUNTRY_NAME: "ID", NameOID.ORGANIZATION_NAME: "Uji", NameOID.COMMON_NAME: common}
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in words.items()])


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
