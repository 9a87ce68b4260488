"""The addresses of core; an upload belongs to who began it, whatever the role. `test_uploads` holds the rest."""

from typing import Any

from core.uploads import start_upload
from tests.factories import officer_of
from tests.permissions import NOBODY


def _upload(objs: Any) -> dict[str, str]:
    return {"key": start_upload(purpose="uji", name="a.pdf", size=10, actor=officer_of(objs.region)).key.hex}


PERMISSIONS: dict[str, dict[str, Any]] = {
    "upload_pieces": {"kwargs": _upload, "GET": NOBODY | {"officer_own": 200}},
}
