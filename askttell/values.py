"""What a user tells as a result, as plain floats and plain JSON values."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from askttell.events import Json


def check_values(value: Any, n: int, *, what: str = "value") -> tuple[float, ...]:
    """The n numbers told, finite or not; TypeError or ValueError if they are not n numbers.

    A number is anything with `__float__` and size one: NumPy and Torch scalars, arrays of one element. Several objectives come
    as a sequence.
    """
    if n == 1 and type(value) is float:
        return (value,)  # the common case, at a fifth of the time
    several = (isinstance(value, Sequence) and not isinstance(value, str | bytes)) or len(getattr(value, "shape", ())) == 1
    values = list(value) if several else [value]
    if len(values) != n:
        raise ValueError(f"`{what}` must be {_amount(n)}, one per objective, but got {len(values)}: {value!r}.")
    return tuple(_number(what, part) for part in values)


def check_finite(values: tuple[float, ...], *, what: str = "value") -> None:
    """Nothing, unless a value is NaN or infinite: then ValueError, which names the way out."""
    if not all(map(math.isfinite, values)):
        shown = values[0] if len(values) == 1 else values
        raise ValueError(
            f"`{what}` must be finite, but got {shown!r}; record a failure by fail(trial, reason), or open the study with nonfinite='fail'."
        )


def check_info(info: Mapping[str, Any] | None) -> dict[str, Json] | None:
    """A plain copy of what is told beside the value; TypeError names what JSON cannot hold."""
    if info is None:
        return None
    if not isinstance(info, Mapping):
        raise TypeError(f"`info` must be a dict name → plain value, but got {info!r}.")
    return {_key(key): _plain(f"info[{key!r}]", value) for key, value in info.items()}


def utf8(text: str) -> str:
    """The text with what UTF-8 cannot hold, such as bytes of a file name, written as escapes: no result is lost for its text."""
    return text.encode("utf-8", "backslashreplace").decode()


def _amount(n: int) -> str:
    return "one number" if n == 1 else f"{n} numbers"


def _number(what: str, value: Any) -> float:
    if hasattr(value, "__float__") and not isinstance(value, str | bytes):
        try:
            return float(value.item() if hasattr(value, "item") else value)
        except (TypeError, ValueError, RuntimeError, OverflowError):
            pass  # several elements, or complex: told apart below
    came = f"{value!r} of type {type(value).__name__}"
    raise TypeError(f"`{what}` must be a number, but got {came}; tell a number, or record a failure by fail(trial, reason).")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"`info` must have str keys, but got {key!r}; write {str(key)!r}.")
    return utf8(key)


def _plain(what: str, value: Any) -> Json:
    if hasattr(value, "item") and getattr(value, "size", None) == 1:
        value = value.item()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, str):
        return utf8(value)
    if value is None or type(value) in (bool, int, float):
        return value  # type: ignore[no-any-return]
    if isinstance(value, Mapping):
        _refuse_reserved(what, value)
        return {_key(key): _plain(f"{what}[{key!r}]", part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(f"{what}[{at}]", part) for at, part in enumerate(value)]
    raise TypeError(f"`{what}` must be None, a bool, int, float, str, list or dict, but got {value!r}; convert it, as by str().")


def _refuse_reserved(what: str, value: Mapping[Any, Any]) -> None:
    if set(value) == {"float"} and value["float"] in ("inf", "-inf", "nan"):
        raise ValueError(f"`{what}` must not be {dict(value)!r}, which is how a log writes a float; give float({value['float']!r}) itself.")
