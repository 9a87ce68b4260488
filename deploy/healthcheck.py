"""Asks the web process in this container whether it is ready, the way the proxy would."""

import os
import urllib.request

request = urllib.request.Request(
    "http://127.0.0.1:8000/health",
    headers={"Host": os.environ["ALLOWED_HOSTS"].split(",")[0], "X-Forwarded-Proto": "https"},
)
urllib.request.urlopen(request, timeout=4)  # noqa: S310
