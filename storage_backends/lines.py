"""One line of a JSON Lines log: how it is written, and whether one that was read is whole and was synced.

A line is `{"crc32":"…","study":"mlp","at":57,"n":2,"durable":true,"records":[{…},{…}]}`; the check sum covers the rest of the line. The
first line of a file, its header, has the format in place of a study.
"""

import json
import re
import zlib

from storage_backends.records import Json

FORMAT = 1
HEADER = f'"askttell":"study log","format":{FORMAT}'.encode()
CRC = len('{"crc32":"01234567",')
LINE = re.compile(rb'"study":("(?:[^"\\]|\\.)*"),"at":(\d+),"n":(\d+),"durable":(true|false),"(records|deleted)":')
HEAD_FORMAT = re.compile(rb'"askttell":"study log","format":(\d{1,9})[,}]')


def line_of(body: bytes) -> bytes:
    """The line of a body, its check sum before and a newline after it."""
    rest = body + b"}"
    return b'{"crc32":"%08x",%b\n' % (zlib.crc32(rest), rest)


def is_whole(line: bytes) -> bool:
    """Whether the check sum of a line without its newline is right."""
    return line[:CRC] == b'{"crc32":"%08x",' % zlib.crc32(line[CRC:])


def is_durable(line: bytes) -> bool:
    """Whether the line is whole and was synced."""
    match = LINE.match(line, CRC) if is_whole(line) else None
    return match is not None and match[4] == b"true"


def parsed(line: bytes) -> tuple[str, int, list[Json] | None] | None:
    """The study, the position and the records of a line without its newline; no records for a tombstone, None for a header.

    ValueError if the line is not whole.
    """
    if not is_whole(line):
        raise ValueError("the check sum is wrong")
    match = LINE.match(line, CRC)
    if match is None:
        if HEAD_FORMAT.match(line, CRC):
            return None
        raise ValueError("it is neither a header nor of a study")
    records = json.loads(line).get("records")
    if records is not None and (len(records) != int(match[3]) or not all(isinstance(record, dict) for record in records)):
        raise ValueError("the records are not those that are announced")
    return json.loads(match[1]), int(match[2]), records
