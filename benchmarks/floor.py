"""What the least possible page costs on this machine, in this run: the yardstick of every ratio.

f1 is session + user + one indexed page query of 50 rows with a join in a template; f2 is f1 + COUNT(*).
"""

from collections.abc import Callable

from django.conf import settings
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.urls import path

from accounts.models import User

MIDDLEWARE = [
    "benchmarks.floor.own_urls",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATE = """<!doctype html><title>{{ user.name }}</title><p>{{ count }}</p><table>{% for row in rows %}<tr>
<td><a href="/{{ row.pk }}/">{{ row.title }}</a></td><td>{{ row.area.name }}</td><td>{{ row.year }}</td>
<td>{{ row.status }}</td><td>{{ row.points }}</td><td>{{ row.made|date:"d-m-Y" }}</td><td>{{ row.pk }}</td></tr>
{% endfor %}</table>"""


def own_urls(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The floor's pages instead of the portal's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        return get_response(request)

    return middleware


def client_of(user: User) -> Client:
    """A signed-in client whose requests pass nothing but session and user."""
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    with override_settings(MIDDLEWARE=MIDDLEWARE):
        client.handler.load_middleware()
    return client


class Area(models.Model):
    name = models.CharField(max_length=80)

    class Meta:
        app_label = "benchmarks"


class Row(models.Model):
    area = models.ForeignKey(Area, on_delete=models.CASCADE)
    year = models.SmallIntegerField()
    status = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    points = models.IntegerField()
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "benchmarks"
        indexes = [models.Index(fields=["year", "status", "-id"], name="benchmarks_row_page")]


def create_tables() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Area)
        editor.create_model(Row)
    Area.objects.bulk_create(Area(name=f"Area {n}") for n in range(514))


def fill(size: int) -> None:
    """Bring the table to `size` rows."""
    have = Row.objects.count()
    areas = list(Area.objects.values_list("pk", flat=True))
    Row.objects.bulk_create(
        (
            Row(area_id=areas[n % len(areas)], year=2026, status="open", title=f"Row number {n}", points=n % 100)
            for n in range(have, size)
        ),
        batch_size=2000,
    )


def page(request: HttpRequest, *, counted: bool) -> HttpResponse:
    rows = Row.objects.filter(year=2026, status="open").select_related("area").order_by("-id")
    context = {"user": request.user, "rows": rows[:50], "count": rows.count() if counted else ""}
    return HttpResponse(engines["django"].from_string(TEMPLATE).render(context))


urlpatterns = [
    path("f1", lambda request: page(request, counted=False)),
    path("f2", lambda request: page(request, counted=True)),
]
