"""Random damage: to the bytes of a file, to a JSON value, to the words of a command line."""

import copy
import json
from collections.abc import Callable, Sequence
from random import Random as Dice
from typing import Any

_SCALARS = [
    None, True, False, 0, 1, -1, 2, 3, 64, 2**31, 2**63, -(2**63), 2**64, 10**40, 0.0, -0.0, 0.5, 1e308, -1e308, 5e-324, 1e-300,
    "", "a", "x", "é", "\x00", "nan", "inf", "-1", "1e999", "__class__", "os.system", "minimize", "complete", "told", "x" * 5_000, "\ud800",
]  # fmt: skip
_NESTED = [
    [],
    {},
    [[]],
    [None],
    {"": None},
    {"float": "inf"},
    {"float": "nan"},
    {"float": []},
    {"tuple": [1]},
    {"name": "GP", "settings": {}},
]
_WORDS = [
    "", "-", "--", "-1", "--json", "--storage", "--study", "study", "nope", "0", "1", "999",
    "1e999", "nan", "-inf", "{}", "[]",
    "{", '{"number": 1}',
    '{"number": "a"}', "x=1", "x=", "=1", "=", "x=nan", "x=[1]", '{"x": 0.5}', '{"x": NaN}', "é", "a\x01b", "a" * 300,
    "../..", "/", "/dev/null", "Random", "Grid(points=5)", "Grid(points=10**9)", "GP()", "__import__('os').abort()",
    "Random.__class__", "TPE(", "lambda: 1", "GP(a=1)", "os:getcwd", "math:pi", "no.such:thing",
    ":", "a:b:c", "--n", "--seed", "--total", "--lease",
    "--reason", "--csv", "--strategy", "--space", "--trials",
]  # fmt: skip
_DEEP = 3_000


def deep(dice: Dice) -> str:
    """JSON that is nested very deeply."""
    opening, closing = dice.choice([("[", "]"), ('{"a":', "}")])
    return opening * _DEEP + "1" + closing * _DEEP


def value(dice: Dice) -> Any:
    """A JSON value of any kind."""
    return copy.deepcopy(dice.choice(dice.choice([_SCALARS, _NESTED])))


def mutated(original: Any, dice: Dice) -> Any:
    """A copy of a JSON value in which one to three places are changed."""
    whole = [copy.deepcopy(original)]
    for _ in range(dice.randint(1, 3)):
        places = list(_places(whole))
        if places:
            container, key = dice.choice(places)
            dice.choice(_CHANGES)(container, key, dice)
    return whole[0] if whole else None


def _places(container: Any) -> Sequence[tuple[Any, Any]]:
    keys = list(container) if isinstance(container, dict) else range(len(container))
    below = [place for key in keys if isinstance(container[key], list | dict) for place in _places(container[key])]
    return [*((container, key) for key in keys), *below]


def _replace(container: Any, key: Any, dice: Dice) -> None:
    container[key] = value(dice)


def _remove(container: Any, key: Any, _dice: Dice) -> None:
    del container[key]


def _near(container: Any, key: Any, dice: Dice) -> None:
    old = container[key]
    number = isinstance(old, int | float) and not isinstance(old, bool)
    container[key] = old + dice.choice([-1, 1, 0.5, -1e9, 1e9, 2**53]) if number else [old, old] if dice.random() < 0.5 else str(old)


def _rename(container: Any, key: Any, dice: Dice) -> None:
    if isinstance(container, dict):
        container[str(key) + dice.choice(["", "_", "x"]) * dice.randint(0, 2)] = container.pop(key)
        container[str(dice.choice(_SCALARS))] = value(dice)
    else:
        container.append(value(dice))


_CHANGES: list[Callable[[Any, Any, Dice], None]] = [_replace, _replace, _remove, _near, _near, _rename]


def damaged(data: bytes, dice: Dice) -> bytes:
    """The bytes with one to four of them, or whole stretches, changed, removed, put in or doubled."""
    found = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        at, length = dice.randrange(len(found) + 1), dice.choice([1, 1, 2, 8, 100, 4096])
        change = dice.randrange(6)
        if change == 0 and at < len(found):
            found[at] ^= 1 << dice.randrange(8)
        elif change == 1:
            found[at : at + length] = dice.randbytes(min(length, len(found) - at))
        elif change == 2:
            del found[at : at + length]
        elif change == 3:
            found[at:at] = found[at : at + length]
        elif change == 4:
            found[at : at + length] = bytes(min(length, len(found) - at))
        else:
            del found[at:]
    return bytes(found)


def words(lines: Sequence[Sequence[str]], dice: Dice) -> list[str]:
    """A command line with words replaced, removed, doubled or put in."""
    found = list(dice.choice(lines))
    for _ in range(dice.randint(0, 3)):
        at = dice.randrange(len(found) + 1)
        change = dice.randrange(4)
        if change == 0 and at < len(found):
            found[at] = dice.choice(_WORDS)
        elif change == 1:
            found.insert(at, dice.choice(_WORDS))
        elif change == 2 and at < len(found):
            del found[at]
        elif change == 3 and at < len(found):
            letters = list(found[at])
            dice.shuffle(letters)
            found[at] = "".join(letters)
    return found


def text(record: Any, dice: Dice) -> str:
    """The JSON of a value, sometimes with what JSON does not allow or what is nested too deeply."""
    written = json.dumps(record, ensure_ascii=True)
    return (
        written if dice.random() < 0.98 else written[:-1] + f',"deep":{deep(dice)}' + written[-1] if written.endswith("}") else deep(dice)
    )
