"""The demo accounts. They exist in demo data only."""

from dataclasses import dataclass
from datetime import date

from accounts.enums import Role
from accounts.models import Institution, Membership, User
from reference.models import Commodity

PASSWORD = "gula-aren-dan-kopi-pagi"  # noqa: S105 - printed on purpose, demo data only


@dataclass(frozen=True, slots=True)
class DemoPerson:
    email: str
    name: str
    role: Role
    region: str = ""
    institution: str = ""
    commodities: tuple[str, ...] = ()


ALL = ("makanan_minuman", "tenun", "batik", "anyaman", "gerabah")
PEOPLE = [
    DemoPerson("petugas.pekalongan@demo.example", "Ratna Widyastuti", Role.DISTRICT_OFFICER, "33.75"),
    DemoPerson("petugas.ternate@demo.example", "Fahri Djafar", Role.DISTRICT_OFFICER, "82.71"),
    DemoPerson("petugas.sikka@demo.example", "Maria Goreti Nona", Role.DISTRICT_OFFICER, "53.07"),
    DemoPerson("petugas.tasikmalaya@demo.example", "Asep Hidayat", Role.DISTRICT_OFFICER, "32.06"),
    DemoPerson("petugas.solok@demo.example", "Yulia Rahman", Role.DISTRICT_OFFICER, "13.72"),
    DemoPerson("petugas.lomboktengah@demo.example", "Lalu Satriawan", Role.DISTRICT_OFFICER, "52.02"),
    DemoPerson("provinsi.jateng@demo.example", "Bambang Prasetyo", Role.PROVINCE_OFFICER, "33"),
    DemoPerson("provinsi.malut@demo.example", "Nurlela Umar", Role.PROVINCE_OFFICER, "82"),
    DemoPerson("verifikator@demo.example", "Siti Rohmah", Role.VERIFIER, institution="Sekretariat OVOP"),
    DemoPerson("penilai1@demo.example", "Dr. Hendra Gunawan", Role.ASSESSOR, "", "Balai Contoh Kerajinan", ALL),
    DemoPerson("penilai2@demo.example", "Ir. Lestari Ningrum", Role.ASSESSOR, "", "Asosiasi Contoh Wastra", ALL),
    DemoPerson("penilai3@demo.example", "Prof. Made Sudarma", Role.ASSESSOR, "", "Universitas Contoh", ALL),
    DemoPerson("penilai4@demo.example", "Dewi Anggraini", Role.ASSESSOR, "33", "Dinas Contoh Jawa Tengah", ALL),
    DemoPerson("penilai5@demo.example", "Rina Kusumawati", Role.ASSESSOR, "", "Balai Contoh Tekstil", ALL),
    DemoPerson("penilai6@demo.example", "Joko Purnomo", Role.ASSESSOR, "", "Pusat Contoh Desain", ALL),
    DemoPerson("juri1@demo.example", "Prof. Rahmat Siregar", Role.JUROR, institution="Dewan Juri"),
    DemoPerson("juri2@demo.example", "Dr. Agnes Tobing", Role.JUROR, institution="Praktisi Contoh"),
    DemoPerson("juri3@demo.example", "Yusuf Kalang", Role.JUROR, institution="Media Contoh"),
    DemoPerson("ketua@demo.example", "Dr. Endang Kusuma", Role.PANEL_CHAIR),
    DemoPerson("admin1@demo.example", "Arief Budiman", Role.MINISTRY_ADMIN),
    DemoPerson("admin2@demo.example", "Kartika Sari", Role.MINISTRY_ADMIN),
    DemoPerson("auditor@demo.example", "Teguh Santoso", Role.AUDITOR),
]


def create_people() -> dict[str, User]:
    """Every demo person with one membership, by the part of the address before the @."""
    people = {}
    for person in PEOPLE:
        user = User.objects.create_user(
            person.email, person.name, PASSWORD, is_staff=person.role in (Role.MINISTRY_ADMIN, Role.AUDITOR)
        )
        institution = Institution.objects.get_or_create(name=person.institution)[0] if person.institution else None
        membership = Membership.objects.create(
            user=user,
            role=person.role,
            region_id=person.region or None,
            institution=institution,
            valid_from=date(2026, 1, 1),
        )
        membership.commodities.set(Commodity.objects.filter(pk__in=person.commodities))
        people[person.email.partition("@")[0]] = user
    return people
