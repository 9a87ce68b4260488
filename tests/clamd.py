"""A real clamd with one signature of ours: that of the EICAR test file, wherever it stands in a file."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
FOUND = "Uji.EICAR.UNOFFICIAL"
START_SECONDS = 30


@contextmanager
def running_clamd(folder: Path, *, max_length: str = "30M") -> Iterator[str]:
    """Path of the socket of a clamd that runs while the block does."""
    program = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    assert program, "clamd is missing; ./run test installs it where it may."
    signatures = folder / "signatures"
    signatures.mkdir()
    (signatures / "uji.ndb").write_text(f"Uji.EICAR:0:*:{EICAR.hex()}\n")
    path, config = folder / "clamd.sock", folder / "clamd.conf"
    config.write_text(
        f"LocalSocket {path}\nDatabaseDirectory {signatures}\nForeground yes\nStreamMaxLength {max_length}\n"
    )
    with (folder / "clamd.log").open("wb") as log:
        process = subprocess.Popen([program, "-c", str(config)], stdout=log, stderr=log)
    try:
        _wait_until_ready(path, process, folder / "clamd.log")
        yield str(path)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_ready(path: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.connect(str(path))
            return
        time.sleep(0.05)
    raise AssertionError(f"clamd did not come up:\n{log.read_text()[-2000:]}")
