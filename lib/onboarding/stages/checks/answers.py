"""Checks over what was answered: complete, ticked, named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import Field

from onboarding.domain.answer_text import row_name
from onboarding.domain.language import _, join_and
from onboarding.domain.params import FieldId, NoParams, Params, SectionId
from onboarding.domain.question import Kind, Question, Section, errors
from onboarding.stages.checks import check, shorten
from onboarding.stages.context import Closed, Context

Lacks = Callable[[Question, Any], bool]


class AnswersComplete(Params):
    sections: tuple[SectionId, ...] = ()


@check("answers-complete", AnswersComplete)
def answers_complete(context: Context, p: AnswersComplete, closed: Closed) -> list[str]:
    """No error in the answers of ``sections``, or in any answer when none is named."""
    found = [problem for problem in errors(context.problems) if not p.sections or problem.section in p.sections]
    if not found and _is_blank(context):
        return [_NOTHING]
    asked = context.profile.questionnaire
    places = [problem.where or asked.called(problem) for problem in found]
    return shorten([_("{place}: {what}", place=at, what=one.sentence) for at, one in zip(places, found, strict=True)])


_NOTHING = _("The questionnaire has not been filled in.")


def _is_blank(context: Context) -> bool:
    """Whether nobody has answered anything: no table has a row, and what stands in records are defaults."""
    return not any(
        _is_answered(section, context.values.get(section.id)) for section in context.profile.questionnaire.sections
    )


def _is_answered(section: Section, content: Any) -> bool:
    if section.is_table:
        return bool(content)
    defaults = {question.name: question.default for question in section.questions}
    return any(defaults.get(name) != value for name, value in (content or {}).items())


@check("administrator-named", NoParams, reads=("administrator", "users.email"))
def administrator_named(context: Context, p: NoParams, closed: Closed) -> list[str]:
    """A company administrator is named: a dedicated one with name and address, or one of the users."""
    kind = context.answer("administrator.kind")
    if kind == "user":
        email = context.answer("administrator.user")
        known = {user.get("email") for user in context.rows("users")}
        listed = _("The administrator is to be one of the users, but no such user is listed.")
        return [] if email in known else [listed]
    if kind == "dedicated":
        missing = [words for name, words in _PARTS.items() if not context.answer(f"administrator.{name}")]
        what = join_and(missing)
        return [_("The dedicated administrator's {what} is missing.", what=what)] if missing else []
    return [_("No company administrator has been named.")]


_PARTS = {"first_name": _("first name"), "last_name": _("last name"), "email": _("email")}


class AllYes(Params):
    fields: tuple[FieldId, ...] = Field(min_length=1)


@check("all-yes", AllYes)
def all_yes(context: Context, p: AllYes, closed: Closed) -> list[str]:
    """Every yes-no question of ``fields`` that is asked is answered with yes, in every row of a table."""
    in_row, alone = _("{label}: not yet for {name}."), _("Not yet: {label}.")
    return _lacking(context, p.fields, lambda q, value: q.kind is Kind.YES_NO and value is not True, in_row, alone)


class AllAnswered(Params):
    fields: tuple[FieldId, ...] = Field(min_length=1)


@check("all-answered", AllAnswered)
def all_answered(context: Context, p: AllAnswered, closed: Closed) -> list[str]:
    """Every question of ``fields`` that is asked has an answer, in every row of a table."""
    in_row, alone = _("{label} is missing for {name}."), _("{label} is missing.")
    return _lacking(context, p.fields, lambda _, value: value is None, in_row, alone)


def _lacking(context: Context, fields: tuple[str, ...], lacks: Lacks, in_row: str, alone: str) -> list[str]:
    """A sentence for each answer that lacks something: of a table with what its row is called."""
    found: list[str] = []
    for section, question in context.profile.questionnaire.named(fields):
        rows = [row for row in _asked_rows(context, section, question) if lacks(question, row.get(question.name))]
        label = _(question.label)
        if section.is_table:
            found += [_(in_row, label=label, name=row_name(section, row) or "a row") for row in rows]
        elif rows:
            found.append(_(alone, label=label))
    return shorten(found) if found or not _is_blank(context) else [_NOTHING]


def _asked_rows(context: Context, section: Section, question: Question) -> list[Mapping[str, Any]]:
    """Rows of a table, or the record itself, in which the question is asked."""
    if section.when is not None and not section.when.holds(context.values):
        return []
    content = context.values.get(section.id)
    rows: list[Mapping[str, Any]] = list(content or ()) if section.is_table else [content or {}]
    return [row for row in rows if question.when is None or question.when.holds(context.values, row, section.id)]
