"""Where private bytes lie: never under a web root, never under a name that a person chose."""

from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    def url(self, name: str | None) -> str:
        raise ValueError("private files have no address; serve them through core.http.private_file")
