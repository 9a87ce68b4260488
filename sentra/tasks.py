from celery import shared_task

from core.jobs import enqueue
from sentra.filters import chosen_sentra
from sentra.services import duplicates, exports, figures, imports

# All below `sentra.querysets.CLAIM_MINUTES`: what runs longer is ended before another worker takes it over.
IMPORT_LIMITS = {"soft_time_limit": 300, "time_limit": 330}
EXPORT_LIMITS = {"soft_time_limit": 540, "time_limit": 570}


@shared_task(name="sentra.read_import", **IMPORT_LIMITS)
def read_import(import_id: int) -> None:
    imports.read_import(import_id)


@shared_task(name="sentra.apply_import", **IMPORT_LIMITS)
def apply_import(import_id: int) -> None:
    imports.apply_import(import_id)


@shared_task(name="sentra.write_export", **EXPORT_LIMITS)
def write_export(export_id: int) -> None:
    exports.write_export(export_id, chosen_sentra)


@shared_task(name="sentra.sweep_tables")
def sweep_tables() -> None:
    for task, import_id in imports.waiting_tasks():
        enqueue(task, import_id=import_id)
    for export_id in exports.waiting_ids():
        enqueue("sentra.write_export", export_id=export_id)


@shared_task(name="sentra.forget_tables")
def forget_tables() -> None:
    exports.forget_tables()


@shared_task(name="sentra.count_regions")
def count_regions() -> None:
    figures.count_regions()


@shared_task(name="sentra.find_duplicates", soft_time_limit=1500, time_limit=1800)
def find_duplicates() -> None:
    duplicates.find_duplicates()
