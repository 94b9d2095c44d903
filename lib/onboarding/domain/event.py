"""What happened, as data: its kind, what it is about, and values; the sentence is made of them when it is shown.

Nothing reads a sentence back: who wants to know what happened looks at the kind. What a person typed or an outside
system answered is a value and stays as it is. Words of ours among the values (a task's title, a party) are given
through `_`, so that the whole sentence can be shown in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from onboarding.domain.json import JSON
from onboarding.domain.language import LazyText, _, join_sentences, places
from onboarding.errors import OnboardingError

Part = LazyText | tuple[LazyText, ...]
"""A sentence, or several of which the first counts whose places are all filled; without such a one the part is left
out."""

_PORTAL: tuple[Part, ...] = (_("Customer portal: {portal}."), _("{words}"))
_ACTION: tuple[Part, ...] = (_("{said}"), _("And {more} more."))

ADOPTED_TASK, ADOPTED_ORDER = "task.adopted", "order.adopted"
"""Kinds of what was stated when a customer was taken over who was under way elsewhere; nobody has verified it."""

PROOF_ADDED = "task.proof-added"
"""Kind of a document that was filed with a task that was done before."""

MAIL_GONE = "mail.gone"
"""Kind of a mail that was to be taken out of the outbox, and that somebody had moved before."""

REOPENED = "task.reopened"
"""Kind of the note of a task that is done anew because somebody said no to what it led up to."""

SENT, REPORTED, REMOVED = ("action.done", "action.found"), "task.reported", "action.removed"
"""Kinds by which it is known what is there by our hand: what took effect, what a person did, what is gone again."""

CONFIRMED = "action.confirmed"
"""Kind of what another party was waited for, and was seen outside."""

SENTENCES: Mapping[str, tuple[Part, ...]] = {
    "": (),
    # somebody's or something's own words
    "words": (_("{words}"),),
    "error": (_("{code}: {message}"), _("{remedy}")),
    "person.says": ((_("{who}: {words}"), _("{who}: reported as done")),),
    # tasks
    "task.reported": ((_("{note}, done on {day}"), _("done on {day}"), _("{note}"), _("reported as done")),),
    PROOF_ADDED: ((_("proof added: {note}"), _("proof added to what was done")),),
    "task.left-out": (_("left out: {why}"),),
    "task.waived": ((_("waived by {who} as {role}, in writing ({file}): {why}"),
                     _("waived by {who} as {role}: {why}")),),
    "task.again": (_("to be sent again: {why}"),),
    REOPENED: (_("Done anew, because {who} said no to “{title}”."), _("{note}")),
    "task.undone": ((_("to be done after all: {why}"),
                     _("to be done anew, the answers have changed: {changes}"),
                     _("to be done anew, the answers have changed")),),
    "task.redefined": (_("to be done anew, the edition of the profile is another"),),
    "task.row-gone": (_("its row is not among the answers any more"),),
    "task.not-needed": ((_("not needed any more: {changes}"), _("not needed any more")),),
    "task.stands": (_("the answers are again those it was done with"),),
    "task.checked": (_("checked"),),
    "task.check-holds": (_("its check holds"),),
    "task.seen": (_("seen in the outside system"),),
    "task.partly-seen": (_("{seen} of {total} seen so far"),),
    "task.unknown": (_("It is not known whether this happened: {what}."), *_ACTION),
    "task.refused": (_("Refused: {what}."), *_ACTION),
    "date.moved": ((_("{label}: {new}, before that {old}"), _("{label}: not known any more, before that {old}")),),
    "gate.mailed": (_("{who} is asked by mail for the decision “{title}”"),),
    "gate.asked": (_("{party} is asked for the decision “{title}”"),),
    "gate.again": (_("to be asked again by mail: {why}"),),
    "gate.redefined": (_("{who} had approved “{title}”; the edition of the profile asks otherwise"),),
    # what was done on an outside system, and how it is known
    "action.done": (_("{what}"),),
    "action.removed": (_("removed: {what}"),),
    "action.found": (_("found as wanted"),),
    "action.confirmed": (_("read back as wanted"),),
    "document.sent": (_("as it was sent"),),
    # how an attempt ended
    "attempt.open": (_("An earlier attempt has no known end."),),
    "attempt.without-effect": (_("looked up: it had no effect"),),
    "attempt.lost": (_("The {system} may or may not have carried this out: {why}"),),
    "attempt.under-way": (_("It is still being {doing}; the next run looks again."),),
    "attempt.refused": ((_("{words}"), _("The {system} answered {status} without words.")),),
    "attempt.differs": (_("{words}"), _("What is there differs in: {fields}.")),
    "attempt.unlike": ((_("It was accepted, but reads back differently: {fields}."),
                        _("It was accepted, but reads back differently: it is not there.")),),
    "attempt.nothing-there": (_("There is no {resource} {key} to change."),),
    "attempt.fixed": (_("The {system} cannot change {fields} of {key}."),),
    "attempt.done": _PORTAL,
    "attempt.found": (_("Found by looking it up."), *_PORTAL),
    "attempt.there-already": (_("It was there already."), *_PORTAL),
    "attempt.so-already": (_("It was so already."), *_PORTAL),
    "attempt.was-gone": (_("It was not there."),),
    "attempt.gone": (_("It is no longer there."),),
    "mail.sent": ((_("The mail was sent: {words}"), _("The mail was sent earlier.")),),
    "mail.waits": (_("The mail waits in the outbox: {file}"),),
    "mail.unknown": ((_("The mail may or may not have been sent: {why}"),
                      _("The mail may or may not have been sent; ask those it is for.")),),
    "mail.taken-back": (_("The mail was taken out of the outbox."),),
    MAIL_GONE: (_("The mail was not in the outbox any more: whoever has sent it has to take it back."),),
    "mail.other": (_("Another request lies in the outbox under the reference {ref}."),),
    "person.asked": ((_("{text}\n{values}\nProof: {proof}"), _("{text}\nProof: {proof}"),
                      _("{text}\n{values}"), _("{text}")),),
    "number.stated": (_("{number}: {state}."), _("{why}.")),
    # the course of a project
    "engagement.cancelled": (_("cancelled before go-live: {why}"),),
    "task.adopted": (_("stated at adoption, not verified"), _("{note}")),
    "order.adopted": (_("asked for before adoption: stated, not verified"), _("{note}")),
    "document.adopted": (_("filed at adoption: stated, not verified"), _("{note}")),
    "date.adopted": (_("stated at adoption, not verified: {label}, {day}"), _("{note}")),
    "answers.adopted": (_("answers stated at adoption: {file}"), _("{note}")),
    "edition.moved": (_("moved from the edition {old} of {was} to the edition {new} of {profile}: {why}"),),
    "drift.seen": ((_("seen outside, changed by the customer since the hand-over: {things}"),
                    _("seen outside as it was handed over")),),
    "engagement.resumed": (_("taken up again: {why}"),),
    # runs
    "run.complete": ((_("{title} is complete. Gates that are closed now: {gates}."), _("{title} is complete.")),),
    "run.stopped": ((_("{title}: {why}"), _("{title}")),),
    "run.dry": (_("Dry run: {count} of {total} tasks can be carried out now."),),
    "run.waits": ((_("Waiting on {party} for {what} until {day}."), _("Waiting on {party} for {what}.")),
                  _("{why}"), _("Also waiting: {more}."), _("Not possible yet: {later}.")),
    "run.failed": (_("{error}"),),
    "run.died": (_("The run died after cell {cell}: {error}."),),
    "run.timed-out": (_("The run was stopped after cell {cell}: {error}."),),
    "run.interrupted": (_("The run was interrupted."),),
    "run.lost": (_("Its process ended without saying how."),),
    "report.made": (_("The report was made."),),
    # procedures
    "procedure.exported": (_("exported before anything was done"),),
    "procedure.done": (_("carried out: {what}"),),
    "procedure.followed-up": ((_("{note}"), _("done")),),
    "recovery.looked": (_("looked at: {advice}"),),
    "recovery.way": (_(
        "The fault lies on the way to the portal: check network, name and firewall, then run this again."),),
    "recovery.portal": (_("The fault lies with the portal itself: ask whoever runs it to look at it."),),
    "recovery.clear": (_("Nothing stands in the way now: try the change once more."),),
    "recovery.own-platform": (_(
        "Only this customer's platform is cut off: have it pinged from the portal, and its connection mended."),),
    "recovery.all-platforms": (_(
        "Other customers are cut off as well: the fault lies between the portal and its platforms."),),
    "recovery.not-compared": (_(
        "The portal is not connected to this customer's platform. Compare with another customer to narrow it down."),),
}  # fmt: skip
"""Kind -> the parts of its sentence, one after the other. A kind is never renamed: it is kept in databases."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. ``subject`` is the id of what it is about: a task, a gate, a key outside, a stage.

    Values are texts, numbers, days, words of ours (`_`), other events, or lists of these; one that is empty counts as
    not given. The event without a kind is shown as nothing. As text it is its English sentence. Raises
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
        """What is shown, to be translated."""
        return join_sentences([sentence for part in SENTENCES[self.kind] if (sentence := self._sentence_of(part))])

    def _sentence_of(self, part: Part) -> str:
        for text in part if isinstance(part, tuple) else (part,):
            names = places(text)
            if all(self.values.get(name) not in (None, "", []) for name in names):
                return _(text, **{name: _shown(self.values[name]) for name in names})
        return ""

    def __str__(self) -> str:
        return str(self.sentence)

    def __bool__(self) -> bool:
        return bool(self.kind)


NOTHING = Event()
"""The event that is shown as nothing."""


def noted(text: str) -> Event:
    """What somebody typed, as it is."""
    return Event("words", values={"words": text}) if text else NOTHING


def error_event(problem: OnboardingError) -> Event:
    """That an error ended it."""
    values = {"code": problem.code, "message": problem.message, "remedy": problem.command}
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
    if isinstance(value, LazyText):
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
    return date.fromisoformat(value["day"]) if "day" in value else _(value["text"], **_all(_read, value["values"]))


def _all(turn: Callable[[Any], Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: turn(value) for name, value in values.items()}
