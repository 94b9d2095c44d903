"""Long lists made short to read: what is wrong in the answers, what proves a stage, which gates hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import tzinfo
from itertools import groupby
from typing import Any

from onboarding.domain.history import ON_TRUST
from onboarding.domain.language import ENGLISH
from onboarding.domain.people import entered_for
from onboarding.frames.frame import Frame
from onboarding.html.inline import faint, foldable, lines, table
from onboarding.html.parts import EMPTY, Markup, details, fill, join
from onboarding.notebook.panel import gate_badge, notice_html
from onboarding.stages.gate import GateStatus

ALIKE = 4  # rows with the same fault, or proofs of one task, from which on they are shown together
Row = Mapping[str, Any]
FEW = 5  # warnings that are shown without folding them


def problems_html(frame: Frame, is_fine: bool = True) -> Markup:
    """Errors first; warnings below, folded when there are many. The same fault in many rows is shown once.

    ``is_fine``: where no error is among these problems, there is none at all.
    """
    if frame.empty:
        return notice_html("done", "The answers are complete and without contradiction.")
    wrong, hints = (_problem_rows(frame[frame["severity"] == word].rows()) for word in ("error", "warning"))
    headers = ["Where", "What"]
    parts = [table(headers, wrong, "To be put right")] if wrong else []
    if is_fine and not wrong:
        none = "Nothing is missing or wrong; what follows is worth a look, and holds nothing up."
        parts.append(notice_html("done", none))
    if hints:
        made = table(headers, hints, "Worth a look")
        parts.append(details(f"{ENGLISH.count(len(hints), 'hint')} worth a look", made) if len(hints) > FEW else made)
    return join(parts)


def _problem_rows(problems: Iterable[Row]) -> list[list[Markup | str]]:
    alike: dict[tuple[str, str, str], list[Row]] = {}
    for item in problems:
        alike.setdefault((item["question"], item["code"], item["template"]), []).append(item)
    rows: list[list[Markup | str]] = []
    for items in alike.values():
        if len(items) >= ALIKE and items[0]["row"] is not None:
            more = faint(f"and {len(items) - 1} more like it")
            rows.append([_places(items), fill("{} {}", items[0]["message"], more)])
        else:
            rows += [[item["place"], item["message"]] for item in items]
    return rows


def _places(items: Sequence[Row]) -> str:
    """``Users, rows 3, 5 to 9: Telephone number``, in the words of the questionnaire."""
    first, numbers = items[0], sorted({item["row"] for item in items})
    return f"{first['section']}, rows {_ranges(numbers)}" + (f": {first['label']}" if first["label"] else "")


def _ranges(numbers: Sequence[int]) -> str:
    """``1, 3 to 9``."""
    found = []
    for _, members in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in members]
        found.append(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}")
    return ", ".join(found)


def evidence_html(frame: Frame, zone: tzinfo) -> Markup:
    """What proves the tasks, on days of that zone; many proofs of one task are folded into one row."""
    if frame.empty:
        return notice_html("info", "No evidence yet.")
    by_task: dict[str, list[Row]] = {}
    for line in frame.rows():
        by_task.setdefault(line["task"], []).append(line)
    rows: list[list[Markup | str]] = []
    for found in by_task.values():
        title = found[0]["title"]
        if len(found) < ALIKE:
            rows += [[title, _proof(line), _who(line), ENGLISH.day(line["recorded_at"], zone=zone)] for line in found]
        else:
            each = details(ENGLISH.count(len(found), "proof"), lines(map(_proof, found)))
            people, instants = dict.fromkeys(map(_who, found)), [line["recorded_at"] for line in found]
            days = dict.fromkeys(ENGLISH.day(at, zone=zone) for at in (min(instants), max(instants)))
            rows.append([title, each, ", ".join(people), " to ".join(days)])
    return foldable(["Task", "Proof", "By", "On"], rows, "Evidence", FEW)


def _who(line: Row) -> str:
    login = entered_for(line["by"], line["entered_by"])
    more = [f"entered by {login}"] if login else []
    more += [ON_TRUST] if line["is_on_trust"] else []
    return f"{line['by']} ({', '.join(more)})" if more else str(line["by"])


def _proof(line: Row) -> Markup | str:
    if line["document"]:
        return fill("{} {}", line["document_name"] or line["what"], faint(f"SHA-256 {line['document'][:12]}…"))
    reference = line["reference"]
    short = reference if len(reference) <= 32 else f"{reference[:24]}…"
    return fill("{} {}", line["what"], faint(short)) if short else str(line["what"])


def gates_html(gates: Sequence[GateStatus], title_of: Callable[[str], str]) -> Markup:
    """How the gates stand, and what is missing where one is closed."""
    if not gates:
        return notice_html("done", "Nothing holds this stage back.")
    opened = [[gate_badge(view), view.gate.title] for view in gates if view.is_open]
    closed = [
        [gate_badge(view), view.gate.title, join(view.missing, "<br>"), title_of(view.gate.owed_by)]
        for view in gates
        if not view.is_open
    ]
    if not closed:
        return table(["Stands", "Gate"], opened, "What must be true")
    made = table(["Stands", "Gate", "What is missing", "Owed by"], closed, "What must be true")
    words = f"{ENGLISH.count(len(opened), 'gate')} open"
    return made + (details(words, table(["Stands", "Gate"], opened, words)) if opened else EMPTY)
