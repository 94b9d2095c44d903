"""What is wrong between the parts of a profile, each of which is right by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from onboarding.domain.language import places
from onboarding.domain.params import CONTACT_ROLE, hint
from onboarding.domain.place_words import Part
from onboarding.domain.report import KNOWN, NUMBERS
from onboarding.profile.date_checks import DATE_CHECKS
from onboarding.profile.findings import ProfileReading, at_gate, at_question, at_task
from onboarding.profile.gate_checks import gates
from onboarding.profile.graph import cycles, waits
from onboarding.profile.merge import tables
from onboarding.profile.model import Profile
from onboarding.profile.place_checks import PLACE_CHECKS, THOROUGH_PLACE_CHECKS
from onboarding.profile.row_checks import rows
from onboarding.profile.source import Key
from onboarding.profile.task_checks import TASK_CHECKS
from onboarding.profile.texts import texts_of
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

Found = Iterator[tuple[Key, str]]


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


def _unfilled(reading: ProfileReading, profile: Profile) -> Found:
    """Places of texts that nothing fills; those of tasks are looked at by themselves, a rule fills its own."""
    texts = (one for one in texts_of(profile) if one[0][0] not in ("task", "rule"))
    for at, text in texts:
        if found := next(iter(places(str(text))), None):
            yield at, f"{{{found}}} would be shown as it stands: only the task of a row fills its texts"


def _titles(reading: ProfileReading, profile: Profile) -> Found:
    """Two tasks, or two gates, that people cannot tell apart."""
    things = [(at_task(task, "title"), task.id, task.title) for task in profile.tasks]
    things += [(at_gate(gate, "title"), gate.id, gate.title) for gate in profile.gates.values()]
    seen: dict[tuple[str | int, str], str] = {}
    for key, name, title in things:
        if (other := seen.setdefault((key[0], title.casefold()), name)) != name:
            yield key, f"{other!r} has the same title: people cannot tell them apart"


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


_COMMAND = re.compile(r"`(onboard\s+[^`]*)`")


def _commands(reading: ProfileReading, profile: Profile) -> Found:
    """What people read in a runbook, a sheet or a report says what to do: commands are for the shell."""
    for at, text in texts_of(profile):
        if found := _COMMAND.search(str(text)):
            command = " ".join(found.group(1).split())
            yield at, f"`{command}` is a command: say what is to be done, in a runbook and a report there is no shell"


CHECKS: tuple[Callable[[ProfileReading, Profile], Found], ...] = (
    _stages, *TASK_CHECKS, gates, _contact_roles, _rings, _dangling, _defaults, _parties, _unfilled, _titles, _tallies,
    rows, *DATE_CHECKS, *PLACE_CHECKS,
)  # fmt: skip

THOROUGH = (*THOROUGH_PLACE_CHECKS, untranslated, _commands)
"""What is looked at by the lint alone: it takes a tenth of a second to load, or stops nobody from working."""
