import pytest
from django.db import IntegrityError, connection, transaction

from core.counters import next_value
from core.models import Counter
from tests.transactions import together, undone


@pytest.mark.django_db
def test_every_series_counts_from_one_on_its_own():
    assert [next_value("a"), next_value("a"), next_value("b"), next_value("a")] == [1, 2, 1, 3]


@pytest.mark.django_db
def test_a_rollback_gives_the_number_back():
    assert next_value("a") == 1
    with undone():
        assert next_value("a") == 2
    assert next_value("a") == 2


@pytest.mark.django_db
def test_a_query_costs_one(django_assert_num_queries):
    with django_assert_num_queries(1):
        next_value("a")


@pytest.mark.django_db
def test_the_database_refuses_a_series_below_one():
    with pytest.raises(IntegrityError), transaction.atomic():
        Counter.objects.create(name="a", value=0)


def test_a_number_is_never_taken_outside_the_transaction_that_uses_it(cloned_db):
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="inside the transaction"):
        next_value("a")
    assert not Counter.objects.filter(name="a").exists()


def test_twenty_callers_at_once_leave_no_gap_and_no_double_though_some_fail(cloned_db):
    def take(fails: bool) -> int:
        with transaction.atomic():
            number = next_value("a")
            if fails:
                raise LookupError
            return number

    answers = together([lambda fails=index % 4 == 0: take(fails) for index in range(20)])
    numbers = sorted(answer for answer in answers if isinstance(answer, int))
    assert numbers == list(range(1, 16))
    assert sum(isinstance(answer, LookupError) for answer in answers) == 5
    assert Counter.objects.get(name="a").value == 15
