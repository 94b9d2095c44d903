"""The tasks of one customer: those of the profile, and in place of one for every row a task for each row there is.

A task of a row has an id made of that of the declared task and the row's own, so that its record stays with it
whatever the row is called and wherever it stands. Where no row is answered yet the declared task stands in for all of
them. A row that is gone keeps its task where anything is recorded of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from onboarding.domain.answer_text import lazy_answer
from onboarding.domain.event import REPORTED
from onboarding.domain.history import History
from onboarding.domain.language import _, places
from onboarding.domain.question import Questionnaire
from onboarding.domain.task import OF_ROW, SPOKEN_OF_ROW, Each, LeadTime, OfRow, Task, declared_id, row_of
from onboarding.profile.model import Profile
from onboarding.stages.rows import Group, TableRows

NONE = "—"


class RowTasks:
    """The tasks of a profile for these rows; ``earlier`` gives the rows of an earlier version of the answers."""

    def __init__(self, profile: Profile, rows: TableRows, record: History, earlier: Callable[[int], TableRows]) -> None:
        self._profile = profile
        self._rows = rows
        self._record = record
        self._earlier = earlier
        self._tables: dict[str, Each] = {}
        self._keys: dict[int, tuple[Each, dict[int, list[str]]]] = {}
        self._made: dict[str, tuple[Task, ...]] = {
            task.id: tuple(self._of(task, task.each)) for task in profile.tasks if task.each is not None
        }

    @cached_property
    def all(self) -> tuple[Task, ...]:
        """Every task, in the profile's order; those of rows in the order of the rows, what is gone last."""
        return tuple(one for task in self._profile.tasks for one in self.made_of(task.id))

    @cached_property
    def by_id(self) -> Mapping[str, Task]:
        """Every task by id, those for every row as the profile has them too."""
        return {task.id: task for task in (*map(self._in_general, self._profile.tasks), *self.all)}

    def _in_general(self, task: Task) -> Task:
        """A task for every row as it is shown for all of them: what a row says is named by its question."""
        if task.each is None:
            return task
        spoken: dict[str, Any] = {name: self._labelled(getattr(task, name), task.each) for name in SPOKEN_OF_ROW}
        return replace(task, **spoken)

    def _labelled(self, text: str, each: Each) -> str:
        asked = {name: self._profile.questionnaire.question(each.question(name)) for name in places(text)}
        labels = {name: _(question.label) if question else name for name, question in asked.items()}
        return _(text, **{name: _("[{label}]", label=one) for name, one in labels.items()}) if labels else text

    def made_of(self, task_id: str) -> tuple[Task, ...]:
        """The tasks that one of the profile stands for, of one that is not for every row itself."""
        if task_id in self._made:
            return self._made[task_id]
        task = self._profile.task(task_id)
        return (task,) if task else ()

    def at(self, task_id: str, table: str, place: int) -> list[Task]:
        """The tasks of one in the profile that have to do with the row at a place of a table; where none has more to do
        with it than others, all of them.
        """
        each = self._tables.setdefault(table, Each(table))
        names = self._meant(task_id, each, Group(self._rows.id_at(table, place), "", (place,)))
        return [one for name in names for one in ([self.by_id[name]] if OF_ROW in name else self.made_of(name))]

    def _of(self, task: Task, each: Each) -> list[Task]:
        groups = self._rows.groups(each)
        found = [self._for(task, each, group) for group in groups.values()]
        gone = [self._gone(task, each, key) for key in self._recorded(task) if key not in groups]
        stands_in = not found and (not gone or self._lacks_rows(each))
        return [*found, *gone, *([self._in_general(task)] if stands_in else [])]

    def _lacks_rows(self, each: Each) -> bool:
        """Whether there is no row where there must be some."""
        section = self._profile.questionnaire.section(each.rows)
        return section is not None and bool(section.min_rows) and not self._rows.of(each.rows)

    def _for(self, task: Task, each: Each, group: Group) -> Task:
        """The task of a row, with what the profile says of it filled in."""

        def own(names: Iterable[str]) -> tuple[str, ...]:
            return tuple(dict.fromkeys(one for name in names for one in self._meant(name, each, group)))

        return replace(
            self._named(task, group.key, group.label),
            **self._spoken(task, each, group.key, self._rows),
            after=own(task.after),
            rests_on_tasks=own(task.rests_on_tasks),
            settled_by=own(task.settled_by),
            lead=self._lead(task.lead, each, group),
            **self._party(task, each, group.key),
        )

    @staticmethod
    def _named(task: Task, key: str, label: str, is_gone: bool = False) -> Task:
        title = _("{title}: {row}", title=_(task.title), row=label)
        return replace(task, id=f"{task.id}{OF_ROW}{key}", title=title, row=OfRow(task.id, key, label, is_gone))

    # -- what is said of a row -----------------------------------------------------------------------------

    def _spoken(self, task: Task, each: Each, key: str, rows: TableRows) -> dict[str, Any]:
        asked = self._profile.questionnaire
        return {name: filled_in(getattr(task, name), each, key, rows, asked) for name in SPOKEN_OF_ROW}

    def _party(self, task: Task, each: Each, key: str) -> dict[str, Any]:
        """Whose it is: confirmed for this row, or named by it."""
        if confirmed := self._record.parties.get(f"{task.id}{OF_ROW}{key}"):
            return {"party": confirmed.party, "is_inferred": False}
        if task.named is None:
            return {}
        given = next(iter(self._rows.answers(each, key, task.named.column)), None)
        if given is None:
            return {}
        party = task.named.parties.get(str(given), str(given))
        question = self._profile.questionnaire.question(task.named.column)
        return {"party": party if party in self._profile.parties else str(lazy_answer(question, given))}

    def _lead(self, lead: LeadTime | None, each: Each, group: Group) -> LeadTime | None:
        """Counted from what was done for the same row."""
        if lead is None:
            return None
        cases = tuple(replace(case, lead=self._counted(case.lead, each, group)) for case in lead.cases)
        return self._counted(replace(lead, cases=cases) if cases else lead, each, group)

    def _counted(self, lead: LeadTime, each: Each, group: Group) -> LeadTime:
        meant = self._meant(lead.anchor, each, group) if self._profile.task(lead.anchor) else []
        return replace(lead, anchor=meant[0]) if len(meant) == 1 else lead

    # -- what it waits for ---------------------------------------------------------------------------------

    def _meant(self, name: str, each: Each, group: Group) -> list[str]:
        """Ids of the tasks that are meant by one of the profile: of those for rows the ones of rows that have to do
        with this; where no two have, the id that stands for all.
        """
        other = self._profile.task(name)
        if other is None or other.each is None:
            return [name]
        if (other.each.rows, other.each.by) == (each.rows, each.by):
            keys = [group.key] if group.key in self._rows.groups(other.each) else []
        else:
            about = self._rows.about(each, group.key, other.each.rows)
            is_open = not about and self._rows.refers(each.rows, other.each.rows)  # it refers to none yet
            if about is None or is_open:
                return [name]
            known = self._keys_at(other.each)
            keys = list(dict.fromkeys(key for place in about for key in known.get(place, ())))
        return [f"{name}{OF_ROW}{key}" for key in keys]

    def _keys_at(self, each: Each) -> Mapping[int, list[str]]:
        """Place of a row -> keys of the tasks that are about it."""
        if id(each) not in self._keys:
            found: dict[int, list[str]] = {}
            for group in self._rows.groups(each).values():
                for place in group.places:
                    found.setdefault(place, []).append(group.key)
            self._keys[id(each)] = each, found
        return self._keys[id(each)][1]

    # -- what is gone --------------------------------------------------------------------------------------

    @cached_property
    def _versions(self) -> Mapping[str, dict[str, set[int]]]:
        """Declared task -> key -> versions of the answers with which something is recorded of a row."""
        found: dict[str, dict[str, set[int]]] = {}
        for line in self._record.lines():
            task = self._profile.task(declared_id(line.task)) if OF_ROW in line.task else None
            if task and task.undo and line.what.kind == REPORTED:
                found.setdefault(task.id, {}).setdefault(row_of(line.task), set()).add(line.version)
        for record in self._record.tasks.values():
            if OF_ROW in record.task:
                known = found.setdefault(declared_id(record.task), {})
                known.setdefault(row_of(record.task), set()).add(record.version)
        return found

    def _recorded(self, task: Task) -> Iterable[str]:
        return self._versions.get(task.id, {})

    def _gone(self, task: Task, each: Each, key: str) -> Task:
        """The task of a row that is not meant any more, as it was when the row was last among the answers."""
        earlier = [self._earlier(version) for version in sorted(self._versions[task.id][key], reverse=True)]
        then = next((rows for rows in earlier if rows.label_of(each, key)), earlier[0])
        known = self._rows.label_of(each, key) or then.label_of(each, key) or key
        spoken = self._spoken(task, each, key, then)
        return replace(self._named(task, key, known, True), after=(), rests_on_tasks=(), settled_by=(), **spoken)


def filled_in(text: str, each: Each, key: str, rows: TableRows, asked: Questionnaire) -> str:
    """The text with the answers of a row, and of what has to do with it, in the places that name questions."""

    def words(name: str) -> str | list[str]:
        question = asked.question(each.question(name))
        return [lazy_answer(question, value) for value in rows.answers(each, key, each.question(name))] or NONE

    names = places(text)
    return _(text, **{name: words(name) for name in names}) if names else text
