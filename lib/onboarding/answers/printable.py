"""The questionnaire on paper: one HTML file that needs nothing else, to be printed and filled in with a pen.

What is answered stands there already; what is not has a line to write on, or boxes to tick.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from onboarding.answers import layout
from onboarding.answers.asked import asked_only
from onboarding.answers.kinds import is_blank
from onboarding.answers.messages import shown
from onboarding.answers.part import part_of
from onboarding.answers.printable_html import POLICY, foot, style
from onboarding.answers.schema import Values, normalise
from onboarding.domain.answer_text import answer_text, choices
from onboarding.domain.condition import Condition
from onboarding.domain.json import JSON, Document
from onboarding.domain.language import say
from onboarding.domain.question import Kind, Question, Questionnaire, Section
from onboarding.html.parts import Markup, fill, join

MOST_COLUMNS = 6
"""A table with more questions is set as one card for each row: columns would be too narrow to write in."""

EMPTY_ROWS, EMPTY_CARDS = 5, 2
"""Empty ones after those that are filled in."""

_STEPS = (
    say("Fill in what you know. A star marks what is always needed."),
    say("Where it says “Only if”, answer only if that is so."),
    say("If there are not enough rows, continue on a sheet of your own."),
    say("Give it back to the person who gave it to you."),
)
_BOXED = 3  # a choice of more than so many does not fit into the cell of a table


def printable(
    questionnaire: Questionnaire,
    document: Document,
    customer_name: str = "",
    owner: str = "",
) -> str:
    """The page as HTML without script or request, the same for the same input; with ``owner`` only that party's part.

    It is in the language of the questionnaire.

    Sections and questions that the answers rule out are left out; those still undecided say when they are asked.
    Raises InputError when nothing is asked of the owner.
    """
    page = _Page(questionnaire, part_of(questionnaire, owner), document)
    return str(
        fill(
            '<!doctype html>\n<html lang="{}">\n<head>\n<meta charset="utf-8">\n'
            '<meta http-equiv="Content-Security-Policy" content="{}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n<title>{}</title>\n<style>\n{}{}</style>\n</head>\n<body>\n'
            "{}\n<main>\n{}\n{}\n</main>\n</body>\n</html>\n",
            questionnaire.language.code,
            Markup(POLICY),
            " · ".join(filter(None, (questionnaire.title, customer_name))),
            Markup(style()),
            foot(customer_name or questionnaire.title),
            page.cover(customer_name),
            join((page.section(number, section) for number, section in enumerate(page.asked(), start=1)), "\n"),
            page.signed(),
        )
    )


class _Page:
    def __init__(self, questionnaire: Questionnaire, part: Questionnaire, document: Document) -> None:
        self.questionnaire, self.part, self.document = questionnaire, part, document
        self.language = questionnaire.language
        full, _ = normalise(questionnaire, document)
        self.full = full.held
        self.values = replace(full, held=asked_only(questionnaire, full.held))

    def cover(self, customer_name: str) -> Markup:
        steps = join(fill("<li>{}</li>", self.language(text)) for text in _STEPS)
        party = self.questionnaire.parties.get(self.part.owner, self.part.owner)
        return fill(
            '<header class="cover">\n<h1>{}</h1>\n{}{}<ol class="steps">{}</ol>\n</header>',
            self.questionnaire.title,
            fill('<p class="customer">{}</p>\n', customer_name) if customer_name else "",
            fill('<p class="party">{}</p>\n', self.language("For: {party}", party=party)) if party else "",
            steps,
        )

    def asked(self) -> list[Section]:
        """The sections that are asked, and those of which that is not decided."""
        return [section for section in self.part.sections if self._may_ask(section.when)]

    def section(self, number: int, section: Section) -> Markup:
        when = ""
        if section.when is not None and not section.when.holds(self.values.held):
            when = fill('<p class="when">{}</p>', layout.only_if(section.when, self.questionnaire))
        inside = self._table(section) if section.is_table else self._record(section)
        return fill(
            '<section class="{}">\n<div class="head"><h2><span class="number">{}</span>{}</h2>{}{}</div>\n{}\n'
            "</section>",
            "long" if section.is_table and len(self._rows(section)) > EMPTY_ROWS else "short",
            number,
            section.title,
            fill("<p>{}</p>", section.help) if section.help else "",
            when,
            inside,
        )

    def signed(self) -> Markup:
        lines = [self.language(text) for text in (say("Filled in by"), say("Date"))]
        fields = join(
            fill('<div class="field"><span class="label">{}</span><span class="line"></span></div>', text)
            for text in lines
        )
        return fill('<div class="signed">{}</div>', fields)

    # --- Inside a section

    def _record(self, section: Section) -> Markup:
        held, typed = self.full[section.id], self.document.get(section.id)
        return fill('<div class="fields">{}</div>', self._fields(section, held, typed, is_explained=True))

    def _fields(self, section: Section, held: Mapping[str, JSON], typed: Any, is_explained: bool) -> Markup:
        shown_fields = []
        for question in section.questions:
            if not self._may_ask(question.when, held, section.id):
                continue
            answer = self._answer(question, held, typed, has_boxes=is_explained or question.name not in held)
            hints = self._hints(question, held) if is_explained else self._conditions(question, held)
            shown_fields.append(
                fill(
                    '<div class="{}"><span class="label">{}</span>{}<div class="answer">{}</div></div>',
                    "field wide" if question.kind in (Kind.LONG_TEXT, Kind.CHOICES) else "field",
                    self._label(question),
                    hints,
                    answer,
                )
            )
        return join(shown_fields, "\n")

    def _table(self, section: Section) -> Markup:
        if len(section.questions) > MOST_COLUMNS or any(len(q.options) > _BOXED for q in section.questions):
            return self._cards(section)
        rows = [*self._rows(section), *[({}, {})] * max(EMPTY_ROWS, section.min_rows)]
        head = join(fill('<th scope="col">{}</th>', self._label(question)) for question in section.questions)
        body = join(
            fill(
                "<tr>{}</tr>\n",
                join(
                    fill('<td data-label="{}">{}</td>', q.label, self._cell(q, held, typed)) for q in section.questions
                ),
            )
            for held, typed in rows
        )
        return fill("{}<table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table>",
                     self._legend(section), head, body)  # fmt: skip

    def _cards(self, section: Section) -> Markup:
        rows = [*self._rows(section), *[({}, {})] * max(EMPTY_CARDS, section.min_rows)]
        cards = []
        for number, (held, typed) in enumerate(rows, start=1):
            key = section.question(section.key) if section.key else None
            name = self._words(key, held, typed) if key else ""
            fields = self._fields(section, held, typed, is_explained=False)
            cards.append(
                fill('<div class="entry"><h3>{}</h3>\n<div class="fields">{}</div></div>',
                      f"{number}. {name}" if name else f"{number}.", fields)
            )  # fmt: skip
        return fill("{}{}", self._legend(section, has_conditions=False), join(cards, "\n"))

    def _rows(self, section: Section) -> list[tuple[Mapping[str, JSON], Any]]:
        """(normalised, as typed) of each row."""
        typed = self.document.get(section.id)
        places = Values(self.full, self.values.numbers).rows(section.id)
        return [(held, typed[number] if number is not None and isinstance(typed, list | tuple) else {})
                for number, held in places]  # fmt: skip

    def _legend(self, section: Section, has_conditions: bool = True) -> Markup:
        """What the columns mean, once for all rows; cards say themselves when something is asked."""
        entries = [
            fill("<li><b>{}:</b> {}</li>", question.label, words)
            for question in section.questions
            if (words := self._explained(question, has_conditions=has_conditions))
        ]
        return fill('<ul class="legend">{}</ul>\n', join(entries)) if entries else Markup("")

    # --- One question

    def _label(self, question: Question) -> Markup:
        star = Markup(' <span class="star">*</span>') if question.required and question.when is None else ""
        return fill("{}{}", question.label, star)

    def _explained(self, question: Question, has_example: bool = True, has_conditions: bool = False) -> str:
        parts = [question.help, *layout.origin(self.questionnaire, question)]
        if question.example and has_example:
            parts.append(self.language("Example: {example}", example=question.example))
        if question.when is not None and has_conditions:
            parts.append(layout.only_if(question.when, self.questionnaire))
        return " ".join(filter(None, parts))

    def _hints(self, question: Question, held: Mapping[str, JSON]) -> Markup:
        words = self._explained(question, has_example=is_blank(held.get(question.name)))
        hint = fill('<span class="hint">{}</span>', words) if words else Markup("")
        return fill("{}{}", hint, self._conditions(question, held))

    def _conditions(self, question: Question, held: Mapping[str, JSON]) -> Markup:
        """When the question is asked, as long as that is not decided."""
        if question.when is None or question.when.holds(self.values.held, held, question.section):
            return Markup("")
        return fill('<span class="hint when">{}</span>', layout.only_if(question.when, self.questionnaire))

    def _may_ask(self, condition: Condition | None, row: Mapping[str, JSON] | None = None, section: str = "") -> bool:
        """Whether a condition holds, or could once its questions are answered."""
        if condition is None or condition.holds(self.values.held, row, section):
            return True
        return any(self._is_open(question, row, section) for question in condition.questions())

    def _is_open(self, question_id: str, row: Mapping[str, JSON] | None, section: str) -> bool:
        inside, _, name = question_id.partition(".")
        held = row if row is not None and inside == section else self.full.get(inside)
        rows = held if isinstance(held, list) else [held or {}]
        return not rows or any(is_blank(line.get(name)) for line in rows)

    def _answer(self, question: Question, held: Mapping[str, JSON], typed: Any, has_boxes: bool) -> Markup:
        """What is answered, or the place for it; with boxes a choice shows what else could have been chosen."""
        value, text = held.get(question.name), self._words(question, held, typed)
        if has_boxes and question.kind in (Kind.CHOICE, Kind.CHOICES, Kind.YES_NO) and not (text and value is None):
            return self._boxes(question, value)
        if text:
            return fill('<span class="given">{}</span>', text)
        return Markup('<span class="line"></span>') * (3 if question.kind is Kind.LONG_TEXT else 1)

    def _cell(self, question: Question, held: Mapping[str, JSON], typed: Any) -> Markup:
        if question.kind in (Kind.CHOICE, Kind.CHOICES, Kind.YES_NO) and question.name not in held:
            return self._boxes(question, None)
        return fill("{}", self._words(question, held, typed))

    def _words(self, question: Question, held: Mapping[str, JSON], typed: Any) -> str:
        if question.name in held:
            return answer_text(question, held[question.name], self.language)
        raw = typed.get(question.name) if isinstance(typed, Mapping) else None
        return "" if is_blank(raw) else shown(raw)

    def _boxes(self, question: Question, value: JSON) -> Markup:
        chosen = value if isinstance(value, list) else [value]
        boxes = (self._box(words, item in chosen) for words, item in choices(question, self.language))
        return fill('<ul class="boxes">{}</ul>', join(boxes))

    def _box(self, label: str, is_on: bool) -> Markup:
        ticked = fill('<span class="unseen">{}</span>', self.language("chosen:")) if is_on else ""
        return fill(
            '<li{}><span class="box" aria-hidden="true">{}</span><span>{}{}</span></li>',
            Markup(' class="on"') if is_on else "",
            "✓" if is_on else "",
            ticked,
            label,
        )
