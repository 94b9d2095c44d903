"""A person as a connector: shown what to do, asked for proof. Nothing leaves this machine and nothing can be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onboarding.domain.action import Action, Attachment, Outcome, Verdict
from onboarding.domain.answer_text import answer_text, fields
from onboarding.domain.event import Event
from onboarding.domain.json import JSON
from onboarding.domain.language import _
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

    def send(self, action: Action, ref: str, documents: Sequence[Attachment] = ()) -> Outcome:
        """Pending, with the instruction as its message: what to do, the values to copy, the proof that is wanted."""
        return Outcome(Verdict.PENDING, ref, instruction(action))

    def look_up(self, action: Action, ref: str) -> Outcome | None:
        """None: an instruction that was not recorded may be shown again."""
        return None


def instruction(action: Action) -> Event:
    """What a person is asked to do."""
    body = action.body
    if action.resource != "instruction":
        values: dict[str, JSON] = {"text": f"{action.summary}.", "values": _aligned(fields(body))}
    else:
        values = {
            "text": _(str(body.get("text") or action.summary)),
            "values": _aligned((str(label), value) for label, value in body.get("values") or ()),
            "proof": _(str(body.get("evidence") or "")),
        }
    return Event("person.asked", action.key, {name: value for name, value in values.items() if value})


def _aligned(values: Iterable[tuple[str, JSON]]) -> str:
    texts = ((one_line(label), one_line(answer_text(None, value, is_exact=True))) for label, value in values)
    shown = [(label, value) for label, value in texts if value]
    width = max((len(label) for label, _ in shown), default=0)
    return "\n".join(f"  {label + ':':<{width + 1}}  {value}" for label, value in shown)
