"""Who gives more or less than colleagues do on the same entries.

The model: total of a sheet = level of the entry + leniency of the assessor + rest, by least squares. The leniencies of
assessors who are linked through common entries add up to 0; so do those of a whole panel when everybody is linked. An
entry's adjusted score is the mean of its totals, each without its assessor's leniency.

Identifiability: two groups of assessors that share no entry cannot be compared; whether one group is strict or had
weaker entries, no arithmetic can tell. Then `linked` is False and no adjusted score is given to anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class AssessorFigures:
    """`leniency` above 0: gives more than colleagues. None where no colleague has a sheet on the same entries."""

    sheets: int
    mean: float
    leniency: float | None
    error: float | None  # standard error of the leniency
    consistency: float | None  # standard deviation of what the model leaves, in points


@dataclass(frozen=True, slots=True)
class SeverityFit:
    assessors: tuple[AssessorFigures, ...]  # by number of the assessor
    adjusted: Floats | None  # by sheet: the total without the assessor's leniency; None when not linked
    groups: int  # of assessors that share no entry with each other

    @property
    def linked(self) -> bool:
        return self.groups == 1


def fit(
    entries: Sequence[int] | Places, assessors: Sequence[int] | Places, totals: Sequence[float] | Floats
) -> SeverityFit:
    """Fit the model to sheets. `assessors` are numbered from 0; at least one sheet. Memory: assessors², sheets."""
    scores = np.asarray(totals, dtype=np.float64)
    _, entry = np.unique(np.asarray(entries), return_inverse=True)
    who = np.asarray(assessors, dtype=np.intp)
    people, sizes = int(who.max()) + 1, np.bincount(entry)
    links = _links(entry, who, people)
    within = scores - (np.bincount(entry, scores) / sizes)[entry]  # the entry's own level is gone
    normal = np.diag(np.bincount(who, minlength=people).astype(np.float64)) - links
    inverse = np.linalg.pinv(normal, hermitian=True)
    leniency = inverse @ np.bincount(who, within, minlength=people)
    gap = scores - leniency[who]
    rest = gap - (np.bincount(entry, gap) / sizes)[entry]
    label = _components(links)
    present = np.bincount(who, minlength=people) > 0
    groups = len(set(label[present].tolist()))
    spread = _spread(rest, len(sizes), people=int(present.sum()), groups=groups)
    figures = tuple(
        _figures(one, who, sizes[entry], scores, rest, leniency, np.sqrt(np.abs(np.diag(inverse))) * spread)
        for one in range(people)
    )
    return SeverityFit(figures, gap if groups == 1 else None, groups)


def _links(entry: Places, who: Places, people: int) -> Floats:
    """How strongly two assessors are tied by common entries: the entries' parts of the normal equations."""
    order = np.argsort(entry, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(entry[order]) > 0])
    ends = np.r_[starts[1:], len(order)]
    links = np.zeros((people, people))
    for size in np.unique(ends - starts):
        mine = starts[ends - starts == size]
        members = who[order[mine[:, None] + np.arange(size)]]
        for first in range(size):
            for second in range(size):
                np.add.at(links, (members[:, first], members[:, second]), 1 / size)
    return links


def _components(links: Floats) -> npt.NDArray[np.intp]:
    """Number of the group of each assessor."""
    label = np.arange(len(links))
    tied = links > 0
    while True:
        lowest = np.where(tied, label[None, :], len(links)).min(axis=1)
        lowest = np.minimum(lowest, label)
        if (lowest == label).all():
            return label
        label = lowest


def _spread(rest: Floats, entries: int, *, people: int, groups: int) -> float:
    """Standard deviation of the rest, with the degrees of freedom that the model leaves."""
    free = len(rest) - entries - people + groups
    return float(np.sqrt((rest**2).sum() / free)) if free > 0 else 0.0


def _figures(
    one: int, who: Places, sizes: Places, scores: Floats, rest: Floats, leniency: Floats, errors: Floats
) -> AssessorFigures:
    mine = who == one
    shared = mine & (sizes > 1)
    if not shared.any():
        mean = float(scores[mine].mean()) if mine.any() else 0.0
        return AssessorFigures(int(mine.sum()), mean, None, None, None)
    # An entry's own level takes a share of 1 ÷ size of each rest.
    own = float(np.sqrt((rest[shared] ** 2).sum() / (1 - 1 / sizes[shared]).sum()))
    return AssessorFigures(int(mine.sum()), float(scores[mine].mean()), float(leniency[one]), float(errors[one]), own)
