"""The parts of a report that a profile asks for: each names what it shows, as `domain.report.SHOWS` lists it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from onboarding.domain.json import Document
from onboarding.domain.language import say
from onboarding.domain.record import Evidence, TaskState
from onboarding.domain.report import Show
from onboarding.report.answers import facts_of, setting_cell
from onboarding.report.counted import RowProofs, lists, row_table
from onboarding.report.settled import classes, contract, invoice, licences
from onboarding.report.shapes import (
    Cell,
    FactsFigure,
    NotesFigure,
    PictureFigure,
    SectionFigure,
    Shape,
    TableFigure,
)
from onboarding.report.told import told
from onboarding.stages.checks.requirements import RequirementsMapped, coverage
from onboarding.stages.context import Context, texts
from onboarding.stages.gate import bound_names
from onboarding.stages.planned import picture_of
from onboarding.stages.progress import Progress, TaskView

WIDE = (44, 24, 32)
SHORT = 16
"""Digits of a digest beside a step; the list of tasks and proof has all of them."""


@dataclass(frozen=True)
class Guide:
    """One customer, as the profile wants its report to show it."""

    context: Context
    progress: Progress
    proofs: RowProofs
    earlier: Mapping[str, Document] = field(default_factory=dict)

    def sections(self) -> Iterator[SectionFigure]:
        """The profile's blocks, then lists of what was counted; whatever has nothing to say is left out."""
        for block in self.context.profile.report.blocks:
            if block.when is not None and not block.when.holds(self.context.values):
                continue
            shapes = tuple(
                shape for show in block.shows if self._applies(show) for shape in SHOWN[show.kind](self, show)
            )
            if shapes:
                yield SectionFigure(block.id, say(block.title), say(block.text) if block.text else "", shapes)
        yield from lists(self.context, self.proofs)

    def _applies(self, show: Show) -> bool:
        return show.when is None or show.when.holds(self.context.values)

    def view(self, task: str, or_done: bool = False) -> TaskView | None:
        """The task as it stands, None when it is not needed; ``or_done``: nor was, when it was done."""
        found = next((view for view in self.progress.tasks if view.task.id == task), None)
        is_done = or_done and self.context.record.state(task) is TaskState.DONE
        return found if found and (is_done or found.state is not TaskState.NOT_NEEDED) else None

    def party(self, name: str) -> str:
        return say(self.context.profile.party_title(name))

    def evidence(self, task: str) -> list[Evidence]:
        return [line for line in self.context.record.evidence if line.task == task]


def _rows(guide: Guide, show: Show) -> Iterator[Shape]:
    rows, tasks = str(show.about["rows"]), tuple(texts(show.about.get("tasks")))
    where = show.about.get("where")
    found = guide.proofs.of(rows, where if isinstance(where, Mapping) else {}, tasks)
    if found:
        section = guide.context.profile.questionnaire.section(rows)
        caption = say(show.caption or (section.title if section else rows))
        columns = tuple(texts(show.about.get("columns")))
        yield row_table(guide.context, caption, rows, columns, found, bool(tasks))


def _answers(guide: Guide, show: Show) -> Iterator[Shape]:
    if facts := tuple(facts_of(guide.context, tuple(texts(show.about["fields"])))):
        yield FactsFigure(say(show.caption), facts)


def _steps(guide: Guide, show: Show) -> Iterator[Shape]:
    views = [view for name in texts(show.about["tasks"]) if (view := guide.view(name, or_done=True))]
    if views:
        heads = (say("Step"), say("Done"), say("Proof"))
        rows = tuple((Cell(say(view.task.title)), _done(guide, view), _proof(guide, view)) for view in views)
        yield TableFigure(say(show.caption or "Steps"), tuple(zip(heads, WIDE, strict=True)), rows)


def _done(guide: Guide, view: TaskView) -> Cell:
    held = guide.context.record.tasks.get(view.task.id)
    if held is None or not view.state.is_closed:
        return Cell(state=view.state, more=(guide.party(view.waits_for or view.task.party),))
    times = len(guide.evidence(view.task.id)) if view.task.every else 0
    is_done = TaskState.DONE in (held.state, view.state)
    again = (say("{count} times, the last time", count=times),) if times > 1 else ()
    return Cell(at=held.at, more=(*again, held.by), state=None if is_done else view.state)


def _proof(guide: Guide, view: TaskView) -> Cell:
    """The newest document, otherwise what was said or the reference of the outside system."""
    lines = guide.evidence(view.task.id) if view.state.is_closed else []
    filed = [line for line in lines if line.document]
    if filed:
        more = (say("and {count} more", count=len(filed) - 1),) if len(filed) > 1 else ()
        digest = filed[-1].document if view.task.action == "present" else f"{filed[-1].document[:SHORT]}…"
        return Cell(filed[-1].document_name or say("document"), more, code=digest)
    if view.task.action == "check":
        return Cell(say("checked by the program") if lines else "")
    last = lines[-1] if lines else None
    if last is None:
        return Cell()
    return Cell(say("mail"), (last.reference,)) if view.task.connector == "support" else Cell(told(last.what))


def _sides(guide: Guide, show: Show) -> Iterator[Shape]:
    """Customer beside provider, one row for each stage (O-01)."""
    profile, rows = guide.context.profile, []
    ours = {party.id for party in profile.parties.values() if party.side == "customer"}
    views = [view for task in profile.tasks if (view := guide.view(task.id))]
    alone = [
        len({view.task.party for view in views if (view.task.party in ours) is side}) == 1 for side in (True, False)
    ]
    for stage in profile.stages:
        held = [view for view in views if view.task.stage == stage.id]
        sides = [
            tuple(_duty(guide, view, is_alone) for view in held if (view.task.party in ours) is side)
            for side, is_alone in zip((True, False), alone, strict=True)
        ]
        if any(sides):
            rows.append((Cell(say(stage.title)), *(Cell(items=side) for side in sides)))
    if rows:
        columns = ((say("Stage"), 18), (say("Customer"), 41), (say("Provider"), 41))
        yield TableFigure(say(show.caption or "Customer and provider"), columns, tuple(rows))


def _duty(guide: Guide, view: TaskView, is_alone: bool) -> Cell:
    """One task with its day; whose it is is only said where there are several."""
    done = _done(guide, view)
    return Cell(say(view.task.title), () if is_alone else (guide.party(view.task.party),), done.at, done.state)


def _coverage(guide: Guide, show: Show) -> Iterator[Shape]:
    """Every requirement with the setting that meets it and what is set there (M-07)."""
    asked = guide.context.profile.questionnaire
    rows = []
    mapping = RequirementsMapped(requirement=str(show.about["requirement"]), setting=str(show.about["setting"]))
    for what, name, is_met in coverage(guide.context, mapping):
        section, question = asked.section(name.partition(".")[0]), asked.question(name)
        setting = Cell(say(question.label) if question else say(section.title) if section else name,
                       (say(section.title),) if question and section else ())  # fmt: skip
        state = Cell(say("met"), tone="good") if is_met else Cell(say("open"), tone="wait")
        rows.append((Cell(what), setting if name else Cell(), setting_cell(guide.context, name), state))
    if rows:
        columns = ((say("Requirement"), 36), (say("Met by"), 22), (say("Set to"), 30), (say("State"), 12))
        yield TableFigure(say(show.caption or "Requirements"), columns, tuple(rows))


def _decisions(guide: Guide, show: Show) -> Iterator[Shape]:
    """Who signed what, with the digest of the answers that were signed (E-17, E-19)."""
    rows = []
    for name in texts(show.about["gates"]):
        gate = guide.context.profile.gates[name]
        bound = len(bound_names(gate, guide.context))
        parts = say("1 part of the answers") if bound == 1 else say("{count} parts of the answers", count=bound)
        rows += [
            (
                Cell(say(gate.title), (d.note,)),
                Cell(d.by.partition(" <")[0], (guide.party(d.role),)),
                Cell(say("Approved") if d.is_approved else say("Refused"), at=d.at,
                     tone="good" if d.is_approved else "stop"),
                Cell(parts, (say("version {number}", number=d.version),) if d.version else (), code=d.digest),
            )
            for d in guide.context.record.decisions
            if d.gate == name
        ]  # fmt: skip
    if rows:
        columns = ((say("What"), 26), (say("Who"), 24), (say("Decision"), 20), (say("Bound to"), 30))
        yield TableFigure(say(show.caption or "Signatures"), columns, tuple(rows))


def _call_flow(guide: Guide, show: Show) -> Iterator[Shape]:
    """The picture, with the same in words (E-15): both are made in the customer's language already."""
    picture = picture_of(guide.context, guide.context.language)
    if picture:
        yield PictureFigure(picture.title, picture.svg)
        columns = tuple(zip(picture.columns, (38, 24, 38), strict=True))
        rows = tuple(tuple(Cell(text) for text in row) for row in picture.rows)
        yield TableFigure(say("The call flow in words"), columns, rows, is_folded=True)


def _notes(guide: Guide, show: Show) -> Iterator[Shape]:
    profile, found = guide.context.profile, [Cell(say(text)) for text in texts(show.about.get("texts"))]
    wanted = set(texts(show.about.get("references")))
    found += [
        Cell(say(r.title), (say(r.text),) if r.text else (), url=r.url) for r in profile.references if r.id in wanted
    ]
    for name in texts(show.about.get("procedures")):
        procedure = profile.procedures[name]
        found.append(Cell(say(procedure.title), (say(procedure.guide.strip()),)))
    if found:
        yield NotesFigure(say(show.caption), tuple(found))


SHOWN: Mapping[str, Callable[[Guide, Show], Iterator[Shape]]] = {
    "rows": _rows,
    "answers": _answers,
    "steps": _steps,
    "contract": lambda guide, show: contract(guide.context, show.caption),
    "invoice": lambda guide, show: invoice(guide.context, show.caption),
    "licences": lambda guide, show: licences(guide.context, show, guide.earlier),
    "classes": lambda guide, show: classes(guide.context, show),
    "sides": _sides,
    "coverage": _coverage,
    "decisions": _decisions,
    "call-flow": _call_flow,
    "notes": _notes,
}
"""What implements each of `domain.report.SHOWS`."""
