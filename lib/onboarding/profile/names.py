"""Lint of names: whatever a profile points at must be there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from onboarding.domain.catalog import CHECKS, CONNECTORS, RECIPES, RESOURCES, RULES, Entry, Wants
from onboarding.domain.condition import VERSION_OPS, Condition, parse_condition
from onboarding.domain.question import Kind, Question
from onboarding.domain.task import Task
from onboarding.domain.version import is_version
from onboarding.profile.draft import Draft
from onboarding.profile.gates import EVERYTHING
from onboarding.profile.source import Place, hint

ANCHORS = ("start", "go-live")
CONTACT = "contact:"
_OBSERVED = ("resource", "service", "users_with")


def check_names(draft: Draft) -> None:
    """Parties, gates, tasks, services, questions, sections, options, recipes, checks, rules and their parameters."""
    Names(draft).check()


class Names:
    """Everything that can be pointed at, and the check of every pointer."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.questions = draft.questions()
        self.wanted: dict[Wants, Callable[[Any, Place], object]] = {
            Wants.TEXT: self._text,
            Wants.PURPOSE: self._purpose,
            Wants.INTEGER: self._integer,
            Wants.QUESTION: lambda value, place: self._one(value, "question", self.questions, place),
            Wants.TABLE: self._table,
            Wants.FIELDS: lambda value, place: self._many(value, "question or section", self._fields(), place),
            Wants.TABLES: self._tables,
            Wants.TEXTS: self._texts,
            Wants.SECTIONS: lambda value, place: self._many(value, "section", draft.sections, place),
            Wants.TASK: lambda value, place: self._one(value, "task", draft.tasks, place),
            Wants.TASKS: lambda value, place: self._many(value, "task", draft.tasks, place),
            Wants.STAGES: lambda value, place: self._many(value, "stage", [s.id for s in draft.stages], place),
            Wants.SERVICE: lambda value, place: self._one(value, "service", draft.services, place),
            Wants.SERVICES: lambda value, place: self._many(value, "service", draft.services, place),
            Wants.CHECK: lambda value, place: self._one(value, "check", CHECKS, place),
            Wants.ADDRESS: self._address,
            Wants.ATTACHMENTS: self._attachments,
            Wants.OBSERVE: self._observe,
            Wants.CONDITION: lambda value, place: self.condition(_parsed(value), place),
            Wants.COUNTS: self._counts,
            Wants.QUESTIONS: lambda value, place: self._many(value, "question", self.questions, place),
            Wants.VERSION: self._version,
            Wants.LIMITS: lambda value, place: None,  # options depend on another parameter: see _limits
            Wants.KEY: self._key,
            Wants.BODY: self._body,
            Wants.WHERE: lambda value, place: None,  # columns depend on another parameter: see _where
        }

    def check(self) -> None:
        draft = self.draft
        self._parties(draft.runs, Place(draft.source, ("runs",)))
        for stage in draft.stages:
            self._many(stage.gates, "gate", draft.gates, draft.place("stage", stage.id).at("gates"))
        for service in draft.services.values():
            place = draft.place("service", service.id).at("includes")
            self._many(service.includes, "service", draft.services, place)
        for task in draft.tasks.values():
            self._task(task)
        self._gates()
        self._rules()
        self._sections()

    # -- parts -----------------------------------------------------------------------------------------

    def _task(self, task: Task) -> None:
        draft, place = self.draft, self.draft.place("task", task.id)
        self._parties([task.party], place.at("party"))
        self._parties(task.helpers, place.at("helpers"))
        self._many(task.after, "task", draft.tasks, place.at("after"))
        self._many(task.gates, "gate", draft.gates, place.at("gates"))
        self.condition(task.when, place.at("when"))
        entry = RECIPES.get(task.action)
        if entry is None:
            self._one(task.action, "recipe", RECIPES, place.at("action"))
            return
        if task.connector not in CONNECTORS:
            self._one(task.connector, "connector", CONNECTORS, place.at("connector"))
        elif task.connector not in (entry.connector, *entry.instead, "manual"):
            draft.report(place.at("connector"), f"the recipe {task.action!r} cannot work through {task.connector!r}")
        check = CHECKS.get(str(task.about.get("check"))) if task.action == "check" else None
        self._parameters(task.about, task.action, (entry, check) if check else (entry,), place)
        if task.lead and task.lead.anchor not in ANCHORS:
            key = place.at("lead", "before" if task.lead.is_before else "after")
            self._one(task.lead.anchor, "date question or task", [*self._dates(), *draft.tasks], key)
        for number, name in enumerate(task.after):
            if name in draft.tasks and draft.tasks[name].every:
                draft.report(
                    place.at("after", number), f"{name!r} comes back until all else is closed: nothing can wait"
                )

    def _gates(self) -> None:
        for gate in self.draft.gates.values():
            place = self.draft.place("gate", gate.id)
            self._parties([gate.owed_by], place.at("owed_by"))
            self._parties(gate.roles, place.at("roles"))
            self._many(gate.on, "question or section", [EVERYTHING, *self._fields()], place.at("on"))
            for question in gate.asks:
                self._question(question, place.at("asks", question.name))
            self._many(gate.after, "task", self.draft.tasks, place.at("after"))
            self._many(gate.reopens, "task", self.draft.tasks, place.at("reopens"))
            self.condition(gate.when, place.at("when"))
            if gate.check and self._one(gate.check, "check", CHECKS, place.at("check")):
                self._parameters(gate.about, gate.check, (CHECKS[gate.check],), place)

    def _rules(self) -> None:
        for rule in self.draft.rules.values():
            place = self.draft.place("rule", rule.id)
            self.condition(rule.when, place.at("when"))
            if self._one(rule.check, "rule", RULES, place.at("check")):
                self._parameters(rule.about, rule.check, (RULES[rule.check],), place)

    def _sections(self) -> None:
        for section in self.draft.sections.values():
            place = self.draft.place("section", section.id)
            self.condition(section.when, place.at("when"))
            if section.is_table and section.key:
                self._one(section.key, "question of this section", [q.name for q in section.questions], place.at("key"))
            if not section.is_table and (section.key or section.min_rows):
                self.draft.report(place, "only a table has 'key' and 'min_rows'")
            for question in section.questions:
                self._question(question, self.draft.place("question", question.id))

    def _question(self, question: Question, place: Place) -> None:
        self.condition(question.when, place.at("when"))
        if question.owner:
            self._parties([question.owner], place.at("owner"))
        if question.document.endswith("."):
            self.draft.report(place.at("document"), "the name of a document stands without a full stop")
        if question.kind in (Kind.CHOICE, Kind.CHOICES) and not question.options:
            self.draft.report(place, "a choice needs 'options' or 'options_from'")
        if question.kind is Kind.REFERENCE:
            if self._one(question.to or "nothing", "question", self.questions, place.at("to")):
                self._column(question.to, place.at("to"))
        elif question.to:
            self.draft.report(place.at("to"), "only a reference points at another question")
        if question.default is not None and question.options:
            given = question.default if isinstance(question.default, list) else [question.default]
            for value in given:
                self._one(value, "option", [option.value for option in question.options], place.at("default"))

    def condition(self, condition: Condition | None, place: Place) -> None:
        """A condition looks at questions that are asked, and at values that can be answered."""
        if condition is None:
            return
        for part in condition.parts:
            self.condition(part, place)
        if not condition.question or not self._one(condition.question, "question", self.questions, place):
            return
        question = self.questions[condition.question]
        if condition.op == "answered" or condition.op in VERSION_OPS:
            return
        for value in condition.values:
            if question.kind is Kind.YES_NO and not isinstance(value, bool):
                self.draft.report(place, f"{question.id} is answered with true or false, never with {value!r}")
            elif question.options and value not in [option.value for option in question.options]:
                known = [option.value for option in question.options]
                message = f"{value!r} is no option of {question.id} ({', '.join(known)}){hint(str(value), known)}"
                self.draft.report(place, message)

    # -- parameters ------------------------------------------------------------------------------------

    def _parameters(self, about: Mapping[str, Any], name: str, entries: tuple[Entry, ...], place: Place) -> None:
        known = {key: wants for entry in entries for key, wants in entry.parameters.items()}
        for key in (key for entry in entries for key in entry.needs if key not in about):
            self.draft.report(place.at("about"), f"{name!r} needs the parameter {key!r}: {known[key].value}")
        for key, value in about.items():
            if key in known:
                self.wanted[known[key]](value, place.at("about", key))
                if known[key] is Wants.WHERE:
                    self._where(value, about, place.at("about", key))
                elif known[key] is Wants.LIMITS:
                    self._limits(value, about, place.at("about", key))
            else:
                self.draft.report(place.at("about", key), f"{name!r} has no parameter {key!r}{hint(key, known)}")
        for need in (need for entry in entries for need in entry.reads):
            if need not in self.questions and need not in self.draft.sections:
                self.draft.report(place, f"{name!r} reads {need}, which is not asked")

    def _where(self, value: Any, about: Mapping[str, Any], place: Place) -> None:
        table = str(about.get("rows") or about.get("question") or about.get("licence") or "").partition(".")[0]
        for column, wanted in value.items() if isinstance(value, Mapping) else ():
            values = tuple(wanted) if isinstance(wanted, list) else (wanted,)
            self.condition(Condition("is", f"{table}.{column}", values), place.at(column))

    def _limits(self, value: Any, about: Mapping[str, Any], place: Place) -> None:
        question = self.questions.get(str(about.get("by")))
        if not isinstance(value, Mapping) or not value:
            self.draft.report(place, "a table of option = whole number is wanted here")
            return
        for option, limit in value.items():
            self._integer(limit, place.at(option))
            if question and question.options:
                self._one(option, "option", [known.value for known in question.options], place.at(option))

    def _version(self, value: Any, place: Place) -> None:
        if not is_version(value):
            self.draft.report(place, f'{value!r} is not a version; write it as text, such as "9.4"')

    def _key(self, value: Any, place: Place) -> None:
        names = questions_in(value)
        if not names:
            self.draft.report(place, "a question id is wanted here, or a text with question ids in braces")
        for name in names:
            self._one(name, "question", self.questions, place)

    def _body(self, value: Any, place: Place) -> None:
        if not isinstance(value, Mapping) or not value:
            self.draft.report(place, "a table of name = question or section is wanted here")
            return
        for name, question in value.items():
            self._one(question, "question or section", self._fields(), place.at(name))

    def _text(self, value: Any, place: Place) -> None:
        if not isinstance(value, str) or not value.strip():
            self.draft.report(place, "a text is wanted here")

    def _integer(self, value: Any, place: Place) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.draft.report(place, "a whole number is wanted here")

    def _counts(self, value: Any, place: Place) -> None:
        if not isinstance(value, Mapping):
            self.draft.report(place, "a table is wanted here")
            return
        question = self.questions.get("phones.model")
        models = [option.value for option in question.options] if question else []
        for model, count in value.items():
            self._one(model, "model", models, place.at(model))
            self._integer(count, place.at(model))
        for model in (model for model in models if model not in value):
            self.draft.report(place, f"how many keys has {model!r}?")

    def _purpose(self, value: Any, place: Place) -> None:
        held = self.draft.data.get("dns")
        records = held if isinstance(held, list) else []
        known = dict.fromkeys(str(record.get("purpose")) for record in records if isinstance(record, Mapping))
        self._one(value, "purpose in data.dns", known, place)

    def _table(self, value: Any, place: Place) -> None:
        tables = [section.id for section in self.draft.sections.values() if section.is_table]
        self._one(value, "table section", tables, place)

    def _texts(self, value: Any, place: Place) -> None:
        for number, item in enumerate(_list(value, place, self.draft)):
            self._text(item, place.at(number))

    def _tables(self, value: Any, place: Place) -> None:
        for number, name in enumerate(_list(value, place, self.draft)):
            self._table(name, place.at(number))

    def _column(self, question: str, place: Place) -> None:
        if not self.draft.sections[question.partition(".")[0]].is_table:
            self.draft.report(place, f"{question} is no column of a table")

    def _address(self, value: Any, place: Place) -> None:
        party = self.draft.parties.get(value) if isinstance(value, str) else None
        if str(value).startswith(CONTACT):
            asked = self.questions.get("contacts.role")
            known = [option.value for option in asked.options] if asked else []
            self._one(str(value).removeprefix(CONTACT), "role in contacts.role", known, place)
        elif party is not None and not party.contact:
            self.draft.report(place, f"the party {value!r} has no 'contact' to write to")
        elif party is None and "@" not in str(value):
            self._one(value, "party", self.draft.parties, place)

    def _attachments(self, value: Any, place: Place) -> None:
        for number, item in enumerate(_list(value, place, self.draft)):
            kind, _, task = str(item).partition(":")
            if kind == "evidence":
                self._one(task, "task", self.draft.tasks, place.at(number))
            elif item != "questionnaire":
                self.draft.report(place.at(number), f"{item!r} is neither 'questionnaire' nor 'evidence:<task id>'")

    def _observe(self, value: Any, place: Place) -> None:
        if not isinstance(value, Mapping):
            self.draft.report(place, "a table is wanted here")
            return
        self._one(value.get("resource"), "resource to observe", RESOURCES, place)
        for key in (key for key in value if key not in _OBSERVED):
            self.draft.report(place.at(key), f"'observe' has no {key!r}{hint(key, _OBSERVED)}")
        if value.get("resource") == "service":
            # A service nobody orders by itself (Unified Messaging) is looked for at those who ordered another one.
            ordered = "users_with" if "users_with" in value else "service"
            self._one(value.get(ordered), "service", self.draft.services, place.at(ordered))

    # -- pointers --------------------------------------------------------------------------------------

    def _one(self, name: Any, what: str, known: Iterable[str], place: Place) -> bool:
        names = list(known)
        if name in names:
            return True
        self.draft.report(place, f"there is no {what} {name!r}{hint(str(name), names)}")
        return False

    def _many(self, names: Any, what: str, known: Iterable[str], place: Place) -> None:
        for number, name in enumerate(_list(names, place, self.draft)):
            self._one(name, what, known, place.at(number))

    def _parties(self, names: Iterable[str], place: Place) -> None:
        for name in names:
            self._one(name, "party", self.draft.parties, place)

    def _fields(self) -> list[str]:
        return [*self.questions, *self.draft.sections]

    def _dates(self) -> list[str]:
        return [question.id for question in self.questions.values() if question.kind is Kind.DATE]


def questions_in(key: Any) -> list[str]:
    """The question ids in a key: ``{portal.web_id}/{bundles.name}``, or one by itself."""
    if not isinstance(key, str) or not key.strip():
        return []
    return re.findall(r"\{([^{}]*)\}", key) if "{" in key else [key]


def _list(value: Any, place: Place, draft: Draft) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        yield from value
    else:
        draft.report(place, "a list is wanted here")


def _parsed(value: Any) -> Condition | None:
    try:
        return parse_condition(value)
    except ValueError:
        return None
