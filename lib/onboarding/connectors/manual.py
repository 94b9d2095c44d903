"""A person as a connector: shown what to do, asked for proof. Nothing leaves this machine and nothing can be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onboarding.domain.action import Action, Document, Outcome, Verdict
from onboarding.domain.answer_text import answer_text, fields
from onboarding.domain.json import JSON
from onboarding.text import one_line


@dataclass(frozen=True, slots=True)
class ManualConnector:
    """Acts under its own name, or for a system that has no interface here (``portal``)."""

    name: str = "manual"
    settle: float = 0.0
    is_manual: bool = True

    def observe(self, wanted: Sequence[Action]) -> dict[str, Mapping[str, JSON] | None]:
        """Nothing: what a person did is known from the proof alone."""
        return {}

    def send(self, action: Action, ref: str, documents: Sequence[Document] = ()) -> Outcome:
        """Pending, with the instruction as its message."""
        return Outcome(Verdict.PENDING, ref, instruction(action))

    def look_up(self, action: Action, ref: str) -> Outcome | None:
        """None: an instruction that was not recorded may be shown again."""
        return None


def instruction(action: Action) -> str:
    """The instruction as plain text: what to do, the values to copy, the proof that is wanted."""
    body = action.body
    if action.resource != "instruction":
        return "\n".join([f"{action.summary}.", *_aligned(fields(body))])
    lines = [str(body.get("text") or action.summary)]
    lines += _aligned((str(label), value) for label, value in body.get("values") or ())
    if evidence := body.get("evidence"):
        lines.append(f"Proof: {evidence}")
    return "\n".join(lines)


def _aligned(values: Iterable[tuple[str, JSON]]) -> list[str]:
    texts = ((one_line(label), one_line(answer_text(None, value, is_exact=True))) for label, value in values)
    shown = [(label, value) for label, value in texts if value]
    width = max((len(label) for label, _ in shown), default=0)
    return [f"  {label + ':':<{width + 1}}  {value}" for label, value in shown]
