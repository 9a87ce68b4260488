from celery import shared_task

from sentra.services import duplicates, figures


@shared_task(name="sentra.count_regions")
def count_regions() -> None:
    figures.count_regions()


@shared_task(name="sentra.find_duplicates", soft_time_limit=1500, time_limit=1800)
def find_duplicates() -> None:
    duplicates.find_duplicates()
