"""Asking somebody for a decision by mail: once for what is to be decided, by a change of that mail when it changes, and
by its withdrawal when they need not decide any more.

What they have, or may have, is known from the attempts to send it (`stages.outgoing`); each has the version of the
answers, and so what was to be decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from onboarding.domain.action import Action, Operation
from onboarding.domain.difference import differences
from onboarding.domain.event import Event
from onboarding.domain.history import Evidence
from onboarding.domain.json import JSON
from onboarding.domain.language import ENGLISH, Language, _
from onboarding.domain.people import Person, identity
from onboarding.domain.sending import BY_MAIL, WITHDRAWAL, Sending
from onboarding.domain.task import Gate
from onboarding.stages.amendment import answering
from onboarding.stages.change_notes import explained
from onboarding.stages.context import Context
from onboarding.stages.gate import MAILED, GateStatus, decided_on, decision_digest, standing
from onboarding.stages.outgoing import NOTHING_OUT, Standing, standings, take_back
from onboarding.stages.planners.mail import REQUEST, of_reseller

CUSTOMER = "customer"
"""The side whose people are written to in the customer's language."""

UNASKED = _("Please decide: the work cannot go on before that.")
"""What a mail says where the profile has no question for the decision."""

SHOWN = 20
"""Changes that a mail names one by one."""

_IF_ASKED = _(
    "If you have got our earlier mail ({reference}): what is to be decided has changed since. Please decide on it as "
    "it is now."
)
_NEEDLESS = _("We had asked you for this decision. It is not needed any more.")
_IF_NEEDLESS = _("If you have got our earlier mail: the decision we asked for is not needed any more.")
_LATER = _("What is to be decided has changed since we asked. Please wait: we ask again once it can be decided.")


def request_to(person: Person, status: GateStatus, context: Context) -> Action | None:
    """The mail that asks a person for the decision; None where they have no address, have decided, or were asked for
    this already.

    Whoever was asked for something else, and has not decided since, is told what is different; where nobody knows
    whether they were asked, in words that are right in both cases. Of what is unknown itself it is the same mail again,
    which is not sent before that is known.
    """
    gate = status.gate
    if not person.email or identity(str(person)) in {identity(one.by) for one in standing(gate, context)}:
        return None
    whole = _whole(person, status, context)
    now = unanswered(whole.id, gate, context)
    if now.waits and _is_kept(now, now.waits, gate, context):
        return None
    if not now.could_be_out:
        return whole
    if _is_as_asked(now.version, gate, context):
        return replace(whole, summary=now.uncertain[-1].summary) if now.uncertain else None
    message = _changed(whole, now, gate, context, _language(status.owed_by, context))
    return replace(whole, message=message, summary=f"Change: {whole.summary}")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked for a decision now: everybody who ``may`` (their identities; None: that is not known), or nobody
    where it cannot be decided now.
    """

    may: Collection[str] | None = None
    is_asked: bool = False

    def includes(self, me: str) -> bool:
        return self.is_asked and self.may_decide(me)

    def may_decide(self, me: str) -> bool:
        return self.may is None or me in self.may


def to_stop(name: str, asked: Asked, status: GateStatus | None, context: Context) -> list[Action]:
    """What takes mails about a gate out of the outbox, and what withdraws those that may be out, where the person is
    not asked for that any more.

    What is to be decided as it was asked, only not yet, is left alone. Without ``status`` it is no gate of this
    edition.
    """
    found: list[Action] = []
    for request, now in standings(name, context).items():
        me, gate = _person_of(request), status.gate if status else _gate_of_then(name, now, context)
        if gate is None:
            continue
        is_kept = now.waits is not None and _is_kept(now, now.waits, gate, context, asked.includes(me))
        if now.waits and not is_kept:
            found.append(take_back(request, now.waits))
        is_said = is_kept and now.waits is not None and now.waits.withdraws
        if not is_said and not asked.includes(me) and _is_to_withdraw(me, now, asked, status, context):
            found.append(_withdrawal(request, now, gate, status, context))
    return found


def is_deliverable(gate: Gate, context: Context) -> bool:
    """Whether a mail about the decision lies in the outbox although there is a mail server."""
    return context.delivers and any(now.waits for now in standings(gate.id, context).values())


def doubtful(gate: Gate, context: Context) -> list[str]:
    """That nobody knows of whom whether they were asked, in a sentence."""
    known = standings(gate.id, context)
    who = [_person_of(request) for request in known if unanswered(request, gate, context).uncertain]
    text = _(
        "It is not known whether the mail that asks {who} has arrived. Ask them: it is sent again once somebody says "
        "that it has not."
    )
    return [_(text, who=", ".join(who))] if who else []


def mailed(one: Sending, who: Person, gate: Gate, context: Context, by: str) -> Evidence:
    """The line for the record that a person is asked."""
    values = {"who": str(who), "title": _(gate.title), "digest": decision_digest(gate, context)}
    event = Event(MAILED, gate.id, values)
    return Evidence(gate.id, context.at, by, event, identity(str(who)), one.reference, version=one.version)


def unanswered(request: str, gate: Gate, context: Context) -> Standing:
    """How the mail to one person stands; what they have decided on since is not out any more."""
    now = standings(gate.id, context).get(request, NOTHING_OUT)
    return replace(now, out=None, uncertain=()) if _has_answered(_person_of(request), gate.id, now, context) else now


def _person_of(request: str) -> str:
    return request.rpartition("/")[2]


def _has_answered(me: str, gate: str, now: Standing, context: Context) -> bool:
    decided = (one.at for one in context.record.decisions if one.gate == gate and identity(one.by) == me)
    return any(now.at is not None and at >= now.at for at in decided)


def _gate_of_then(name: str, now: Standing, context: Context) -> Gate | None:
    """A gate that is none of this edition, as it was when it was asked for."""
    then = context.under_edition_of(now.waits.version if now.waits else now.version)
    return then.profile.gates.get(name) if then else None


def _is_as_asked(version: int, gate: Gate, context: Context) -> bool:
    """Whether what was to be decided by those answers is what is to be decided now."""
    before = context.as_of(version) or context
    was = before.profile.gates.get(gate.id)
    return was is not None and decision_digest(was, before) == decision_digest(gate, context)


def _is_kept(now: Standing, waits: Sending, gate: Gate, context: Context, is_asked: bool = True) -> bool:
    """Whether what waits says what is to be said now, and somebody else has to send it."""
    if context.delivers or now.is_leaving:
        return False
    if waits.withdraws or not is_asked:
        return waits.withdraws and not is_asked
    return _is_as_asked(waits.version, gate, context)


def _is_to_withdraw(me: str, now: Standing, asked: Asked, status: GateStatus | None, context: Context) -> bool:
    """Whether somebody who is not asked any more could think they are."""
    is_said = bool(now.uncertain) and now.uncertain[-1].withdraws
    name = status.gate.id if status else ""
    if not now.could_be_out or is_said or (name and _has_answered(me, name, now, context)):
        return False
    is_to_come = status is not None and not status.is_open and asked.may_decide(me)
    return not (is_to_come and status is not None and _is_as_asked(now.version, status.gate, context))


def _withdrawal(request: str, now: Standing, gate: Gate, status: GateStatus | None, context: Context) -> Action:
    language = _language(status.owed_by if status else gate.owed_by, context)
    title = language(_(gate.title))
    subject = language(_("Your decision: {title}, {company}", title=title, company=context.company))
    is_to_come = status is not None and not status.is_open and not _is_as_asked(now.version, gate, context)
    intro = _LATER if is_to_come else _NEEDLESS if now.out else _IF_NEEDLESS
    body: dict[str, JSON] = {
        "to": _person_of(request),
        **of_reseller(context),
        "subject": str(language(_("Withdrawn: {subject}", subject=subject))),
        "intro": str(language(intro)),
        "fields": [[str(language(_("Customer"))), context.company], [str(language(_("Decision"))), str(title)]],
        "tables": [],
        "attach": [],
    }
    if language is not ENGLISH:
        body["reference_label"] = str(language(_("Reference")))
    body |= answering(body, now.requested, language)
    name = request + WITHDRAWAL
    summary = f"Withdraw: Ask for the decision: {gate.title}, {_person_of(request)}"
    return Action(name, gate.id, BY_MAIL, Operation.REMOVE, REQUEST, name, summary, body)


def _whole(person: Person, status: GateStatus, context: Context) -> Action:
    gate, language = status.gate, _language(status.owed_by, context)
    title, party = language(_(gate.title)), language(_(context.profile.party_title(status.owed_by)))
    closing = [_("Please answer with yes, or with no and why.")]
    if gate.needs_evidence:
        closing.append(_("Please send the document that proves it along."))
    body: dict[str, JSON] = {
        "to": person.email,
        "subject": str(language(_("Your decision: {title}, {company}", title=title, company=context.company))),
        "intro": str(language(_(gate.question) if gate.question else UNASKED)),
        "fields": [
            [str(language(_("Customer"))), context.company], [str(language(_("Decision"))), str(title)],
            [str(language(_("Asked as"))), str(party)],
        ],
        "tables": [],
        "attach": [],
        "closing": " ".join(str(language(text)) for text in closing),
        **of_reseller(context),
    }  # fmt: skip
    if language is not ENGLISH:
        body["reference_label"] = str(language(_("Reference")))
    key = f"{gate.id}/{identity(str(person))}"
    summary = f"Ask for the decision: {gate.title}, {person}"
    return Action(key, gate.id, BY_MAIL, Operation.CREATE, REQUEST, key, summary, body)


def _changed(whole: Action, now: Standing, gate: Gate, context: Context, language: Language) -> dict[str, JSON]:
    body, about = whole.body, answering(whole.body, now.references, language)
    subject = str(language(_("Change: {subject}", subject=body["subject"])))
    if now.uncertain:
        told = language(_(_IF_ASKED, reference=", ".join(now.references)))
        return {**body, **about, "subject": subject, "intro": f"{told}\n\n{body['intro']}"}
    intro = _("What is to be decided has changed since we asked. Please decide on it as it is now.")
    fields: list[JSON] = [*list(body["fields"] or ())[:2], *_differences(now, gate, context, language)]
    return {**about, "subject": subject, "intro": str(language(intro)), "fields": fields, "tables": [], "attach": []}


def _differences(now: Standing, gate: Gate, context: Context, language: Language) -> Iterator[JSON]:
    """[place, old → new] of each answer that it rests on and that is another since."""
    before = context.as_of(now.version) or context
    found = list(differences(context.profile.questionnaire, decided_on(gate, before), decided_on(gate, context)))
    for note in (explained(one, (), context) for one in found[:SHOWN]):
        yield [str(language(note.place)), str(language(note.what))]
    if (more := len(found) - SHOWN) > 0:
        yield ["", str(language(_("And {count} more changes.", count=more)))]


def _language(owed_by: str, context: Context) -> Language:
    party = context.profile.parties.get(owed_by)
    return context.language if party and party.side == CUSTOMER else ENGLISH
