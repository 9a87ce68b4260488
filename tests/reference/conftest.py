import pytest
from django.db import connection

from reference.models import Commodity, KbliCode, KbliCommodity, Region
from reference.services import read_reference_data


@pytest.fixture(scope="session")
def shipped():
    return read_reference_data()


@pytest.fixture
def empty_tables(db):
    """Empty copies stand before the loaded tables until the end of the test; they keep all but the foreign keys."""
    with connection.cursor() as cursor:
        for model in (Region, Commodity, KbliCode, KbliCommodity):
            table = model._meta.db_table
            cursor.execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING ALL)")
