"""Reading a dashboard in tests."""

from decimal import Decimal
from typing import Any

from nominations.enums import Status
from nominations.models import Nomination
from scoring.models import FinalResult
from tests.factories import HOME

URL = "/dasbor/"
SEMARANG = "33.74"
EVERY_STATUS = [(status, HOME) for status in Status]


def page(client: Any, query: str = "") -> Any:
    answer = client.get(URL + query)
    assert answer.status_code == 200
    return answer


def funnel(context: Any) -> dict[str, int]:
    return {row["label"]: row["value"] for row in context["funnel"]}


def ends(context: Any) -> dict[str, str]:
    return {row["label"]: row["value"] for row in context["standstill"]}


def give_score(nomination: Nomination, score: str) -> None:
    FinalResult.objects.create(nomination=nomination, score=Decimal(score), stars=3, input_hash="0" * 64)
