"""One-time keys: a form that is sent twice has one effect and gives the first answer again.

The key row is written in the same transaction as the effect, so a second post waits for the first to commit. Only an
answer that redirects consumes the key; a form with errors, or a refusal, leaves it free.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.errors import DomainError, KeyReused
from core.files import no_space_in_words
from core.incoming import sha256_of, synced
from core.models import OneTimeKey

FIELD = "_key"
STORED_SECONDS = 600
STORED_MAX = 5
PLAIN = re.compile(r"[A-Za-z0-9_-]+")


def hidden_input() -> SafeString:
    """A fresh key as a hidden field; put it into every form that changes something."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, secrets.token_urlsafe(24))


def one_time(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorate a view of signed-in users: its POST takes effect once per key. Adds two queries to a POST.

    400 without a key, 409 when the key comes back with other content.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return view(request, *args, **kwargs)
        key = request.POST.get(FIELD, "")
        if not (16 <= len(key) <= 64 and key.isprintable()):
            raise DomainError(_("Formulir tidak lengkap. Muat ulang halaman, lalu kirim lagi."))
        files = [upload for __, upload in request.FILES.items()]
        with transaction.atomic(), no_space_in_words(), synced(files):
            first = _first_answer(request, key)
            if first is not None:
                return _note_stored(request, redirect(first), key)
            response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponse) and response.status_code in (302, 303):
                answered = OneTimeKey.objects.filter(user_id=request.user.pk, key=key)
                answered.update(answer=response["Location"], digest=content_digest(request))
                _note_stored(request, response, key)
            else:
                transaction.set_rollback(True)
        return response

    wrapper.one_time = True
    return wrapper


def stored_keys(request: HttpRequest) -> str:
    """Keys of the forms that were stored last, separated by dots, so that the browser drops its copies of them."""
    return ".".join(part for part in request.COOKIES.get(_cookie(), "").split(".") if PLAIN.fullmatch(part))


def _note_stored(request: HttpRequest, response: HttpResponse, key: str) -> HttpResponse:
    """Only the server knows that a form was stored; a page that comes back empty or not at all proves nothing."""
    if PLAIN.fullmatch(key):
        others = [other for other in stored_keys(request).split(".") if other not in ("", key)]
        response.set_cookie(
            _cookie(),
            ".".join([key, *others][:STORED_MAX]),
            max_age=STORED_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def _cookie() -> str:
    return f"{settings.SESSION_COOKIE_NAME}_stored"


def _first_answer(request: HttpRequest, key: str) -> str | None:
    """None when this post is the first. Waits for a concurrent first post with the same key.

    Its digest is noted later, with its answer: large files are still being hashed while the view works.
    """
    user_id = request.user.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_onetimekey (user_id, key, digest, answer) VALUES (%s, %s, '', '')"
            " ON CONFLICT (user_id, key) DO NOTHING",
            [user_id, key],
        )
        if cursor.rowcount == 1:
            return None
    known = OneTimeKey.objects.get(user_id=user_id, key=key)
    if known.digest != content_digest(request):
        raise KeyReused(
            _("Formulir ini sudah pernah dikirim dengan isi lain. Muat ulang halaman untuk melihat keadaan terakhir.")
        )
    return known.answer


def content_digest(request: HttpRequest) -> str:
    """sha256 over address, fields and files of a POST, without the tokens that change by themselves."""
    digest = hashlib.sha256(request.get_full_path().encode())
    for name in sorted(request.POST):
        if name not in (FIELD, "csrfmiddlewaretoken"):
            digest.update(repr((name, request.POST.getlist(name))).encode())
    for name in sorted(request.FILES):
        for upload in request.FILES.getlist(name):
            digest.update(repr((name, upload.name, upload.size, sha256_of(upload))).encode())
    return digest.hexdigest()
