"""Who gets which answer on every address of a nomination.

`kwargs` makes the address from objects of Kota Pekalongan (see `Objects`); `query` is added to it. A key may name a
second state of the object after the URL name. A POST carries a one-time key and nothing else, so 422 means: may act,
and the form asks for more.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import Any

from accounts.enums import Role
from accounts.models import ProxyEntry
from nominations.enums import DocumentStage, ItemVerdict, Status, Topic
from nominations.models import BulkPass, Extension, Nomination, Question, StarReview, VerificationItem, Window
from nominations.selectors.dossiers import answer_of, requirements_of
from nominations.services import drafting, submission, verification
from nominations.services.awards import ensure_period
from nominations.services.followups import record_follow_up
from nominations.services.province import record_objection, write_comment
from nominations.services.questions import ask_question
from sentra.models import Ikm, Product
from tests import factories
from tests.permissions import PERSONAS as COMMON

SAID = ("Pertanyaan Rahasia", "Catatan Rahasia", "Keberatan Rahasia", "Omzet Rahasia turun")
SECRETS = (
    "Sentra Rahasia Kauman",
    "IKM Rahasia Makmur",
    "Produk Rahasia Jlamprang",
    "Calon Rahasia",
    "rahasia.pdf",
    "Isian Rahasia",
)

PERSONAS = COMMON | {"superuser": "superuser"}


class Objects:
    """What the addresses lead to, made when asked for; every name and file name is a secret of its region."""

    def __init__(self, region: str = factories.HOME) -> None:
        self.region = region

    @cached_property
    def ikm(self) -> Ikm:
        factories.make_period("ovop")
        return factories.make_ikm(factories.make_sentra(self.region, name=SECRETS[0]), name=SECRETS[1])

    @cached_property
    def product(self) -> Product:
        return factories.make_product(self.ikm, name=SECRETS[2])

    @cached_property
    def period(self) -> Any:
        return factories.make_period("upakarti")

    @cached_property
    def review(self) -> StarReview:
        star = self._ovop(Status.AWARDED, "bintang")
        later = ensure_period("ovop", factories.YEAR + 1)
        factories.set_windows(later)
        return StarReview.objects.create(star=star, period=later, opened_by=factories.someone(Role.MINISTRY_ADMIN))

    @cached_property
    def star(self) -> Nomination:
        """Released three years ago, with a record of its first year."""
        star = self._ovop(Status.AWARDED, "pemegang")
        factories.release_results(star, years_ago=3)
        record_follow_up(
            star_id=star.pk,
            year=1,
            version=0,
            values=factories.FOLLOW_UP | {"outcome": SAID[3]},
            actor=factories.officer_of(self.region),
        )
        return star

    def _ovop(self, status: Status, label: str = "") -> Nomination:
        nomination = factories.make_ovop_nomination(
            product=factories.make_product(self.ikm, name=f"{SECRETS[2]} {label or status}")
        )
        for item in nomination.items.select_related("file"):
            type(item.file).objects.filter(pk=item.file.pk).update(original_name=SECRETS[4])
        return factories.advance(nomination, status)

    @cached_property
    def draft(self) -> Nomination:
        return self._ovop(Status.DRAFT)

    @cached_property
    def submitted(self) -> Nomination:
        nomination = self._ovop(Status.SUBMITTED)
        nomination.snapshots.update(pdf=factories.stored_pdf(SECRETS[4]))
        return nomination

    @cached_property
    def verifying(self) -> Nomination:
        return self._ovop(Status.UNDER_VERIFICATION)

    @cached_property
    def repeated(self) -> Nomination:
        """Submitted twice; the second time it is being checked."""
        nomination = self._ovop(Status.RETURNED, "repeated")
        officer, verifier = factories.officer_of(nomination.region_id), factories.someone(Role.VERIFIER)
        submission.submit_nomination(nomination_id=nomination.pk, declared=True, actor=officer)
        verification.start_verification(nomination_id=nomination.pk, actor=verifier)
        return nomination

    @cached_property
    def unchanged(self) -> Nomination:
        """As `repeated`, with one part that was accepted the first time."""
        nomination = self.repeated
        marks = VerificationItem.objects.filter(snapshot__nomination=nomination, page="uniqueness")
        marks.update(verdict=ItemVerdict.ACCEPTED)
        return nomination

    @cached_property
    def returned(self) -> Nomination:
        """Sent back for everything but one answer."""
        nomination = self._ovop(Status.RETURNED)
        VerificationItem.objects.filter(snapshot__nomination=nomination, page="uniqueness").delete()
        return nomination

    @cached_property
    def bulk(self) -> BulkPass:
        row = {"pk": self.eligible.pk, "reference": "X", "title": SECRETS[2], "passed": True, "reason": ""}
        return BulkPass.objects.create(actor=factories.someone(Role.VERIFIER), results=[row])

    @cached_property
    def eligible(self) -> Nomination:
        return self._ovop(Status.ELIGIBLE)

    @cached_property
    def assessed(self) -> Nomination:
        return self._ovop(Status.IN_ASSESSMENT)

    @cached_property
    def question(self) -> Question:
        return ask_question(nomination=self.eligible, about="", body=SAID[0], actor=factories.officer_of(self.region))

    @cached_property
    def advised(self) -> Nomination:
        """Past the verification, where the chair reads the dossier, with a comment of its province."""
        province = factories.make_user(Role.PROVINCE_OFFICER, region=self.region[:2])
        write_comment(nomination=self.eligible, body=SAID[1], actor=province)
        return self.eligible

    @cached_property
    def talked_about(self) -> Nomination:
        """Submitted, with a comment and a standing objection of its province."""
        province = factories.make_user(Role.PROVINCE_OFFICER, region=self.region[:2])
        nomination = factories.make_ovop_nomination(
            Status.SUBMITTED, product=factories.make_product(self.ikm, name=f"{SECRETS[2]} berkeberatan")
        )
        nomination.period.province_can_object = True
        nomination.period.save()
        write_comment(nomination=nomination, body=SAID[1], actor=province)
        record_objection(nomination_id=nomination.pk, reason=SAID[2], actor=province)
        return nomination

    @cached_property
    def candidate(self) -> Nomination:
        return factories.make_upakarti_nomination(region=self.region, name=SECRETS[3])

    @cached_property
    def extension(self) -> Extension:
        window = Window.objects.get(period=self.draft.period, kind="nomination")
        closes_at = window.closes_at + timedelta(days=1)
        return Extension.objects.create(window=window, nomination=self.draft, closes_at=closes_at, reason="Banjir")

    @cached_property
    def proxy(self) -> ProxyEntry:
        """Of a third region, so that it opens nothing here."""
        letter = factories.stored_pdf(SECRETS[4])
        admin = factories.someone(Role.MINISTRY_ADMIN)
        return ProxyEntry.objects.create(region_id="91.71", reason="Gempa", letter=letter, opened_by=admin)

    @cached_property
    def eligible_candidate(self) -> Nomination:
        return factories.make_upakarti_nomination(Status.ELIGIBLE, region=self.region, name=SECRETS[3])


Kwargs = Callable[[Objects], dict[str, Any]]


def _none(objs: Objects) -> dict[str, Any]:
    return {}


def _topic(name: str) -> Kwargs:
    return lambda objs: {"pk": getattr(objs, name).pk, "question": "uniqueness"}


def _version(objs: Objects) -> dict[str, Any]:
    """An earlier text, which is a secret of its region."""
    row = answer_of(objs.draft, Topic.UNIQUENESS)
    for text in (SECRETS[5], "Keterangan lain."):
        row = drafting.save_answer(
            nomination_id=objs.draft.pk,
            question=Topic.UNIQUENESS,
            text=text,
            version=row.version,
            actor=factories.make_user(Role.DISTRICT_OFFICER, region=objs.region),
        )
    return {"pk": objs.draft.pk, "question": Topic.UNIQUENESS.value, "number": row.version - 1}


def _pk(name: str) -> Kwargs:
    return lambda objs: {"pk": getattr(objs, name).pk}


def _item(objs: Objects) -> dict[str, Any]:
    return {"pk": objs.draft.pk, "item_id": objs.draft.items.first().pk}


def _drawn_page(objs: Objects) -> dict[str, Any]:
    item = objs.draft.items.select_related("file").first()
    factories.draw_preview(item.file)
    return {"pk": objs.draft.pk, "item_id": item.pk, "number": 1}


def _beneficiary(objs: Objects) -> dict[str, Any]:
    return {"pk": objs.candidate.pk, "beneficiary_id": objs.candidate.candidate_entry.beneficiaries.first().pk}


def _question(objs: Objects) -> dict[str, Any]:
    return {"pk": objs.question.nomination_id, "question_id": objs.question.pk}


def _requirement(name: str, stage: DocumentStage) -> Kwargs:
    def kwargs(objs: Objects) -> dict[str, Any]:
        nomination = getattr(objs, name)
        return {"pk": nomination.pk, "requirement_id": requirements_of(nomination, stage).first().pk}

    return kwargs


EVERYBODY_404 = dict.fromkeys(PERSONAS, 404) | {"anonymous": 302}
READ = EVERYBODY_404 | {
    "officer_own": 200,
    "province": 200,
    "verifier": 200,
    "admin": 200,
    "auditor": 200,
}
READ_VERIFIED = READ | {"chair": 200}
READERS_REFUSED = READ | {"officer_own": 403, "province": 403, "verifier": 403, "admin": 403, "auditor": 403}
OFFICER_READS = READERS_REFUSED | {"officer_own": 200}
OFFICER_WRITES = READERS_REFUSED | {"officer_own": 422}
OFFICER_STALE = READERS_REFUSED | {"officer_own": 409}  # the post names no version
SCRIPT_UNSIGNED = {"anonymous": 401}
OFFICER_ACTS = READERS_REFUSED | {"officer_own": 302}
ANY_OFFICER_READS = EVERYBODY_404 | {"officer_own": 200, "officer_other": 200}
ANY_OFFICER_WRITES = EVERYBODY_404 | {"officer_own": 422, "officer_other": 422}
SECRETARIAT_ONLY = EVERYBODY_404 | {"verifier": 200, "admin": 200}
SECRETARIAT_ONLY_WRITES = EVERYBODY_404 | {"verifier": 422, "admin": 422}
SECRETARIAT_READS = READERS_REFUSED | {"verifier": 200, "admin": 200}
SECRETARIAT_WRITES = READERS_REFUSED | {"verifier": 422, "admin": 422}
SECRETARIAT_ACTS = READERS_REFUSED | {"verifier": 302, "admin": 302}
STAFF_READS = EVERYBODY_404 | {"verifier": 200, "admin": 200, "auditor": 200}
STAFF_REFUSED = EVERYBODY_404 | {"verifier": 403, "admin": 403, "auditor": 403}
ADMIN_READS = STAFF_REFUSED | {"admin": 200}
ADMIN_WRITES = STAFF_REFUSED | {"admin": 422}
ADMIN_ACTS = STAFF_REFUSED | {"admin": 302}
ALL_SIDES_WRITE = READ | dict.fromkeys(("officer_own", "province", "verifier", "admin"), 422) | {"auditor": 403}
BOTH_SIDES_WRITE = READERS_REFUSED | {"officer_own": 422, "verifier": 422, "admin": 422}
PROVINCE_WRITES = READERS_REFUSED | {"province": 422}
PROVINCE_ACTS = READERS_REFUSED | {"province": 302}
AND_CHAIR_REFUSED = {"chair": 403}
IDENTITY = READERS_REFUSED | {"officer_own": 302, "verifier": 302, "admin": 302}

PERMISSIONS: dict[str, dict[str, Any]] = {
    "nomination_list": {
        "kwargs": _none,
        "GET": READ_VERIFIED | {"officer_other": 200, "province_other": 200},
    },
    "nomination_start": {"kwargs": _none, "GET": ANY_OFFICER_READS},
    "nomination_create_product": {
        "kwargs": lambda objs: {"product_id": objs.product.pk},
        "GET": OFFICER_READS,
        "POST": OFFICER_ACTS,
    },
    "nomination_create_candidate": {
        "kwargs": lambda objs: {"period_id": objs.period.pk, "category_code": "jasa_pengabdian"},
        "GET": ANY_OFFICER_READS,
        "POST": ANY_OFFICER_WRITES,
    },
    "follow_up_list": {"kwargs": _none, "GET": READ | {"officer_other": 200, "province_other": 200}},
    "follow_up_detail": {"kwargs": _pk("star"), "GET": READ},
    "follow_up_edit": {
        "kwargs": lambda objs: {"pk": objs.star.pk, "year": 1},
        "GET": READ | {"auditor": 403},
        "POST": ALL_SIDES_WRITE,
    },
    "review_begin": {"kwargs": lambda objs: {"pk": objs.review.pk}, "GET": OFFICER_READS, "POST": OFFICER_ACTS},
    "verification_queue": {"kwargs": _none, "GET": SECRETARIAT_ONLY},
    "verification_bulk": {"kwargs": _none, "GET": SECRETARIAT_ONLY, "POST": SECRETARIAT_ONLY_WRITES},
    "verification_bulk_result": {"kwargs": lambda objs: {"bulk_id": objs.bulk.pk}, "GET": SECRETARIAT_ONLY},
    "nomination_detail": {"kwargs": _pk("draft"), "GET": READ},
    "nomination_detail eligible": {"kwargs": _pk("eligible"), "GET": READ_VERIFIED},
    "nomination_readiness": {"kwargs": _pk("draft"), "GET": READ},
    "nomination_content": {"kwargs": _pk("draft"), "GET": READ},
    "nomination_content eligible": {"kwargs": _pk("eligible"), "GET": READ_VERIFIED},
    "candidate_identity": {"kwargs": _pk("candidate"), "POST": IDENTITY},
    "candidate_identity eligible": {"kwargs": _pk("eligible_candidate"), "POST": IDENTITY | AND_CHAIR_REFUSED},
    "candidate_identity product": {"kwargs": _pk("draft"), "POST": EVERYBODY_404},
    "snapshot_pdf": {"kwargs": lambda objs: {"pk": objs.submitted.pk, "number": 1}, "GET": READ},
    "nomination_answer": {"kwargs": _topic("draft"), "GET": OFFICER_READS, "POST": OFFICER_WRITES},
    "nomination_answer submitted": {"kwargs": _topic("submitted"), "GET": READERS_REFUSED, "POST": READERS_REFUSED},
    "nomination_answer_autosave": {"kwargs": _topic("draft"), "POST": OFFICER_WRITES | SCRIPT_UNSIGNED},
    "nomination_answer_autosave submitted": {
        "kwargs": _topic("submitted"),
        "POST": READERS_REFUSED | SCRIPT_UNSIGNED,
    },
    "answer_versions": {"kwargs": _topic("draft"), "GET": OFFICER_READS},
    "answer_versions submitted": {"kwargs": _topic("submitted"), "GET": READERS_REFUSED},
    "answer_version": {"kwargs": _version, "GET": OFFICER_READS, "POST": OFFICER_STALE},
    "candidate_edit": {"kwargs": _pk("candidate"), "GET": OFFICER_READS, "POST": OFFICER_WRITES},
    "candidate_autosave": {"kwargs": _pk("candidate"), "POST": OFFICER_WRITES | SCRIPT_UNSIGNED},
    "beneficiary_list": {"kwargs": _pk("candidate"), "GET": OFFICER_READS},
    "beneficiary_add": {"kwargs": _pk("candidate"), "GET": OFFICER_READS, "POST": OFFICER_WRITES},
    "beneficiary_edit": {"kwargs": _beneficiary, "GET": OFFICER_READS, "POST": OFFICER_WRITES},
    "beneficiary_add_autosave": {"kwargs": _pk("candidate"), "POST": OFFICER_WRITES | SCRIPT_UNSIGNED},
    "beneficiary_autosave": {"kwargs": _beneficiary, "POST": OFFICER_WRITES | SCRIPT_UNSIGNED},
    "beneficiary_remove": {"kwargs": _beneficiary, "POST": OFFICER_STALE},
    "nomination_documents": {"kwargs": _pk("draft"), "GET": OFFICER_READS},
    "nomination_documents eligible": {"kwargs": _pk("eligible"), "GET": SECRETARIAT_READS | AND_CHAIR_REFUSED},
    "document_add": {"kwargs": _requirement("draft", DocumentStage.NOMINATION), "POST": OFFICER_WRITES},
    "document_add eligible": {
        "kwargs": _requirement("eligible", DocumentStage.ASSESSMENT),
        "POST": SECRETARIAT_WRITES | AND_CHAIR_REFUSED,
    },
    "document_upload": {"kwargs": _requirement("draft", DocumentStage.NOMINATION), "POST": OFFICER_WRITES},
    "document_history": {"kwargs": _requirement("draft", DocumentStage.NOMINATION), "GET": READ},
    "document_download": {"kwargs": _item, "GET": READ},
    "document_preview": {"kwargs": _item, "GET": READ},
    "document_page_image": {"kwargs": _drawn_page, "GET": READ},
    "nomination_check": {"kwargs": _pk("draft"), "GET": OFFICER_READS, "POST": OFFICER_WRITES},
    "nomination_receipt": {"kwargs": _pk("submitted"), "GET": READ},
    "nomination_withdraw": {"kwargs": _pk("draft"), "GET": OFFICER_READS, "POST": OFFICER_WRITES},
    "nomination_withdraw eligible": {
        "kwargs": _pk("eligible"),
        "GET": READERS_REFUSED | AND_CHAIR_REFUSED,
        "POST": READERS_REFUSED | AND_CHAIR_REFUSED,
    },
    "nomination_changes": {"kwargs": lambda objs: {"pk": objs.repeated.pk, "number": 2}, "GET": READ},
    "nomination_answer returned": {"kwargs": _topic("returned"), "GET": OFFICER_READS, "POST": READERS_REFUSED},
    "verification_detail": {"kwargs": _pk("verifying"), "GET": SECRETARIAT_READS, "POST": SECRETARIAT_WRITES},
    "verification_start": {"kwargs": _pk("submitted"), "POST": SECRETARIAT_ACTS},
    "verification_take_over": {"kwargs": _pk("verifying"), "POST": SECRETARIAT_ACTS},
    "verification_confirm": {"kwargs": _pk("unchanged"), "POST": SECRETARIAT_ACTS},
    "verification_conclude": {"kwargs": _pk("verifying"), "GET": SECRETARIAT_READS, "POST": SECRETARIAT_WRITES},
    "extension_list": {"kwargs": _none, "GET": STAFF_READS},
    "extension_region": {"kwargs": _none, "GET": ADMIN_READS, "POST": ADMIN_WRITES},
    "extension_nomination": {
        "kwargs": _pk("draft"),
        "GET": READERS_REFUSED | {"admin": 200},
        "POST": READERS_REFUSED | {"admin": 422},
    },
    "extension_nomination submitted": {"kwargs": _pk("submitted"), "GET": READERS_REFUSED, "POST": READERS_REFUSED},
    "extension_withdraw": {"kwargs": _pk("extension"), "GET": ADMIN_READS, "POST": ADMIN_WRITES},
    "late_list": {"kwargs": _none, "GET": STAFF_READS},
    "proxy_open": {"kwargs": _none, "GET": ADMIN_READS, "POST": ADMIN_WRITES},
    "question_queue": {"kwargs": _none, "GET": ANY_OFFICER_READS | {"verifier": 200, "admin": 200}},
    "question_list": {"kwargs": _pk("draft"), "GET": READ, "POST": BOTH_SIDES_WRITE},
    "question_list eligible": {"kwargs": _pk("eligible"), "GET": READ, "POST": BOTH_SIDES_WRITE},
    "question_detail": {"kwargs": _question, "GET": READ, "POST": BOTH_SIDES_WRITE},
    "question_close": {"kwargs": _question, "POST": SECRETARIAT_ACTS},
    "province_comments": {"kwargs": _pk("talked_about"), "GET": READ, "POST": PROVINCE_WRITES},
    "province_comments eligible": {"kwargs": _pk("advised"), "GET": READ, "POST": PROVINCE_WRITES},
    "objection_record": {"kwargs": _pk("talked_about"), "POST": PROVINCE_WRITES},
    "objection_lift": {"kwargs": _pk("talked_about"), "POST": PROVINCE_ACTS},
    # From here on an entry is open, and an admin may start a nomination of that region.
    "proxy_list": {"kwargs": _none, "GET": STAFF_READS},
    "proxy_close": {"kwargs": _pk("proxy"), "GET": ADMIN_READS, "POST": ADMIN_ACTS},
    "proxy_letter": {"kwargs": _pk("proxy"), "GET": STAFF_READS},
}
