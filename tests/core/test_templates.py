"""What every template keeps: no inline code, an error summary over each form, light and self-contained styles."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

ROOT = Path(settings.BASE_DIR)
PAGES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "pdf" not in path.parts)
CSS = ROOT / "static/css/portal.css"
CSS_BUDGET = 25 * 1024
INLINE_CODE = re.compile(r"<script(?! src=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
FOREIGN = re.compile(r"""(?:src|href|action)=["']?(?:https?:)?//|url\(["']?(?:https?:)?//|@import""")
POST_FORM = re.compile(r"<form[^>]*method=\"post\".*?</form>", re.DOTALL)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_is_short_and_holds_no_inline_code_or_foreign_address(path):
    text = path.read_text()
    assert not INLINE_CODE.search(text)
    assert not FOREIGN.search(text)
    assert text.count("\n") <= 150


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_post_form_carries_the_csrf_token(path):
    for form in POST_FORM.findall(path.read_text()):
        assert "{% csrf_token %}" in form


@pytest.mark.parametrize("path", [p for p in PAGES if "{% extends" in p.read_text()], ids=name_of)
def test_a_page_with_a_form_shows_the_error_summary(path):
    text = path.read_text()
    if any("|crispy" in form for form in POST_FORM.findall(text)) or "account/form.html" in text:
        assert "components/error_summary.html" in text


def test_the_style_sheet_is_light_and_self_contained():
    assert len(gzip.compress(CSS.read_bytes(), 9)) <= CSS_BUDGET
    assert not FOREIGN.search(CSS.read_text())


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_pages_of_last_resort_need_no_context(name):
    page = render_to_string(name)
    assert '<html lang="id">' in page
    assert page.count("<h1>") == 1


@pytest.mark.django_db
def test_an_unknown_address_is_explained(client):
    response = client.get("/tidak-ada/")
    assert response.status_code == 404
    assert "Halaman tidak ditemukan" in response.content.decode()
