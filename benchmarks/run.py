"""`./run bench`: the pages of nominations, their saves and the submission beside the floors f1 and f2, all in one run.

Prints a table and the bars; ends with 1 when a bar is missed. The submission has none: it writes number, snapshot,
history, audit entry, and receipt. Only ratios within one run mean anything.
"""

import argparse
import json
import secrets
from dataclasses import replace
from functools import partial

from django.test import Client

from accounts.enums import Role
from benchmarks import floor
from benchmarks.bars import AUTOSAVE, DETAIL, LIST, OPEN, SAVE, Bars, Run
from benchmarks.data import REGION, Scene, person
from benchmarks.measure import Call
from benchmarks.portal import analyze, client_of, get, post, prepare
from nominations.enums import Topic
from nominations.models import Answer, Nomination
from nominations.selectors.queue import COUNTED

Pages = dict[str, tuple[list[Call], Bars | None]]
DECLARED = {
    "queue": COUNTED,  # the tally above it is exact up to there
    "matrix of a province": 2000,  # its nominations and their products, all counted
}


def submit(client: Client, nomination: Nomination) -> None:
    data = {"declared": "on", "_key": secrets.token_urlsafe(24)}
    post(client, f"/usulan/{nomination.pk}/periksa/", data, 302)


def topic(nomination: Nomination) -> str:
    return f"/usulan/{nomination.pk}/keterangan/{Topic.UNIQUENESS}/"


def version_of(nomination: Nomination) -> int:
    return Answer.objects.get(nomination=nomination, question=Topic.UNIQUENESS).version


def autosaves(client: Client, nomination: Nomination, repeat: int) -> list[Call]:
    """One text, written anew at each save, which is more work than typing on; each sends the version of the last."""
    url, seen = f"{topic(nomination)}simpan/", {"version": version_of(nomination)}

    def save(number: int) -> None:
        answer = post(client, url, {"text": f"Kalimat {number}. " * 20, "version": seen["version"]}, 200)
        seen["version"] = json.loads(answer.content)["version"]

    return [partial(save, number) for number in range(repeat)]


def saves(client: Client, nomination: Nomination, repeat: int) -> list[Call]:
    """The same by the button "Simpan": each is a version, and begins a spell of writing."""
    first = version_of(nomination)

    def save(number: int) -> None:
        data = {"text": f"Kalimat {number}. " * 20, "version": first + number, "stay": "1"}
        post(client, topic(nomination), data | {"_key": secrets.token_urlsafe(24)}, 302)

    return [partial(save, number) for number in range(repeat)]


def pages(scene: Scene, province: Client, size: int, repeat: int) -> Pages:
    verifier, officer = client_of(scene.verifier), client_of(scene.officer)
    typed, saved, *drafts = scene.complete_drafts(2 + repeat, str(size))
    lists = {
        "list, Sekretariat": partial(get, verifier, "/usulan/"),
        "list, filtered": partial(get, verifier, "/usulan/?status=verifikasi&award=ovop"),
        "list, search": partial(get, verifier, "/usulan/?q=Bench"),
        "list, officer": partial(get, officer, "/usulan/"),
        "queue": partial(get, verifier, "/usulan/verifikasi/"),
    }
    details = {
        "task list": partial(get, officer, f"/usulan/{typed.pk}/"),
        "readiness": partial(get, officer, f"/usulan/{typed.pk}/kesiapan/"),
        "documents": partial(get, officer, f"/usulan/{typed.pk}/dokumen/"),
        "matrix of a province": partial(get, province, "/pantauan/"),
    }
    shown = {name: ([call] * repeat, LIST) for name, call in lists.items()}
    shown |= {name: ([call] * repeat, DETAIL) for name, call in details.items()}
    for name, rows in DECLARED.items():
        calls, bars = shown[name]
        shown[name] = calls, replace(bars, rows=rows)
    return shown | {
        "open a topic": ([partial(get, officer, topic(typed))] * repeat, OPEN),
        "autosave of a topic": (autosaves(officer, typed, repeat), AUTOSAVE),
        "save a topic": (saves(officer, saved, repeat), SAVE),
        "submit": ([partial(submit, officer, draft) for draft in drafts], None),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--sizes", default="100,1000,10000")
    parser.add_argument("--repeat", type=int, default=40)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]

    prepare()
    scene, watcher = Scene(), client_of(person(Role.PROVINCE_OFFICER, REGION.partition(".")[0]))
    floor_client = floor.client_of(scene.verifier)
    f1, f2 = (partial(get, floor_client, f"/{name}") for name in ("f1", "f2"))
    run = Run(f2)
    run.head()
    for size in sizes:
        floor.fill(size)
        scene.grow_to(size)
        analyze()
        shown: Pages = {"f1": ([f1] * options.repeat, None)}
        for name, (calls, bars) in (shown | pages(scene, watcher, size, options.repeat)).items():
            run.take(name, size, calls, bars)
    return run.report()
