"""The questionnaires of a customer's services as one: what they ask together, each question once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from onboarding.domain.condition import Condition
from onboarding.domain.question import Kind, Question, Questionnaire, Section


def disagreements(first: Questionnaire, second: Questionnaire) -> list[str]:
    """Where two questionnaires ask the same so differently that it cannot be one question, a sentence each.

    Labels, helps, conditions, whether an answer is needed, and the options of a choice in a table may differ.
    """
    return [sentence for section in first.sections for sentence in _between(section, second.section(section.id))]


def _between(first: Section, second: Section | None) -> Iterator[str]:
    if second is None:
        return
    if (first.is_table, first.key) != (second.is_table, second.key):
        yield f"{first.id} is {_form(first)} in one and {_form(second)} in the other."
        return
    for question in first.questions:
        same = second.question(question.name)
        if same and (question.kind, question.to) != (same.kind, same.to):
            yield f"{question.id} is {_kind(question)} in one and {_kind(same)} in the other."
        elif (
            same
            and not first.is_table
            and question.kind is Kind.CHOICE
            and set(_values(question)) != set(_values(same))
        ):
            one, other = (", ".join(_values(asked)) for asked in (question, same))
            yield f"{question.id} has the options {one} in one and {other} in the other."


def _form(section: Section) -> str:
    return f"a table with the key {section.key or 'none'}" if section.is_table else "asked once"


def _kind(question: Question) -> str:
    return f"{question.kind.value} to {question.to}" if question.to else question.kind.value


def _values(question: Question) -> list[str]:
    return [option.value for option in question.options]


def agreed(asked: Questionnaire, beside: Iterable[Questionnaire]) -> Questionnaire:
    """The questionnaire with no default where another has another one: that has to be answered then."""
    others = list(beside)
    sections = tuple(
        replace(section, questions=tuple(_agreed(question, others) for question in section.questions))
        for section in asked.sections
    )
    return asked if sections == asked.sections else replace(asked, sections=sections)


def _agreed(question: Question, beside: Sequence[Questionnaire]) -> Question:
    others = [same for one in beside if (same := one.question(question.id))]
    is_one = all(same.default == question.default for same in others)
    return question if is_one else replace(question, default=None, required=True)


def joined(questionnaires: Sequence[Questionnaire]) -> Questionnaire:
    """All that they ask together, in the order of the first; without rules, which are each one's own."""
    first, *others = questionnaires
    if not others:
        return first
    found: dict[str, Section] = {}
    for one in questionnaires:
        for section in agreed(one, [other for other in questionnaires if other is not one]).sections:
            found[section.id] = _joined(found[section.id], section) if section.id in found else section
    return replace(
        first, profile="+".join(one.profile for one in questionnaires),
        title=" · ".join(one.title for one in questionnaires),
        version="+".join(one.version for one in questionnaires), sections=tuple(found.values()), rules=(),
        parties={party: title for one in reversed(questionnaires) for party, title in one.parties.items()},
    )  # fmt: skip


def _joined(first: Section, second: Section) -> Section:
    questions = {question.name: question for question in first.questions}
    for question in second.questions:
        questions[question.name] = _one(questions[question.name], question) if question.name in questions else question
    when = _either(first.when, second.when)
    return replace(first, questions=tuple(questions.values()), when=when, min_rows=min(first.min_rows, second.min_rows))


def _one(first: Question, second: Question) -> Question:
    options = {option.value: option for option in (*second.options, *first.options)}
    order = dict.fromkeys((*_values(first), *_values(second)))
    return replace(
        first, options=tuple(options[value] for value in order), when=_either(first.when, second.when),
        required=first.required and second.required,
    )  # fmt: skip


def _either(first: Condition | None, second: Condition | None) -> Condition | None:
    if first is None or second is None:
        return None
    return first if first == second else Condition("any", parts=(first, second))
