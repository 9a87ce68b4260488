"""New words of people who write at the same moment, in real transactions."""

from functools import partial
from typing import Any

from django.db import connection, transaction

from sentra.models import Ikm, Sentra, Word
from tests import factories
from tests.transactions import together


def name(ikm: Ikm, words: str) -> None:
    """The change in a transaction that refuses to wait for anybody."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        Ikm.objects.filter(pk=ikm.pk).update(name=words)


def test_nobody_waits_for_an_import_that_uses_the_same_new_words(cloned_db: str) -> None:
    officer = factories.make_user("district_officer", region=factories.HOME)
    sentra: Sentra = factories.make_sentra(created_by=officer)
    imported, typed = factories.make_ikm(sentra), factories.make_ikm(sentra)
    with transaction.atomic():
        Ikm.objects.filter(pk=imported.pk).update(name="Zamrudwati Qirana")
        results: list[Any] = together([partial(name, typed, "Qirana Zamrudwati")])
    assert results == [None]
    assert set(Word.objects.filter(word__in=["ZAMRUDWATI", "QIRANA"]).values_list("word", flat=True)) == {
        "ZAMRUDWATI",
        "QIRANA",
    }
