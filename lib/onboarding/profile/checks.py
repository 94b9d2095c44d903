"""What is wrong between the parts of a profile, each of which is right by itself.

Two rules need a word. *Lead times:* a profile names under ``runs`` the parties whose people work with the tool; every
task of any other party is waited for, so it must say how long that takes. *Order:* a task may wait for a task of
a later stage, since the order is a provider's own; what is refused is waiting in a ring, also through a gate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from onboarding.domain.language import join_or, places
from onboarding.domain.params import CONTACT_ROLE, EVIDENCE, hint, questions_in
from onboarding.domain.place_words import Part
from onboarding.domain.question import Kind, Question
from onboarding.domain.registry import PlannerType, RuleType
from onboarding.domain.report import KNOWN, NUMBERS
from onboarding.domain.task import OF_ROW, SPOKEN_OF_ROW, Each, Gate, Task
from onboarding.profile.coverage import acts
from onboarding.profile.date_checks import DATE_CHECKS
from onboarding.profile.file import EVERYTHING
from onboarding.profile.findings import ProfileReading, at_task
from onboarding.profile.graph import asked_when, cycles, everything_before, possible, together, waits
from onboarding.profile.merge import tables
from onboarding.profile.model import Profile
from onboarding.profile.place_checks import PLACE_CHECKS, THOROUGH_PLACE_CHECKS
from onboarding.profile.source import Key
from onboarding.profile.translated import untranslated, unused


def check(reading: ProfileReading, profile: Profile, is_thorough: bool = False) -> None:
    """Adds what is found to ``reading.findings``; thoroughly also what takes time and stops nobody from working."""
    for look in (*CHECKS, *THOROUGH) if is_thorough else CHECKS:
        for key, message in look(reading, profile):
            if not reading.is_wrong(key):
                reading.report(key, message)
    reading.findings += unused(reading, profile) if is_thorough else ()


_STAGE_ID = re.compile(r"[a-z][a-z0-9_]{0,40}")

TAKEN = ("report", "procedure")
"""What is no stage, because the record keeps something else under that name."""

BY_PEOPLE = ("manual", "confirm", "check")
"""Planners of tasks that there may be for every row."""

Found = Iterator[tuple[Key, str]]


def _at_gate(gate: Gate, *more: str) -> Key:
    return ("gate", gate.id, *more)


def at_question(question: Question, *more: str | int) -> Key:
    return ("section", question.section, "question", question.name, *more)


def _stages(reading: ProfileReading, profile: Profile) -> Found:
    """At least one, each with a task; nothing else is a stage."""
    written, tasks = (tables(reading.source.tree.get(key)) for key in ("stage", "task"))
    if not written:
        yield (), "it has no stage: write [stage.<id>] for each, in the order in which they are gone through"
    for name in written:
        if not _STAGE_ID.fullmatch(name):
            yield ("stage", name), f"{name!r} is no id: a small letter, then small letters, digits and underscores"
        elif name in TAKEN:
            yield ("stage", name), f"{name!r} is something else already: give the stage another id"
        elif not tables(tasks.get(name)):
            yield ("stage", name), f"the stage {name!r} has no task"
    for name in tasks:
        if name not in written:
            where = f"write [task.<stage>.<verb-noun>], and [stage.{name}] if that is one{hint(name, written)}"
            yield ("task", name), f"there is no stage {name!r}; {where}"


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


def _removals(reading: ProfileReading, profile: Profile) -> Found:
    """What holds people's things is removed by a procedure of its own system."""
    removed = {procedure.connector for procedure in profile.procedures.values() if procedure.kind == "remove"}
    for task in profile.tasks:
        planner = reading.registry.find("planner", task.action)
        destroys = getattr(planner, "destroys", False) or getattr(task.params, "destroys", False)
        if destroys and not task.is_manual and task.connector not in removed:
            wanted = f"[operation.<name>] with kind = 'remove' and connector = {task.connector!r}"
            yield at_task(task), f"nothing removes what it sets up: {wanted} is wanted"


def _gates(reading: ProfileReading, profile: Profile) -> Found:
    used = {name for task in profile.tasks for name in task.gates}
    used |= {name for stage in profile.stages for name in stage.gates}
    for gate in profile.gates.values():
        is_check = gate.kind == "check"
        if not (gate.check if is_check else gate.roles):
            reason = "it has no 'check'" if is_check else "no 'roles' may decide it"
            yield _at_gate(gate), f"nothing opens this gate: {reason}"
        for key, message in _of_check(gate) if is_check else (*_of_decision(gate), *_of_provider(gate, profile)):
            yield _at_gate(gate, key), message
        if gate.id not in used:
            yield _at_gate(gate), "this gate holds nothing: no task and no stage names it"


def _of_check(gate: Gate) -> Iterator[tuple[str, str]]:
    given = {key: getattr(gate, key) for key in ("after", "reopens", "asks", "each_role", "expires", "four_eyes")}
    given["listed"] = gate.is_listed
    given["quorum"] = gate.quorum > 1
    yield from ((key, f"only a decision has {key!r}; a check looks for itself") for key in given if given[key])


def _of_decision(gate: Gate) -> Iterator[tuple[str, str]]:
    if EVERYTHING in gate.on and len(gate.on) > 1:
        yield "on", "'*' is every answer already: nothing stands beside it"
    if gate.each_role and len(gate.roles) < 2:
        yield "each_role", "every role signs once, so at least two 'roles' are wanted"
    if gate.each_role and gate.quorum not in (1, len(gate.roles)):
        yield "quorum", "with 'each_role' there are as many approvals as roles; leave 'quorum' out"
    if gate.four_eyes and not gate.on:
        yield "four_eyes", "it is bound to no answers: say under 'on' which ones nobody approves for themselves"
    if gate.expires and (gate.expires.anchor != "start" or not gate.expires.amount):
        yield "expires", "an approval expires a while after it was given: a length of time without 'before' and 'after'"
    for question in gate.asks:
        if question.kind is Kind.REFERENCE:
            yield "asks", f"{question.name!r} cannot be a reference: a decision records values of its own"


def _of_provider(gate: Gate, profile: Profile) -> Iterator[tuple[str, str]]:
    """What the provider approves is approved by somebody of its side."""
    sides = {name: party.side for name, party in profile.parties.items()}
    others = [role for role in gate.roles if sides.get(role) != "provider"]
    if sides.get(gate.owed_by) == "provider" and others and not gate.each_role:
        words = f"it is the provider's to approve, and {others[0]!r} alone could: leave that role out, or say each_role"
        yield "roles", words


def _waivers(reading: ProfileReading, profile: Profile) -> Found:
    """Who may do without a task is said only where a gate rests on it, and never of what law or carrier require."""
    for task in profile.tasks:
        if task.waive and task.is_binding:
            yield at_task(task, "waive"), "it is 'binding', required by law or by a carrier: nobody may waive it"
        elif task.waive and not profile.gates_on(task.id):
            yield at_task(task, "waive"), "no gate rests on this task: it can be left out without a waiver"


def _contact_roles(reading: ProfileReading, profile: Profile) -> Found:
    """Contacts are the customer's people; their roles are the options of one question."""
    for party in profile.parties.values():
        at = ("party", party.id, "contact_roles")
        if party.contact_roles and party.side != "customer":
            yield at, "the contacts are people of the customer: only a party of its side has 'contact_roles'"
        if party.contact_roles and CONTACT_ROLE not in reading.names.questions:
            yield at, f"{CONTACT_ROLE} is not asked: include the template 'contacts'"
            continue
        known = reading.names.options(CONTACT_ROLE)
        for number, role in enumerate(party.contact_roles):
            if role not in known:
                message = f"{role!r} is no option of {CONTACT_ROLE} ({', '.join(known)}){hint(role, known)}"
                yield (*at, number), message


def _rings(reading: ProfileReading, profile: Profile) -> Found:
    graph = waits(profile)
    order = list(graph)
    for ring in cycles(graph):
        start = min(range(len(ring) - 1), key=lambda number: order.index(ring[number]))
        turned = [*ring[start:-1], *ring[:start], ring[start]]
        steps = [turned[0]]
        for waiting, waited_for in pairwise(turned):
            gate = graph[waiting][waited_for]
            steps.append(f"{waited_for} (gate {gate})" if gate else waited_for)
        stage, _, name = turned[0].partition(".")
        key = "gates" if graph[turned[0]][turned[1]] else "after"
        yield ("task", stage, name, key), f"these wait for each other: {' -> '.join(steps)}"


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


def _dangling(reading: ProfileReading, profile: Profile) -> Found:
    """Whatever is asked is used."""
    used = reading.names.used | reading.informational
    used |= {f"{section.id}.{section.key}" for section in reading.names.sections.values()}
    for question in reading.names.questions.values():
        is_used = question.id in used or question.section in used or question.part is Part.ZONE
        if not is_used:
            message = "no task, gate, rule or condition uses this answer; say informational = true if that is meant"
            yield at_question(question), message


def _defaults(reading: ProfileReading, profile: Profile) -> Found:
    """A default is one of the options."""
    for question in reading.names.questions.values():
        given = question.default if isinstance(question.default, list) else [question.default]
        known = [option.value for option in question.options]
        for value in given if known and question.default is not None else ():
            if value not in known:
                yield at_question(question, "default"), f"there is no option {value!r}{hint(str(value), known)}"


def _parties(reading: ProfileReading, profile: Profile) -> Found:
    """Somebody who acts acts somewhere."""
    used = {*profile.runs, *(question.owner for question in reading.names.questions.values())}
    used |= {name for task in profile.tasks for name in (task.party, *task.helpers)}
    used |= {name for gate in profile.gates.values() for name in (gate.owed_by, *gate.roles)}
    used |= {procedure.party for procedure in profile.procedures.values()}
    recipients = {str(getattr(task.params, "to", "")) for task in profile.tasks}
    used |= {party.id for party in profile.parties.values() if party.contact and party.contact in recipients}
    for name in profile.parties:
        if name not in used:
            yield ("party", name), "nothing is done, decided, known or received by this party"


def _titles(reading: ProfileReading, profile: Profile) -> Found:
    """Two tasks, or two gates, that people cannot tell apart."""
    things = [(at_task(task, "title"), task.id, task.title) for task in profile.tasks]
    things += [(_at_gate(gate, "title"), gate.id, gate.title) for gate in profile.gates.values()]
    seen: dict[tuple[str | int, str], str] = {}
    for key, name, title in things:
        if (other := seen.setdefault((key[0], title.casefold()), name)) != name:
            yield key, f"{other!r} has the same title: people cannot tell them apart"


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


def _tallies(reading: ProfileReading, profile: Profile) -> Found:
    """A tally of one's own says what it counts; what numbers alone have, others have not."""
    for tally in profile.report.tallies:
        at = ("report", "tally", tally.id)
        written = tables(tables(tables(reading.source.tree.get("report")).get("tally")).get(tally.id))
        for key in ("title", "rows") if tally.id not in KNOWN else ():
            if key not in written:
                yield at, f"{key!r} is missing"
        if tally.id != NUMBERS and any(key in written for key in ("port", "new", "holders")):
            yield at, "'port', 'new' and 'holders' are for the tally of numbers"


CITING = ("stage", "service", "gate", "task", "section", "rule", "reference", "operation", "claim")
"""Tables of a profile whose parts cite rows of the guide."""


def _rows(reading: ProfileReading, profile: Profile) -> Found:
    """Only rows of the guide are cited, where the profile lists them; what nothing acts on is not acted on."""
    for key, row in _cited(reading.source.tree) if profile.rows else ():
        if row not in profile.rows:
            yield key, f"{row!r} is no row of the guide by 'rows'{hint(row, profile.rows)}"
    acted = dict(acts(profile))
    for row in (*profile.left_out, *profile.awaits):
        if row not in profile.rows:
            yield ("row", row), f"{row!r} is no row of the guide by 'rows'{hint(row, profile.rows)}"
        elif row in acted and row in profile.left_out:
            yield ("row", row), f"the {acted[row].kind} {acted[row].id!r} acts on it: leave this out"


def _cited(tree: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    """Where the file itself cites which row."""
    left: list[tuple[Key, Any]] = [((name,), tree.get(name)) for name in CITING]
    while left:
        key, table = left.pop()
        for name, value in table.items() if isinstance(table, Mapping) else ():
            if name == "requirements" and isinstance(value, list):
                yield from (((*key, name, place), row) for place, row in enumerate(value) if isinstance(row, str))
            elif name != "params":
                left.append(((*key, name), value))


CHECKS: tuple[Callable[[ProfileReading, Profile], Found], ...] = (
    _stages, _planners, _rows_of_tasks, _waiting, _results, _removals, _gates, _waivers, _contact_roles, _rings, _reach,
    _dangling, _defaults, _parties, _titles, _literal_braces, _later_proofs, _keys, _tallies, _rows, *DATE_CHECKS,
    *PLACE_CHECKS,
)  # fmt: skip

THOROUGH = (*THOROUGH_PLACE_CHECKS, untranslated)
"""What is looked at by the lint alone: it takes a tenth of a second to load, or stops nobody from working."""
