"""Sequences of decisions, changes of answers and days against a few lines that say when a gate is open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.domain.history import Customer, GateDecision, History
from onboarding.domain.question import Kind, Question, Questionnaire, Section
from onboarding.domain.task import Gate, LeadTime, Unit
from onboarding.profile.model import Profile
from onboarding.stages.context import Context
from onboarding.stages.gate import decided_on, decided_view, decision_digest, standing
from tests.calendars import NEW_YORK

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
ROLES = ("customer", "engineer", "manager")
COLUMNS = (
    Question("users.email", Kind.EMAIL, "E-mail"),
    Question("users.extension", Kind.EXTENSION, "Extension"),
    Question("users.floor", Kind.TEXT, "Floor"),
)
USERS = Section("users", "Users", COLUMNS, is_table=True, key="email")
PROFILE = Profile("p", "P", "P", "", {}, (), (), {}, {}, Questionnaire("p", "P", "1", (USERS,)))

gates = st.builds(
    Gate,
    st.just("g"), st.just("G"), st.just("decision"), st.just("customer"),
    roles=st.lists(st.sampled_from(ROLES), min_size=1, max_size=3, unique=True).map(tuple),
    quorum=st.integers(1, 3), on=st.just(("users.extension",)), each_role=st.booleans(),
    expires=st.none() | st.integers(1, 9).map(lambda days: LeadTime(days, Unit.DAYS)),
)  # fmt: skip
steps = st.lists(
    st.one_of(
        st.tuples(st.just("decide"), st.sampled_from(["Ana", "Ben", "Kay", "ana "]), st.sampled_from(ROLES),
                  st.sampled_from([True, True, True, False])),
        st.tuples(st.just("change"), st.sampled_from(["extension", "floor"]), st.sampled_from(["101", "102"])),
        st.tuples(st.just("wait"), st.integers(1, 5)),
    ),
    max_size=14,
)  # fmt: skip


@dataclass
class Model:
    """What was recorded, on which extension, on which day: of each person the newest."""

    gate: Gate
    said: dict[str, tuple[str, bool, str, int]] = field(default_factory=dict)

    def decide(self, by: str, role: str, is_approved: bool, extension: str, day: int) -> None:
        self.said[by.strip().lower()] = (role, is_approved, extension, day)

    def is_open(self, extension: str, day: int) -> bool:
        on_this = [(role, yes, given) for role, yes, seen, given in self.said.values() if seen == extension]
        if any(not yes for _, yes, _ in on_this):
            return False
        limit = self.gate.expires.amount if self.gate.expires else 10_000
        roles = [role for role, _, given in on_this if day - given <= limit and role in self.gate.roles]
        return set(roles) == set(self.gate.roles) if self.gate.each_role else len(roles) >= self.gate.quorum


@settings(max_examples=150, deadline=None)
@given(gates, steps)
def test_a_gate_is_open_when_the_model_says_so(gate: Gate, steps: list[tuple[Any, ...]]) -> None:
    """Open exactly while enough people approve what is answered now, within the time, and nobody says no to it."""
    row, day, model = {"email": "x@x.example", "extension": "101", "floor": "1"}, 0, Model(gate)
    customer = Customer("c", "C", AT)
    context = Context(customer, PROFILE, {"users": [row]}, (), History(), AT, NEW_YORK)
    for kind, *given_ in steps:
        if kind == "wait":
            day += given_[0]
        elif kind == "change":
            row = {**row, given_[0]: given_[1]}
        context = replace(context, values={"users": [row]}, at=AT + timedelta(days=day))
        if kind == "decide":
            by, role, yes = given_
            word = GateDecision("g", yes, by, role, context.at, decision_digest(gate, context), "",
                                decided_on=decided_on(gate, context))  # fmt: skip
            context = replace(context, record=History(decisions=[*context.record.decisions, word]))
            model.decide(by, role, yes, row["extension"], day)
        view = decided_view(gate, context)
        assert view.is_open == model.is_open(row["extension"], day)
        assert view.is_open or all(view.missing)
        assert len(view.decisions) == len(model.said)
        assert {word.by for word in standing(gate, context)} <= {word.by for word in view.decisions}
        if view.open_until:
            after = datetime.combine(view.open_until + timedelta(days=1), AT.time(), UTC)
            assert decided_view(gate, replace(context, at=after - timedelta(days=1))).is_open
            assert not decided_view(gate, replace(context, at=after)).is_open
