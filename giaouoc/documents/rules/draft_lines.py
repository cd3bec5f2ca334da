"""The lines of a Word draft as its clauses need them: parted where a clause begins, with Word's own number, cells as lines."""

from __future__ import annotations

from .docx_line import Block, Grid, Line
from .markers import heading_word, number_marker


def clause_lines(blocks: list[Block]) -> list[Block]:
    """The blocks with lines parted at soft breaks where the next part begins a clause, and layout tables opened."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Grid):
            if not block.bordered and _holds_clauses(block):
                for row in block.rows:
                    for cell in row:
                        found.extend(clause_lines(cell or []))
            else:
                found.append(block)
        else:
            found.extend(_part_line(block))
    return found


def _part_line(line: Line) -> list[Line]:
    """A paragraph with soft breaks before further clauses, as several lines."""
    if "\n" not in line.text or line.contents:
        return [line]
    spans: list[tuple[int, int]] = []
    at = 0
    for piece in line.text.split("\n"):
        end = at + len(piece)
        one = Line(text=piece, bold=line.bold[at:end], centred=line.centred, caps=line.caps)
        begins = heading_word(one, piece) or number_marker(one, piece, plan=False, in_article=True, last_capital="")
        if spans and not begins:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((at, end))
        at = end + 1
    if len(spans) == 1:
        return [line]
    parts = [
        Line(text=line.text[a:b].rstrip("\n"), bold=line.bold[a : a + len(line.text[a:b].rstrip("\n"))])
        for a, b in spans
    ]
    for one in parts:
        one.centred, one.right, one.caps = line.centred, line.right, line.caps
    first = parts[0]
    first.label, first.outline, first.title, first.notes = line.label, line.outline, line.title, line.notes
    first.old_font = line.old_font
    return parts


def _holds_clauses(grid: Grid) -> bool:
    """Whether a borderless table is only the layout of running text."""
    lines = [one for row in grid.rows for cell in row for one in cell or [] if isinstance(one, Line)]
    if any((found := heading_word(one, one.text)) and found.kind in {"article", "chapter"} for one in lines):
        return True
    numbered = (number_marker(one, one.text, plan=True, in_article=False, last_capital="") for one in lines)
    return sum(found is not None and found.kind in {"section", "paragraph"} for found in numbered) >= 3


def cell_lines(cell: list[Block] | None) -> list[str]:
    """The lines of a cell; a table inside it is its rows as lines, cells joined by ' | '."""
    found: list[str] = []
    for block in cell or []:
        if isinstance(block, Line):
            words = shown(block)
            found.extend(part for part in words.split("\n") if part.strip())
        else:
            for row in block.rows:
                cells = [" ".join(cell_lines(inner)) for inner in row if inner is not None]
                if any(cells):
                    found.append(" | ".join(cells))
    return found


def lines_of(grid: Grid) -> list[str]:
    """The lines of a table, row by row and cell by cell."""
    return [line for row in grid.rows for cell in row for line in cell_lines(cell)]


def shown(line: Line) -> str:
    """A line with the number that Word writes before it."""
    if line.label is None or not line.text:
        return line.text
    return f"{line.label.text} {line.text}"


def grid_rows(grid: Grid) -> list[list[str]]:
    """The cells of a table, each as one text."""
    return [["\n".join(cell_lines(cell)) for cell in row] for row in grid.rows]
