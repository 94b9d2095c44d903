"""What happened, as data: its kind, what it is about, and values; the sentence is made of them when it is shown.

Nothing reads a sentence back: who wants to know what happened looks at the kind. What a person typed or an outside
system answered is a value and stays as it is. Words of ours among the values (a task's title, a party) are given
through `say`, so that the whole sentence can be said in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from onboarding.domain.json import JSON
from onboarding.domain.language import Said, places, say, say_lines
from onboarding.errors import OnboardingError

Part = Said | tuple[Said, ...]
"""A sentence, or several of which the first counts whose places are all filled; without such a one the part is left
out."""

_PORTAL: tuple[Part, ...] = (say("Customer portal: {portal}."), say("{words}"))
_ACTION: tuple[Part, ...] = (say("{said}"), say("And {more} more."))

SENTENCES: Mapping[str, tuple[Part, ...]] = {
    "": (),
    # somebody's or something's own words
    "words": (say("{words}"),),
    "error": (say("{code}: {message}"), say("{remedy}")),
    "person.says": ((say("{who}: {words}"), say("{who}: reported as done")),),
    # tasks
    "task.reported": ((say("{note}"), say("reported as done")),),
    "task.left-out": (say("left out: {why}"),),
    "task.again": (say("to be sent again: {why}"),),
    "task.reopened": (say("Done anew, because {who} said no to “{title}”."), say("{note}")),
    "task.checked": (say("checked"),),
    "task.check-holds": (say("its check holds"),),
    "task.seen": (say("seen in the outside system"),),
    "task.partly-seen": (say("{seen} of {total} seen so far"),),
    "task.unknown": (say("It is not known whether this happened: {what}."), *_ACTION),
    "task.refused": (say("Refused: {what}."), *_ACTION),
    # what was done on an outside system, and how it is known
    "action.done": (say("{what}"),),
    "action.found": (say("found as wanted"),),
    "action.confirmed": (say("read back as wanted"),),
    "document.sent": (say("as it was sent"),),
    # how an attempt ended
    "attempt.open": (say("An earlier attempt has no known end."),),
    "attempt.without-effect": (say("looked up: it had no effect"),),
    "attempt.lost": (say("The {system} may or may not have carried this out: {why}"),),
    "attempt.under-way": (say("It is still being {doing}; the next run looks again."),),
    "attempt.refused": ((say("{words}"), say("The {system} answered {status} without words.")),),
    "attempt.differs": (say("{words}"), say("What is there differs in: {fields}.")),
    "attempt.unlike": ((say("It was accepted, but reads back differently: {fields}."),
                        say("It was accepted, but reads back differently: it is not there.")),),
    "attempt.nothing-there": (say("There is no {resource} {key} to change."),),
    "attempt.fixed": (say("The {system} cannot change {fields} of {key}."),),
    "attempt.done": _PORTAL,
    "attempt.found": (say("Found by looking it up."), *_PORTAL),
    "attempt.there-already": (say("It was there already."), *_PORTAL),
    "attempt.so-already": (say("It was so already."), *_PORTAL),
    "attempt.was-gone": (say("It was not there."),),
    "attempt.gone": (say("It is no longer there."),),
    "mail.sent": ((say("The mail was sent: {words}"), say("The mail was sent earlier.")),),
    "mail.waits": (say("The mail waits in the outbox: {file}"),),
    "mail.unknown": ((say("The mail may or may not have been sent: {why}"),
                      say("The mail may or may not have been sent; ask the support engineers.")),),
    "mail.other": (say("Another request lies in the outbox under the reference {ref}."),),
    "person.asked": ((say("{text}\n{values}\nProof: {proof}"), say("{text}\nProof: {proof}"),
                      say("{text}\n{values}"), say("{text}")),),
    # runs
    "run.complete": (say("{title} is complete."),),
    "run.stopped": ((say("{title}: {why}"), say("{title}")),),
    "run.dry": (say("Dry run: {count} of {total} tasks can be carried out now; add --apply."),),
    "run.waits": ((say("Waiting on {party} for {what} until {day}."), say("Waiting on {party} for {what}.")),
                  say("{why}"), say("{more} more wait too.")),
    "run.failed": (say("{error}"),),
    "run.died": (say("The run died after cell {cell}: {error}."),),
    "run.timed-out": (say("The run was stopped after cell {cell}: {error}."),),
    "run.interrupted": (say("The run was interrupted."),),
    "run.lost": (say("Its process ended without saying how."),),
    "report.made": (say("The report was made."),),
    # procedures
    "procedure.exported": (say("exported before anything was done"),),
    "procedure.done": (say("carried out: {what}"),),
    "procedure.followed-up": ((say("{note}"), say("done")),),
    "recovery.looked": (say("looked at: {advice}"),),
    "recovery.way": (say(
        "The fault lies on the way to the portal: check network, name and firewall, then run this again."),),
    "recovery.portal": (say("The fault lies with the portal itself: ask whoever runs it to look at it."),),
    "recovery.clear": (say("Nothing stands in the way now: try the change once more."),),
    "recovery.own-platform": (say(
        "Only this customer's platform is cut off: have it pinged from the portal, and its connection mended."),),
    "recovery.all-platforms": (say(
        "Other customers are cut off as well: the fault lies between the portal and its platforms."),),
    "recovery.not-compared": (say(
        "The portal is not connected to this customer's platform. Compare with another customer to narrow it down."),),
}  # fmt: skip
"""Kind -> the parts of its sentence, one after the other. A kind is never renamed: it is kept in databases."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. ``subject`` is the id of what it is about: a task, a gate, a key outside, a stage.

    Values are texts, numbers, days, words of ours (`say`), other events, or lists of these; one that is empty counts as
    not given. The event without a kind is that nothing is to be said. As text it is its English sentence. Raises
    ValueError for an unknown kind.
    """

    kind: str = ""
    subject: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in SENTENCES:
            raise ValueError(f"{self.kind!r} is no kind of event")

    @property
    def sentence(self) -> str:
        """What is shown, to be said in the reader's language."""
        return say_lines([said for part in SENTENCES[self.kind] if (said := self._said(part))])

    def _said(self, part: Part) -> str:
        for text in part if isinstance(part, tuple) else (part,):
            names = places(text)
            if all(self.values.get(name) not in (None, "", []) for name in names):
                return say(text, **{name: _shown(self.values[name]) for name in names})
        return ""

    def __str__(self) -> str:
        return str(self.sentence)

    def __bool__(self) -> bool:
        return bool(self.kind)


NOTHING = Event()
"""That nothing is to be said."""


def noted(text: str) -> Event:
    """What somebody typed, as it is."""
    return Event("words", values={"words": text}) if text else NOTHING


def error_event(problem: OnboardingError) -> Event:
    """That an error ended it."""
    values = {"code": problem.code, "message": problem.message, "remedy": problem.remedy}
    return Event("error", values={name: value for name, value in values.items() if value})


def event_to_json(event: Event) -> JSON:
    """An event as it is kept; None for the one that says nothing."""
    return {"kind": event.kind, "subject": event.subject, "values": _all(_kept, event.values)} if event else None


def event_from_json(kept: JSON) -> Event:
    """An event as it was kept. Raises ValueError, TypeError or LookupError for what is none."""
    return NOTHING if kept is None else Event(kept["kind"], kept["subject"], _all(_read, kept["values"]))


def _shown(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_shown(one) for one in value]
    return value.sentence if isinstance(value, Event) else value


def _kept(value: Any) -> Any:
    """Values in JSON; days, words of ours and events each in a table of their own."""
    if isinstance(value, Event):
        return {"event": event_to_json(value)}
    if isinstance(value, Said):
        return {"text": value.template, "values": _all(_kept, value.values)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return [_kept(one) for one in value] if isinstance(value, list | tuple) else value


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    if "event" in value:
        return event_from_json(value["event"])
    return date.fromisoformat(value["day"]) if "day" in value else say(value["text"], **_all(_read, value["values"]))


def _all(turn: Callable[[Any], Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: turn(value) for name, value in values.items()}
