"""Two at the same moment: real transactions on a copy of the database."""

from pathlib import Path

from django.conf import settings

from core.files import store_bytes
from core.models import Preview, PreviewState, Upload
from core.previews import render_preview, want_preview
from core.uploads import MAX_OPEN, add_piece, start_upload
from tests import factories
from tests.files import pdf_bytes
from tests.transactions import together


def test_two_workers_draw_a_preview_once(cloned_db: str):
    stored = store_bytes(pdf_bytes(), name="berkas.pdf", content_type="application/pdf")
    want_preview(stored)
    assert together([lambda: render_preview(str(stored.pk))] * 2) == [None, None]
    preview = Preview.objects.get(pk=stored.pk)
    assert (preview.attempts, preview.pages.count(), preview.state) == (1, 1, PreviewState.READY)


def test_a_piece_that_two_send_at_once_counts_once(cloned_db: str):
    officer = factories.officer_of(factories.HOME)
    upload = start_upload(purpose="uji", name="surat.pdf", size=2000, actor=officer)

    def send(letter: bytes) -> bool:
        return add_piece(key=upload.key, offset=0, data=letter * 1000, actor=officer)[1]

    taken = together([lambda: send(b"a"), lambda: send(b"b"), lambda: send(b"c")])
    assert sorted(taken) == [False, False, True]
    assert Upload.objects.get().received == 1000
    (path,) = (path for path in (Path(settings.MEDIA_ROOT) / "unfinished").rglob("*") if path.is_file())
    assert path.read_bytes() == b"abc"[taken.index(True)].to_bytes() * 1000


def test_many_windows_of_one_person_do_not_go_beyond_the_limit(cloned_db: str):
    officer = factories.officer_of(factories.HOME)

    def begin(number: int) -> Upload:
        return start_upload(purpose=f"uji:{number % 15}", name="a.pdf", size=10, actor=officer)

    answers = together([lambda number=number: begin(number) for number in range(20)])
    assert {type(answer) for answer in answers} == {Upload}
    assert Upload.objects.filter(owner_id=officer.pk).count() == MAX_OPEN
