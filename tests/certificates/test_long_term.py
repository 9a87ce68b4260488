"""Signatures that the file itself proves years later: what was fetched for it, when it holds, and what goes wrong."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto.crl import CertificateList
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pyhanko.pdf_utils.generic import NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore

from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.presenters import signature_words
from certificates.services.holding import resume_certificates
from certificates.services.issue import issue_certificate
from core.errors import SigningFailed
from core.files import read_bytes
from core.signature_check import check
from core.signatures import Signature, check_signature
from core.signing import signer
from tests.authority import Authority, authority
from tests.certificates import scenes
from tests.pdfcheck import broken_rules
from tests.signers import signing_service

LISTS = ["/issuing.crl", "/root.crl"]


def plain() -> bytes:
    out = BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(out)
    return out.getvalue()


def sign(document: bytes | None = None) -> bytes:
    made = signer()
    assert made is not None
    return made.sign(document or plain(), reason="Uji", place="Jakarta")


def in_a_year(document: bytes) -> Signature:
    return check_signature(document, moment=datetime.now(UTC) + timedelta(days=365))


def lists_asked(one: Authority) -> list[str]:
    return sorted(path for path in one.asked if path != "/stamp")


@pytest.mark.django_db
def test_an_issued_certificate_carries_its_proof_and_stays_an_archive_file(
    settings: Any, tmp_path: Path, client: Any
) -> None:
    with authority(settings, tmp_path) as one:
        certificate = scenes.issued()
        assert lists_asked(one) == LISTS
    document = read_bytes(certificate.file)
    assert broken_rules(document, "3a") == []
    assert broken_rules(document, "ua1") == []
    store = DocumentSecurityStore.read_dss(PdfFileReader(BytesIO(document)))
    assert len(store.crls) == 2
    found = check_signature(document)
    assert (found.trusted, found.timestamped, found.long_term, found.revoked) == (True, True, True, False)
    answer = client.post(reverse("certificate_lookup"), {"file": SimpleUploadedFile("piagam.pdf", document)})
    assert "tetap dapat dibuktikan setelah masa sertifikat penanda tangan berakhir" in answer.content.decode()


def test_it_holds_after_certificate_and_list_have_expired(settings: Any, tmp_path: Path) -> None:
    with authority(settings, tmp_path):
        proven = sign()
    with authority(settings, tmp_path / "without", names=()):
        unproven = sign()
        assert not in_a_year(unproven).trusted
    assert not check_signature(proven).trusted
    settings.SIGNER_TRUST = str(tmp_path / "root.pem")
    later = in_a_year(proven)
    assert (later.intact, later.trusted, later.long_term) == (True, True, True)


def test_it_ends_with_the_certificate_of_the_time_stamps(settings: Any, tmp_path: Path) -> None:
    with authority(settings, tmp_path):
        proven = sign()
        found = check_signature(proven, moment=datetime.now(UTC) + timedelta(days=4000))
    assert (found.intact, found.trusted, found.long_term) == (True, False, False)


def test_one_changed_byte_is_found_wherever_it_is(settings: Any, tmp_path: Path) -> None:
    """In the document, in the signature and its padding, in the lists behind it, up to the last time stamp itself."""
    with authority(settings, tmp_path):
        document = sign()
    last = PdfFileReader(BytesIO(document)).embedded_timestamp_signatures[-1]
    first, end, second, length = list(last.byte_range)
    places = [*range(first + 30, end, 499), *range(second, second + length, 61)]
    for place in places:
        changed = bytearray(document)
        changed[place] ^= 1
        found = check(bytes(changed), Path(settings.SIGNER_TRUST))
        assert not found.get("trusted"), place
        assert not found.get("long_term"), place


def test_a_batch_asks_once_and_again_when_the_lists_are_old(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    with authority(settings, tmp_path) as one:
        for _turn in range(3):
            sign()
        assert lists_asked(one) == LISTS
        monkeypatch.setattr("core.signing_evidence.KEPT", timedelta(0))
        sign()
        assert lists_asked(one) == sorted(LISTS * 2)


def test_answers_about_one_certificate_are_as_good_as_lists(settings: Any, tmp_path: Path) -> None:
    with authority(settings, tmp_path, names=("crl", "ocsp")) as one:
        proven = sign()
        assert lists_asked(one) == ["/issuing.crl", "/ocsp", "/ocsp"]  # the list for the time stamps
        assert in_a_year(proven).long_term


@pytest.mark.parametrize("names", [("crl",), ("ocsp", "crl")])
def test_a_revoked_certificate_signs_nothing(names: tuple[str, ...], settings: Any, tmp_path: Path) -> None:
    with authority(settings, tmp_path, names=names) as one:
        one.revoke(one.signer, days=-1)
        with pytest.raises(SigningFailed, match="revoked"):
            sign()


@pytest.mark.django_db
def test_an_authority_that_is_away_holds_the_batch_until_somebody_goes_on(
    settings: Any, tmp_path: Path, admin_a: Any
) -> None:
    certificate = scenes.released([scenes.ovop()])[0]
    with authority(settings, tmp_path) as one:
        one.away = True
        assert not issue_certificate(certificate.pk)
        held = Certificate.objects.get(pk=certificate.pk)
        assert (held.state, held.attempts, held.issued_at) == (CertificateState.HELD, 0, None)
        assert "does not say that the certificates are in force" in held.last_error
        one.away = False
        assert resume_certificates(decree_id=certificate.decision.decree_id, actor=admin_a) == 1
        assert issue_certificate(certificate.pk)
    issued = Certificate.objects.get(pk=certificate.pk)
    assert (issued.state, issued.number) == (CertificateState.ISSUED, held.number)


def test_without_addresses_it_signs_with_the_time_alone_and_says_so(settings: Any, tmp_path: Path, caplog: Any) -> None:
    with authority(settings, tmp_path, names=()):
        found = check_signature(sign())
    assert (found.trusted, found.timestamped, found.long_term) == (True, True, False)
    assert "not proven for the long term" in caplog.text


def test_without_time_stamps_nothing_is_asked(settings: Any, tmp_path: Path) -> None:
    with authority(settings, tmp_path, stamps=False) as one:
        found = check_signature(sign())
    assert (found.trusted, found.timestamped, found.long_term) == (True, False, False)
    assert one.asked == []


# What others have added


def with_proof(signed: bytes, one: Authority) -> bytes:
    """As a service does it: the lists of today are put into a file that was signed with the time alone."""
    out = BytesIO(signed)
    signature = PdfFileReader(out).embedded_regular_signatures[0]
    lists = [CertificateList.load(one.crl(of)) for of in (one.root, one.issuing)]
    certificates = [one.issuing.parsed, one.signer.parsed]
    DocumentSecurityStore.add_dss(out, signature.pkcs7_content.hex().encode(), certs=certificates, crls=lists)
    return out.getvalue()


def signed_with_the_time_alone(one: Authority) -> bytes:
    made = signer()
    made.evidence = None
    return sign()


@pytest.mark.parametrize(("days", "trusted"), [(-1, False), (1, True)], ids=["before it signed", "after it signed"])
def test_a_revocation_counts_when_it_was_before_the_signature(
    days: int, trusted: bool, settings: Any, tmp_path: Path
) -> None:
    with authority(settings, tmp_path) as one:
        signed = signed_with_the_time_alone(one)
        assert check_signature(signed).trusted
        one.revoke(one.signer, days=days)
        proven = with_proof(signed, one)
        for found in (check_signature(proven), in_a_year(proven)):
            assert (found.intact, found.trusted, found.long_term) == (True, trusted, trusted)
            assert found.revoked is not trusted
            assert ("sudah dicabut" in signature_words(found)) is not trusted


def changed_afterwards(signed: bytes) -> bytes:
    out = BytesIO(signed)
    writer = IncrementalPdfFileWriter(out)
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = NumberObject(180)
    writer.update_container(page)
    writer.write_in_place()
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("twist", "state"), [(None, CertificateState.ISSUED), (changed_afterwards, CertificateState.HELD)]
)
def test_a_service_may_add_its_proof_and_nothing_else(
    twist: Any, state: CertificateState, settings: Any, tmp_path: Path
) -> None:
    certificate = scenes.released([scenes.ovop()])[0]
    with authority(settings, tmp_path):
        key = signer()
        with signing_service(settings, tmp_path, key=key, twist=twist):
            issue_certificate(certificate.pk)
    row = Certificate.objects.get(pk=certificate.pk)
    assert row.state == state
    if state == CertificateState.ISSUED:
        assert check_signature(read_bytes(row.file)).long_term
