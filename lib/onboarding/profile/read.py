"""From files to a profile: templates and rule packs merged in, everything checked, typed objects built.

A profile pulls in question templates (``include``) and rule packs (``rules``); what it writes under the same name
changes them. So the tables are merged first, each key remembering its file, and one model checks the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from onboarding.domain.json import digest
from onboarding.domain.params import NO_PARAMS, Names, Params, hint
from onboarding.domain.question import Option, Question, Questionnaire, Rule, Section
from onboarding.domain.registry import PlannerType, Registry
from onboarding.domain.report import PLAIN, ReportBlock, ReportPlan, Show
from onboarding.domain.row import ROW_ID
from onboarding.domain.task import STAGES, Gate, Stage, Task
from onboarding.profile.errors import fields_at, problem_of, problems
from onboarding.profile.file import GateTable, ProfileFile
from onboarding.profile.model import Profile, RulePack
from onboarding.profile.offer_tables import BlockTable
from onboarding.profile.question_tables import PackFile, QuestionTable, SectionTable
from onboarding.profile.source import Finding, Key, Source, name_of, read

FIXED = ("kind", "to", "unique")
"""What belongs to a question of a template, because code relies on it."""

FIXED_SECTION = ("table", "key")

MAY_CHANGE = ("message", "severity", "when", "covers", "source", "off")
"""What a profile may change in a rule of a pack."""

PART = {"task": 3, "section": 4}
"""How many keys name a part of the profile, where it is not two."""

P = TypeVar("P", bound=Params)


@dataclass
class Reading:
    """A profile while it is read: its files, where merged tables come from, and what is wrong so far.

    ``origins`` maps the place of a merged table to the file it was pulled from and the place there. ``wrong`` are the
    keys that were reported, ``misshapen`` those whose form is wrong.
    """

    source: Source
    registry: Registry
    findings: list[Finding] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    pack_sources: list[Source] = field(default_factory=list)
    origins: dict[Key, tuple[Source, Key]] = field(default_factory=dict)
    packs: list[RulePack] = field(default_factory=list)
    names: Names = field(default_factory=Names)
    profile: Profile | None = None
    informational: set[str] = field(default_factory=set)
    wrong: list[Key] = field(default_factory=list)
    misshapen: list[Key] = field(default_factory=list)

    def report(self, key: Key, message: str) -> None:
        """Adds a finding about a key of the merged profile, in the file where it stands; one is enough for a key."""
        if key not in self.wrong:
            self.wrong.append(key)
            self.findings.append(self._finding(key, message))

    def is_wrong(self, key: Key) -> bool:
        """Whether the form of the part with that key is wrong, so that nothing more can be said of it."""
        part = key[: PART.get(str(key[0]), 2)] if key else ()
        return bool(part) and any(found[: len(part)] == part for found in self.misshapen)

    def leads_to_broken(self, message: str) -> bool:
        """Whether it is about a pointer to something that is there, but whose form is wrong."""
        names = {
            ".".join(str(part) for part in key[1 : PART.get(str(key[0]), 2)] if part != "question")
            for key in self.misshapen
            if key
        }
        return any(f"'{name}'" in message for name in names if name)

    def _finding(self, key: Key, message: str) -> Finding:
        if not self.source.has(key):
            for length in range(len(key), 0, -1):
                if key[:length] in self.origins and not self._is_own(key, length):
                    origin, at = self.origins[key[:length]]
                    return origin.finding((*at, *key[length:]), message)
        return self.source.finding(key, message)

    def _is_own(self, key: Key, length: int) -> bool:
        """Whether the profile adds something of its own inside the merged table, and the key lies in it."""
        origin, at = self.origins[key[:length]]
        return any(
            self.source.has(key[:end]) and not origin.has((*at, *key[length:end]))
            for end in range(length + 1, len(key))
        )


def read_profile(path: Path, registry: Registry, templates: Mapping[str, Path], packs: Mapping[str, Path]) -> Reading:
    """The profile in a file and all that is wrong with its tables. Raises nothing for bad content.

    ``templates`` and ``packs`` are the files of question templates and rule packs by name.
    """
    findings: list[Finding] = []
    source = read(path, findings)
    if source is None:
        return Reading(Source(path, name_of(path), "", {}), registry, findings)
    reading = Reading(source, registry, findings, [source])
    tree: Mapping[str, Any] = source.tree
    tree = {**tree, "section": _sections(tree, reading, templates), "rule": _rules(tree, reading, packs)}
    if valid := _valid(ProfileFile, tree, reading):
        file, tree = valid
        reading.names = _names(file, reading)
        _point(ProfileFile, tree, reading)
        reading.profile = _Builder(file, reading).profile()
    return reading


# -- merging ---------------------------------------------------------------------------------------------------------


def _named(tree: Mapping[str, Any], key: str) -> list[tuple[int, str]]:
    value = tree.get(key)
    return [(n, name) for n, name in enumerate(value) if isinstance(name, str)] if isinstance(value, list) else []


def _sections(tree: Mapping[str, Any], reading: Reading, templates: Mapping[str, Path]) -> Any:
    """Templates with the profile's changes, in the order they are included, then the profile's own sections."""
    own = tree.get("section", {})
    if not isinstance(own, Mapping):
        return own
    found = {}
    for number, name in dict(_named(tree, "include")).items():
        if name not in templates:
            message = f"there is no template data/templates/questions/{name}.toml{hint(name, templates)}"
            reading.report(("include", number), message)
        elif (source := read(templates[name], reading.findings)) is not None:
            reading.sources.append(source)
            reading.origins["section", name] = source, ()
            found[name] = _changed(name, source.tree, own.get(name), reading)
    return found | {name: section for name, section in own.items() if name not in found}


def _changed(name: str, template: Mapping[str, Any], changes: Any, reading: Reading) -> Any:
    """A template with what the profile says about it: other words, fewer and more questions."""
    if changes is None:
        return template
    if not isinstance(changes, Mapping):
        return changes
    asked = dict(_tables(template.get("question")))
    for number, word in enumerate(changes.get("drop", ())):
        if asked.pop(word, None) is None:
            message = f"{name} has no question {word!r}{hint(str(word), asked)}"
            reading.report(("section", name, "drop", number), message)
    fixed = _refused(("section", name), changes, FIXED_SECTION, reading)
    for word, question in _tables(changes.get("question")).items():
        if word in asked and isinstance(question, Mapping):
            kept = _refused(("section", name, "question", word), question, FIXED, reading)
            asked[word] = _question_with(asked[word], kept)
        else:
            asked[word] = question
    merged = {**template, **{key: value for key, value in fixed.items() if key != "drop"}, "question": asked}
    return _with_covers(template, changes, merged)


def _question_with(template: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Options of one kind take the place of those of the other."""
    dropped = {"options"} if "options_from" in changes else {"options_from"} if "options" in changes else set()
    kept = {key: value for key, value in template.items() if key not in dropped}
    return _with_covers(template, changes, {**kept, **changes})


def _with_covers(one: Mapping[str, Any], other: Mapping[str, Any], merged: dict[str, Any]) -> dict[str, Any]:
    """Both cover their rows of the guide."""
    held = [table["covers"] for table in (one, other) if isinstance(table.get("covers"), list)]
    return merged | ({"covers": list(dict.fromkeys(row for rows in held for row in rows))} if len(held) == 2 else {})


def _refused(at: Key, table: Mapping[str, Any], fixed: Sequence[str], reading: Reading) -> dict[str, Any]:
    """The table without what a profile may not change."""
    for key in table:
        if key in fixed:
            reading.report((*at, key), f"{key!r} belongs to the template; a profile may change everything else")
    return {key: value for key, value in table.items() if key not in fixed}


def _tables(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _rules(tree: Mapping[str, Any], reading: Reading, packs: Mapping[str, Path]) -> Any:
    """The rules of packs with the profile's changes, then the profile's own rules."""
    own = tree.get("rule", {})
    if not isinstance(own, Mapping):
        return own
    found: dict[str, Any] = {}
    for number, name in _named(tree, "rules"):
        if name in packs:
            found |= _pack(name, packs[name], found, reading)
        else:
            reading.report(("rules", number), f"there is no rule pack data/rules/{name}.toml{hint(name, packs)}")
    for name, rule in own.items():
        if name not in found or not isinstance(rule, Mapping):
            found[name] = rule
        elif rule.get("off") is True:
            del found[name]
        else:
            found[name] = _rule_with(name, found[name], rule, reading)
    return found


def _pack(pack: str, path: Path, taken: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    source = read(path, reading.findings)
    if source is None:
        return {}
    reading.pack_sources.append(source)
    rules = dict(_tables(source.tree.get("rule")))
    alone = Reading(source, reading.registry, reading.findings)
    valid = _valid(PackFile, {**source.tree, "rule": {}}, alone)
    if not rules:
        alone.report((), "a rule pack has at least one rule")
    for name in [name for name in rules if name in taken]:
        other = reading.origins["rule", name][0].name
        alone.report(("rule", name), f"there is a rule {name!r} already, in {other}")
        del rules[name]
    for name, rule in rules.items():
        reading.origins["rule", name] = source, ("rule", name)
        if isinstance(rule, Mapping) and not rule.get("source") and not rule.get("covers"):
            alone.report(
                ("rule", name), "a rule of a pack names where it comes from: a row under 'covers', or a 'source'"
            )
    if valid:
        reading.packs.append(RulePack(pack, valid[0].title, valid[0].as_of, valid[0].source, tuple(rules)))
    return rules


def _rule_with(name: str, rule: Mapping[str, Any], changes: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """A rule of a pack in the profile's words; what is checked belongs to the pack."""
    for key in changes:
        if key not in MAY_CHANGE:
            message = f"{key!r} belongs to the rule pack; a profile may change {', '.join(MAY_CHANGE)}"
            reading.report(("rule", name, key), message)
    kept = {key: value for key, value in changes.items() if key in MAY_CHANGE and key != "off"}
    return _with_covers(rule, changes, {**rule, **kept})


# -- checking --------------------------------------------------------------------------------------------------------


def _valid(model: type[P], tree: Mapping[str, Any], reading: Reading) -> tuple[P, Mapping[str, Any]] | None:
    """The tree as the model, and the tree itself without what is wrong, which is reported; None when all of it is."""
    found: list[Key] = []
    while True:
        try:
            return model.model_validate(tree), tree
        except ValidationError as error:
            if not found:
                for key, message in problems(error, model):
                    reading.report(key, message)
                    reading.misshapen.append(key)
            found = [_wrong(one) for one in error.errors(include_url=False)]
        if () in found:
            return None
        tree = without(tree, found)


def _wrong(found: ErrorDetails) -> Key:
    """What to leave out: the key itself, or the table that misses one."""
    return tuple(found["loc"][:-1] if found["type"] == "missing" else found["loc"])


def without(tree: Any, wrong: Collection[Key]) -> Any:
    """A copy of the tree without these places, or without the nearest table around one that is not there itself."""
    inside: dict[str | int, set[Key]] = {}
    for key in wrong:
        inside.setdefault(key[0], set()).add(key[1:])
    if isinstance(tree, Mapping):
        kept = {name: value for name, value in tree.items() if not _is_gone(value, inside.get(name, ()))}
        return {name: without(value, inside[name]) if name in inside else value for name, value in kept.items()}
    return tree


def _is_gone(value: Any, wrong: Collection[Key]) -> bool:
    return any(not key or not isinstance(value, Mapping) or key[0] not in value for key in wrong)


def _names(file: ProfileFile, reading: Reading) -> Names:
    tree = reading.source.tree
    sections = {name: _section(name, table, file, reading) for name, table in file.section.items()}
    return Names(
        questions={question.id: question for section in sections.values() for question in section.questions},
        sections=sections,
        parties={name: party.contact for name, party in file.party.items()},
        stages=STAGES,
        services=file.service,
        tasks=[f"{stage}.{name}" for stage, tasks in _tables(tree.get("task")).items() for name in _tables(tasks)],
        gates=_tables(tree.get("gate")),
        references=file.reference,
        procedures=file.operation,
        resources={name for one in reading.registry.all("connector") for name in getattr(one, "resources", ())},
        purposes=dict.fromkeys(record.purpose for record in file.data.dns),
        find=reading.registry.find,
        listed=reading.registry.names,
    )


def _point(model: type[P], tree: Mapping[str, Any], reading: Reading) -> None:
    """Reports everything in a tree of the right shape that is pointed at in vain."""
    try:
        model.model_validate(tree, context=reading.names)
    except ValidationError as error:
        for key, message in problems(error, model):
            if not reading.leads_to_broken(message):
                reading.report(key, message)


# -- building --------------------------------------------------------------------------------------------------------


def _section(name: str, table: SectionTable, file: ProfileFile, reading: Reading) -> Section:
    at = ("section", name, "question")
    asked = tuple(
        question_of(f"{name}.{word}", question, (*at, word), file, reading) for word, question in table.question.items()
    )
    asked = tuple(
        replace(one, owner=one.owner or table.owner, document=one.document or table.document) for one in asked
    )
    return Section(
        name, table.title, asked, table.table, table.key, table.help, table.when, table.stage, table.min_rows,
        table.covers,
    )  # fmt: skip


def question_of(name: str, table: QuestionTable, at: Key, file: ProfileFile, reading: Reading) -> Question:
    """The typed question; where its options come from the services, these."""
    if name.partition(".")[2] == ROW_ID:
        reading.report(at, f"{ROW_ID!r} is where a row keeps its id: no question has that name")
    if table.informational:
        reading.informational.add(name)
    options = _offered(table.options_from, at, file, reading) if table.options_from else table.options
    return Question(
        name, table.kind, table.label, table.help, table.required, table.when,
        tuple(Option(value, label) for value, label in options.items()), table.default, table.example, table.to,
        table.unique, table.at_least, table.at_most, table.owner, table.covers, table.source, table.derived,
        table.document,
    )  # fmt: skip


def _offered(origin: str, at: Key, file: ProfileFile, reading: Reading) -> Mapping[str, str]:
    """Options that are the services of the profile, or the plans of one."""
    if origin == "services":
        return {name: service.title for name, service in file.service.items()}
    service, _, word = origin.partition(".")
    if word == "plans" and service in file.service:
        return file.service[service].plans
    known = ["services", *(f"{name}.plans" for name in file.service)]
    message = f"options come from 'services' or '<service>.plans', not {origin!r}{hint(origin, known)}"
    reading.report((*at, "options_from"), message)
    return {}


@dataclass
class _Builder:
    """Typed objects from the tables of a file."""

    file: ProfileFile
    reading: Reading

    def profile(self) -> Profile:
        file, reading = self.file, self.reading
        path = reading.source.path
        return Profile(
            path.stem,
            file.title,
            file.provider,
            file.source,
            {name: party.build(name) for name, party in file.party.items()},
            tuple(file.stage[name].build(name) if name in file.stage else Stage(name, name) for name in STAGES),
            tuple(self._tasks()),
            {name: self._gate(name, gate) for name, gate in file.gate.items()},
            {name: service.build(name) for name, service in file.service.items()},
            self._questionnaire(path.stem),
            tuple(reference.build(name) for name, reference in file.reference.items()),
            file.data,
            digest([source.text for source in (*reading.sources, *reading.pack_sources)]),
            file.runs,
            {name: operation.build(name) for name, operation in file.operation.items()},
            tuple(reading.packs),
            tuple(claim.build(name) for name, claim in file.claim.items()),
            self._report(),
            tuple(source.path for source in (*reading.sources, *reading.pack_sources)),
        )

    def _questionnaire(self, profile: str) -> Questionnaire:
        file, tree = self.file, self.reading.source.tree
        asked = [tree.get("section"), tree.get("include"), *(source.tree for source in self.reading.sources[1:])]
        parties = {name: party.title for name, party in file.party.items()}
        asks = next((name for name, party in file.party.items() if party.side == "customer"), "")
        return Questionnaire(
            profile, f"{file.provider}: customer on-boarding sheet", digest(asked)[:12],
            tuple(self.reading.names.sections.values()), tuple(self._rules()), parties, asks,
        )  # fmt: skip

    def _rules(self) -> Iterator[Rule]:
        for name, rule in self.file.rule.items():
            yield rule.build(name, self._params("rule", rule.check, rule.about, ("rule", name)))

    def _tasks(self) -> Iterator[Task]:
        for stage, tasks in self.file.task.items():
            for name, task in tasks.items():
                planner = self.reading.registry.find("planner", task.action)
                usual = planner.connectors[0] if isinstance(planner, PlannerType) else "manual"
                params = self._params("planner", task.action, task.about, ("task", stage, name))
                yield task.build(f"{stage}.{name}", stage, task.connector or usual, params)

    def _gate(self, name: str, gate: GateTable) -> Gate:
        asks = tuple(
            question_of(f"{name}.{word}", question, ("gate", name, "asks", word), self.file, self.reading)
            for word, question in gate.asks.items()
        )
        params = self._params("check", gate.check, gate.about, ("gate", name)) if gate.check else NO_PARAMS
        return gate.build(name, params, asks)

    def _report(self) -> ReportPlan:
        report = self.file.report
        if report is None:
            return PLAIN
        tallies = tuple(tally.build(name) for name, tally in report.tally.items())
        blocks = tuple(
            ReportBlock(name, block.title, block.text, tuple(self._shows(name, block)), block.when)
            for name, block in report.block.items()
        )
        return ReportPlan(report.title, report.ordered, tallies or PLAIN.tallies, blocks)

    def _shows(self, name: str, block: BlockTable) -> Iterator[Show]:
        if not block.show:
            self.reading.report(
                ("report", "block", name), f"what does it show? Write [[report.block.{name}.show]] with a kind"
            )
        for number, show in enumerate(block.show):
            at = ("report", "block", name, "show", number)
            params = self._params("block", show.kind, show.model_extra or {}, at, is_inline=True)
            yield Show(show.kind, params, show.when)

    def _params(self, kind: str, name: str, about: Mapping[str, Any], at: Key, is_inline: bool = False) -> Params:
        """The parameters of an extension, held against the profile; what is wrong with them is reported."""
        extension = self.reading.registry.find(kind, name)
        if extension is None:
            return NO_PARAMS
        if missing := [need for need in extension.reads if need not in self.reading.names.fields]:
            words = (
                f"{', '.join(missing[:-1])} and {missing[-1]}, which are" if missing[1:] else f"{missing[0]}, which is"
            )
            self.reading.report(at, f"{name!r} reads {words} not asked")
        self.reading.names.used |= {*extension.reads, *extension.may_read}
        place = at if is_inline else (*at, "about")
        try:
            return extension.params.model_validate(about, context=self.reading.names)
        except ValidationError as error:
            for found in error.errors(include_url=False):
                self.reading.report(*_parameter(found, name, extension.params, place))
            return NO_PARAMS


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
