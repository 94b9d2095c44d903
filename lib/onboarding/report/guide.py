"""One customer, as the blocks that a profile asks for look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from onboarding.domain.json import Document
from onboarding.domain.language import say
from onboarding.domain.record import Evidence, TaskState
from onboarding.report.counted import RowProofs
from onboarding.stages.context import Context
from onboarding.stages.progress import Progress, TaskView


@dataclass(frozen=True)
class Guide:
    """What is known of the customer; ``earlier`` are the answers as they were when a task was done, by its id."""

    context: Context
    progress: Progress
    proofs: RowProofs
    earlier: Mapping[str, Document] = field(default_factory=dict)

    def view(self, task: str, or_done: bool = False) -> TaskView | None:
        """The task as it stands, None when it is not needed; ``or_done``: nor was, when it was done."""
        found = next((view for view in self.progress.tasks if view.task.id == task), None)
        is_done = or_done and self.context.record.state(task) is TaskState.DONE
        return found if found and (is_done or found.state is not TaskState.NOT_NEEDED) else None

    def party(self, name: str) -> str:
        return say(self.context.profile.party_title(name))

    def evidence(self, task: str) -> list[Evidence]:
        return [line for line in self.context.record.evidence if line.task == task]
