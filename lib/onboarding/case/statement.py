"""What the record of one service gets of the rows of a file, put together before anything is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from onboarding.case.facts import Fact, Objections
from onboarding.domain.action import Attachment
from onboarding.domain.event import ADOPTED_TASK, Event
from onboarding.domain.history import Evidence, GateDecision, TaskRecord
from onboarding.domain.language import _
from onboarding.domain.params import hint
from onboarding.domain.task import Gate, Task
from onboarding.stages.context import Context
from onboarding.stages.gate import applies, decided_on, decision_digest

DAY_ADOPTED, ANSWERS_ADOPTED = "date.adopted", "answers.adopted"


@dataclass
class Statement:
    """Lines of proof, documents, tasks and decisions: ``login`` enters them ``now``; ``lines`` say it, one for each."""

    context: Context
    login: str
    now: datetime
    said: Objections
    lines: list[str] = field(default_factory=list)
    documents: list[tuple[Attachment, datetime]] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    tasks: dict[str, TaskRecord] = field(default_factory=dict)
    decisions: list[GateDecision] = field(default_factory=list)

    def prove(self, fact: Fact, about: str, what: Event, at: datetime | None = None, subject: str = "") -> None:
        """A line of proof with what stands in the row, its document kept."""
        row, name = fact.row, fact.document.name if fact.document else ""
        when = at or fact.at or self.now
        self.evidence.append(Evidence(
            about, when, row["by"] or self.login, what, subject, row["reference"], self.keep(fact), name,
            version=self.context.version, entered_by=self.login,
        ))  # fmt: skip

    def keep(self, fact: Fact) -> str:
        """Digest of the document of a fact, which is kept with it; empty without one."""
        if fact.document is None:
            return ""
        self.documents.append((fact.document, fact.at or self.now))
        return sha256(fact.document.data).hexdigest()

    def tell(self, what: str, fact: Fact) -> None:
        """A line for people, with all else that the row says."""
        row, document = fact.row, fact.document.name if fact.document else ""
        more = "; ".join(filter(None, (row["by"], row["role"], row["reference"], document, row["note"])))
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

    def decide(self, fact: Fact) -> None:
        """An approval, bound to the answers as they are."""
        gate = self.context.profile.gates.get(fact.name)
        if gate is None or gate.kind != "decision":
            known = [name for name, one in self.context.profile.gates.items() if one.kind == "decision"]
            self.said.refuse(fact.row, "id", f"There is no decision {fact.name!r}{hint(fact.name, known)}.",
                             f"Decisions: {', '.join(known)}.")  # fmt: skip
            return
        role = fact.row["role"] or (gate.roles[0] if len(gate.roles) == 1 else "")
        if role not in gate.roles:
            self.said.refuse(fact.row, "role", f"{role or 'Nobody'} may not decide {gate.title!r}.",
                             f"Roles: {', '.join(gate.roles)}.")  # fmt: skip
        elif not applies(gate, self.context.values):
            self.said.refuse(fact.row, "id", f"{gate.title} is not asked with these answers.",
                             "Leave the row out, or give the answers that ask for it.")  # fmt: skip
        elif gate.needs_evidence and fact.document is None:
            words = f"{gate.title} stays closed: an approval needs a file, and it is not there."
            self.said.remark(fact.row, "document", words, "Give the file beside it.")
            self.prove(fact, gate.id, Event(ADOPTED_TASK, gate.id, values_of(fact)))
        else:
            self.decisions.append(self._approval(fact, gate, role))
            self.tell(f"Approved on {self.context.day(self.decisions[-1].at)}: {gate.title}", fact)

    def _approval(self, fact: Fact, gate: Gate, role: str) -> GateDecision:
        assert fact.at
        kept = self.keep(fact)
        return GateDecision(
            gate.id, True, fact.row["by"], role, fact.at, decision_digest(gate, self.context), fact.row["note"], kept,
            decided_on(gate, self.context), version=self.context.version, origin=GateDecision.STATED + fact.id,
            entered_by=self.login,
        )  # fmt: skip


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
