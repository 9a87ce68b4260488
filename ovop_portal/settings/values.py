"""Readers of values that have a shape; a malformed one stops the start."""

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
