"""Two at the same moment: real transactions on a copy of the database."""

from core.files import store_bytes
from core.models import Preview, PreviewState
from core.previews import render_preview, want_preview
from tests.files import pdf_bytes
from tests.transactions import together


def test_two_workers_draw_a_preview_once(cloned_db: str):
    stored = store_bytes(pdf_bytes(), name="berkas.pdf", content_type="application/pdf")
    want_preview(stored)
    assert together([lambda: render_preview(str(stored.pk))] * 2) == [None, None]
    preview = Preview.objects.get(pk=stored.pk)
    assert (preview.attempts, preview.pages.count(), preview.state) == (1, 1, PreviewState.READY)
