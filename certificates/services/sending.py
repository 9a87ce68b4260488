"""Wanted certificates, as messages to the workers."""

from collections.abc import Sequence

from core.jobs import enqueue

TOGETHER = 5  # what a worker spends on a message is a twentieth of a rendering


def send_wanted(ids: Sequence[int]) -> None:
    """Ask for these after commit, a few in each message. The rows are the truth: a message that is lost is sent again
    by the sweeper, and one that comes twice changes nothing."""
    for start in range(0, len(ids), TOGETHER):
        enqueue("certificates.render", certificate_ids=ids[start : start + TOGETHER])
