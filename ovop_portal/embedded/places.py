"""Where one portal keeps its data, and the record of what is running on it."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ovop_portal.embedded.processes import RunError, stop_recorded
from ovop_portal.embedded.signer import make_test_signer

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Place:
    """One data folder: one portal. Two portals side by side have two of them."""

    root: Path

    @classmethod
    def open(cls) -> "Place":
        """The folder named by DATA_DIR, made when missing.

        Raises RunError when it cannot be written.
        """
        place = cls(Path(os.environ.get("DATA_DIR") or CHECKOUT / ".data").resolve())
        try:
            if not place.root.exists():
                place.root.mkdir(parents=True)
                place.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for folder in (place.log, place.files, place.mail, place.static):
                if not folder.exists():
                    folder.mkdir()
                    folder.chmod(0o700)
            (place.root / "lock").open("a").close()
        except OSError as error:
            raise RunError(f"{place.root} cannot be used: {error.strerror}. Choose a place with DATA_DIR.") from None
        return place

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def files(self) -> Path:
        return self.root / "files"

    @property
    def mail(self) -> Path:
        return self.root / "mail"

    @property
    def static(self) -> Path:
        return self.root / "static"

    @property
    def servers(self) -> Path:
        return self.root / "servers"

    @property
    def accounts(self) -> Path:
        return self.root / "accounts.txt"

    @contextlib.contextmanager
    def claimed(self) -> Iterator[bool]:
        """True while this process alone may run servers here; False when another one does."""
        with (self.root / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def secret_key(self) -> str:
        path = self.root / "secret_key"
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
        return path.read_text()

    def signer(self) -> dict[str, str]:
        """A signer for tests, unless another one is given from outside."""
        return {} if "SIGNER" in os.environ else make_test_signer(self.root / "signer")

    def environment(self, database_url: str, broker_url: str, base_url: str) -> dict[str, str]:
        """What the settings read. A database, broker or mail server given from outside stays in force."""
        chosen = {
            "DATABASE_URL": database_url,
            "REDIS_URL": broker_url,
            "EMAIL_URL": f"filemail:///{quote(str(self.mail))}",
            "DEFAULT_FROM_EMAIL": "Portal OVOP <portal@example.go.id>",
            "HELP_EMAIL": "sekretariat@example.go.id",
            "HELP_PHONE": "021-5550100",
            **self.signer(),
            **os.environ,
        }
        return chosen | {
            "DJANGO_SETTINGS_MODULE": "ovop_portal.settings.local",
            "SECRET_KEY": self.secret_key(),
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "BASE_URL": base_url,
            "MEDIA_ROOT": str(self.files),
            "STATIC_ROOT": str(self.static),
            "PYTHONUNBUFFERED": "1",
        }

    def read_state(self) -> dict[str, Any]:
        """Empty when nothing runs, or the record was cut off by a crash."""
        with contextlib.suppress(FileNotFoundError, ValueError):
            state: dict[str, Any] = json.loads((self.root / "state.json").read_text())
            return state
        return {}

    def write_state(self, **state: Any) -> None:
        unfinished = self.root / "state.json.unfinished"
        unfinished.write_text(json.dumps(state))
        unfinished.replace(self.root / "state.json")

    def forget_state(self) -> None:
        (self.root / "state.json").unlink(missing_ok=True)

    def clear_leftovers(self) -> None:
        """End what a killed run left running, and begin new logs beside the previous ones."""
        state = self.read_state()
        stop_recorded(state.get("children", []))
        if "sockets" in state:
            shutil.rmtree(state["sockets"], ignore_errors=True)
        self.forget_state()
        for log in self.log.glob("*.log"):
            log.replace(log.with_suffix(".log.previous"))
