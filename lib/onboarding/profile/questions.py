"""Sections of questions: shared templates, what a profile changes in them, and sections of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from onboarding.domain.question import Kind, Option, Question, Section
from onboarding.domain.row import ROW_ID
from onboarding.domain.task import STAGES
from onboarding.profile.draft import Draft
from onboarding.profile.source import Finding, Findings, Place, Table, hint, read

MAY_OVERRIDE = (
    "label", "help", "required", "when", "options", "options_from", "default", "example", "at_least", "at_most",
    "owner", "document", "covers", "source", "derived", "informational",
)  # fmt: skip
"""What a profile may change in a question of a template; kind and references stay, because code relies on them."""

CHOICES = (Kind.CHOICE, Kind.CHOICES)


def read_sections(table: Table, draft: Draft, templates: Mapping[str, Path]) -> None:
    """Templates named under ``include``, each with the profile's changes, then the profile's own sections."""
    included = table.texts("include")
    own = dict(table.tables("section"))
    for number, name in enumerate(included):
        changes = own.pop(name, None)
        if name in templates:
            _include(name, templates[name], changes, draft)
        else:
            message = f"there is no template data/templates/questions/{name}.toml{hint(name, templates)}"
            draft.report(table.place.at("include", number), message)
    for name, inside in own.items():
        _take_section(name, inside, draft)


def _include(name: str, path: Path, changes: Table | None, draft: Draft) -> None:
    source = read(path, draft.findings)
    if source is None:
        return
    draft.sources.append(source)
    before = len(draft.findings)
    _take_section(name, Table(Place(source), source.tree, draft.findings), draft)
    dropped = changes.values.get("drop") if changes is not None else None
    draft.findings[before:] = [found for found in draft.findings[before:] if not _is_about(found, dropped)]
    if changes is not None:
        _change_section(name, changes, draft)


def _is_about(found: Finding, dropped: Any) -> bool:
    """Whether it is about a question the profile drops: the plans of a service nobody offers do not matter."""
    return isinstance(dropped, list) and any(found.key.startswith(f"question.{name}.") for name in dropped)


def _take_section(name: str, table: Table, draft: Draft) -> None:
    draft.places["section", name] = table.place
    section = Section(
        name,
        table.text("title", name, required=True),
        tuple(take_question(name, word, inside, draft) for word, inside in table.tables("question")),
        table.flag("table"),
        table.text("key"),
        table.text("help"),
        table.condition(),
        table.one_of("stage", STAGES, "gather"),
        table.integer("min_rows", 0) or 0,
        table.texts("covers"),
    )
    draft.sections[name] = replace(section, questions=_with_common(section.questions, table))
    if not section.questions:
        draft.report(table.place, "a section asks at least one question")
    table.close()


def _with_common(questions: tuple[Question, ...], table: Table) -> tuple[Question, ...]:
    """The questions with the ``owner`` and ``document`` of their section, where they name none of their own."""
    owner, document = table.text("owner"), table.text("document")
    return tuple(replace(q, owner=q.owner or owner, document=q.document or document) for q in questions)


def take_question(section: str, name: str, table: Table, draft: Draft) -> Question:
    """A whole question of a template, of a section of the profile's own, or of a decision."""
    if name == ROW_ID:
        draft.report(table.place, f"{ROW_ID!r} is where a row keeps its id: no question has that name")
    question = Question(
        f"{section}.{name}",
        table.choice("kind", Kind, Kind.TEXT, required=True),
        table.text("label", name, required=True),
        to=table.text("to"),
        unique=table.flag("unique"),
    )
    return _read_rest(question, table, draft)


def _read_rest(question: Question, table: Table, draft: Draft) -> Question:
    """The question with whatever the table says about it; what the table is silent about stays."""
    draft.places["question", question.id] = table.place
    if table.flag("informational", question.id in draft.informational):
        draft.informational.add(question.id)
    options = _options(question, table, draft)
    default = table.raw("default")
    result = replace(
        question,
        label=table.text("label", question.label),
        help=table.text("help", question.help),
        required=table.flag("required", question.required),
        when=table.condition() or question.when,
        options=options or question.options,
        default=question.default if default is None else default,
        example=table.text("example", question.example),
        at_least=table.integer("at_least", question.at_least),
        at_most=table.integer("at_most", question.at_most),
        owner=table.text("owner", question.owner),
        covers=tuple(dict.fromkeys((*question.covers, *table.texts("covers")))),
        source=table.text("source", question.source),
        derived=table.flag("derived", question.derived),
        document=table.text("document", question.document),
    )
    table.close()
    return result


def _options(question: Question, table: Table, draft: Draft) -> tuple[Option, ...]:
    """``options = {value = "label"}``, or ``options_from``: ``services`` or ``<service>.plans`` of the profile."""
    given = table.mapping("options")
    origin = table.text("options_from")
    if given and origin:
        draft.report(table.place.at("options_from"), "a question has 'options' or 'options_from', not both")
    if (given or origin) and question.kind not in CHOICES:
        draft.report(table.place, f"only a choice has options, this is {question.kind.value}")
    if origin:
        given = _offered(origin, table, draft)
    return tuple(Option(value, str(label)) for value, label in given.items())


def _offered(origin: str, table: Table, draft: Draft) -> Mapping[str, Any]:
    if origin == "services":
        return {service.id: service.title for service in draft.services.values()}
    service, _, word = origin.partition(".")
    if word != "plans" or service not in draft.services:
        known = ["services", *(f"{name}.plans" for name in draft.services)]
        message = f"options come from 'services' or '<service>.plans', not {origin!r}{hint(origin, known)}"
        draft.report(table.place.at("options_from"), message)
        return {}
    return draft.plan_labels[service]


def _change_section(name: str, table: Table, draft: Draft) -> None:
    """A profile's changes to a template's section: words, condition, fewer, other and more questions."""
    section = draft.sections[name]
    asked = {question.name: question for question in section.questions}
    for number, word in enumerate(table.texts("drop")):
        if asked.pop(word, None) is None:
            draft.report(table.place.at("drop", number), f"{name} has no question {word!r}{hint(word, asked)}")
    for word, inside in table.tables("question"):
        if word in asked:
            _refuse_fixed(inside, draft.findings)
            asked[word] = _read_rest(asked[word], inside, draft)
        else:
            asked[word] = take_question(name, word, inside, draft)
    draft.sections[name] = replace(
        section,
        title=table.text("title", section.title),
        help=table.text("help", section.help),
        when=table.condition() or section.when,
        stage=table.one_of("stage", STAGES, section.stage),
        min_rows=table.integer("min_rows", section.min_rows) or 0,
        covers=tuple(dict.fromkeys((*section.covers, *table.texts("covers")))),
        questions=_with_common(tuple(asked.values()), table),
    )
    draft.places["changes", name] = table.place
    table.close()


def _refuse_fixed(table: Table, findings: Findings) -> None:
    for key in ("kind", "to", "unique"):
        if key in table:
            message = f"{key!r} belongs to the template; a profile may change {', '.join(MAY_OVERRIDE)}"
            findings.append(table.place.at(key).finding(message))
            table.raw(key)
