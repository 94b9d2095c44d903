"""A management portal in memory: what was sent is there afterwards, nothing more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from onboarding.domain.action import Action, Attachment, Outcome, Verdict

Record = dict[str, Any]


@dataclass
class FakeMmp:
    """Things by (resource, key), in the order in which they came."""

    kept: dict[tuple[str, str], Record] = field(default_factory=dict)
    sent: list[Action] = field(default_factory=list)
    name: str = "mmp"
    settle: float = 0.0
    is_manual: bool = False

    def observe(self, wanted: Sequence[Action]) -> dict[str, Mapping[str, Any] | None]:
        return {action.id: self.kept.get((action.resource, action.key)) for action in wanted}

    def send(self, action: Action, ref: str, documents: Sequence[Attachment] = ()) -> Outcome:
        self.sent.append(action)
        if action.removes:
            self.kept.pop((action.resource, action.key), None)
        else:
            self.kept.setdefault((action.resource, action.key), {}).update(action.body)
        return Outcome(Verdict.DONE, f"mmp-{len(self.sent)}")

    def look_up(self, action: Action, ref: str) -> Outcome | None:
        return None

    def of(self, resource: str) -> dict[str, Record]:
        return {key: record for (kind, key), record in self.kept.items() if kind == resource}
