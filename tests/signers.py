"""A throw-away signer for the length of a test, and services that speak the real protocols on loopback."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

from asn1crypto import tsp
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser

from core import signing
from ovop_portal.embedded.signer import make_test_signer

PDF = "application/pdf"
TYPED = "rahasia-123"


@contextmanager
def local_signer(settings: Any, folder: Path, **changes: Any) -> Iterator[dict[str, str]]:
    """The installation signs with a key of its own test authority."""
    made = make_test_signer(folder, days=changes.pop("days", 3650))
    settings.SIGNER = {
        "kind": "pkcs12",
        "file": made["SIGNER_FILE"],
        "pass_phrase_file": made["SIGNER_PASS_PHRASE_FILE"],
        "timestamps": "",
    } | changes
    settings.SIGNER_TRUST = made["SIGNER_TRUST"]
    with forgotten():
        yield made


@contextmanager
def forgotten() -> Iterator[None]:
    """What a process keeps of a signer, as if it had just started, before and after."""
    for _turn in range(2):
        signing.signer.cache_clear()
        signing._typed.clear()
        if not _turn:
            yield


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass

    def answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))


@contextmanager
def served(handler: type[Handler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def signing_service(
    settings: Any, folder: Path, *, pass_phrase: str = TYPED, twist: Any = None, key: Any = None
) -> Iterator[list[dict[str, str]]]:
    """A service in the manner of BSrE's e-Sign: Basic sign-in, a form with file, nik and passphrase, a PDF or an error.

    `twist` changes the signed document before it goes back; `key` is a signer of a trusted authority, one of its own
    when left out. Yields the list of what was asked.
    """
    asked: list[dict[str, str]] = []
    if key is None:
        with local_signer(settings, folder / "service"):
            key = signing.signer()

    class Service(Handler):
        def do_POST(self) -> None:
            meta = {"CONTENT_TYPE": self.headers["Content-Type"], "CONTENT_LENGTH": self.headers["Content-Length"]}
            form, files = MultiPartParser(meta, BytesIO(self.body()), [MemoryFileUploadHandler()]).parse()
            asked.append({"path": self.path, **form.dict()})
            wanted = "Basic " + base64.b64encode(b"portal:kata-sandi").decode()
            if self.headers.get("Authorization") != wanted:
                self.answer(401, b'{"error": "Unauthorized"}', "application/json")
            elif form["passphrase"] != pass_phrase:
                words = b'{"status_code": 2031, "error": "Passphrase anda salah"}'
                self.answer(400, words, "application/json")
            else:
                signed = key.sign(files["file"].read(), reason=form["reason"], place=form["location"])
                self.answer(200, twist(signed) if twist else signed, PDF)

    typed = folder / "typed"
    typed.write_text(f"{TYPED}\n")
    with served(Service) as address:
        settings.SIGNER = {
            "kind": "remote",
            "address": address,
            "user": "portal",
            "password": "kata-sandi",
            "identity": "3171010101010001",
            "pass_phrase_file": str(typed),
            "timestamps": "",
        }
        with forgotten():
            yield asked


@contextmanager
def time_stamps(stamper: Any) -> Iterator[str]:
    """A time stamp authority over HTTP (RFC 3161) that signs with `stamper`, a DummyTimeStamper."""

    class Authority(Handler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            request = tsp.TimeStampReq.load(self.body())
            self.answer(200, stamper.request_tsa_response(request).dump(), "application/timestamp-reply")

    with served(Authority) as address:
        yield address
