"""Signed certificates: valid for archives and screen readers, checked by an independent reader; and what goes wrong."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.core.management import call_command
from pyhanko.sign.timestamps import DummyTimeStamper

from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.services.holding import resume_certificates
from certificates.services.issue import issue_certificate, waiting_ids
from core import signing
from core.errors import SigningFailed
from core.files import read_bytes
from core.models import AuditEntry, OutboxMail
from core.signatures import check_signature
from core.signing import signer, unlock
from nominations.services.snapshots import canonical_json
from ovop_portal.embedded import signer as make
from tests import pdftext
from tests.certificates import scenes
from tests.pdfcheck import broken_rules
from tests.signers import TYPED, forgotten, local_signer, signing_service, time_stamps


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def fresh(certificate: Certificate) -> Certificate:
    return Certificate.objects.get(pk=certificate.pk)


@pytest.mark.django_db
def test_a_signed_certificate_stays_an_archive_file_for_everybody(settings: Any, folder: Path) -> None:
    with local_signer(settings, folder):
        certificate = scenes.issued()
    document = read_bytes(certificate.file)
    assert broken_rules(document, "3a") == []
    assert broken_rules(document, "ua1") == []
    words = pdftext.text(document)
    assert "Ditandatangani secara elektronik" in words
    assert "BELUM" not in words
    with pikepdf.open(BytesIO(document)) as opened:
        assert opened.attachments["piagam.json"].get_file().read_bytes() == canonical_json(certificate.face)
        fields = opened.Root.AcroForm.Fields
        assert [str(field.V.SubFilter) for field in fields] == ["/ETSI.CAdES.detached"]
    assert (certificate.face["is_signed"], certificate.signed_by) == (True, "Penanda Tangan Uji")


@pytest.mark.django_db
def test_the_signature_holds_until_one_byte_is_changed(settings: Any, folder: Path) -> None:
    with local_signer(settings, folder):
        document = read_bytes(scenes.issued().file)
        found = check_signature(document)
        assert (found.signed, found.intact, found.trusted, found.signer) == (True, True, True, "Penanda Tangan Uji")
        place = document.index(b"/CreationDate") + 20
        for at in (place, len(document) // 3, len(document) // 2):
            changed = bytearray(document)
            changed[at] ^= 1
            assert not check_signature(bytes(changed)).intact, at
        assert not check_signature(document + b"\n%%EOF\n").intact


@pytest.mark.django_db
def test_old_certificates_hold_after_the_key_was_changed(settings: Any, folder: Path) -> None:
    with local_signer(settings, folder / "old") as old:
        before = read_bytes(scenes.issued().file)
    with local_signer(settings, folder / "new") as new:
        after = read_bytes(scenes.issued().file)
    assert not check_signature(before).trusted
    both = folder / "both.pem"
    both.write_bytes(Path(old["SIGNER_TRUST"]).read_bytes() + Path(new["SIGNER_TRUST"]).read_bytes())
    settings.SIGNER_TRUST = str(both)
    assert check_signature(before).trusted
    assert check_signature(after).trusted


@pytest.mark.django_db
def test_a_signature_holds_when_its_key_has_expired_since(settings: Any, folder: Path) -> None:
    with local_signer(settings, folder):
        document = read_bytes(scenes.issued().file)
        later = datetime.now(UTC) + timedelta(days=4000)
        assert not check_signature(document, moment=later).trusted
        assert check_signature(document, moment=datetime.now(UTC)).trusted


def test_a_file_that_is_none_and_a_file_without_signature() -> None:
    assert not check_signature(b"%PDF-1.7 nothing").readable
    assert not check_signature(b"").readable
    plain = BytesIO()
    empty = pikepdf.new()
    empty.add_blank_page()
    empty.save(plain)
    found = check_signature(plain.getvalue())
    assert (found.readable, found.signed, found.trusted) == (True, False, False)


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["missing", "wrong pass phrase", "expired", "foreign authority"])
def test_a_signer_that_fails_stops_the_batch_before_anything_is_issued(
    fault: str, settings: Any, folder: Path, admin_a: Any
) -> None:
    first, second = scenes.released([scenes.ovop(), scenes.ovop()])
    with local_signer(settings, folder / "key", days=-1 if fault == "expired" else 10) as made:
        if fault == "missing":
            settings.SIGNER["file"] = str(folder / "nowhere.p12")
        elif fault == "wrong pass phrase":
            Path(made["SIGNER_PASS_PHRASE_FILE"]).write_text("salah")
        elif fault == "foreign authority":
            with local_signer(settings, folder / "other"):
                other = settings.SIGNER_TRUST
            settings.SIGNER = {**settings.SIGNER, "file": made["SIGNER_FILE"]}
            settings.SIGNER["pass_phrase_file"] = made["SIGNER_PASS_PHRASE_FILE"]
            settings.SIGNER_TRUST = other
        with forgotten():
            assert not issue_certificate(first.pk)
        assert waiting_ids() == []
        assert [(row.state, row.number, row.attempts) for row in (fresh(first), fresh(second))] == [
            (CertificateState.HELD, None, 0)
        ] * 2
        assert AuditEntry.objects.filter(action="certificate.signer_failed").count() == 1
        assert OutboxMail.objects.filter(dedupe_key__startswith="signer-stopped", to=admin_a.email).count() == 1
    with local_signer(settings, folder / "good"):
        assert resume_certificates(decree_id=first.decision.decree_id, actor=admin_a) == 2
        assert issue_certificate(first.pk)
        assert issue_certificate(second.pk)
    assert [fresh(first).number, fresh(second).number] == [1, 2]


@pytest.mark.django_db
def test_a_pass_phrase_can_be_typed_and_is_written_nowhere(
    settings: Any, folder: Path, caplog: Any, monkeypatch: Any
) -> None:
    certificate = scenes.released([scenes.ovop()])[0]
    with local_signer(settings, folder) as made:
        secret = Path(made["SIGNER_PASS_PHRASE_FILE"]).read_text()
        settings.SIGNER["pass_phrase_file"] = ""
        with caplog.at_level(logging.DEBUG), forgotten():
            unlock("salah " + secret)
            with pytest.raises(SigningFailed) as failed:
                signer()
            signing._typed.clear()
            signer.cache_clear()
            assert not issue_certificate(certificate.pk)
            assert fresh(certificate).state == CertificateState.WANTED
            monkeypatch.setattr("certificates.management.commands.issue_certificates.getpass", lambda _: secret)
            call_command("issue_certificates")
    assert fresh(certificate).state == CertificateState.ISSUED
    assert secret not in caplog.text + str(failed.value)
    assert not AuditEntry.objects.filter(data__icontains=secret).exists()
    assert secret.encode() not in read_bytes(fresh(certificate).file)


# A service that keeps the key


@pytest.mark.django_db
def test_a_service_signs_over_http(settings: Any, folder: Path) -> None:
    with signing_service(settings, folder) as asked:
        certificate = scenes.issued()
        document = read_bytes(certificate.file)
        assert check_signature(document).trusted
    assert certificate.signed_by == "Penanda Tangan Uji"
    assert [(one["path"], one["nik"], one["tampilan"]) for one in asked] == [
        ("/api/sign/pdf", "3171010101010001", "invisible")
    ]
    assert broken_rules(document, "3a") == []
    assert broken_rules(document, "ua1") == []


@pytest.mark.django_db
def test_a_refused_pass_phrase_is_tried_once_and_kept_secret(settings: Any, folder: Path, caplog: Any) -> None:
    rows = scenes.released([scenes.ovop(), scenes.ovop(), scenes.ovop()])
    with signing_service(settings, folder, pass_phrase="lain") as asked:
        for row in rows:
            issue_certificate(row.pk)
    assert len(asked) == 1
    states = {(row.state, row.issued_at) for row in Certificate.objects.all()}
    assert states == {(CertificateState.HELD, None)}
    assert "Passphrase anda salah" in fresh(rows[1]).last_error
    assert "rahasia-123" not in caplog.text + fresh(rows[0]).last_error


@pytest.mark.django_db
@pytest.mark.parametrize(
    "twist",
    [
        lambda signed: signed[:-200] + b"x" * 200,
        lambda signed: b"%PDF-1.7 another document",
        lambda signed: signed.replace(b"/CreationDate (D:20", b"/CreationDate (D:19"),
        lambda signed: signed + b"\n1 0 obj <<>> endobj\n",
        lambda signed: b"",
    ],
    ids=["broken", "another", "rewritten", "added to", "empty"],
)
def test_a_service_is_not_believed_blindly(twist: Any, settings: Any, folder: Path) -> None:
    certificate = scenes.released([scenes.ovop()])[0]
    with signing_service(settings, folder, twist=twist):
        assert not issue_certificate(certificate.pk)
    assert (fresh(certificate).state, fresh(certificate).issued_at) == (CertificateState.HELD, None)


@pytest.mark.django_db
def test_a_service_that_is_away_holds_the_batch(settings: Any, folder: Path) -> None:
    certificate = scenes.released([scenes.ovop()])[0]
    with signing_service(settings, folder):
        pass
    with forgotten():
        assert not issue_certificate(certificate.pk)
    row = fresh(certificate)
    assert (row.state, row.attempts) == (CertificateState.HELD, 0)
    assert row.number == 1
    assert "does not answer" in row.last_error


# What a process keeps between two signatures


def rsa_signer(folder: Path) -> tuple[Path, Path]:
    """A PKCS#12 file with an RSA key, locked with TYPED, and the authority that it was issued by."""
    key = rsa.generate_private_key(65537, 2048)
    authority, root = make._authority()
    begun = make._begun("Penanda Tangan RSA", "Otoritas Uji", key, 30)
    certificate = begun.add_extension(make._usage(authority=False), True).sign(authority, hashes.SHA256())
    lock = serialization.BestAvailableEncryption(TYPED.encode())
    (folder / "rsa.p12").write_bytes(pkcs12.serialize_key_and_certificates(b"rsa", key, certificate, [root], lock))
    (folder / "rsa.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    return folder / "rsa.p12", folder / "rsa.pem"


@pytest.mark.parametrize("kind", ["EC", "RSA"])
def test_each_of_several_documents_of_one_process_has_its_own_signature(kind: str, settings: Any, folder: Path) -> None:
    with local_signer(settings, folder):
        if kind == "RSA":
            settings.SIGNER["file"], settings.SIGNER_TRUST = map(str, rsa_signer(folder))
            unlock(TYPED)
        made = signer()
        assert isinstance(made.key, signing.LocalKey), "or the library parses the key for each signature"
        plain = [pdf_of(number) for number in range(3)]
        with ThreadPoolExecutor(len(plain)) as pool:
            signed = list(pool.map(partial(made.sign, reason="Uji", place="Jakarta"), plain))
        for before, after in zip(plain, signed, strict=True):
            assert after.startswith(before)
            found = check_signature(after)
            assert (found.intact, found.trusted) == (True, True)
        assert not check_signature(plain[0] + signed[1][len(plain[1]) :]).intact


def pdf_of(number: int) -> bytes:
    stream, document = BytesIO(), pikepdf.new()
    document.add_blank_page()
    document.docinfo["/Title"] = f"Uji {number}"
    document.save(stream)
    return stream.getvalue()


# Time stamps


def stamping_key() -> DummyTimeStamper:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Otoritas Waktu Uji")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoded = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    der = certificate.public_bytes(serialization.Encoding.DER)
    stamper = DummyTimeStamper(asn1_x509.Certificate.load(der), asn1_keys.PrivateKeyInfo.load(encoded))
    stamper.pem = certificate.public_bytes(serialization.Encoding.PEM)
    return stamper


@pytest.mark.django_db
def test_a_time_stamp_is_asked_for_and_holds(settings: Any, folder: Path) -> None:
    stamper = stamping_key()
    with time_stamps(stamper) as address, local_signer(settings, folder / "key", timestamps=address):
        trust = folder / "trust.pem"
        trust.write_bytes(Path(settings.SIGNER_TRUST).read_bytes() + stamper.pem)
        settings.SIGNER_TRUST = str(trust)
        document = read_bytes(scenes.issued().file)
        found = check_signature(document)
    assert (found.trusted, found.timestamped) == (True, True)
    assert broken_rules(document, "3a") == []
    assert broken_rules(document, "ua1") == []
