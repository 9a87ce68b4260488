"""The API: what a visitor reads, what a key opens, and that neither sees more than the pages show."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.services.upkeep import revoke_certificate
from core.models import AuditEntry
from nominations.enums import Status
from reports.enums import ApiScope
from reports.models import ApiKey
from reports.services.api_keys import create_key, revoke_key
from tests import factories
from tests.certificates import scenes

pytestmark = pytest.mark.django_db
PRIVATE = {"usulan": ApiScope.NOMINATIONS, "sentra": ApiScope.REGISTER, "sertifikat": ApiScope.CERTIFICATES}


@pytest.fixture(autouse=True)
def no_counters_of_another_test() -> None:
    caches["process"].clear()


def key_for(actor: Any, *scopes: ApiScope, days: int = 30) -> str:
    expires_on = timezone.localdate() + timedelta(days=days)
    return create_key(name="Sistem uji", scopes=list(scopes), expires_on=expires_on, actor=actor)[1]


def ask(client: Client, path: str, key: str = "") -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return client.get(f"/api/v1/{path}", headers=headers)


def test_a_visitor_reads_the_register_and_checks_a_code(client: Client) -> None:
    certificate = scenes.issued(scenes.ovop(stars=3))
    rows = ask(client, "pemegang").json()
    assert [row["nomor"] for row in rows["data"]] == [certificate.serial]
    assert rows["berikutnya"] is None
    found = ask(client, f"verifikasi/{certificate.token}").json()
    assert found["keadaan"] == "Berlaku"
    assert found["sertifikat"]["pemegang"] == certificate.face["holder_name"]
    assert certificate.token not in ask(client, "pemegang").content.decode()
    assert ask(client, "verifikasi/" + "x" * 32).status_code == 404
    assert ask(client, "pemegang/ovop/2026/1").json()["nomor"] == certificate.serial
    revoke_certificate(certificate_id=certificate.pk, reason="Salah.", actor=scenes.admin("Pencabut"))
    assert ask(client, "pemegang/ovop/2026/1").status_code == 404
    assert ask(client, f"verifikasi/{certificate.token}").json()["keadaan"] == "Dicabut"


@pytest.mark.parametrize("path", PRIVATE)
def test_without_the_right_key_nothing_is_read(client: Client, client_of: Any, admin_a: Any, path: str) -> None:
    scenes.issued()
    wrong = [scope for scope in ApiScope if scope != PRIVATE[path]]
    keys = ["", "x", "ovk_00000000_" + "x" * 43, key_for(admin_a, *wrong), key_for(admin_a, *ApiScope, days=-1)]
    good = key_for(admin_a, PRIVATE[path])
    keys.append(good[:-1] + ("A" if good[-1] != "A" else "B"))
    assert [ask(client, path, key).status_code for key in keys] == [401] * len(keys)
    assert ask(client_of(admin_a), path).status_code == 401  # a session opens nothing
    assert ask(client, path, good).status_code == 200
    revoke_key(key_id=ApiKey.objects.get(prefix=good[4:12]).pk, actor=admin_a)
    assert ask(client, path, good).status_code == 401


def test_a_system_reads_of_a_sealed_result_what_a_region_reads(client: Client, admin_a: Any) -> None:
    nomination = scenes.ovop(stars=3)
    rows = ask(client, "usulan", key_for(admin_a, ApiScope.NOMINATIONS)).json()["data"]
    assert [(row["nomor"], row["keadaan"]) for row in rows] == [(nomination.reference, "Sedang dinilai")]


def test_drafts_and_people_are_not_in_the_answers(client: Client, admin_a: Any) -> None:
    draft = factories.make_ovop_nomination(Status.DRAFT)
    sentra = draft.product_entry.sentra
    key = key_for(admin_a, *ApiScope)
    assert ask(client, "usulan", key).json()["data"] == []
    words = ask(client, "sentra", key).content.decode()
    assert sentra.name in words
    for secret in (sentra.contact_name, sentra.contact_phone, sentra.address):
        assert secret not in words


def test_pages_lead_on_until_there_is_nothing_left(client: Client, admin_a: Any) -> None:
    key = key_for(admin_a, ApiScope.REGISTER)
    for _number in range(101):
        factories.make_sentra()
    first = ask(client, "sentra", key).json()
    second = client.get(first["berikutnya"], headers={"Authorization": f"Bearer {key}"}).json()
    assert (len(first["data"]), len(second["data"]), second["berikutnya"]) == (100, 1, None)
    assert not {row["id"] for row in first["data"]} & {row["id"] for row in second["data"]}


def test_an_answer_costs_the_same_for_any_number_of_rows(client: Client, admin_a: Any) -> None:
    key = key_for(admin_a, ApiScope.REGISTER)
    counts = []
    for more in (1, 9, 90):
        for _number in range(more):
            factories.make_sentra()
        ask(client, "sentra", key)
        with CaptureQueriesContext(connection) as queries:
            ask(client, "sentra", key)
        counts.append(len(queries))
    assert counts == [3, 3, 3]


def test_too_many_questions_are_refused_for_a_while(client: Client, settings: Any) -> None:
    answers = [ask(client, "pemegang").status_code for _number in range(121)]
    assert answers[:120] == [200] * 120
    assert answers[120] == 429


def test_a_key_may_ask_only_so_often(client: Client, admin_a: Any) -> None:
    key = key_for(admin_a, ApiScope.REGISTER)
    answers = [ask(client, "sentra", key).status_code for _number in range(601)]
    assert set(answers[:600]) == {200}
    assert answers[600] == 429


def test_wrong_keys_are_slowed_down_and_right_ones_go_on(client: Client, admin_a: Any) -> None:
    key, wrong = key_for(admin_a, ApiScope.REGISTER), "ovk_00000000_" + "x" * 43
    assert [ask(client, "sentra", wrong).status_code for _number in range(31)] == [401] * 30 + [429]
    assert ask(client, "sentra", wrong)["Retry-After"]
    assert ask(client, "sentra", key).status_code == 200
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert ask(elsewhere, "sentra", wrong).status_code == 401


def test_open_answers_may_be_kept_a_minute_and_those_of_a_key_not(client: Client, admin_a: Any) -> None:
    scenes.issued()
    key = key_for(admin_a, *ApiScope)
    for path in ("pemegang", "pemegang/ovop/2026/1", "openapi.json"):
        assert ask(client, path)["Cache-Control"] == "public, max-age=60"
        assert "Authorization" in ask(client, path)["Vary"]
    for answer in (ask(client, "sentra", key), ask(client, "sentra"), ask(client, "pemegang/ovop/2026/9")):
        assert "no-store" in answer["Cache-Control"]


def test_the_right_to_the_register_promises_what_it_gives(client: Client, admin_a: Any) -> None:
    factories.make_product()
    rows = ask(client, "sentra", key_for(admin_a, ApiScope.REGISTER)).json()["data"]
    assert set(rows[0]) == {"id", "nama", "kode_wilayah", "komoditas", "unit_usaha", "nomor_sk", "tanggal_sk"}
    assert ApiScope.REGISTER.label == "Sentra IKM"


def test_the_key_is_shown_once_and_kept_as_a_digest(admin_a: Any, chair: Any, client_of: Any, post: Any) -> None:
    admin = client_of(admin_a)
    facts = {"name": "SIINas", "scopes": ["register"], "expires_on": timezone.localdate().isoformat()}
    assert post(admin, "/kunci-api/", facts).status_code == 302
    shown = admin.get("/kunci-api/").content.decode()
    key = ApiKey.objects.get()
    made = shown.partition(f"ovk_{key.prefix}_")[2][:43]
    assert len(made) == 43
    assert made not in admin.get("/kunci-api/").content.decode()
    assert made not in key.digest
    assert made not in str(AuditEntry.objects.values_list("data", flat=True))
    assert post(admin, "/kunci-api/", {**facts, "expires_on": "2099-01-01"}).status_code == 422
    assert client_of(chair).get("/kunci-api/").status_code == 403
    assert post(admin, f"/kunci-api/{key.pk}/cabut/").status_code == 302
    assert ApiKey.objects.get().revoked_at


def test_the_document_says_what_each_address_answers(client: Client) -> None:
    paths = ask(client, "openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/v1/pemegang",
        "/api/v1/pemegang/{award}/{year}/{number}",
        "/api/v1/verifikasi/{token}",
        "/api/v1/usulan",
        "/api/v1/sentra",
        "/api/v1/sertifikat",
    }
    for path, facts in paths.items():
        needs_key = path.rsplit("/", 1)[1] in PRIVATE
        assert bool(facts["get"].get("security")) is needs_key, path
        assert "200" in facts["get"]["responses"]
    assert ask(client, "docs").status_code == 404
