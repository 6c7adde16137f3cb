"""A table with a title, as text and as Markdown."""

from collections.abc import Sequence

import attrs


@attrs.frozen
class Table:
    """Rows of texts under a header; `notes` stand below."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def text(self) -> str:
        """The table in columns, the first flush left."""
        widths = [max(map(len, column)) for column in zip(self.header, *self.rows, strict=True)]
        lines = [
            "  ".join(cell.rjust(width) if i else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths, strict=True)))
            for row in (self.header, *self.rows)
        ]
        return "\n".join([f"== {self.title}", *(line.rstrip() for line in lines), *self.notes, ""])

    def markdown(self) -> str:
        """The table in Markdown."""
        lines = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in self.rows]
        rule = " | ".join("---" if i == 0 else "---:" for i in range(len(self.header)))
        body = [f"| {line} |" for line in (" | ".join(self.header), rule, *lines)]
        return "\n".join([f"### {self.title}", "", *body, "", *(f"{note}\n" for note in self.notes)])
