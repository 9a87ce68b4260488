"""Bulk data for the measurements: rows as the services leave them; the services themselves would take hours."""

from datetime import date, timedelta
from itertools import cycle

from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from core.files import store_bytes
from nominations.enums import TOPICS, EntryKind, Status, WindowKind
from nominations.models import Answer, Category, DossierItem, Nomination, ProductEntry, Window
from nominations.selectors.dossiers import checklist
from nominations.services.awards import ensure_period
from ovop_portal.demo.documents import pdf_document
from reference.models import KbliCode, Region
from scoring.services.instruments import install_stages
from sentra.models import Ikm, Product, Sentra

REGION = "33.75"
FULL_PAGE = 60
PRODUCTS_OF_ONE = 5  # of one IKM
STATUSES = (Status.SUBMITTED, Status.UNDER_VERIFICATION, Status.RETURNED, Status.ELIGIBLE, Status.IN_ASSESSMENT)


def person(role: Role, region: str | None = None) -> User:
    user = User.objects.create_user(f"{role}@bench.example", f"Bench {role}", "kalimat sandi yang panjang")
    Membership.objects.create(user=user, role=role, region_id=region, valid_from=date(2020, 1, 1))
    return user


class Scene:
    """One period, one sentra, two people, and as many nominations as a measurement asks for."""

    def __init__(self) -> None:
        self.officer = person(Role.DISTRICT_OFFICER, REGION)
        self.verifier = person(Role.VERIFIER)
        self.period = ensure_period("ovop", 2026)
        install_stages(period=self.period)
        now = timezone.now()
        for kind in WindowKind:
            Window.objects.create(
                period=self.period, kind=kind, opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=9)
            )
        self.category = Category.objects.get(award="ovop", code="batik")
        self.file = store_bytes(pdf_document("Bench"), name="bench.pdf", content_type="application/pdf")
        self.sentra = self._sentra()
        (self.ikm,) = self._makers(1)
        self.regions = list(Region.objects.regencies().order_by("pk").values_list("pk", flat=True))
        self.made = 0

    def _sentra(self) -> Sentra:
        district = Region.objects.filter(parent=REGION).order_by("pk")[0]
        return Sentra.objects.create(
            region_id=REGION,
            commodity_id="batik",
            name="Sentra Bench",
            unit_count=12,
            district=district,
            village=Region.objects.filter(parent=district).first(),
            address="Jalan Bench",
            sk_number="1/2024",
            sk_date=date(2024, 1, 1),
            sk_signatory="Wali Kota",
            sk_file=self.file,
            contact_name="Bench",
            contact_phone="+6281234567890",
            created_by=self.officer,
        )

    def _makers(self, products: int) -> list[Ikm]:
        """IKM for so many products."""
        kbli, made = KbliCode.objects.of_commodity("batik")[0], Ikm.objects.count()
        return Ikm.objects.bulk_create(
            Ikm(
                sentra=self.sentra,
                name=f"IKM Bench {n}",
                owner_name="Bench",
                nib=f"91200{n:08}",
                npwp=f"0{n:09}091000",
                kbli=kbli,
                workers=5,
                investment=1,
                established_year=2012,
                phone="+6281234567890",
                address="Jalan Bench",
                created_by=self.officer,
            )
            for n in range(made, made + -(-products // PRODUCTS_OF_ONE))
        )

    def grow_to(self, size: int) -> None:
        """Bring the table of nominations to `size`, spread over all regions and statuses."""
        statuses, regions = cycle(STATUSES), cycle(self.regions)
        # The first ones fill a page of the officer and of the queue at every size, so that sizes can be compared.
        facts = [
            (n, Status.SUBMITTED, REGION) if n < FULL_PAGE else (n, next(statuses), next(regions))
            for n in range(self.made, size)
        ]
        makers = self._makers(len(facts))
        products = Product.objects.bulk_create(
            Product(
                ikm=makers[(n - self.made) // PRODUCTS_OF_ONE],
                name=f"Produk {n}",
                description="Kain",
                monthly_capacity="1",
                markets="Nasional",
                created_by=self.officer,
            )
            for n in range(self.made, size)
        )
        nominations = Nomination.objects.bulk_create(
            Nomination(
                reference=f"OVOP-2026-{region.replace('.', '')}-{n + 100_000}",
                period=self.period,
                category=self.category,
                region_id=region,
                subject_key=f"product:{product.pk}",
                title=f"{product.name} – IKM Bench",
                status=status,
                created_by=self.officer,
                submitted_at=timezone.now(),
            )
            for (n, status, region), product in zip(facts, products, strict=True)
        )
        ProductEntry.objects.bulk_create(
            ProductEntry(nomination=nomination, sentra=self.sentra, ikm=product.ikm, product=product)
            for nomination, product in zip(nominations, products, strict=True)
        )
        self.made = size

    def complete_drafts(self, count: int, mark: str) -> list[Nomination]:
        """Drafts with every required answer and document, ready to be submitted."""
        drafts = []
        for n in range(count):
            name = f"Draf {mark} {n}"
            product = Product.objects.create(
                ikm=self.ikm, name=name, description="Kain", monthly_capacity="1", markets="Nasional",
                created_by=self.officer,
            )  # fmt: skip
            nomination = Nomination.objects.create(
                period=self.period,
                category=self.category,
                region_id=REGION,
                subject_key=f"product:{product.pk}",
                title=name,
                created_by=self.officer,
            )
            ProductEntry.objects.create(nomination=nomination, sentra=self.sentra, ikm=self.ikm, product=product)
            Answer.objects.bulk_create(
                Answer(
                    nomination=nomination, question=question, text="Keterangan lengkap. " * 20, version=1,
                    saved_by=self.officer, saved_at=timezone.now(),
                )
                for question in TOPICS[EntryKind.PRODUCT]
            )  # fmt: skip
            DossierItem.objects.bulk_create(
                DossierItem(nomination=nomination, requirement=row.requirement, file=self.file, added_by=self.officer)
                for row in checklist(nomination)
                if row.required
            )
            drafts.append(nomination)
        return drafts
