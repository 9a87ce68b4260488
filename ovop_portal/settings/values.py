"""Readers of values that have a shape; a malformed one stops the start."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured


def clamd_place(socket: str, address: str) -> str | tuple[str, int] | None:
    """Where clamd listens: the path of its socket, host and port, or None when uploads are not scanned."""
    if socket and address:
        raise ImproperlyConfigured("Set CLAMD_SOCKET or CLAMD_ADDRESS, not both.")
    if socket:
        if not socket.startswith("/"):
            raise ImproperlyConfigured("CLAMD_SOCKET must be an absolute path.")
        return socket
    if not address:
        return None
    host, __, port = address.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ImproperlyConfigured("CLAMD_ADDRESS must be host:port, for example clamav:3310.")
    return host, int(port)


def signer_place(env: environ.Env) -> dict[str, Any] | None:
    """What signs documents, or None when they stay unsigned. The pass phrase itself is no setting."""
    kind = env("SIGNER", default="")
    needed = {"": [], "pkcs12": ["file"], "remote": ["address", "user", "password", "identity"]}
    if kind not in needed:
        raise ImproperlyConfigured("SIGNER must be pkcs12, remote or empty.")
    if not kind:
        return None
    optional = ["pass_phrase_file", "timestamps"]
    place = {name: env(f"SIGNER_{name.upper()}", default="") for name in [*needed[kind], *optional]}
    missing = [f"SIGNER_{name.upper()}" for name in needed[kind] if not place[name]]
    if missing or not env("SIGNER_TRUST", default=""):
        raise ImproperlyConfigured(f"A signer needs SIGNER_TRUST and {', '.join(missing) or 'its key'}.")
    if kind == "remote" and place["timestamps"]:
        raise ImproperlyConfigured(
            "SIGNER_TIMESTAMPS is for pkcs12: a remote service adds its own time stamp. Empty it."
        )
    if kind == "remote" and not place["address"].startswith(("https://", "http://127.0.0.1:")):
        raise ImproperlyConfigured("SIGNER_ADDRESS must start with https://.")
    return {"kind": kind, **place, "address": place.get("address", "").rstrip("/")}
