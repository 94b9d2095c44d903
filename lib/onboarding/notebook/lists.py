"""Long lists made short to read: what is wrong in the answers, what proves a stage, which gates hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from onboarding.domain.language import ENGLISH
from onboarding.domain.problem import Problem
from onboarding.domain.question import Questionnaire
from onboarding.domain.record import Evidence
from onboarding.html.inline import badge, faint, lines, table
from onboarding.html.parts import Markup, details, fill, join
from onboarding.notebook.panel import notice_html
from onboarding.stages.gate import GateView

ALIKE = 4  # rows with the same fault, or proofs of one task, from which on they are told together
FEW = 5  # warnings that are shown without folding them


def problems_html(questionnaire: Questionnaire, problems: Sequence[Problem]) -> Markup:
    """Errors first; warnings below, folded when there are many. The same fault in many rows is told once."""
    if not problems:
        return notice_html("done", "The answers are complete and without contradiction.")
    wrong = _told(questionnaire, (item for item in problems if item.severity == "error"))
    hints = _told(questionnaire, (item for item in problems if item.severity != "error"))
    headers = ["Where", "What"]
    none = notice_html("done", "Nothing is missing or wrong; what follows is worth a look, and holds nothing up.")
    parts = [table(headers, wrong, "To be put right") if wrong else none]
    if hints:
        made = table(headers, hints, "Worth a look")
        parts.append(details(f"{ENGLISH.count(len(hints), 'hint')} worth a look", made) if len(hints) > FEW else made)
    return join(parts)


def _told(questionnaire: Questionnaire, problems: Iterable[Problem]) -> list[list[Markup | str]]:
    alike: dict[tuple[str, str, str], list[Problem]] = {}
    for item in problems:
        alike.setdefault((item.question, item.code, item.template), []).append(item)
    rows: list[list[Markup | str]] = []
    for items in alike.values():
        if len(items) >= ALIKE and items[0].row is not None:
            more = faint(f"and {len(items) - 1} more like it")
            rows.append([_place(questionnaire, items[0], items), fill("{} {}", items[0].message, more)])
        else:
            rows += [[_place(questionnaire, item, [item]), item.message] for item in items]
    return rows


def _place(questionnaire: Questionnaire, problem: Problem, items: Sequence[Problem]) -> str:
    """``Users, rows 3, 5 to 9: Telephone number``, in the words of the questionnaire."""
    section = questionnaire.section(problem.section)
    if problem.where or section is None:
        return problem.place
    numbers = sorted({item.row + 1 for item in items if item.row is not None})
    rows = f", {'row' if len(numbers) == 1 else 'rows'} {_ranges(numbers)}" if numbers else ""
    question = section.question(problem.name) if problem.name else None
    return f"{section.title}{rows}" + (f": {question.label}" if question else "")


def _ranges(numbers: Sequence[int]) -> str:
    """``1, 3 to 9``."""
    found = []
    for _, members in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in members]
        found.append(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}")
    return ", ".join(found)


def evidence_html(evidence: Iterable[Evidence], titles: Mapping[str, str]) -> Markup:
    """What proves the tasks of ``titles`` (by id); many proofs of one task are folded into one row."""
    by_task: dict[str, list[Evidence]] = {}
    for line in evidence:
        if line.task in titles:
            by_task.setdefault(line.task, []).append(line)
    if not by_task:
        return notice_html("info", "No evidence yet.")
    rows: list[list[Markup | str]] = []
    for task, found in by_task.items():
        if len(found) < ALIKE:
            rows += [[titles[task], _proof(line), line.by, ENGLISH.day(line.at)] for line in found]
        else:
            each = details(ENGLISH.count(len(found), "proof"), lines(map(_proof, found)))
            people = ", ".join(dict.fromkeys(line.by for line in found))
            ends = (min(line.at for line in found), max(line.at for line in found))
            days = " to ".join(dict.fromkeys(map(ENGLISH.day, ends)))
            rows.append([titles[task], each, people, days])
    return table(["Task", "Proof", "By", "On"], rows, "Evidence")


def _proof(line: Evidence) -> Markup | str:
    if line.document:
        return fill("{} {}", line.document_name or line.what, faint(f"SHA-256 {line.document[:12]}…"))
    short = line.reference if len(line.reference) <= 32 else f"{line.reference[:24]}…"
    return fill("{} {}", line.what, faint(short)) if short else line.what


def gates_html(gates: Sequence[GateView], title_of: Callable[[str], str]) -> Markup:
    """How the gates stand, and what is missing where one is closed."""
    if not gates:
        return notice_html("done", "Nothing holds this stage back.")
    if all(gate.is_open for gate in gates):
        rows = [[badge("done", "open"), gate.gate.title] for gate in gates]
        return table(["Stands", "Gate"], rows, "What must be true")
    rows = [_gate_row(gate, title_of) for gate in gates]
    return table(["Stands", "Gate", "What is missing", "Owed by"], rows, "What must be true")


def _gate_row(view: GateView, title_of: Callable[[str], str]) -> list[Markup | str]:
    stands = badge("done", "open") if view.is_open else badge("waiting", "closed")
    missing = join(view.missing, "<br>")
    return [stands, view.gate.title, missing, "" if view.is_open else title_of(view.gate.owed_by)]
