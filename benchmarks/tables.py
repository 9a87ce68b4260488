"""`./run bench tables`: an import of 10,000 IKM from the upload to its undoing, and exports, with time and memory.

Each step runs in a process of its own, as in a fresh worker, and tells its peak memory before and after. Ends with 1
when a bar is missed.
"""

import argparse
import multiprocessing
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connections
from xlsxwriter import Workbook

from accounts.enums import Role
from accounts.models import User
from benchmarks.data import REGION, person
from core.workbooks import XLSX
from reference.models import KbliCode, Region
from sentra.enums import ImportState
from sentra.filters import chosen_sentra
from sentra.models import Ikm, RegisterImport, Sentra
from sentra.rendering.columns import TABLES
from sentra.selectors.lists import RegionLists, kbli_text
from sentra.services import exports, imports
from sentra.services.import_undo import undo_import

IMPORT_SECONDS, IMPORT_MB, EXPORT_GROWTH_MB = 60, 300, 60
SYLLABLES = ("ba", "tik", "sa", "ri", "ma", "kar", "ya", "les", "ta", "ri", "mu", "da", "ja", "wa", "su", "bur")


@dataclass(frozen=True)
class Step:
    seconds: float
    cpu: float
    """seconds of this process: holds on a busy machine; the database's own are not in it"""
    base: float
    """MB at the start"""
    peak: float

    @property
    def growth(self) -> float:
        return self.peak - self.base


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(call: Callable[[], Any]) -> Step:
    """The call in a child of its own, with its own database connection."""
    connections.close_all()
    receiver, sender = multiprocessing.Pipe(duplex=False)

    def child() -> None:
        base, started, used = peak_mb(), time.perf_counter(), time.process_time()
        answer = call()
        assert answer is not False, "the step did nothing"
        sender.send(Step(time.perf_counter() - started, time.process_time() - used, base, peak_mb()))

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join()
    assert process.exitcode == 0, process.exitcode
    return receiver.recv()


def firm(number: int, chance: random.Random) -> str:
    """Three words; one in twenty has a number, as groups do."""
    name = " ".join("".join(chance.choices(SYLLABLES, k=3)).title() for __ in range(3))
    return name if number % 20 else f"{name} {number}"


def npwp(number: int) -> str:
    """Of ten firms one has that of another, and one a filler."""
    return {0: "0013000666091000", 1: f"0013000666{number + 1:06d}"}.get(number % 10, f"0013000666{number:06d}")


def table_of(sentra: str, rows: int, *, workers: int) -> bytes:
    """Complete rows with names, addresses and numbers of ordinary length."""
    chance, stream = random.Random(7), BytesIO()
    codes = [kbli_text(code) for code in KbliCode.objects.current().of_commodity("batik")]
    with Workbook(stream, {"constant_memory": True}) as book:
        page = book.add_worksheet(TABLES["ikm"].sheet)
        for place, column in enumerate(TABLES["ikm"].read):
            page.write_string(0, place, str(column.label))
        for number in range(1, rows + 1):
            name = firm(number, chance)
            cells = (
                sentra, name, f"Pemilik {name}", chance.randint(1970, 2025), f"912{number:010d}", npwp(number),
                chance.choice(codes), workers, chance.randint(1, 900) * 1_000_000,
                f"Jalan {firm(number, chance)} RT 01 RW 02", f"0812-{number:08d}",
            )  # fmt: skip
            for place, cell in enumerate(cells):
                page.write(number, place, cell)
    return stream.getvalue()


def started(officer: User, data: bytes) -> RegisterImport:
    upload = SimpleUploadedFile("ikm.xlsx", data, XLSX)
    return imports.start_import(region=Region.objects.get(pk=REGION), kind="ikm", upload=upload, actor=officer)


def state_of(job: RegisterImport) -> tuple[str, int, int, int]:
    job.refresh_from_db()
    return job.state, job.added, job.changed, job.errors


def import_steps(officer: User, sentra: str, rows: int) -> dict[str, Step]:
    """New rows, then the same ones with another number of workers, then both taken back."""
    steps: dict[str, Step] = {}
    jobs = []
    for label, workers, expected in (("new", 8, (rows, 0)), ("changed", 9, (0, rows))):
        data = table_of(sentra, rows, workers=workers)
        steps[f"{label}: upload ({len(data) // 1024} KB)"] = measured(lambda data=data: started(officer, data))
        job = RegisterImport.objects.latest("pk")
        steps[f"{label}: dry run"] = measured(lambda job=job: imports.read_import(job.pk))
        assert state_of(job) == (ImportState.READY, *expected, 0), state_of(job)
        imports.confirm_import(import_id=job.pk, warnings_checked=True, actor=officer)
        steps[f"{label}: saving"] = measured(lambda job=job: imports.apply_import(job.pk))
        assert state_of(job)[0] == ImportState.APPLIED
        jobs.append(job)
    for label, job in zip(("changed", "new"), reversed(jobs), strict=True):
        steps[f"{label}: undo"] = measured(lambda job=job: undo_import(import_id=job.pk, actor=officer))
    assert not Ikm.objects.exists()
    return steps


def export_step(officer: User, sentra: Sentra, rows: int) -> Step:
    have = Ikm.objects.count()
    kbli = KbliCode.objects.current().of_commodity("batik")[0]
    Ikm.objects.bulk_create(
        (
            Ikm(
                sentra=sentra, name=f"IKM {number}", owner_name="Pemilik", nib=f"813{number:010d}", kbli=kbli,
                npwp="0013000666091000", workers=5, investment=250_000_000, established_year=2012,
                phone="+6281234567890", address="Jalan Bench 1", created_by=officer,
            )
            for number in range(have, rows)
        ),
        batch_size=1000,
    )  # fmt: skip
    export = exports.request_export(kind="ikm", file_format="xlsx", params={}, actor=officer)
    step = measured(lambda: exports.write_export(export.pk, chosen_sentra))
    export.refresh_from_db()
    assert export.file_id, export.state
    return step


def first_sentra(officer: User) -> Sentra:
    district = Region.objects.filter(parent=REGION).order_by("pk")[0]
    return Sentra.objects.create(
        region_id=REGION, commodity_id="batik", name="Sentra Bench", unit_count=12, district=district,
        village=Region.objects.filter(parent=district).first(), address="Jalan Bench", sk_number="1/2024",
        sk_date="2024-01-01", sk_signatory="Wali Kota", contact_name="Bench", contact_phone="+6281234567890",
        created_by=officer,
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench tables", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    options = parser.parse_args()
    for command in ("migrate", "createcachetable", "load_data"):
        call_command(command, verbosity=0)
    officer = person(Role.DISTRICT_OFFICER, REGION)
    sentra = first_sentra(officer)
    label = RegionLists(sentra.region)["sentra"].options[0]

    print(f"{'step':<32} {'s':>7} {'CPU s':>7} {'base MB':>9} {'peak MB':>9} {'growth MB':>10}")
    steps = import_steps(officer, label, options.rows)
    show(steps)
    for rows in (options.rows, options.rows * 5):
        name = f"export of {rows} rows"
        steps[name] = export_step(officer, sentra, rows)
        show({name: steps[name]})
    return report(steps)


def show(steps: dict[str, Step]) -> None:
    for name, step in steps.items():
        figures = f"{step.seconds:>7.1f} {step.cpu:>7.1f} {step.base:>9.0f} {step.peak:>9.0f} {step.growth:>10.0f}"
        print(f"{name:<32} {figures}", flush=True)


def report(steps: dict[str, Step]) -> int:
    checks = {}
    for label in ("new", "changed"):
        pair = [steps[f"{label}: dry run"], steps[f"{label}: saving"]]
        checks[f"{label}: dry run and saving ≤ {IMPORT_SECONDS} s"] = sum(s.seconds for s in pair) <= IMPORT_SECONDS
        checks[f"{label}: peak ≤ {IMPORT_MB} MB"] = max(s.peak for s in pair) <= IMPORT_MB
    for name, step in steps.items():
        if name.startswith("export"):
            checks[f"{name}: growth ≤ {EXPORT_GROWTH_MB} MB"] = step.growth <= EXPORT_GROWTH_MB
    missed = [text for text, held in checks.items() if not held]
    print("\n".join(["", "Missed:", *missed] if missed else ["", f"All {len(checks)} bars hold."]))
    return 1 if missed else 0
