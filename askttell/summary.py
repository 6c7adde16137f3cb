"""Many findings in few lines: those of one kind together, their places as ranges; earlier searches by their sizes."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

_NUMBER = re.compile(r"-?\b\d[\w.]*(?:[+-]\d+)?")
_N_SHOWN = 5


def lines(noun: str, found: Iterable[tuple[int, str]]) -> list[str]:
    """One line for each kind of finding, in the order in which they came: the places where it was found, and why.

    Findings whose whys differ in numbers only are of one kind; of these the first is shown.

    >>> lines("record", [(3, "it is odd"), (4, "trial 1 is told"), (5, "trial 2 is told"), (9, "it is odd")])
    ['records 3 and 9: it is odd', 'records 4 to 5, such as: trial 1 is told']
    """
    kinds: dict[str, list[tuple[int, str]]] = {}
    for place, why in found:
        kinds.setdefault(_NUMBER.sub("#", why), []).append((place, why))
    return [_line(noun, kind) for kind in kinds.values()]


def alike(texts: Iterable[str]) -> list[str]:
    """One line for each kind of text, in the order in which they came: the first, and of more the last and how many.

    >>> alike([f"line {n} is not whole" for n in range(3, 300)])
    ['line 3 is not whole; and 296 more like it, the last: line 299 is not whole']
    """
    kinds: dict[str, list[str]] = {}
    for text in texts:
        kinds.setdefault(_NUMBER.sub("#", text), []).append(text)
    return [
        kind[0] if len(kind) == 1 else f"{kind[0]}; and {len(kind) - 1:,} more like it, the last: {kind[-1]}" for kind in kinds.values()
    ]


def places(noun: str, ranges: Sequence[tuple[int, int]]) -> str:
    """The places in words, of ascending ranges from the first to the last of each.

    >>> places("record", [(3, 3)]), places("record", [(0, 2), (4, 4), (7, 3006)])
    ('record 3', 'records 0 to 2, 4 and 7 to 3006')
    >>> places("trial", [(n, n) for n in range(0, 40, 2)])
    'trials 0, 2, 4, 6 and 16 more'
    """
    texts = [str(first) if first == last else f"{first} to {last}" for first, last in ranges]
    if len(texts) > _N_SHOWN:
        texts[_N_SHOWN - 1 :] = [f"{sum(last - first + 1 for first, last in ranges[_N_SHOWN - 1 :]):,} more"]
    head, tail = ", ".join(texts[:-1]), texts[-1]
    return f"{noun}{'' if texts == [str(ranges[0][0])] else 's'} {f'{head} and {tail}' if head else tail}"


def searches(sizes: Sequence[int]) -> str:
    """Earlier searches in words, of so many results each.

    >>> searches([20]), searches([20, 15, 9])
    ('an earlier search of 20 results', '3 earlier searches, of 20, 15 and 9 results')
    """
    *head, last = map(str, sizes)
    if head:
        return f"{len(sizes)} earlier searches, of {', '.join(head)} and {last} results"
    return f"an earlier search of {last} result{'s' * (last != '1')}"


def _line(noun: str, kind: list[tuple[int, str]]) -> str:
    numbers, first = sorted({place for place, _ in kind}), kind[0][1]
    such_as = ":" if all(why == first for _, why in kind) else ", such as:"
    starts = [numbers[0], *(after for before, after in pairwise(numbers) if after != before + 1)]
    stops = [*(before for before, after in pairwise(numbers) if after != before + 1), numbers[-1]]
    return f"{places(noun, list(zip(starts, stops, strict=True)))}{such_as} {first}"
