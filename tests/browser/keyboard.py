"""Hands that have no mouse: Tab to what is named, type, press."""

from playwright.sync_api import Page

FARTHEST = 80
# The name of what has the focus, and whether a ring is drawn around it or around what stands for it on the screen.
FOCUSED = """() => {
    const at = document.activeElement, label = at.labels && at.labels[0];
    const drawn = e => {
        const style = getComputedStyle(e), box = e.getBoundingClientRect();
        const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        return (outlined || style.boxShadow !== "none") && box.width > 1 && box.top < innerHeight && box.bottom > 0;
    };
    return {
        name: (at.getAttribute("aria-label") || (label || at).textContent || at.value || "")
            .trim().replace(/\\s+/g, " "),
        seen: [at, label].filter(Boolean).some(drawn),
        where: at.outerHTML.slice(0, 120),
    };
}"""


def tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab until what is called so has the focus."""
    for _stop in range(FARTHEST):
        page.keyboard.press(key)
        focused = page.evaluate(FOCUSED)
        assert focused["seen"], f"nothing shows where one is: {focused['where']}"
        if focused["name"].startswith(name):
            return
    raise AssertionError(f"Tab does not lead to {name!r} on {page.url}")


def enter(page: Page, name: str) -> None:
    tab_to(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)


def choose_first(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("ArrowDown")
