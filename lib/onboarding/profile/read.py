"""From files to a profile: templates and rule packs merged in, everything checked, typed objects built.

A profile pulls in question templates (``include``) and rule packs (``rules``); what it writes under the same name
changes them. So the tables are merged first, and one model checks the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from onboarding.domain.calendar import Calendar
from onboarding.domain.json import digest
from onboarding.domain.params import NO_PARAMS, Names, Params, hint
from onboarding.domain.place import time_zones, zone_names
from onboarding.domain.question import Option, Question, Questionnaire, Rule, Section
from onboarding.domain.registry import PlannerType, Registry
from onboarding.domain.report import KNOWN, PLAIN, ReportBlock, ReportPlan, Show, Tally
from onboarding.domain.reservation import Claim
from onboarding.domain.row import ROW_ID
from onboarding.domain.task import STAGES, Gate, Party, Procedure, Reference, Service, Stage, Task
from onboarding.errors import ProfileError
from onboarding.profile.coverage import row_ids
from onboarding.profile.edition import FORMAT, Edition, too_new
from onboarding.profile.file import ProfileFile
from onboarding.profile.findings import ProfileReading, fields_at, problem_of, valid
from onboarding.profile.formats import as_now
from onboarding.profile.gate_tables import GateTable
from onboarding.profile.localizing import country_names, placed
from onboarding.profile.merge import merged_rules, merged_sections, tables
from onboarding.profile.model import Profile
from onboarding.profile.offer_tables import BlockTable
from onboarding.profile.question_tables import QuestionTable, SectionTable
from onboarding.profile.source import Finding, Key, Source, name_of, read
from onboarding.profile.table_fields import built

T = TypeVar("T")


def read_profile(
    edition: Edition, registry: Registry, templates: Mapping[str, Path], packs: Mapping[str, Path]
) -> ProfileReading:
    """The profile of an edition and all that is wrong with its tables. Raises nothing for bad content.

    ``templates`` and ``packs`` are those of question templates and rule packs
    there are, by name.
    """
    path, findings = edition.path, list[Finding]()
    if (source := read(path, findings, edition.read)) is None:
        return ProfileReading(Source(path, name_of(path), "", {}), registry, edition, findings)
    reading = ProfileReading(source, registry, edition, findings, [source])
    if edition.format > FORMAT:
        reading.report(("format",), f"it {too_new(edition.format)}")
        return reading
    tree: Mapping[str, Any] = source.tree
    tree = {**tree, "section": merged_sections(tree, reading, templates), "rule": merged_rules(tree, reading, packs)}
    tree = as_now(tree, edition.format)
    if found := valid(ProfileFile, tree, reading):
        file, tree = found
        reading.names = _names(file, reading)
        _point(tree, reading)
        reading.profile = _Builder(file, reading).profile()
    return reading


def _names(file: ProfileFile, reading: ProfileReading) -> Names:
    tree = reading.source.tree
    sections = {name: _section(name, table, file, reading) for name, table in file.section.items()}
    return Names(
        questions={question.id: question for section in sections.values() for question in section.questions},
        sections=sections,
        parties={name: party.contact for name, party in file.party.items()},
        workdays=dict.fromkeys(file.party, file.data.calendar.build()) | _calendars(file),
        stages=file.stage,
        services=file.service,
        tasks=[f"{stage}.{name}" for stage, tasks in tables(tree.get("task")).items() for name in tables(tasks)],
        gates=tables(tree.get("gate")),
        references=file.reference,
        procedures=file.operation,
        resources=lambda: _resources(reading.registry),
        purposes=dict.fromkeys(record.purpose for record in file.data.dns),
        find=reading.registry.find,
        listed=reading.registry.names,
    )


def _resources(registry: Registry) -> set[str]:
    """What portals can be asked for; a connector that cannot be loaded is told of to those who name it."""
    found: set[str] = set()
    for name in registry.names("connector"):
        with suppress(ProfileError):
            found.update(getattr(registry.find("connector", name), "resources", ()))
    return found


def _point(tree: Mapping[str, Any], reading: ProfileReading) -> None:
    """Reports everything in a tree of the right shape that is pointed at in vain."""
    try:
        ProfileFile.model_validate(tree, context=reading.names)
    except ValidationError as error:
        misshapen = reading.misshapen_parts()
        for found in error.errors(include_url=False):
            if found.get("ctx", {}).get("name") not in misshapen:
                reading.report(*problem_of(found, ProfileFile))


def _section(name: str, table: SectionTable, file: ProfileFile, reading: ProfileReading) -> Section:
    questions = _questions(name, table.question, ("section", name, "question"), file, reading, table.country)
    asked = (replace(one, owner=one.owner or table.owner, document=one.document or table.document) for one in questions)
    stage = next((name for name in (table.stage, STAGES[0], *file.stage) if name in file.stage), "")
    return built(Section, name, table, questions=tuple(asked), stage=stage)


def _questions(
    section: str,
    asked: Mapping[str, QuestionTable],
    at: Key,
    file: ProfileFile,
    reading: ProfileReading,
    country: str = "",
) -> tuple[Question, ...]:
    """The typed questions of a section, or of what a decision records; options may come from the services."""
    found = []
    for name, table in asked.items():
        if name == ROW_ID:
            reading.report((*at, name), f"{ROW_ID!r} is where a row keeps its id: no question has that name")
        if table.informational:
            reading.informational.add(f"{section}.{name}")
        place = table.country or country or file.country
        offered = _offered(table, place, (*at, name), file, reading)
        options = tuple(Option(value, label) for value, label in offered.items())
        more = placed(table, place, file)
        found.append(built(Question, f"{section}.{name}", table, options=options, **more))
    return tuple(found)


def _offered(
    table: QuestionTable, country: str, at: Key, file: ProfileFile, reading: ProfileReading
) -> Mapping[str, str]:
    """Options as they are written, or what else they come from: services, plans, time zones, countries."""
    origin = table.options_from
    if not origin:
        return table.options
    if origin == "countries":
        return country_names((file.country, *file.countries))
    if origin == "time-zones":
        return zone_names(country)
    if origin == "services":
        return {name: service.title for name, service in file.service.items()}
    service, _, word = origin.partition(".")
    if word == "plans" and service in file.service:
        return file.service[service].plans
    known = ["services", "countries", "time-zones", *(f"{name}.plans" for name in file.service)]
    wanted = "'services', '<service>.plans', 'countries' or 'time-zones'"
    message = f"options come from {wanted}, not {origin!r}{hint(origin, known)}"
    reading.report((*at, "options_from"), message)
    return {}


@dataclass
class _Builder:
    """Typed objects from the tables of a file."""

    file: ProfileFile
    reading: ProfileReading

    def profile(self) -> Profile:
        profile, waive = self._profile(), self.file.waive
        return profile.with_waiver(waive.build()) if waive else profile

    def _profile(self) -> Profile:
        file, reading = self.file, self.reading
        path = reading.source.path
        return built(
            Profile, path.stem, file,
            parties=_built_all(Party, file.party),
            stages=tuple(_built_all(Stage, file.stage).values()),
            tasks=tuple(self._tasks()),
            gates={name: self._gate(name, gate) for name, gate in file.gate.items()},
            services={name: built(Service, name, one, plans=tuple(one.plans)) for name, one in file.service.items()},
            questionnaire=self._questionnaire(path.stem),
            references=tuple(_built_all(Reference, file.reference).values()),
            digest=reading.edition.digest,
            procedures=_built_all(Procedure, file.operation),
            packs=tuple(reading.packs),
            rows=row_ids(file.rows),
            left_out={name: table.why for name, table in file.row.items() if table.why},
            awaits={name: table.awaits for name, table in file.row.items() if table.awaits},
            claims=tuple(_built_all(Claim, file.claim).values()),
            report=self._report(),
            calendars=_calendars(file),
            address_needs=file.address.needs,
            address_order=file.address.order,
        )  # fmt: skip

    def _questionnaire(self, profile: str) -> Questionnaire:
        file, tree = self.file, self.reading.source.tree
        asked = [tree.get("section"), tree.get("include"), *(source.tree for source in self.reading.sources[1:])]
        parties = {name: party.title for name, party in file.party.items()}
        asks = next((name for name, party in file.party.items() if party.side == "customer"), "")
        return Questionnaire(
            profile, f"{file.provider}: customer on-boarding sheet", digest(asked)[:12],
            tuple(self.reading.names.sections.values()), tuple(self._rules()), parties, asks, country=file.country,
        )  # fmt: skip

    def _rules(self) -> Iterator[Rule]:
        for name, rule in self.file.rule.items():
            yield built(Rule, name, rule, params=self._params("rule", rule.check, rule.params, ("rule", name)))

    def _tasks(self) -> Iterator[Task]:
        stages = [*self.file.stage, *(name for name in self.file.task if name not in self.file.stage)]
        for stage in stages:
            for name, task in self.file.task.get(stage, {}).items():
                planner = self.reading.registry.find("planner", task.action)
                usual = planner.connectors[0] if isinstance(planner, PlannerType) else "manual"
                uses: set[str] = set()
                params = self._params("planner", task.action, task.params, ("task", stage, name), uses=uses)
                more = {"connector": task.connector or usual, "params": params, "uses": tuple(sorted(uses))}
                more |= {"party": task.party.otherwise, "named": task.party.named()}
                yield built(Task, f"{stage}.{name}", task, stage=stage, **more)

    def _gate(self, name: str, gate: GateTable) -> Gate:
        asks = _questions(name, gate.asks, ("gate", name, "asks"), self.file, self.reading)
        params = self._params("check", gate.check, gate.params, ("gate", name)) if gate.check else NO_PARAMS
        return built(Gate, name, gate, params=params, asks=asks)

    def _report(self) -> ReportPlan:
        report = self.file.report
        if report is None:
            return PLAIN
        tallies = tuple(
            built(Tally, name, tally, title=tally.title or KNOWN.get(name, name))
            for name, tally in report.tally.items()
        )
        blocks = tuple(
            built(ReportBlock, name, block, shows=tuple(self._shows(name, block)))
            for name, block in report.block.items()
        )
        return ReportPlan(report.title, report.ordered, tallies or PLAIN.tallies, blocks)

    def _shows(self, name: str, block: BlockTable) -> Iterator[Show]:
        if not block.show:
            message = f"what does it show? Write [[report.block.{name}.show]] with a kind"
            self.reading.report(("report", "block", name), message)
        for number, show in enumerate(block.show):
            at = ("report", "block", name, "show", number)
            params = self._params("block", show.kind, show.model_extra or {}, at, is_inline=True)
            yield Show(show.kind, params, show.when)

    def _params(
        self,
        kind: str,
        name: str,
        given: Mapping[str, Any],
        at: Key,
        is_inline: bool = False,
        uses: set[str] | None = None,
    ) -> Params:
        """The parameters of an extension, checked against the profile; what is wrong with them is reported.

        ``uses`` takes up the questions and sections that it looks at.
        """
        extension = self.reading.registry.find(kind, name)
        if extension is None:
            return NO_PARAMS
        if missing := [need for need in extension.reads if need not in self.reading.names.fields]:
            *others, last = missing
            words = f"{', '.join(others)} and {last}, which are" if others else f"{last}, which is"
            self.reading.report(at, f"{name!r} reads {words} not asked")
        names = replace(self.reading.names, used={*extension.reads, *extension.may_read})
        place = at if is_inline else (*at, "params")
        try:
            return extension.params.model_validate(given, context=names)
        except ValidationError as error:
            for found in error.errors(include_url=False):
                self.reading.report(*_parameter(found, name, extension.params, place))
            return NO_PARAMS
        finally:
            self.reading.names.used |= names.used
            if uses is not None:
                uses |= names.used


def _calendars(file: ProfileFile) -> dict[str, Calendar]:
    """Those of the parties that have their own; what one leaves out is as in the provider's."""
    usual = file.data.calendar
    given = {name: one.calendar.model_dump(exclude_unset=True) for name, one in file.party.items() if one.calendar}
    return {name: usual.model_copy(update=_elsewhere(one) | one).build() for name, one in given.items()}


def _elsewhere(given: Mapping[str, Any]) -> dict[str, Any]:
    """What holds in another country unless a calendar says it: no subdivision, and the zone where it has only one."""
    zones = time_zones(given["country"]) if "country" in given else ()
    return ({"subdivision": ""} if zones else {}) | ({"time_zone": zones[0]} if len(zones) == 1 else {})


def _built_all(kind: type[T], tables: Mapping[str, Params]) -> dict[str, T]:
    return {name: built(kind, name, table) for name, table in tables.items()}


def _parameter(found: ErrorDetails, name: str, model: type[Params], place: Key) -> tuple[Key, str]:
    """Where a parameter is wrong, and how."""
    at, last = tuple(found["loc"]), str(found["loc"][-1]) if found["loc"] else ""
    if len(at) == 1 and found["type"] == "missing":
        info = model.model_fields.get(last) or next(i for i in model.model_fields.values() if i.alias == last)
        return place, f"{name!r} needs the parameter {last!r}" + (f": {info.description}" if info.description else "")
    if len(at) == 1 and found["type"] == "extra_forbidden":
        return (*place, last), f"{name!r} has no parameter {last!r}{hint(last, fields_at(model, ()))}"
    key, message = problem_of(found, model)
    return (*place, *key), message
