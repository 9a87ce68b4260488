"""Interactive charts: nothing is loaded before somebody asks, and then they are drawn from the table beside them."""

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from nominations.enums import Status
from tests import factories
from tests.nominations.scenes import bare_rows

pytestmark = pytest.mark.browser
# What the chart in a box was given, what the table beside it says, and whether anything is painted.
COMPARED = """box => {
    const canvas = box.querySelector("canvas"), table = box.querySelector("table");
    const chart = Chart.getChart(canvas);
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    return {
        drawn: chart.data.datasets.map(one => one.data.map(value => value.y ?? value)),
        written: [...table.tBodies[0].rows].map(
            row => [...row.cells].filter(cell => cell.dataset.value).map(cell => Number(cell.dataset.value))),
        said: [...table.tBodies[0].rows].map(row => row.cells[0].textContent.trim()),
        labels: chart.data.labels,
        painted: pixels.some(value => value),
    };
}"""


@pytest.mark.parametrize("kind", ["bar", "line"])
def test_a_chart_comes_from_us_when_it_is_asked_for_and_shows_the_table(portal, browse, kind: str) -> None:
    factories.make_period("ovop")
    bare_rows([(status, factories.HOME) for status in (Status.DRAFT, Status.SUBMITTED, Status.ELIGIBLE)])
    page = browse(factories.make_user(Role.MINISTRY_ADMIN), scripts=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/dasbor/")
    box = page.locator(f"[data-chart={kind}]").first
    button = box.get_by_role("button")
    expect(button).to_have_text("Tampilkan grafik interaktif")
    page.wait_for_load_state("networkidle")
    before = list(asked)
    assert any("/js/dashboard." in url for url in before)
    assert not any("/js/chart." in url for url in before)
    assert page.evaluate("typeof Chart") == "undefined"

    button.click()
    expect(box.locator("canvas")).to_be_visible()
    [library] = asked[len(before) :]
    assert library.startswith(f"{portal.url}/static/js/chart.")
    found = box.evaluate(COMPARED)
    assert found["drawn"] == [list(column) for column in zip(*found["written"], strict=True)]
    assert found["labels"] == (found["said"] if kind == "bar" else [])
    assert any(number for series in found["drawn"] for number in series)
    assert found["painted"]

    expect(button).to_have_text("Sembunyikan grafik interaktif")
    button.click()
    expect(box.locator("canvas")).to_be_hidden()
