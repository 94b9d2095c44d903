"""What one opened case holds: the answers, and where each task stands at this moment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from onboarding.case.case import Case
from onboarding.domain.action import Action, Deferred, Operation, Plan
from onboarding.domain.answer_text import row_name
from onboarding.domain.question import Kind, Problem, Question, Questionnaire, Section
from onboarding.domain.schedule import Dates
from onboarding.frames.frame import COUNT, DAY, FLAG, MAYBE, TEXT, THING, Column, Frame, FrameLook, Schema, one_of
from onboarding.frames.history_frames import (
    EVIDENCE,
    NUMBERS,
    TASKS,
    Whose,
    evidence_frame,
    evidence_row,
    number_frame,
    of_row,
)
from onboarding.stages.owed import Owed, listed

LATER, DRIFT = "later", "drift"
"""What stands in a plan for a task that cannot be acted on yet."""

PROBLEMS = Schema.of(
    ("severity", one_of(("error", "warning")), "an error holds provisioning up"),
    ("code", TEXT, "what kind of fault it is"),
    ("question", TEXT, "id of the question, or of the section"),
    ("section", TEXT, "title of the section"),
    ("label", TEXT, "label of the question; empty where it is about the whole section"),
    ("row", COUNT, "which row of a table, counted from 1; missing elsewhere"),
    ("place", TEXT, "the place in the words of the questionnaire"),
    ("message", TEXT, "what is wrong and what is wanted"),
    ("template", TEXT, "the message before values were filled in: the same for the same fault in many rows"),
)
PLAN = Schema.of(
    (
        "operation",
        one_of((*Operation, LATER, DRIFT)),
        "what is done; later: not yet; drift: the customer's, left alone",
    ),
    ("action", TEXT, "id of the action; empty for what comes later"),
    ("task", TEXT, "id of the task"),
    ("title", TEXT, "title of the task"),
    ("summary", TEXT, "what is done, in one line"),
    ("connector", TEXT, "the outside system it is done on"),
    ("resource", TEXT, "the kind of thing it is done to"),
    ("key", TEXT, "by which the outside system knows the thing"),
    ("body", THING, "what shall be there: a mapping; None for what comes later"),
    ("before", THING, "what is there: a mapping; None for nothing"),
    ("party", TEXT, "id of the party that what comes later waits for"),
    ("who", TEXT, "the party's title"),
    ("reason", TEXT, "why it comes later"),
    ("is_asked", FLAG, "somebody was asked for it before and has not answered"),
)

_TYPES = {Kind.INTEGER: COUNT, Kind.YES_NO: MAYBE, Kind.DATE: DAY}


class CaseFrames:
    """Frames of one case at its instant; each is made anew when it is asked for."""

    def __init__(self, case: Case) -> None:
        self._case = case

    @property
    def users(self) -> Frame:
        """The users, or where the profile asks for none the extensions, in the order of the answers.

        After the column ``row``, the id of the row, each question of the table is a column of its name. Choices are
        words of a closed list, yes or no and whole numbers have types that know what is missing, several choices are
        text with commas, and all else is text.
        """
        asked, checked = self._case.questionnaire, self._case.checked()
        section = asked.section("users") or asked.section("extensions")
        if section is None:
            return Schema((Column("row", TEXT, "id of the row"),)).frame([]).looking(FrameLook("Users"))
        ids = checked.ids.get(section.id, ())
        user_rows = checked.values.get(section.id) or []
        schema = Schema((Column("row", TEXT, "id of the row"), *map(_column, section.questions)))
        rows = [
            (ids[place] if place < len(ids) else "", *(_answer(question, row) for question in section.questions))
            for place, row in enumerate(user_rows)
        ]
        heads = {question.name: question.label for question in section.questions}
        return schema.frame(rows).looking(FrameLook(section.title, f"{section.title}: no rows.", heads))

    @property
    @NUMBERS
    def numbers(self) -> Frame:
        """The telephone numbers but those of other services, in their order; ``user`` is who gets it by the answers."""
        return number_frame(self._case.inventory(), self._case.at, self._users_by_number())

    @property
    def _whose(self) -> Whose:
        return self._case.customer.id, self._case.engagement.service

    @property
    @PROBLEMS
    def problems(self) -> Frame:
        """What is missing, wrong or contradictory in the answers, in the order of the questionnaire."""
        return problem_frame(self._case.questionnaire, self._case.checked().problems)

    @TASKS
    def tasks(self, stage: str = "") -> Frame:
        """Every task of the stage, or of all, in the profile's order, the gates that alone hold one in front of it.

        Those that do not apply stand there too.
        """
        context, progress = self._case.look()
        lines = listed(progress, stage)
        stages = {one.id: one.title for one in context.profile.stages}
        days = self._case.schedule().tasks
        return task_frame(lines, context.profile.party_title, stages, self._whose, days)

    @EVIDENCE
    def evidence(self, stage: str = "") -> Frame:
        """What was filed as proof of the tasks of the stage, or of all, in the current phase, oldest first."""
        context = self._case.context()
        tasks = {task.id: task for task in context.tasks if stage in ("", task.stage)}
        held = {name: task.stage for task in reversed(tasks.values()) for name in context.gates_of(task)}
        places = {task.id: (task.stage, task.id, task.title) for task in tasks.values()}
        places |= {name: (held[name], name, context.profile.gates[name].title) for name in held}
        lines = [(places[line.task], line) for line in context.record.evidence if line.task in places]
        return evidence_frame(evidence_row(self._whose, place, line) for place, line in lines)

    @PLAN
    def plan(self, plan: Plan) -> Frame:
        """A plan of the case: its actions in the order they must happen, then what comes later."""
        (context, progress), profile = self._case.look(), self._case.profile
        asked, titles = progress.asked_at(plan.stage), {task.id: task.title for task in context.tasks}
        actions = (_action(action, titles, asked) for action in plan.actions)
        later = (_deferred(item, titles, profile.party_title(item.party)) for item in plan.deferred)
        drift = ((DRIFT, *_action(action, titles, ())[1:]) for action in plan.drift)
        return PLAN.frame([*actions, *later, *drift]).looking(FrameLook("Plan", "Nothing is to be done."))

    def _users_by_number(self) -> dict[str, str]:
        """Who gets a number by the answers: a user, or whatever else the profile's gates have numbers given to."""
        gates = self._case.profile.gates.values()
        tables = [name.partition(".")[0] for gate in gates for name in getattr(gate.params, "to", ())]
        found: dict[str, str] = {}
        for table in dict.fromkeys([*tables, "users"]):
            section = self._case.questionnaire.section(table)
            if section is not None:
                names = [question.name for question in section.questions if question.kind is Kind.NUMBER]
                for row in self._case.checked().values.get(table) or ():
                    found |= {row[name]: row_name(section, row) for name in names if row.get(name)}
        return found


def problem_frame(asked: Questionnaire, problems: Iterable[Problem]) -> Frame:
    """Problems with their places in the words of the questionnaire."""
    rows = (_problem(asked.section(one.section), one) for one in problems)
    return PROBLEMS.frame(rows).looking(FrameLook("Problems", "The answers are complete and without contradiction."))


def task_frame(
    lines: Iterable[Owed],
    title_of: Callable[[str], str] = str,
    stages: Mapping[str, str] | None = None,
    whose: Whose = ("", ""),
    days: Mapping[str, Dates] | None = None,
) -> Frame:
    """Tasks and gates as they stand, with titles of parties and stages; ``days`` is when each task is
    planned and was done.
    """
    titles, planned = stages or {}, days or {}
    rows = (
        (*whose, one.stage, titles.get(one.stage, ""),
         *_task(one, title_of, None if one.gate else planned.get(one.id)))
        for one in lines
    )  # fmt: skip
    return TASKS.frame(rows).looking(FrameLook("Tasks", "There is no task."))


def plan_of(frame: Frame, customer: str, stage: str) -> Plan:
    """The plan made of the rows of a frame of one."""
    rows = frame.rows()
    deferred = (Deferred(row["task"], row["reason"], row["party"]) for row in rows if row["operation"] == LATER)
    actions = (_planned(row, row["operation"]) for row in rows if row["operation"] not in (LATER, DRIFT))
    drift = (_planned(row, Operation.CHANGE) for row in rows if row["operation"] == DRIFT)
    return Plan(customer, stage, tuple(actions), tuple(deferred), tuple(drift))


def _planned(row: Mapping[str, Any], operation: str) -> Action:
    return Action(
        row["action"], row["task"], row["connector"], Operation(operation), row["resource"], row["key"],
        row["summary"], row["body"], row["before"],
    )  # fmt: skip


def _column(question: Question) -> Column:
    is_choice = question.kind is Kind.CHOICE
    type_ = one_of([one.value for one in question.options]) if is_choice else _TYPES.get(question.kind, TEXT)
    return Column(question.name, type_, question.label)


def _answer(question: Question, row: Mapping[str, Any]) -> object:
    found = row.get(question.name)
    if isinstance(found, list | tuple):
        return ", ".join(map(str, found))
    return "" if found is None and _column(question).type == TEXT else found


def _problem(section: Section | None, problem: Problem) -> tuple[object, ...]:
    question = section.question(problem.name) if section and problem.name else None
    title, label = section.title if section else problem.section, question.label if question else ""
    number = None if problem.row is None else problem.row + 1
    place = f"{title}{'' if number is None else f', row {number}'}{f': {label}' if label else ''}"
    template = problem.template or problem.message
    return (
        problem.severity, problem.code, problem.question, title, label, number, problem.where or place,
        problem.message, template,
    )  # fmt: skip


def _task(one: Owed, title_of: Callable[[str], str], days: Dates | None) -> tuple[object, ...]:
    record = None if one.gate else one.view.record
    by, note, reference = (record.by, str(record.note), record.reference) if record else ("", "", "")
    return (
        one.id, *of_row("" if one.gate else one.id), one.title, "gate" if one.gate else "task", one.state, one.party,
        title_of(one.party), one.since, one.since if one.gate else one.begun_at, days.planned_on if days else None,
        one.due_on, one.late_at, days.done_on if days else None, by, note, reference, "\n".join(one.reasons),
    )  # fmt: skip


def _action(action: Action, titles: Mapping[str, str], asked: Collection[str]) -> tuple[object, ...]:
    title, is_asked = titles.get(action.task, action.task), action.task in asked
    return (
        action.operation, action.id, action.task, title, action.summary, action.connector, action.resource, action.key,
        action.body, action.before, "", "", "", action.operation is Operation.ASK and is_asked,
    )  # fmt: skip


def _deferred(item: Deferred, titles: Mapping[str, str], who: str) -> tuple[object, ...]:
    title = titles.get(item.task, item.task)
    return LATER, "", item.task, title, title, "", "", "", None, None, item.party, who, item.reason, False
