"""A profile while it is being read: its parts, where each of them stands, and what is wrong so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from onboarding.domain.claim import Claim
from onboarding.domain.question import Question, Questionnaire, Rule, Section
from onboarding.domain.report import PLAIN, ReportPlan
from onboarding.domain.task import Gate, Party, Procedure, Reference, Service, Stage, Task
from onboarding.profile.model import RulePack
from onboarding.profile.source import Findings, Place, Source


@dataclass
class Draft:
    """Parts in the order of the file.

    ``places`` maps (kind, id) to where the part was written, ``informational`` holds questions that are asked for
    people's sake only, ``plan_labels`` the words for each service's plans.
    """

    source: Source
    findings: Findings
    sources: list[Source] = field(default_factory=list)
    title: str = ""
    provider: str = ""
    origin: str = ""
    runs: tuple[str, ...] = ()
    parties: dict[str, Party] = field(default_factory=dict)
    stages: list[Stage] = field(default_factory=list)
    services: dict[str, Service] = field(default_factory=dict)
    plan_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    procedures: dict[str, Procedure] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    packs: list[RulePack] = field(default_factory=list)
    pack_sources: list[Source] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    report_plan: ReportPlan = PLAIN
    informational: set[str] = field(default_factory=set)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)

    def place(self, kind: str, part: str) -> Place:
        return self.places.get((kind, part), Place(self.source))

    def report(self, place: Place, message: str) -> None:
        self.findings.append(place.finding(message))

    def questions(self) -> dict[str, Question]:
        return {question.id: question for section in self.sections.values() for question in section.questions}

    def questionnaire(self, profile: str, version: str) -> Questionnaire:
        title = f"{self.provider}: customer on-boarding sheet" if self.provider else self.title
        parties = {party.id: party.title for party in self.parties.values()}
        asks = next((party.id for party in self.parties.values() if party.side == "customer"), "")
        sections, rules = tuple(self.sections.values()), tuple(self.rules.values())
        return Questionnaire(profile, title, version, sections, rules, parties, asks)
