"""Asking somebody for a decision by mail: once for what is to be decided, and by a change of that mail when it changes.

What was asked is known from the line of evidence of its sending, which has the digest of what was to be decided and the
version of the answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from onboarding.domain.action import Action, Operation
from onboarding.domain.difference import differences
from onboarding.domain.event import Event
from onboarding.domain.history import Evidence
from onboarding.domain.json import JSON
from onboarding.domain.language import ENGLISH, Language, _
from onboarding.domain.people import Person, identity
from onboarding.domain.task import Gate
from onboarding.stages.amendment import answering
from onboarding.stages.change_notes import explained
from onboarding.stages.context import Context
from onboarding.stages.gate import MAILED, GateStatus, decided_on, decision_digest, standing
from onboarding.stages.planners.mail import REQUEST, of_reseller

CUSTOMER = "customer"
"""The side whose people are written to in the customer's language."""

UNASKED = _("Please decide: the work cannot go on before that.")
"""What a mail says where the profile has no question for the decision."""

SHOWN = 20
"""Changes that a mail names one by one."""


def request_to(person: Person, status: GateStatus, context: Context) -> Action | None:
    """The mail that asks a person for the decision; None where they have no address, have decided, or were asked for
    this already.

    Whoever was asked for something else, and has not decided since, is told what is different.
    """
    gate, me = status.gate, identity(str(person))
    if not person.email or me in {identity(one.by) for one in standing(gate, context)}:
        return None
    whole, line = _whole(person, status, context), _unanswered(person, gate, context)
    if line is None:
        return whole
    if line.what.values.get("digest") == decision_digest(gate, context):
        return None
    language = _language(status, context)
    return replace(whole, message=_changed(whole, line, gate, context, language), summary=f"Change: {whole.summary}")


def mailed(person: Person, gate: Gate, reference: str, context: Context, by: str) -> Evidence:
    """The line for the record that a person is asked."""
    values = {"who": str(person), "title": _(gate.title), "digest": decision_digest(gate, context)}
    event = Event(MAILED, gate.id, values)
    return Evidence(gate.id, context.at, by, event, identity(str(person)), reference, version=context.version)


def _unanswered(person: Person, gate: Gate, context: Context) -> Evidence | None:
    """The line of the newest mail that asked them, if they have not decided since."""
    me = identity(str(person))
    lines = (one for one in reversed(context.record.evidence) if one.what.kind == MAILED and one.task == gate.id)
    line = next((one for one in lines if one.subject == me), None)
    decided = (one.at for one in context.record.decisions if one.gate == gate.id and identity(one.by) == me)
    return None if line is None or any(at >= line.at for at in decided) else line


def _whole(person: Person, status: GateStatus, context: Context) -> Action:
    gate, language = status.gate, _language(status, context)
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
    return Action(key, gate.id, "support", Operation.CREATE, REQUEST, key, summary, body)


def _changed(whole: Action, line: Evidence, gate: Gate, context: Context, language: Language) -> dict[str, JSON]:
    body = whole.body
    intro = _("What is to be decided has changed since we asked. Please decide on it as it is now.")
    return {
        **answering(body, line.reference, language),
        "subject": str(language(_("Change: {subject}", subject=body["subject"]))),
        "intro": str(language(intro)),
        "fields": [*body["fields"][:2], *_differences(line, gate, context, language)],
        "tables": [],
        "attach": [],
    }


def _differences(line: Evidence, gate: Gate, context: Context, language: Language) -> Iterator[JSON]:
    """[place, old → new] of each answer that it rests on and that is another since."""
    before = context.under_edition_of(line.version) or context.before(line.version) or context
    found = list(differences(context.profile.questionnaire, decided_on(gate, before), decided_on(gate, context)))
    for note in (explained(one, (), context) for one in found[:SHOWN]):
        yield [str(language(note.place)), str(language(note.what))]
    if (more := len(found) - SHOWN) > 0:
        yield ["", str(language(_("And {count} more changes.", count=more)))]


def _language(status: GateStatus, context: Context) -> Language:
    party = context.profile.parties.get(status.owed_by)
    return context.language if party and party.side == CUSTOMER else ENGLISH
