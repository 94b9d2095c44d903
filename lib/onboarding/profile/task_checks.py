"""What is wrong with the tasks of a profile beside each other: who does them, in which order, with what and for whom.

Two rules need a word. *Lead times:* a profile names under ``runs`` the parties whose people work with the tool; every
task of any other party is waited for, so it must say how long that takes. *Order:* a task may wait for a task of
a later stage, since the order is a provider's own; what is refused is waiting in a ring, also through a gate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from onboarding.domain.language import join_or, places
from onboarding.domain.params import EVIDENCE, hint, questions_in
from onboarding.domain.question import Kind
from onboarding.domain.registry import PlannerType, RuleType
from onboarding.domain.task import OF_ROW, SPOKEN_OF_ROW, Each, Task
from onboarding.profile.findings import ProfileReading, at_question, at_task
from onboarding.profile.graph import asked_when, everything_before, possible, together, waits
from onboarding.profile.model import Profile
from onboarding.profile.source import Key

BY_PEOPLE = ("manual", "confirm", "check")
"""Planners of tasks that there may be for every row."""

Found = Iterator[tuple[Key, str]]


def _planners(reading: ProfileReading, profile: Profile) -> Found:
    """A planner works through its own outside systems, or by hand."""
    for task in profile.tasks:
        planner = reading.registry.find("planner", task.action)
        is_known = reading.registry.find("connector", task.connector)
        if isinstance(planner, PlannerType) and is_known and task.connector not in (*planner.connectors, "manual"):
            yield at_task(task, "connector"), f"the planner {task.action!r} cannot work through {task.connector!r}"


def _waiting(reading: ProfileReading, profile: Profile) -> Found:
    """Who is waited for says how long it takes; nothing waits for what comes back until all else is closed."""
    for task in profile.tasks:
        is_dated = task.lead is not None or task.on
        if not is_dated and task.party in profile.parties and task.party not in profile.runs:
            running = ", ".join(profile.runs) or "nobody"
            yield at_task(task), f"{task.party!r} is waited for, so a 'lead' is wanted (without one: {running})"
        for number, name in enumerate(task.after):
            if (before := profile.task(name)) and before.every:
                message = f"{name!r} comes back until all else is closed: nothing can wait"
                yield at_task(task, "after", number), message


def _rows_of_tasks(reading: ProfileReading, profile: Profile) -> Found:
    """A task for every row is something people do or a check sees, and speaks of what has to do with the row."""
    for task in profile.tasks:
        if OF_ROW in task.id:
            yield at_task(task), f"{OF_ROW!r} stands between a task and its row: no id has it"
        if task.each is not None:
            yield from _of_every_row(task, task.each, reading)
        elif task.named is not None:
            yield at_task(task, "party", "from"), "there is no row that could say who it is: 'each' is wanted"
        yield from _never_filled(task)
        if task.undo and (not task.is_manual or task.is_check):
            yield at_task(task, "undo"), "only what people set up by hand is undone by hand"


def _never_filled(task: Task) -> Found:
    """Places of texts that no row fills: of a task that has none, and of texts that say the same of all rows."""
    texts = ("title", "skip_reason") if task.each else ("title", "skip_reason", *SPOKEN_OF_ROW)
    why = f"{join_or(SPOKEN_OF_ROW)} speak of the row" if task.each else "only a task with 'each' has a row"
    for name in texts:
        if found := next(iter(places(getattr(task, name))), None):
            yield at_task(task, name), f"{{{found}}} would be shown as it stands: {why}"


def _of_every_row(task: Task, each: Each, reading: ProfileReading) -> Found:
    if task.action not in BY_PEOPLE or getattr(task.params, "observe", None) is not None:
        kinds = ", ".join(BY_PEOPLE)
        message = f"a task for every row is one of people or of a check ({kinds}): a planner has all rows at once"
        yield at_task(task, "action"), f"{message}; leave 'each' out"
    elif not task.is_manual:
        yield at_task(task, "connector"), "a task for every row is done by people: leave 'connector' or 'each' out"
    if task.every is not None:
        yield at_task(task, "every"), "a task for every row does not come back: leave 'every' or 'each' out"
    columns = reading.names.questions.values()
    own = {each.rows, *(one.section for one in columns if one.to.partition(".")[0] == each.rows)}
    about = own | {one.to.partition(".")[0] for one in columns if one.section == each.rows and one.to}
    yield from _day_of_row(task, each, own, reading)
    spoken: list[tuple[tuple[str, ...], str]] = [(("party", "from"), task.named.column)] if task.named else []
    texts = [(name, one) for name in SPOKEN_OF_ROW for one in places(getattr(task, name))]
    spoken += [((name,), each.question(one)) for name, one in texts]
    for at, question in spoken:
        if question not in reading.names.questions:
            yield at_task(task, *at), f"there is no question {question!r}{hint(question, reading.names.questions)}"
        elif question.partition(".")[0] not in about:
            yield at_task(task, *at), f"{question!r} has nothing to do with a row of {each.rows!r}"
        else:
            reading.names.used.add(question)


def _day_of_row(task: Task, each: Each, own: set[str], reading: ProfileReading) -> Found:
    """Each task of a row brings a day of its own: one of its row, or of rows that refer to it alone."""
    if not task.brings:
        return
    if task.brings.partition(".")[0] not in own:
        known = ", ".join(sorted(name for name in reading.names.dates if name.partition(".")[0] in own))
        where = (
            f"name a date question of {each.rows!r} or of a table that refers to it ({known or 'there is none yet'})"
        )
        message = f"{task.brings!r} is one day, and each row of {each.rows!r} would bring it: {where}"
        yield at_task(task, "brings"), f"{message}, or leave 'each' out"
        return
    questions = reading.names.questions
    several = [name for name in each.by if questions[f"{each.rows}.{name}"].kind is Kind.CHOICES]
    if several:
        message = f"a row may have several {several[0]!r}, and would have one day of each: leave it out of 'by'"
        yield at_task(task, "each", "by"), message


def _results(reading: ProfileReading, profile: Profile) -> Found:
    """A task uses the results of tasks that come before it; what it asked for is confirmed by tasks that follow it."""
    before = everything_before({task.id: task.after for task in profile.tasks})
    for task in profile.tasks:
        for number, name in enumerate(task.rests_on_tasks):
            if name in before and name not in before[task.id]:
                yield at_task(task, "rests_on_tasks", number), f"{name!r} does not come before it: add it to 'after'"
        for number, name in enumerate(task.settled_by):
            if name in before and task.id not in before[name]:
                yield at_task(task, "settled_by", number), f"{name!r} does not come after it"


def _successors(reading: ProfileReading, profile: Profile) -> Found:
    """A task is done in place of one that is there no more."""
    for task in profile.tasks:
        if task.was and profile.task(task.was):
            yield at_task(task, "was"), f"{task.was!r} is still a task of this profile"


def _removals(reading: ProfileReading, profile: Profile) -> Found:
    """What holds people's things is removed by a procedure of its own system."""
    removed = {procedure.connector for procedure in profile.procedures.values() if procedure.kind == "remove"}
    for task in profile.tasks:
        planner = reading.registry.find("planner", task.action)
        destroys = getattr(planner, "destroys", False) or getattr(task.params, "destroys", False)
        if destroys and not task.is_manual and task.connector not in removed:
            wanted = f"[operation.<name>] with kind = 'remove' and connector = {task.connector!r}"
            yield at_task(task), f"nothing removes what it sets up: {wanted} is wanted"


def _waivers(reading: ProfileReading, profile: Profile) -> Found:
    """Who may do without a task is said only where something rests on it, and never of what law or carrier require."""
    for task in profile.tasks:
        if task.waive and task.is_binding:
            yield at_task(task, "waive"), "it is 'binding', required by law or by a carrier: nobody may waive it"
        elif task.waive and not profile.is_held(task.id):
            message = "no gate and no task that closes by itself rests on it: it can be left out without a waiver"
            yield at_task(task, "waive"), message
    held = [task for task in profile.tasks if profile.is_held(task.id) and not profile.gates_naming(task.id)]
    if "waive" in reading.source.tree and not held:
        message = (
            "neither a gate nor a task that closes by itself waits for a whole stage: there is nothing that is waived"
        )
        yield ("waive",), message


def _optional(reading: ProfileReading, profile: Profile) -> Found:
    """What the guide leaves open is neither required by law nor by a gate that names it."""
    for task in profile.tasks:
        if task.is_optional and task.is_binding:
            yield at_task(task, "optional"), "it is 'binding', required by law or by a carrier: it is not optional"
        elif task.is_optional and (gates := profile.gates_naming(task.id)):
            yield at_task(task, "optional"), f"the gate {gates[0].id!r} names it: it is not optional"
        elif task.is_optional and (last := profile.completions_on(task.id)):
            yield at_task(task, "optional"), f"the task {last[0].id!r} names it: it is not optional"


def _reach(reading: ProfileReading, profile: Profile) -> Found:
    sections = reading.names.sections
    for task in profile.tasks:
        if not possible(task.when, sections):
            yield at_task(task, "when"), "this task can never be needed: no answers fulfil its condition"
        elif task.is_confirm:
            yield from _reach_confirm(task, reading, profile)
    for question in reading.names.questions.values():
        if not possible(asked_when(question, sections), sections):
            yield at_question(question, "when"), "this can never be asked: no answers fulfil its condition"


def _reach_confirm(task: Task, reading: ProfileReading, profile: Profile) -> Found:
    """What a party does after a request can only be waited for when something was requested or done before."""
    before = [found for name in task.after if (found := profile.task(name))]
    if not any(possible(together(task.when, other.when), reading.names.sections) for other in before):
        message = "nothing is asked of anybody before this: name the request under 'after', needed in the same cases"
        yield at_task(task, "after"), message


_BRACES = re.compile(r"\{[^{}]*\}")


def _literal_braces(reading: ProfileReading, profile: Profile) -> Found:
    """Nothing is filled in in what is written to people: braces would be mailed as they stand.

    The sentence of a rule names the values that the rule's own sentences name.
    """
    for task in profile.tasks:
        for name in ("subject", "intro", "closing"):
            text = getattr(task.params, name, "")
            if isinstance(text, str) and (found := _BRACES.search(text)):
                message = f"{found.group()} would be sent as it stands: nothing is filled in here"
                yield at_task(task, "params", name), message
    for rule in profile.questionnaire.rules:
        if isinstance(extension := reading.registry.find("rule", rule.check), RuleType):
            known = ["label", "value", *(name for sentence in extension.says.values() for name in places(sentence))]
            for name in places(rule.message):
                if name not in known:
                    message = f"{{{name}}} would be shown as it stands{hint(name, known)}"
                    yield ("rule", rule.id, "message"), message


def _later_proofs(reading: ProfileReading, profile: Profile) -> Found:
    """What goes with a mail is there before the mail is sent."""
    before = everything_before(waits(profile))
    for task in profile.tasks:
        for number, name in enumerate(getattr(task.params, "attach", None) or ()):
            proof = name.removeprefix(EVIDENCE)
            if name.startswith(EVIDENCE) and profile.task(proof) and proof not in before[task.id]:
                message = f"the document of {proof!r} need not be there yet: name that task under 'after'"
                yield at_task(task, "params", "attach", number), message


def _keys(reading: ProfileReading, profile: Profile) -> Found:
    """What is made for each row is found again by something of the row; nothing is asked of a row of another table."""
    tables = {section.id for section in reading.names.sections.values() if section.is_table}
    for task in profile.tasks:
        key, rows = getattr(task.params, "key", ""), getattr(task.params, "rows", "")
        sections = [name.partition(".")[0] for name in questions_in(key)]
        at = at_task(task, "params", "key")
        for section in sections:
            if section in tables and section != rows:
                yield at, f"{section!r} is another table: no key could be made, so nothing would be"
        if sections and rows and rows not in sections:
            yield at, f"every row of {rows!r} would have the same key: name one of its questions"
        fields = getattr(task.params, "fields", None)
        for name, field in fields.items() if isinstance(fields, Mapping) else ():
            section, _, question = field.partition(".")
            if question and section in tables and section != rows:
                message = f"{section!r} is another table: this would always be left out"
                yield at_task(task, "params", "fields", name), message


TASK_CHECKS = (
    _planners, _rows_of_tasks, _waiting, _results, _removals, _successors, _waivers, _optional, _reach,
    _literal_braces, _later_proofs, _keys,
)  # fmt: skip
