"""One person's decision on a gate: every objection to it, and the keeping of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from onboarding.answers.check import check_one
from onboarding.answers.value_kinds import is_blank
from onboarding.case.case import Case
from onboarding.case.people import is_theirs, lent, not_listed, people_of, wrong_side
from onboarding.case.proofs import used_file
from onboarding.domain.action import Attachment
from onboarding.domain.history import GateDecision
from onboarding.domain.json import JSON
from onboarding.domain.people import Directory, joined
from onboarding.domain.task import Gate
from onboarding.errors import GateClosed, InputError, OnboardingError, StalePlan
from onboarding.stages.change_notes import authors
from onboarding.stages.context import Context
from onboarding.stages.gate import bound_names, decided_on, decision_digest, reopened, standing
from onboarding.store.lock import LOCK_WAIT


@dataclass(frozen=True, slots=True)
class Vote:
    """What somebody says to a gate. ``answers`` are as they were typed.

    ``seen`` is the digest of what they looked at, where that is known; ``origin`` that of the entry of a file.
    It ``is_same_file`` where the document proves something else too, on purpose.
    """

    gate: str
    is_approved: bool
    role: str
    note: str = ""
    document: Attachment | None = None
    answers: Mapping[str, JSON] = field(default_factory=dict)
    seen: str = ""
    origin: str = ""
    is_same_file: bool = False


def decide(case: Case, vote: Vote) -> GateDecision:
    """Keeps the decision of ``case.by``. Raises InputError CUSTOMER-ENDED, or the first of `objections`."""
    case.refuse_ended()
    with case.store.lock(case.customer.id, "decide", LOCK_WAIT):  # of two at once the second sees the first's
        decision = _decided(case, vote)
    if not decision.is_approved:
        for record in reopened(case.profile.gates[vote.gate], case.record, decision):
            case.set_task(record)
    case.note_progress()
    return decision


def _decided(case: Case, vote: Vote) -> GateDecision:
    context = case.context()  # before the objections: what is saved meanwhile is not decided on
    for objection in objections(case, vote):
        raise objection
    gate = context.profile.gates[vote.gate]
    people = people_of(case, context)
    kept, name = vote.document, case.customer.id
    document = case.store.keep_document(name, kept, case.by, case.at) if kept else ""
    decision = GateDecision(
        gate.id, vote.is_approved, people.named(case.by), vote.role, case.at, decision_digest(gate, context), vote.note,
        document, decided_on(gate, context), answers=_read(gate, vote, context)[0],
        version=context.version, is_verified=people.has(case.by, (vote.role,)), origin=vote.origin,
        entered_by=case.entered_by,
    )  # fmt: skip
    case.store.decide(name, decision)
    return decision


def objections(case: Case, vote: Vote) -> Iterator[OnboardingError]:
    """Every objection to the decision, the weightiest first; nothing when it can be kept.

    After a gate that is none, or a role that has no say, there is nothing more to say.
    """
    context = case.context()
    gate = context.profile.gates.get(vote.gate)
    if refusal := _no_gate(gate, vote, case, context) or _no_role(gate, vote):
        yield refusal
        return
    assert gate is not None
    people = people_of(case, context)
    checks = (_not_listed(gate, vote, case, people, context), _second_role(gate, vote, case, people, context),
              wrong_side("GATE-SIDE", case.by, (vote.role,), people, context),
              _own_answers(gate, vote, case, people, context), _lent(gate, vote, case, people),
              _no_proof(gate, vote), _used(vote, case),
              _too_early(gate, case), _moved(gate, vote, context))  # fmt: skip
    yield from (refusal for refusal in checks if refusal)
    if wrong := _read(gate, vote, context)[1]:
        asked = ", ".join(question.name for question in gate.asks) or "nothing besides yes or no"
        yield InputError("GATE-ANSWERS", f"{gate.title}: {' '.join(wrong)}", f"It asks: {asked}.")


def _no_gate(gate: Gate | None, vote: Vote, case: Case, context: Context) -> OnboardingError | None:
    if gate is None:
        known = ", ".join(context.profile.gates)
        return InputError("GATE-UNKNOWN", f"{case.customer.id} has no gate {vote.gate!r}.", f"Gates: {known}.")
    if gate.kind != "decision":
        return InputError("GATE-CHECKED", f"{gate.title} opens by itself as soon as its check holds.")
    return None


def _no_role(gate: Gate | None, vote: Vote) -> OnboardingError | None:
    if gate is None or vote.role in gate.roles:
        return None
    message = f"{vote.role or 'Nobody'} may not decide {gate.title!r}."
    return InputError("GATE-ROLE", message, f"Roles: {', '.join(gate.roles)}.")


def _not_listed(gate: Gate, vote: Vote, case: Case, people: Directory, context: Context) -> OnboardingError | None:
    """Where it is known who has a role, nobody else has it."""
    is_known = gate.is_listed or people.knows(vote.role)
    return not_listed("GATE-PERSON", case.by, (vote.role,), people, context) if is_known else None


def _second_role(gate: Gate, vote: Vote, case: Case, people: Directory, context: Context) -> OnboardingError | None:
    """One person has one say."""
    me = people.identity(case.by)
    for decision in standing(gate, context):
        if people.identity(decision.by) == me and decision.role != vote.role:
            role = context.profile.party_title(decision.role)
            message = f"{decision.by} has decided {gate.title!r} as {role} already."
            rule = "Every role approves once, each by another person" if gate.each_role else "Nobody decides twice"
            remedy = f"{rule}: somebody else has to do it in the other role."
            return InputError("GATE-TWICE", message, remedy)
    return None


def _own_answers(gate: Gate, vote: Vote, case: Case, people: Directory, context: Context) -> OnboardingError | None:
    """Nobody approves answers they have given or changed themselves."""
    if not (vote.is_approved and gate.needs_four_eyes):
        return None
    names = bound_names(gate, context)
    edits = case.edits_since(frozenset(name.partition(".")[0] for name in names), 0)
    me = people.identity(case.by)
    for by, change in authors(names, edits, context).values():
        if is_theirs(by, case.by, people):
            message = f"{case.by} may not approve answers of their own. {change}"
            remedy = "This gate needs four eyes: nobody approves answers they have typed. Somebody else has to look."
            return InputError("GATE-OWN", message, remedy + _others(vote.role, me, people))
    return None


def _lent(gate: Gate, vote: Vote, case: Case, people: Directory) -> OnboardingError | None:
    """Who has a login says yes with it, where several have to."""
    wants_several = gate.needs_four_eyes or gate.each_role or gate.quorum > 1
    return lent(case, people) if vote.is_approved and wants_several else None


def _others(role: str, me: str, people: Directory) -> str:
    """Who else may, where somebody is listed."""
    others = [person for person in people.may(role) if people.identity(str(person)) != me]
    return f" Others in this role: {joined(others)}." if others else ""


def _no_proof(gate: Gate, vote: Vote) -> OnboardingError | None:
    if vote.is_approved and gate.needs_evidence and vote.document is None:
        words, command = f"{gate.title} needs a document as proof.", "Give it with --evidence FILE."
        return InputError("GATE-EVIDENCE", words, "Give it under “Proof (a file)”.", command)
    return None


def _used(vote: Vote, case: Case) -> OnboardingError | None:
    return None if vote.is_same_file else used_file(case, vote.document, vote.gate)


def _too_early(gate: Gate, case: Case) -> OnboardingError | None:
    """Nobody decides on what has not been seen yet."""
    if before := case.progress().open_before(gate):
        first = " ".join(f"First: {view.task.title}." for view in before)
        return GateClosed("GATE-EARLY", f"{gate.title} cannot be decided yet. {first}")
    return None


def _moved(gate: Gate, vote: Vote, context: Context) -> OnboardingError | None:
    if vote.seen and not decision_digest(gate, context).startswith(vote.seen):
        message = f"What {gate.title!r} is decided on is not what was looked at any more."
        return StalePlan("GATE-MOVED", message, "Look at it as it is now, then decide.")
    return None


def _read(gate: Gate, vote: Vote, context: Context) -> tuple[dict[str, JSON], list[str]]:
    """What the decision records besides yes or no, and what is wrong with it; a no may leave everything open."""
    known = [question.name for question in gate.asks]
    wrong = [f"It does not ask for {name!r}." for name in vote.answers if name not in known]
    found: dict[str, JSON] = {}
    for question in gate.asks:
        if question.when is not None and not question.when.holds(context.values):
            continue
        given = vote.answers.get(question.name)
        raw = question.default if is_blank(given) else given
        if is_blank(raw) and not vote.is_approved:
            continue
        value, problem = check_one(question, raw)
        if problem:
            wrong.append(problem.message)
        elif value is not None:
            found[question.name] = value
    return found, wrong
