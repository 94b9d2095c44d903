"""What the record of one service gets of the rows of a file, put together before anything is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from onboarding.case.facts import Fact
from onboarding.case.objections import Objections
from onboarding.domain.action import Attachment
from onboarding.domain.event import Event
from onboarding.domain.history import ON_TRUST, Edit, Evidence, GateDecision, TaskRecord
from onboarding.domain.language import _
from onboarding.domain.people import Directory
from onboarding.domain.task import Task
from onboarding.stages.context import Context

DAY_ADOPTED, ANSWERS_ADOPTED = "date.adopted", "answers.adopted"


@dataclass
class Statement:
    """Lines of proof, documents, tasks and decisions: ``login`` enters them ``now``; ``lines`` say it, one for each.

    ``people`` is who is known for the customer, ``edits`` who has given the answers of sections (`decisions.Hearing`).
    ``left_open`` are tasks that stay open although they are stated, and it is said why; ``out`` the keys of the
    requests of each task that are out.
    """

    context: Context
    login: str
    now: datetime
    said: Objections
    people: Directory
    edits: Callable[[frozenset[str]], Iterable[Sequence[Edit]]]
    lines: list[str] = field(default_factory=list)
    documents: list[tuple[Attachment, datetime]] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    tasks: dict[str, TaskRecord] = field(default_factory=dict)
    decisions: list[GateDecision] = field(default_factory=list)
    left_open: set[str] = field(default_factory=set)
    out: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def so_far(self) -> Context:
        """The customer with all that is stated of it so far."""
        before = self.context.record
        record = replace(
            before, tasks={**before.tasks, **self.tasks}, decisions=[*before.decisions, *self.decisions],
            evidence=[*before.evidence, *self.evidence],
        )  # fmt: skip
        return replace(self.context, record=record)

    def prove(
        self,
        fact: Fact,
        about: str,
        what: Event,
        at: datetime | None = None,
        subject: str = "",
        roles: tuple[str, ...] = (),
    ) -> None:
        """A line of proof with what stands in the row, its document kept; ``roles`` are those it is said in."""
        row, name = fact.row, fact.document.name if fact.document else ""
        when, by = at or fact.at or self.now, row["by"] or self.login
        self.evidence.append(Evidence(
            about, when, by, what, subject, row["reference"], self.keep(fact), name, version=self.context.version,
            entered_by=self.login, is_on_trust=bool(roles) and not self.people.has(by, roles),
        ))  # fmt: skip

    def keep(self, fact: Fact) -> str:
        """Digest of the document of a fact, which is kept with it; empty without one."""
        if fact.document is None:
            return ""
        self.documents.append((fact.document, fact.at or self.now))
        return sha256(fact.document.data).hexdigest()

    def tell(self, what: str, fact: Fact, is_listed: bool = True) -> None:
        """A line for people, with all else that the row says; and that whoever says it is not listed for the role."""
        row, document, doubt = fact.row, fact.document.name if fact.document else "", "" if is_listed else str(ON_TRUST)
        said = (row["by"], row["role"], doubt, row["reference"], document, row["asked"], row["note"])
        more = "; ".join(filter(None, said))
        self.lines.append(f"{what}{f' ({more})' if more else ''}.")

    def day_of(self, fact: Fact, label: str, was: str) -> None:
        """The day of a question, which the answers have now; ``was`` is the one they had."""
        assert fact.at
        tasks = self.context.profile.tasks
        about = next((task.id for task in tasks if fact.name in (task.brings, task.on)), fact.name)
        values = {"label": _(label), "day": fact.at.date(), **values_of(fact)}
        self.prove(fact, about, Event(DAY_ADOPTED, fact.name, values), self.now)
        self.tell(f"{label}: {fact.at.date()}{f', instead of {was}' if was else ''}", fact)

    def answers_of(self, fact: Fact, file: str) -> None:
        """The answers that came with it."""
        what = Event(ANSWERS_ADOPTED, "answers", {"file": file, **values_of(fact)})
        self.evidence.append(Evidence("engagement", fact.at or self.now, fact.row["by"] or self.login, what,
                                      version=self.context.version, entered_by=self.login))  # fmt: skip
        more = "; ".join(filter(None, (fact.row["date"], fact.row["by"], fact.row["note"])))
        self.lines.append(f"Answers from {file}{f' ({more})' if more else ''}.")


def values_of(fact: Fact) -> dict[str, Any]:
    """What an event keeps of the row: the note, and which fact it is."""
    return {"note": fact.row["note"], "fact": fact.id}


def called(task: Task) -> str:
    """What a task is called, with its row."""
    return f"{task.title} ({task.row.label})" if task.row else task.title


def known_facts(lines: Sequence[Evidence], decisions: Sequence[GateDecision]) -> set[str]:
    """Digests of the facts that the record has already."""
    found = {str(line.what.values["fact"]) for line in lines if "fact" in line.what.values}
    stated = (one.origin.removeprefix(GateDecision.STATED) for one in decisions if one.is_stated)
    return {*found, *stated}


Days = Mapping[str, Fact]
"""Id of a task -> the row that states by when it is due."""
