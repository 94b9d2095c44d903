"""The names a profile may use for what is done in code: recipes, checks, rules, connectors.

This is the one list that profiles are linted against and that the code is tested against: `stages.recipes`,
`stages.checks` and `answers.rules` each implement exactly the names given here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Wants(StrEnum):
    """What a parameter under ``about`` holds; the lint looks up whatever it names."""

    TEXT = "text"
    INTEGER = "integer"
    QUESTION = "question id"
    TABLE = "id of a table section"
    TABLES = "list of ids of table sections"
    TEXTS = "list of texts"
    FIELDS = "list of question and section ids"
    SECTIONS = "list of section ids"
    TASK = "task id"
    TASKS = "list of task ids"
    STAGES = "list of stage ids"
    SERVICE = "service id"
    SERVICES = "list of service ids"
    ADDRESS = "party with a contact, 'contact:' and a role of contacts.role, or e-mail address"
    ATTACHMENTS = "list of 'questionnaire' and 'evidence:<task id>'"
    OBSERVE = "table with 'resource' and, for a service, 'service' and perhaps 'users_with'"
    WHERE = "table of column = value"
    COUNTS = "table of model = number of keys, for every option of phones.model"
    CONDITION = "condition"
    QUESTIONS = "list of question ids"
    VERSION = "version such as 9.4.0.9"
    LIMITS = "table of option = whole number"
    KEY = "question id, or text with question ids in braces"
    BODY = "table of name = question or section id"
    CHECK = "name of a check"
    PURPOSE = "purpose of records in data.dns"


@dataclass(frozen=True, slots=True)
class Entry:
    """One name: its ``meaning`` in a line, the parameters it ``needs`` and ``may`` have, the questions it ``reads``.

    ``reads`` holds question and section ids that must be asked wherever the name is used; ``may_read`` those it uses
    when they are asked. ``connector`` is the outside system of a recipe, ``instead`` what else it may be.
    """

    meaning: str
    needs: Mapping[str, Wants] = field(default_factory=dict)
    may: Mapping[str, Wants] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    may_read: tuple[str, ...] = ()
    connector: str = "manual"
    instead: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, Wants]:
        return {**self.needs, **self.may}


CONNECTORS: Mapping[str, str] = {
    "portal": "the provider's self-service portal",
    "mmp": "a management portal for multi-tenant voice platforms",
    "support": "requests to the provider's support engineers by mail",
    "manual": "a person, who brings the proof",
}

RESOURCES = ("user", "service")
"""What ``observe`` may look for in a portal."""

_SHOWN = {"fields": Wants.FIELDS, "users_with": Wants.SERVICES}
_FIELDS = {"fields": Wants.FIELDS}
_LICENCE = {"licence": Wants.QUESTION, "add_ons": Wants.QUESTION}
_RANGE = {"start": Wants.QUESTION, "end": Wants.QUESTION}
_RECORD = {"resource": Wants.TEXT, "key": Wants.KEY, "fields": Wants.BODY}
_MAIL = {"to": Wants.ADDRESS, "subject": Wants.TEXT, "intro": Wants.TEXT}
_MAIL_MORE = {"attach": Wants.ATTACHMENTS, "closing": Wants.TEXT}

RECIPES: Mapping[str, Entry] = {
    "present": Entry(
        "one mail to the customer with the planned configuration made from 'sections', which is kept as evidence; "
        "another version of it is another mail",
        needs={**_MAIL, "sections": Wants.SECTIONS}, may={"fields": Wants.FIELDS, "closing": Wants.TEXT},
        connector="support",
    ),
    "record": Entry(
        "one thing on the outside system, found again by 'key', with a body made of the answers in 'fields'",
        needs=_RECORD, may={"summary": Wants.TEXT}, instead=("portal", "mmp"),
    ),
    "rows": Entry(
        "one thing on the outside system for each row of the table 'rows', of those with 'where' only",
        needs={"rows": Wants.TABLE, **_RECORD}, may={"summary": Wants.TEXT, "where": Wants.WHERE},
        instead=("portal", "mmp"),
    ),
    "manual": Entry("a person does it and brings the proof; the answers in 'fields' stand beside it", may=_SHOWN),
    "check": Entry("closes by itself as soon as the check holds", needs={"check": Wants.CHECK}),
    "request": Entry(
        "one mail to the support engineers with the answers in 'fields', of users with 'users_with' only",
        needs=_MAIL, may={**_SHOWN, **_MAIL_MORE}, connector="support",
    ),
    "confirm": Entry(
        "waits for what a party does after a request; a portal that shows it ('observe') proves it",
        may={**_SHOWN, "observe": Wants.OBSERVE}, instead=("portal",),
    ),
    "company": Entry(
        "the company with its administrator", connector="portal",
        reads=("company.name", "company.domain", "administrator"),
    ),
    "users": Entry(
        "every user of the sheet", connector="portal",
        reads=("company.domain", "users.email", "users.first_name", "users.last_name"),
        may_read=("users.site", "users.department", "users.extension"),
    ),
    "service": Entry(
        "a service for every user who ordered it, with the plan answered under 'plan'",
        needs={"service": Wants.SERVICE}, may={"plan": Wants.QUESTION, "default_plan": Wants.TEXT},
        connector="portal", reads=("company.domain", "users.email", "users.services"), may_read=("users.number",),
    ),
    "site": Entry(
        "the company's site of a service, with the title answered under 'title'",
        needs={"service": Wants.SERVICE}, may={"title": Wants.QUESTION, "default_plan": Wants.TEXT},
        connector="portal", reads=("company.domain",),
    ),
    "port_orders": Entry(
        "one request per billing telephone number, with the numbers to port", needs=_MAIL, may=_MAIL_MORE,
        connector="support",
        reads=(
            "port_orders.btn", "port_orders.losing_carrier", "port_orders.scope", "port_orders.signer",
            "port_orders.site", "port_numbers.btn", "port_numbers.number",
        ),
        may_read=("port_orders.account_number", "port_orders.new_btn", "port_orders.wanted_on"),
    ),
    "new_numbers": Entry(
        "one request for all new numbers with the E911 address of each", needs=_MAIL, may=_MAIL_MORE,
        connector="support", reads=("new_numbers", "sites"),
    ),
    "dns_records": Entry(
        "a person publishes the records of data.dns that serve 'purpose'", may={"purpose": Wants.PURPOSE},
        reads=("company.domain",),
    ),
    "licences": Entry(
        "a person changes licences; what the rule 'licence-covers' calls for stands beside it, of 'step' remove or add",
        may={**_SHOWN, "step": Wants.TEXT},
    ),
    "training_classes": Entry(
        "a person teaches all users in classes of 'size', each of 'minutes', on the day 'on' from the hour 'from'",
        needs={"size": Wants.INTEGER, "minutes": Wants.INTEGER},
        may={**_SHOWN, "on": Wants.QUESTION, "from": Wants.TEXT},
        reads=("users.first_name", "users.last_name"),
    ),
    "billing": Entry("a person begins billing; the first invoice by data.billing stands beside it", may=_SHOWN),
    "contract_report": Entry(
        "a person sends the report: the contract against what is delivered by data.delivery, and the first invoice",
        may=_SHOWN, reads=("contract_lines.item", "contract_lines.quantity", "contract_lines.note"),
    ),
}  # fmt: skip

_FLOW = (
    "dids", "menus", "menu_keys", "schedules", "queues", "agents", "announcements", "extensions.extension",
    "extensions.voicemail",
)  # fmt: skip

CHECKS: Mapping[str, Entry] = {
    "review-passed": Entry(
        "the engineers have passed every section of 'sections' and every call flow", needs={"sections": Wants.SECTIONS},
        reads=("engineering_review.part", "engineering_review.verdict", "engineering_review.reason", *_FLOW),
    ),
    "rows-answered": Entry(
        "every row with 'asked' has its 'answer'; what has none is named with its age since the date 'since'",
        needs={"asked": Wants.QUESTION, "answer": Wants.QUESTION, "since": Wants.QUESTION},
    ),
    "answers-complete": Entry("no error in the answers of 'sections', or in any", may={"sections": Wants.SECTIONS}),
    "administrator-named": Entry(
        "a company administrator is named, a dedicated one or one of the users", reads=("administrator", "users.email")
    ),
    "numbers-complete": Entry(
        "every user whose service needs a number has one, and the tasks that bring numbers are closed",
        may={"tasks": Wants.TASKS, "stages": Wants.STAGES}, reads=("users.number", "users.services"),
    ),
    "tasks-closed": Entry(
        "every task of 'tasks' and of the stages 'stages' is closed",
        may={"tasks": Wants.TASKS, "stages": Wants.STAGES},
    ),
    "signed-loa-held": Entry("the signed letter of authorization is on file", may={"task": Wants.TASK}),
    "requirements-mapped": Entry(
        "every requirement names the question that meets it, under 'setting', and that question is answered",
        needs={"requirement": Wants.QUESTION, "setting": Wants.QUESTION},
    ),
    "all-yes": Entry("every yes-no question of 'fields' is answered with yes, in every row", needs=_FIELDS),
    "all-answered": Entry("every question of 'fields' that is asked has an answer, in every row", needs=_FIELDS),
    "documents-held": Entry("a document is filed with each of 'tasks' that applies", needs={"tasks": Wants.TASKS}),
    "documents-ahead": Entry(
        "the documents of 'tasks' came 'days' calendar days before the earliest date of 'question'",
        needs={"tasks": Wants.TASKS, "question": Wants.QUESTION, "days": Wants.INTEGER},
    ),
    "document-valid": Entry(
        "the document of 'task' is filed and does not expire, by the date 'expires', before any date of 'fields'",
        needs={"task": Wants.TASK, "expires": Wants.QUESTION, "fields": Wants.FIELDS},
    ),
    "numbers-assigned": Entry(
        "every number of 'question' stands in a column of 'to' and 'tasks' are closed, by the date 'before'",
        needs={"question": Wants.QUESTION, "to": Wants.FIELDS},
        may={"tasks": Wants.TASKS, "before": Wants.QUESTION},
    ),
    "licences-in-place": Entry(
        "everybody whom the rule 'licence-covers' is about has what is needed, or 'least' of them do",
        may={"least": Wants.INTEGER},
    ),
    "contract-delivered": Entry(
        "every contract line is delivered by data.delivery, or its difference explained",
        reads=("contract_lines.item", "contract_lines.quantity", "contract_lines.note"),
    ),
}  # fmt: skip

RULES: Mapping[str, Entry] = {
    "unique": Entry("no two rows hold the same value", needs={"question": Wants.QUESTION}),
    "references": Entry("every reference points at a row that is there"),
    "sum-covers": Entry(
        "per value of 'group', the sum of 'quantity' is enough for the rows with 'where' counted per 'by'",
        needs={"quantity": Wants.QUESTION, "group": Wants.QUESTION, "rows": Wants.TABLE, "by": Wants.QUESTION},
        may={"where": Wants.WHERE},
    ),
    "in-table": Entry(
        "every value is found in the column 'table'",
        needs={"question": Wants.QUESTION, "table": Wants.QUESTION}, may={"where": Wants.WHERE},
    ),
    "forbidden-when": Entry(
        "not answered where 'when' holds", needs={"question": Wants.QUESTION, "when": Wants.CONDITION}
    ),
    "nanp-area-code": Entry("an area code that is in use in North America", needs={"question": Wants.QUESTION}),
    "production-number": Entry("not of the fictitious 555-01XX block", needs={"question": Wants.QUESTION}),
    "dedicated-administrator": Entry(
        "a dedicated administrator is nobody of the users and has no service",
        reads=("administrator.kind", "administrator.email", "users.email"),
    ),
    "full-port-includes-btn": Entry(
        "a full port lists its billing telephone number",
        reads=("port_orders.btn", "port_orders.scope", "port_numbers.btn", "port_numbers.number"),
    ),
    "partial-port-excludes-btn": Entry(
        "a partial port leaves its billing telephone number behind, or names a new one that stays behind",
        reads=(
            "port_orders.btn", "port_orders.scope", "port_orders.new_btn", "port_numbers.btn", "port_numbers.number",
        ),
    ),
    "extension-length": Entry(
        "an extension has 'min' to 'max' digits",
        needs={"question": Wants.QUESTION, "min": Wants.INTEGER, "max": Wants.INTEGER},
    ),
    "extension-clash": Entry(
        "an extension does not begin like an emergency, test or operator code", needs={"question": Wants.QUESTION}
    ),
    "call-flow-targets": Entry("every step of a call flow leads to something that is listed", reads=_FLOW),
    "call-flow-dead-ends": Entry("from everything a call comes to it goes on, or somebody answers", reads=_FLOW),
    "call-flow-unreachable": Entry("a call can come to everything that is listed", reads=_FLOW),
    "call-flow-endless": Entry("no caller is caught in a loop, whatever they press", reads=_FLOW),
    "call-flow-silent": Entry("a caller who presses nothing comes to an end as well", reads=_FLOW),
    "uniform-length": Entry("all values have the same number of digits", needs={"question": Wants.QUESTION}),
    "unique-across": Entry("no value of one of these columns stands in another", needs={"fields": Wants.FIELDS}),
    "unique-together": Entry(
        "no two rows of a table hold the same values in all of these columns", needs={"fields": Wants.FIELDS}
    ),
    "keys-fit-phone": Entry(
        "no layout uses a key the telephone does not have; 'counts' says how many keys each model has",
        needs={"counts": Wants.COUNTS},
        reads=(
            "extensions.extension", "extensions.phone", "extensions.layout", "phones.name", "phones.model",
            "key_layouts.layout", "key_layouts.key",
        ),
    ),
    "in-order": Entry(
        "in one row, 'second' comes after 'first'", needs={"first": Wants.QUESTION, "second": Wants.QUESTION}
    ),
    "has-row": Entry("the table has a row with these values", needs={"rows": Wants.TABLE, "where": Wants.WHERE}),
    "no-secret": Entry("no password or PIN stands among the texts of 'fields'", needs={"fields": Wants.FIELDS}),
    "loa-age": Entry(
        "the letter was signed at most 'days' days ago", needs={"question": Wants.QUESTION, "days": Wants.INTEGER}
    ),
    "licence-covers": Entry(
        "a plan outside 'enough' has the add-on 'add_on' beside it; 'remove' is what nobody may hold",
        needs={**_LICENCE, "enough": Wants.TEXTS, "add_on": Wants.TEXT},
        may={"remove": Wants.TEXTS, "where": Wants.WHERE},
    ),
    "licence-removed": Entry(
        "nobody holds an add-on of 'remove'", needs={**_LICENCE, "remove": Wants.TEXTS}, may={"where": Wants.WHERE}
    ),
    "licence-spare": Entry(
        "a plan of 'enough' has no add-on 'add_on', which it does not need",
        needs={**_LICENCE, "enough": Wants.TEXTS, "add_on": Wants.TEXT}, may={"where": Wants.WHERE},
    ),
    "row-count": Entry(
        "'min' to 'max' rows of the table 'rows' have the values 'where'",
        needs={"rows": Wants.TABLE, "min": Wants.INTEGER, "max": Wants.INTEGER}, may={"where": Wants.WHERE},
    ),
    "count-equals": Entry(
        "the table 'rows' has as many rows as the tables 'tables' together",
        needs={"rows": Wants.TABLE, "tables": Wants.TABLES},
    ),
    "listed-where": Entry(
        "every value stands in the column 'by' of a row of 'rows' with the values 'where'",
        needs={"question": Wants.QUESTION, "rows": Wants.TABLE, "by": Wants.QUESTION, "where": Wants.WHERE},
    ),
    "below": Entry("a figure stays below 'limit'", needs={"question": Wants.QUESTION, "limit": Wants.INTEGER}),
    "at-least-each": Entry(
        "a figure is at least 'each' for every one counted under 'times'",
        needs={"question": Wants.QUESTION, "times": Wants.QUESTION, "each": Wants.INTEGER},
    ),
    "version-form": Entry("what is asked as a version is one, such as 9.4.0.9", needs={"question": Wants.QUESTION}),
    "version-at-least": Entry(
        "what is chosen under 'question' needs 'least' or later of the platform whose version is under 'version'",
        needs={"question": Wants.QUESTION, "version": Wants.QUESTION, "least": Wants.VERSION},
        may={"where": Wants.WHERE},
    ),
    "version-beyond": Entry(
        "what is chosen under 'question' needs one of 'versions' to be later than 'most'",
        needs={"question": Wants.QUESTION, "versions": Wants.QUESTIONS, "most": Wants.VERSION},
        may={"where": Wants.WHERE},
    ),
    "equal": Entry(
        "asked in two places, answered the same in both", needs={"question": Wants.QUESTION, "other": Wants.QUESTION}
    ),
    "choices-at-most": Entry(
        "no more than 'most' things are chosen at once, where 'when' holds",
        needs={"question": Wants.QUESTION, "most": Wants.INTEGER}, may={"when": Wants.CONDITION},
    ),
    "licences-cover": Entry(
        "'quantity' per 'group' is enough for what rows take through the reference 'through', whose rows bring 'gives'",
        needs={
            "quantity": Wants.QUESTION, "group": Wants.QUESTION, "through": Wants.QUESTION, "gives": Wants.QUESTION,
        },
    ),
    "keys-within": Entry(
        "no more keys are used than a phone of the type 'by' has, by 'limits'",
        needs={"question": Wants.QUESTION, "by": Wants.QUESTION, "limits": Wants.LIMITS},
    ),
    "digits-as": Entry(
        "every extension has as many digits as 'length' says",
        needs={"question": Wants.QUESTION, "length": Wants.QUESTION},
    ),
    "range-order": Entry("a range ends where it starts or later, with as many digits", needs=_RANGE),
    "range-size": Entry("a range holds no more than 'most' numbers", needs={**_RANGE, "most": Wants.INTEGER}),
    "range-overlap": Entry("no number lies in two ranges", needs=_RANGE),
    "in-ranges": Entry(
        "every number lies in a range", needs={"question": Wants.QUESTION, **_RANGE}, may={"where": Wants.WHERE}
    ),
    "owned-number": Entry(
        "a number stands in a column of 'numbers' or lies in a range: it is the customer's own",
        needs={"question": Wants.QUESTION}, may={"numbers": Wants.QUESTIONS, **_RANGE},
    ),
    "cesid-form": Entry(
        "an emergency number has 7 to 12 digits; at most 'most' where 'version' is older than 'before'",
        needs={"question": Wants.QUESTION},
        may={"version": Wants.QUESTION, "before": Wants.VERSION, "most": Wants.INTEGER},
    ),
    "cesid-registered": Entry(
        "an emergency number stands in the column 'table' of what is registered",
        needs={"question": Wants.QUESTION, "table": Wants.QUESTION},
    ),
    "dispatchable": Entry(
        "a place for responders has the street of its 'site', and floor, suite or room under 'question'",
        needs={"question": Wants.QUESTION, "site": Wants.QUESTION}, reads=("sites.name", "sites.street"),
    ),
    "sip-user-form": Entry(
        "a SIP user name is made of letters, digits, dots, hyphens and underscores", needs={"question": Wants.QUESTION}
    ),
    "mac-address": Entry("twelve hexadecimal digits, every device once", needs={"question": Wants.QUESTION}),
    "bill-age": Entry(
        "the bill is at most 'days' days old", needs={"question": Wants.QUESTION, "days": Wants.INTEGER}
    ),
}  # fmt: skip

RECIPE_NAMES = frozenset(RECIPES)
CHECK_NAMES = frozenset(CHECKS)
RULE_NAMES = frozenset(RULES)
CONNECTOR_NAMES = frozenset(CONNECTORS)
