"""The rows that lie in the pages of an SQLite file, one page after another, without trust in what connects them.

Tables WITHOUT ROWID are B-trees of index pages: each cell holds a whole row, in leaves (page type 10) and in inner pages (type 2) alike.
Only what a transaction of ours has committed is looked at in the write-ahead log. Source of all offsets and formulas: the file format,
https://sqlite.org/fileformat2.html, sections 1.3, 1.6, 2.1 and 4.1.
"""

import struct
from collections.abc import Iterator

_HEADER, _WAL_HEADER, _FRAME_HEADER = 100, 32, 24
_LEAF, _INNER = 10, 2
_SIZES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # bytes of the integers, by serial type

Value = None | int | float | bytes | str


def rows(data: bytes, wal: bytes, damage: list[str]) -> Iterator[tuple[Value, ...]]:
    """Every row that can be read, older versions first, so that the newest of a key comes last; what is odd is added to `damage`."""
    size, reserved = _page_size(data, wal, damage)
    pages = [(n + 1, data[n * size : (n + 1) * size]) for n in range(-(-len(data) // size))]
    pages += _committed(wal, size)
    newest = dict(pages)
    for number, page in pages:
        yield from _rows_of(page, _HEADER if number == 1 else 0, size - reserved, newest)


def _page_size(data: bytes, wal: bytes, damage: list[str]) -> tuple[int, int]:
    size = int.from_bytes(data[16:18])
    size, reserved = 65536 if size == 1 else size, data[20] if len(data) > 20 else 0
    if not data.startswith(b"SQLite format 3\0") or size < 512 or size & (size - 1) or reserved > size // 4:
        known = int.from_bytes(wal[8:12])
        size, reserved = known if 512 <= known <= 65536 and not known & (known - 1) else 4096, 0
        damage.append(f"the header of the file; pages of {size} bytes are assumed")
    return size, reserved


def _committed(wal: bytes, size: int) -> list[tuple[int, bytes]]:
    """The pages of the write-ahead log up to its last commit, by frames that belong to its newest generation (equal salts)."""
    frames, n_committed = [], 0
    for start in range(_WAL_HEADER, len(wal) - _FRAME_HEADER - size + 1, _FRAME_HEADER + size):
        number, n_pages = struct.unpack(">II", wal[start : start + 8])
        if wal[start + 8 : start + 16] != wal[16:24]:
            continue
        frames.append((number, wal[start + _FRAME_HEADER : start + _FRAME_HEADER + size]))
        if n_pages:
            n_committed = len(frames)
    return frames[:n_committed]


def _rows_of(page: bytes, at: int, usable: int, pages: dict[int, bytes]) -> Iterator[tuple[Value, ...]]:
    if len(page) < at + 12 or page[at] not in (_LEAF, _INNER):
        return
    inner = page[at] == _INNER
    pointers = at + (12 if inner else 8)
    for i in range(int.from_bytes(page[at + 3 : at + 5])):
        start = int.from_bytes(page[pointers + 2 * i : pointers + 2 * i + 2]) + (4 if inner else 0)
        try:
            yield _values(_payload(page, start, usable, pages))
        except (IndexError, KeyError, ValueError, struct.error):
            continue


def _payload(page: bytes, start: int, usable: int, pages: dict[int, bytes]) -> bytes:
    """The bytes of a cell; what does not fit into its page is in a chain of overflow pages."""
    length, start = _varint(page, start)
    most, least = (usable - 12) * 64 // 255 - 23, (usable - 12) * 32 // 255 - 23
    if length <= most:
        return _exactly(page[start : start + length], length)
    local = least + (length - least) % (usable - 4)
    local = local if local <= most else least
    found, number = bytearray(page[start : start + local]), int.from_bytes(page[start + local : start + local + 4])
    seen: set[int] = set()
    while len(found) < length:
        if number in seen:
            raise ValueError("the overflow pages go round in a circle")
        seen.add(number)
        overflow = pages[number]
        number = int.from_bytes(overflow[:4])
        found += overflow[4 : 4 + min(usable - 4, length - len(found))]
    return _exactly(bytes(found), length)


def _exactly(found: bytes, length: int) -> bytes:
    if len(found) != length:
        raise ValueError("a cell reaches over the end of its page")
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at a place, of seven bits a byte, and the place behind it."""
    value = 0
    for i in range(8):
        byte = data[at + i]
        value = value << 7 | byte & 127
        if byte < 128:
            return value, at + i + 1
    return value << 8 | data[at + 8], at + 9


def _values(payload: bytes) -> tuple[Value, ...]:
    """The columns of a record, whose header holds the length of itself and the type of each."""
    behind, at = _varint(payload, 0)
    start = behind
    found: list[Value] = []
    while at < behind:
        kind, at = _varint(payload, at)
        size = _SIZES.get(kind, 8 if kind == 7 else (kind - 12) // 2 if kind >= 12 else 0)
        found.append(_value(_exactly(payload[start : start + size], size), kind))
        start += size
    return tuple(found)


def _value(data: bytes, kind: int) -> Value:
    if kind == 7:
        return float(struct.unpack(">d", data)[0])
    if kind >= 12:
        return data.decode() if kind % 2 else data
    return {0: None, 8: 0, 9: 1}.get(kind, int.from_bytes(data, signed=True))
