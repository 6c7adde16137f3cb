"""What can go wrong with a log. Nothing is swallowed: a record that could not be kept is an error."""


class StorageError(Exception):
    """A log cannot be read or written; the message says which, why and what to do."""


class Damaged(StorageError):  # noqa: N818 - reads as the sentence it is
    """A record before a durable one is unreadable: the file was changed or the disk lost data."""


class StudyDeleted(StorageError):  # noqa: N818 - reads as the sentence it is
    """The study was deleted, perhaps by another process; its name is never used again."""


class TornTail(UserWarning):
    """The last, unfinished record of a process that died was dropped; nothing that was acknowledged as durable is lost."""


def way_out(path: object) -> str:
    """What to do about a damaged file."""
    return f"save what is whole by `askttell repair {path} --output NEW`, or restore a backup"
