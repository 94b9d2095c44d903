"""One person's decision on a gate: every objection to it, and the keeping of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from onboarding.answers.check import check_one
from onboarding.answers.value_kinds import is_blank
from onboarding.case.case import Case
from onboarding.case.people import is_theirs, lent, not_listed, people_of, wrong_side
from onboarding.case.proofs import used_file
from onboarding.domain.action import Attachment
from onboarding.domain.history import Edit, GateDecision
from onboarding.domain.json import JSON
from onboarding.domain.people import Directory, joined
from onboarding.domain.task import Gate
from onboarding.errors import GateClosed, InputError, OnboardingError, StalePlan
from onboarding.stages.change_notes import authors
from onboarding.stages.context import Context
from onboarding.stages.gate import bound_names, decided_on, decision_digest, reopened, standing
from onboarding.stages.project_status import ProjectStatus
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


@dataclass(frozen=True, slots=True)
class Hearing:
    """Before whom a vote is heard: ``by`` says it and ``login`` enters it, ``people`` is who is known, ``context`` what
    it is decided on and ``progress`` where that stands.

    ``edits`` gives who has saved the answers of these sections: the saves of each way it came about, newest first.
    """

    by: str
    login: str
    people: Directory
    context: Context
    progress: ProjectStatus
    edits: Callable[[frozenset[str]], Iterable[Sequence[Edit]]]


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
        document, decided_on(gate, context), answers=recorded(gate, vote, context)[0],
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
    people, progress = people_of(case, context), case.progress()
    edits = partial(saves, case)
    yield from objections_to(gate, vote, Hearing(case.by, case.entered_by, people, context, progress, edits))
    if not vote.is_same_file and (used := used_file(case, vote.document, vote.gate)):
        yield used


def saves(case: Case, sections: frozenset[str]) -> list[Sequence[Edit]]:
    """All that was ever saved of these sections, for `Hearing.edits`."""
    return [case.edits_since(sections, 0)]


def objections_to(gate: Gate, vote: Vote, heard: Hearing) -> Iterator[OnboardingError]:
    """Every objection to what somebody says in a role of the gate, the weightiest first."""
    checks = (_not_listed(gate, vote, heard), _second_role(gate, vote, heard),
              wrong_side("GATE-SIDE", heard.by, (vote.role,), heard.people, heard.context),
              _own_answers(gate, vote, heard), _lent(gate, vote, heard), _no_proof(gate, vote),
              _too_early(gate, heard), _moved(gate, vote, heard.context))  # fmt: skip
    yield from (refusal for refusal in checks if refusal)
    if wrong := recorded(gate, vote, heard.context)[1]:
        yield InputError("GATE-ANSWERS", f"{gate.title}: {' '.join(wrong)}", asked_of(gate))


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


def _not_listed(gate: Gate, vote: Vote, heard: Hearing) -> OnboardingError | None:
    """Where it is known who has a role, nobody else has it."""
    is_known = gate.is_listed or heard.people.knows(vote.role)
    return not_listed("GATE-PERSON", heard.by, (vote.role,), heard.people, heard.context) if is_known else None


def _second_role(gate: Gate, vote: Vote, heard: Hearing) -> OnboardingError | None:
    """One person has one say."""
    me = heard.people.identity(heard.by)
    for decision in standing(gate, heard.context):
        if heard.people.identity(decision.by) == me and decision.role != vote.role:
            role = heard.context.profile.party_title(decision.role)
            message = f"{decision.by} has decided {gate.title!r} as {role} already."
            rule = "Every role approves once, each by another person" if gate.each_role else "Nobody decides twice"
            remedy = f"{rule}: somebody else has to do it in the other role."
            return InputError("GATE-TWICE", message, remedy)
    return None


def _own_answers(gate: Gate, vote: Vote, heard: Hearing) -> OnboardingError | None:
    """Nobody approves answers they have given or changed themselves."""
    if not (vote.is_approved and gate.needs_four_eyes):
        return None
    names, people = bound_names(gate, heard.context), heard.people
    saves = heard.edits(frozenset(name.partition(".")[0] for name in names))
    given = chain.from_iterable(authors(names, edits, heard.context).values() for edits in saves)
    for by, change in given:
        if is_theirs(by, heard.by, people):
            message = f"{heard.by} may not approve answers of their own. {change}"
            remedy = "This gate needs four eyes: nobody approves answers they have typed. Somebody else has to look."
            return InputError("GATE-OWN", message, remedy + _others(vote.role, people.identity(heard.by), people))
    return None


def _lent(gate: Gate, vote: Vote, heard: Hearing) -> OnboardingError | None:
    """Who has a login says yes with it, where several have to."""
    wants_several = gate.needs_four_eyes or gate.each_role or gate.quorum > 1
    return lent(heard.by, heard.login, heard.people) if vote.is_approved and wants_several else None


def _others(role: str, me: str, people: Directory) -> str:
    """Who else may, where somebody is listed."""
    others = [person for person in people.may(role) if people.identity(str(person)) != me]
    return f" Others in this role: {joined(others)}." if others else ""


def _no_proof(gate: Gate, vote: Vote) -> OnboardingError | None:
    if vote.is_approved and gate.needs_evidence and vote.document is None:
        words, command = f"{gate.title} needs a document as proof.", "Give it with --evidence FILE."
        return InputError("GATE-EVIDENCE", words, "Give it under “Proof (a file)”.", command)
    return None


def _too_early(gate: Gate, heard: Hearing) -> OnboardingError | None:
    """Nobody decides on what has not been seen yet."""
    if before := heard.progress.open_before(gate):
        first = " ".join(f"First: {view.task.title}." for view in before)
        return GateClosed("GATE-EARLY", f"{gate.title} cannot be decided yet. {first}")
    return None


def _moved(gate: Gate, vote: Vote, context: Context) -> OnboardingError | None:
    if vote.seen and not decision_digest(gate, context).startswith(vote.seen):
        message = f"What {gate.title!r} is decided on is not what was looked at any more."
        return StalePlan("GATE-MOVED", message, "Look at it as it is now, then decide.")
    return None


def recorded(gate: Gate, vote: Vote, context: Context) -> tuple[dict[str, JSON], list[str]]:
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


def asked_of(gate: Gate) -> str:
    """What a gate asks besides yes or no, by name."""
    return f"It asks: {', '.join(question.name for question in gate.asks) or 'nothing besides yes or no'}."
