import os
import resource
from contextlib import suppress

from django.core.wsgi import get_wsgi_application

# What people upload may unpack to gigabytes where its reader knows no limit (LZW in a PDF). Then that one upload is
# refused, and the other offices of the same machine work on. A web process needs a fifth of this.
MEMORY = 1024 * 1024 * 1024


def bound_memory() -> None:
    """No more than `MEMORY` bytes of data for this process, as far as the system knows such a limit."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ovop_portal.settings.production")
bound_memory()
application = get_wsgi_application()
