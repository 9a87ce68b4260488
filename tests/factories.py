"""Objects for tests. Nominations reach their status through the real workflow table, never by writing it."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Institution, Membership, User
from core.files import store_bytes
from core.models import StoredFile
from core.previews import render_preview, want_preview
from nominations.enums import TOPICS, Action, AdminRule, DocumentStage, ItemVerdict, Status, WindowKind
from nominations.models import Category, DossierItem, Nomination, Period, Window
from nominations.rules import years_after
from nominations.selectors.dossiers import checklist, texts_of
from nominations.selectors.verification import parts_of
from nominations.services import drafting, submission, verification
from nominations.services.awards import ensure_period
from nominations.services.transitions import apply_transition, lock_nomination
from reference.models import Commodity, KbliCode, Region
from scoring.enums import CustodyKind
from scoring.models import FieldPhoto, SampleReceipt
from scoring.services import samples, visit_photos
from scoring.services.instruments import install_stages
from sentra.enums import PermitKind
from sentra.models import Ikm, Permit, Product, ProductPhoto, Sentra, SentraYear
from sentra.services.photos import add_photo
from sentra.services.years import record_year
from tests.files import jpeg_bytes, pdf_bytes

_serial = count(1)
PASSWORD = "kalimat sandi yang panjang"
YEAR = 2026
HOME, OTHER = "33.75", "32.05"  # Kota Pekalongan, Kab. Garut


def make_user(
    role: Role | None,
    *,
    region: str | None = None,
    commodities: tuple[str, ...] = (),
    institution: str = "",
    name: str = "",
    **extra: Any,
) -> User:
    number = next(_serial)
    user = User.objects.create_user(f"orang{number}@contoh.id", name or f"Orang {number}", PASSWORD, **extra)
    if role:
        add_membership(user, role, region=region, commodities=commodities, institution=institution)
    return user


def add_membership(
    user: User, role: Role, *, region: str | None = None, commodities: tuple[str, ...] = (), institution: str = ""
) -> Membership:
    membership = Membership.objects.create(
        user=user,
        role=role,
        region_id=region,
        institution=Institution.objects.get_or_create(name=institution)[0] if institution else None,
        valid_from=date(2020, 1, 1),
    )
    membership.commodities.set(Commodity.objects.filter(pk__in=commodities))
    return membership


def officer_of(region: str) -> User:
    """The first district officer of a region, made when there is none."""
    found = User.objects.filter(memberships__role=Role.DISTRICT_OFFICER, memberships__region=region).first()
    return found or make_user(Role.DISTRICT_OFFICER, region=region, name=f"Petugas {region}")


def someone(role: Role) -> User:
    found = User.objects.filter(memberships__role=role).first()
    return found or make_user(role)


def make_earlier_period() -> Period:
    """The round before, without windows."""
    return ensure_period("ovop", YEAR - 2)


def make_period(award: str = "ovop", *, windows: bool = True) -> Period:
    period = ensure_period(award, YEAR)
    install_stages(period=period)
    if windows:
        set_windows(period)
    return period


def set_windows(period: Period, **changes: Any) -> None:
    """All windows open from a month ago until in a month, unless told otherwise."""
    for kind in WindowKind:
        facts = {"opens_at": timezone.now() - timedelta(days=30), "closes_at": timezone.now() + timedelta(days=30)}
        Window.objects.update_or_create(period=period, kind=kind, defaults=facts | changes)


FOLLOW_UP = {
    "workers": 14,
    "turnover": 450_000_000,
    "export_value": None,
    "coaching": "Pelatihan kemasan oleh dinas provinsi.",
    "outcome": "Pesanan bertambah.",
    "plan": "Pendampingan sertifikat halal.",
}


def release_results(star: Nomination, *, years_ago: int) -> None:
    """Its results came out so many years ago today, and its star is in force."""
    today = timezone.localdate()
    moment = timezone.now() - (today - years_after(today, -years_ago))
    Period.objects.filter(pk=star.period_id).update(results_released_at=moment)
    Nomination.objects.filter(pk=star.pk).update(star_until=today)
    star.refresh_from_db()


def stored_pdf(name: str = "dokumen.pdf", actor: User | None = None) -> StoredFile:
    return store_bytes(pdf_bytes(name), name=name, content_type="application/pdf", actor=actor)


def draw_preview(stored: StoredFile) -> None:
    """The page images of a file, as the worker would have made them by now."""
    want_preview(stored)
    render_preview(str(stored.pk))


def make_sentra(region: str = HOME, commodity: str = "batik", **fields: Any) -> Sentra:
    district = Region.objects.filter(parent=region).order_by("pk")[0]
    facts = {
        "name": f"Sentra Contoh {next(_serial)}",
        "unit_count": 12,
        "district": district,
        "village": Region.objects.filter(parent=district).order_by("pk")[0],
        "address": "Jalan Merdeka 1",
        "sk_number": "188/82/KEP/2024",
        "sk_date": date(2024, 3, 1),
        "sk_signatory": "Wali Kota",
        "contact_name": "Narahubung",
        "contact_phone": "+6281234567890",
        "created_by": fields.pop("created_by", None) or officer_of(region),
    }
    facts.setdefault("sk_file", fields.pop("sk_file", None) or stored_pdf("sk.pdf"))
    return Sentra.objects.create(region_id=region, commodity_id=commodity, **(facts | fields))


def make_ikm(sentra: Sentra | None = None, **fields: Any) -> Ikm:
    sentra = sentra or make_sentra()
    number = next(_serial)
    facts = {
        "name": f"IKM Contoh {number}",
        "owner_name": f"Pemilik {number}",
        "nib": f"912{number:010d}",
        "npwp": f"{number:016d}",
        "kbli": KbliCode.objects.of_commodity(sentra.commodity_id).first(),
        "workers": 8,
        "investment": 250_000_000,
        "established_year": 2012,
        "phone": "+6281234567890",
        "address": "Jalan Merdeka 2",
        "created_by": sentra.created_by,
    }
    return Ikm.objects.create(sentra=sentra, **(facts | fields))


def make_product(ikm: Ikm | None = None, **fields: Any) -> Product:
    ikm = ikm or make_ikm()
    facts = {
        "name": f"Produk Contoh {next(_serial)}",
        "description": "Kain dengan motif khas daerah.",
        "monthly_capacity": "200 lembar",
        "markets": "Nasional",
        "created_by": ikm.created_by,
    }
    return Product.objects.create(ikm=ikm, **(facts | fields))


def make_year(sentra: Sentra | None = None, year: int = YEAR - 1, **fields: Any) -> SentraYear:
    sentra = sentra or make_sentra()
    facts = {
        "units": sentra.unit_count,
        "workers": 48,
        "production_amount": 2400,
        "production_unit": "lembar",
        "turnover": 1_200_000_000,
        "export_value": 0,
    }
    return record_year(sentra_id=sentra.pk, values=facts | fields | {"year": year}, actor=sentra.created_by)


def make_permit(ikm: Ikm | None = None, kind: PermitKind = PermitKind.OTHER, **fields: Any) -> Permit:
    ikm = ikm or make_ikm()
    facts = {
        "subject": "Izin lingkungan",
        "number": f"503/{next(_serial)}/2025",
        "issuer": "DPMPTSP",
        "issued_on": date(2025, 3, 1),
        "created_by": ikm.created_by,
    }
    return Permit.objects.create(ikm=ikm, kind=kind, **(facts | fields))


def make_food_permits(ikm: Ikm, **fields: Any) -> None:
    """What food has to have; without an end unless told otherwise, the test report then of today."""
    for kind, number in ((PermitKind.PIRT, "206337501"), (PermitKind.HALAL, "ID3511001705884")):
        make_permit(ikm, kind, subject="", number=f"{number}{next(_serial):04d}", **fields)
    fresh = {} if fields.get("expires_on") else {"issued_on": timezone.localdate()}
    make_permit(ikm, PermitKind.LAB_TEST, subject="Cemaran mikroba", **(fields | fresh))


def make_photo(product: Product | None = None, caption: str = "Kain tampak depan") -> ProductPhoto:
    product = product or make_product()
    upload = SimpleUploadedFile("foto.jpg", jpeg_bytes(), "image/jpeg")
    return add_photo(product_id=product.pk, upload=upload, caption=caption, actor=product.created_by)


def fill_documents(nomination: Nomination, stage: DocumentStage = DocumentStage.NOMINATION) -> None:
    for row in checklist(nomination, stage):
        if row.required and row.item is None:
            DossierItem.objects.create(
                nomination=nomination,
                requirement=row.requirement,
                file=stored_pdf(f"{row.requirement.code}.pdf"),
                added_by=nomination.created_by,
            )


def make_ovop_nomination(
    status: Status = Status.DRAFT,
    *,
    product: Product | None = None,
    region: str = HOME,
    commodity: str = "batik",
    complete: bool = True,
) -> Nomination:
    """A nomination for a product; complete unless asked otherwise, moved to `status` by the real services."""
    product = product or make_product(make_ikm(make_sentra(region, commodity)))
    if complete and product.ikm.sentra.commodity_id == "makanan_minuman" and not product.ikm.permits.exists():
        make_food_permits(product.ikm)
    officer = officer_of(product.ikm.sentra.region_id)
    nomination = drafting.create_product_nomination(period=make_period("ovop"), product=product, actor=officer)
    if complete:
        _complete(nomination, officer)
    return advance(nomination, status)


def make_upakarti_nomination(
    status: Status = Status.DRAFT,
    *,
    region: str = HOME,
    category: str = "jasa_pengabdian",
    complete: bool = True,
    name: str = "",
) -> Nomination:
    """A nomination for a candidate with five beneficiaries over five years."""
    officer = officer_of(region)
    number = next(_serial)
    period = make_period("upakarti")
    row = Category.objects.get(award="upakarti", code=category)
    kind = row.candidate_kinds[0]
    identity = {"person": f"3375011708{number:06d}", "company": f"912{number:010d}"}[kind]
    nomination = drafting.create_candidate_nomination(
        period=period,
        category=row,
        region_code=region,
        candidate={
            "candidate_kind": kind,
            "name": name or f"Calon Contoh {number}",
            "identity_number": identity,
            "address": "Jalan Pahlawan 3",
            "phone": "+6281234567890",
        },
        actor=officer,
    )
    if complete:
        for index in range(5):
            drafting.save_beneficiary(
                nomination_id=nomination.pk,
                beneficiary_id=None,
                values={
                    "name": f"IKM Binaan {index + 1}",
                    "place": "Kota Pekalongan",
                    "contact": "081234567890",
                    "activity": "Pelatihan dan pendampingan",
                    "years": list(range(YEAR - 5, YEAR)),
                },
                actor=officer,
            )
        _complete(nomination, officer)
    return advance(nomination, status)


def _complete(nomination: Nomination, officer: User) -> None:
    write_answers(nomination, officer)
    fill_documents(nomination)


def write_answers(nomination: Nomination, officer: User, text: str = "Keterangan lengkap.") -> None:
    """Every question that has no answer yet gets one."""
    known = texts_of(nomination)
    for question in TOPICS[nomination.entry_kind]:
        if question not in known:
            drafting.save_answer(nomination_id=nomination.pk, question=question, text=text, version=0, actor=officer)


STEPS: dict[Status, tuple[Status, ...]] = {
    Status.SUBMITTED: (Status.DRAFT,),
    Status.UNDER_VERIFICATION: (Status.SUBMITTED,),
    Status.RETURNED: (Status.UNDER_VERIFICATION,),
    Status.INELIGIBLE: (Status.UNDER_VERIFICATION,),
    Status.ELIGIBLE: (Status.UNDER_VERIFICATION,),
    Status.WITHDRAWN: (Status.DRAFT,),
    Status.IN_ASSESSMENT: (Status.ELIGIBLE,),
    Status.ELIMINATED: (Status.IN_ASSESSMENT,),
    Status.IN_PLENARY: (Status.IN_ASSESSMENT,),
    Status.RECOMMENDED: (Status.IN_PLENARY,),
    Status.NOT_RECOMMENDED: (Status.IN_PLENARY,),
    Status.DECIDED: (Status.RECOMMENDED,),
    Status.AWARDED: (Status.DECIDED,),
}


def advance(nomination: Nomination, status: Status) -> Nomination:
    """Walk the workflow to `status`, step by step, each by somebody who may do it."""
    path = [status]
    while path[0] is not Status.DRAFT:
        path.insert(0, STEPS[path[0]][0])
    for target in path[1:]:
        _step(nomination, target)
    nomination.refresh_from_db()
    return nomination


@transaction.atomic
def _step(nomination: Nomination, target: Status) -> None:
    pk, officer, verifier = nomination.pk, officer_of(nomination.region_id), someone(Role.VERIFIER)
    if target is Status.SUBMITTED:
        submission.submit_nomination(nomination_id=pk, declared=True, actor=officer)
    elif target is Status.WITHDRAWN:
        submission.withdraw_nomination(nomination_id=pk, reason="Ditarik untuk uji.", actor=officer)
    elif target is Status.UNDER_VERIFICATION:
        verification.start_verification(nomination_id=pk, actor=verifier)
    elif target in VERIFIED:
        _conclude(pk, target, verifier)
    else:
        action, role = LATER[target]
        actor = someone(role) if role else None
        apply_transition(lock_nomination(pk), action, actor=actor, reason="Alasan uji.")


VERIFIED = {
    Status.ELIGIBLE: (Action.DECLARE_ELIGIBLE, ItemVerdict.ACCEPTED),
    Status.RETURNED: (Action.RETURN_FOR_REPAIR, ItemVerdict.REPAIR),
    Status.INELIGIBLE: (Action.DECLARE_INELIGIBLE, ItemVerdict.REJECTED),
}
LATER: dict[Status, tuple[Action, Role | None]] = {
    Status.IN_ASSESSMENT: (Action.OPEN_ASSESSMENT, Role.VERIFIER),
    Status.ELIMINATED: (Action.ELIMINATE, Role.PANEL_CHAIR),
    Status.IN_PLENARY: (Action.SEND_TO_PLENARY, Role.PANEL_CHAIR),
    Status.RECOMMENDED: (Action.RECOMMEND, Role.PANEL_CHAIR),
    Status.NOT_RECOMMENDED: (Action.NOT_RECOMMEND, Role.PANEL_CHAIR),
    Status.DECIDED: (Action.DECIDE, Role.MINISTRY_ADMIN),
    Status.AWARDED: (Action.AWARD, None),
}


def _conclude(pk: int, target: Status, verifier: User) -> None:
    action, verdict = VERIFIED[target]
    mark_all(Nomination.objects.get(pk=pk), verifier, verdict)
    failed = {AdminRule.DOCUMENTS: "Alasan uji."} if target is Status.INELIGIBLE else {}
    verification.conclude_verification(
        nomination_id=pk, action=action, reason="Alasan uji.", failed=failed, actor=verifier
    )


def mark_all(nomination: Nomination, verifier: User, verdict: str = ItemVerdict.ACCEPTED, **others: str) -> None:
    """One verdict for every part; `others` gives another one to a code, for example `D02=ItemVerdict.REPAIR`."""
    marks = {
        part.key: verification.Mark(others.get(part.code, verdict), "Catatan uji.") for part in parts_of(nomination)
    }
    verification.save_verdicts(nomination_id=nomination.pk, verdicts=marks, actor=verifier)


def visit_photo(assignment: Any) -> FieldPhoto:
    """A photo of an opened visit, put there by its visitor."""
    upload = SimpleUploadedFile("foto.jpg", jpeg_bytes(), "image/jpeg")
    return visit_photos.add_photo(
        assignment_id=assignment.pk, upload=upload, caption="Tempat produksi.", actor=assignment.assessor
    )


def receive_sample(nomination: Nomination, **changes: Any) -> SampleReceipt:
    """A sample that the Sekretariat has received; its printed form is not made yet."""
    step = samples.Step(
        CustodyKind.RECEIVED,
        timezone.now() - timedelta(hours=3),
        "Lemari A3",
        "Utuh",
        given_by="Dinas Perindustrian",
        taken_by="Sekretariat OVOP",
    )
    return samples.receive_sample(
        nomination_id=nomination.pk,
        description="Kain batik tulis 2,5 m",
        count=2,
        step=replace(step, **changes),
        actor=someone(Role.VERIFIER),
    )
