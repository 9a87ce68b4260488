"""Demo candidates of Upakarti and the texts of demo dossiers. All invented."""

from dataclasses import dataclass

ANSWERS = {
    "uniqueness": "%(title)s dibuat dengan teknik turun-temurun dan motif yang hanya dikenal di daerah ini.",
    "materials": "Bahan baku dibeli dari petani dan perajin setempat, tersedia sepanjang tahun, dan diolah tanpa limbah berbahaya.",
    "marketing": "Dijual di toko sendiri, pameran, dan lokapasar. Penjualan naik tiga tahun berturut-turut.",
    "community_role": "Melatih anggota sentra dua kali setahun dan membeli hasil mereka dengan harga yang disepakati.",
    "duty_statement": "Membina IKM bukan bagian dari tugas dan fungsi %(title)s; seluruh kegiatan atas prakarsa sendiri.",
    "motivation": "Prakarsa dimulai ketika perajin di sekitar kehilangan pasar, lalu berlanjut tanpa putus.",
    "coaching": "Pelatihan teknik, pembukuan sederhana, perizinan, kemasan, dan pemasaran daring setiap tahun.",
    "impact": "Omzet mitra naik rata-rata sepertiga, dua puluh orang bekerja tetap, dan tiga usaha sudah ber-NIB.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoCandidate:
    officer: str
    region: str
    category: str
    kind: str
    name: str
    identity: str
    address: str
    trade: str
    beneficiaries: int = 6


CANDIDATES = [
    DemoCandidate("petugas.pekalongan", "33.75", "jasa_pengabdian", "person", "Hj. Siti Maryam Contoh, S.Sn.", "3375014101700001", "Kota Pekalongan", "Batik"),
    DemoCandidate("petugas.sikka", "53.07", "jasa_pengabdian", "person", "Theresia Lepo Contoh", "5307014203720002", "Maumere", "Tenun", 8),
    DemoCandidate("petugas.tasikmalaya", "32.06", "jasa_kepeloporan", "company", "PT Mendong Nusantara Contoh", "9120009900101", "Kabupaten Tasikmalaya", "Anyaman", 10),
    DemoCandidate("petugas.solok", "13.72", "jasa_pengabdian", "organisation", "Yayasan Kopi Rakyat Contoh", "0013000666091000", "Kota Solok", "Kopi"),
    DemoCandidate("petugas.ternate", "82.71", "jasa_pengabdian", "person", "Ahmad Gamalama Contoh", "8271011708650003", "Kota Ternate", "Pala", 3),
    DemoCandidate("petugas.lomboktengah", "52.02", "jasa_kepeloporan", "company", "PT Tembikar Lombok Contoh", "9120009900102", "Penujak", "Gerabah", 5),
]  # fmt: skip
