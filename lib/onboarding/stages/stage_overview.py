"""What a stage is about for one customer, as small tables: the runbook shows them before anything is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from onboarding.domain.answer_text import answer_text, full_name, lazy_answer
from onboarding.domain.callflow_picture import Picture
from onboarding.domain.language import ENGLISH, _
from onboarding.domain.question import Questionnaire
from onboarding.domain.schedule import Schedule
from onboarding.stages.checks import TaskCheck
from onboarding.stages.checks.review import RequirementsMapped, coverage
from onboarding.stages.context import Context
from onboarding.stages.desired import desired
from onboarding.stages.planned import picture_of
from onboarding.stages.planners.company import administrator_of
from onboarding.stages.planners.instruction import records_for
from onboarding.stages.planners.mail import e911_address
from onboarding.stages.planners.records import PortalRecord
from onboarding.stages.planners.shown import table
from onboarding.text import first_few

NUMBER_TABLES = ("dids", "did_ranges", "resource_accounts", "temporary_numbers")
"""Tables about numbers that only some providers ask for."""

SHOWN = 4
"""Things of one kind that are named before the rest is counted."""


@dataclass(frozen=True, slots=True)
class OverviewTable:
    """A titled table of display strings; ``empty`` is shown when it has no rows."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    empty: str


def of_stage(stage: str, context: Context) -> list[OverviewTable]:
    """The tables of one stage; of a provider's own stage what it brings about in a portal."""
    tables: dict[str, Callable[[], list[OverviewTable]]] = {
        "gather": lambda: [_sections(context)],
        "telephony": lambda: _telephony(context),
        "provision": lambda: [*_company(context), *_users(context)],
        "enable_services": lambda: [_services(context)] if context.profile.services else [],
        "migrate": lambda: [_content(context)],
        "cutover": lambda: [_records(context)],
    }
    blocks = tables[stage]() if stage in tables else []
    return [_filled(block) for block in (*blocks, *_of_profile(stage, context))]


def dates_of(stage: str, planned: Schedule, context: Context) -> OverviewTable:
    """When each task of a stage is planned, promised, expected and done; the last column says which one is late."""
    rows = []
    for task in context.profile.tasks_of(stage):
        if days := planned.tasks.get(task.id):
            found = (days.planned_on, days.promised_on, None if days.done_on else days.forecast_on, days.done_on)
            late = f"latest {ENGLISH.day(days.latest_on)}" if days.is_late and not days.done_on else ""
            rows.append([task.title, context.profile.party_title(task.party), *map(ENGLISH.day, found), late])
    columns = ["Task", "Who", "Planned", "Promised", "Expected", "Done", "Too late"]
    return _filled(OverviewTable("When", columns, rows, "No task of this stage applies."))


def _filled(block: OverviewTable) -> OverviewTable:
    """The table without the columns that nobody filled in."""
    used = [place for place in range(len(block.columns)) if any(row[place] for row in block.rows)]
    rows = [[row[place] for place in used] for row in block.rows]
    return replace(block, columns=[block.columns[place] for place in used], rows=rows)


def pictures_of(stage: str, context: Context) -> list[Picture]:
    """The pictures of one stage: the call flow, where calls are gathered and where their ways are configured."""
    picture = picture_of(context) if stage in ("gather", "enable_services") else None
    return [picture] if picture else []


def only_sections(questionnaire: Questionnaire, sections: Sequence[str]) -> Questionnaire:
    """The questionnaire cut down to some sections; all of it when none is named."""
    if not sections:
        return questionnaire
    kept = tuple(section for section in questionnaire.sections if section.id in sections)
    return replace(questionnaire, sections=kept)


def _sections(context: Context) -> OverviewTable:
    rows = []
    for section in context.profile.questionnaire.sections:
        content = context.values.get(section.id)
        wrong = sum(problem.section == section.id and problem.severity == "error" for problem in context.problems)
        answered = ENGLISH.count(len(content or ()), "row" if section.is_table else "answer")
        rows.append([section.title, answered, f"{wrong} to mend" if wrong else "nothing to mend"])
    return OverviewTable("The questionnaire so far", ["Section", "Answered", "Stands"], rows, "Nothing is asked.")


def _of_profile(stage: str, context: Context) -> list[OverviewTable]:
    """Tables that only some profiles have something for."""
    found = []
    if stage == "gather" and (rows := requirement_rows(context)):
        found.append(OverviewTable("Requirements and what meets them", ["Requirement", "Met by", "Stands"], rows, ""))
    if rows := made_rows(stage, context):
        found.append(OverviewTable("What the portal will hold", ["Task", "How many", "Which"], rows, ""))
    return found


def _telephony(context: Context) -> list[OverviewTable]:
    """What this provider asks about numbers: orders and requests, who gets which, and the tables of its own."""
    asked = context.profile.questionnaire
    blocks = [_ports(context)] if asked.section("port_orders") else []
    blocks += [_new_numbers(context)] if asked.section("new_numbers") else []
    blocks += [_numbers(context)] if _number_question(context) else []
    return [*blocks, *_answered(context, *NUMBER_TABLES)]


def _answered(context: Context, *names: str) -> Iterator[OverviewTable]:
    """Tables of the questionnaire as they are answered."""
    for section in map(context.profile.questionnaire.section, names):
        if section and (rows := context.rows(section.id)):
            yield OverviewTable(**table(section, section.questions, rows), empty="")


def _number_question(context: Context) -> str:
    """What the telephone number of a user is called here; empty where users have none."""
    users = context.profile.questionnaire.section("users")
    return next((name for name in ("number", "did") if users and users.question(name)), "")


def _ports(context: Context) -> OverviewTable:
    rows = []
    known = context.rows_with("port_numbers", "number")
    for order in context.rows("port_orders"):
        numbers = [row["number"] for row in known if row.get("btn") == order.get("btn")]
        btn, carrier, signer, day = (
            answer_text(context.profile.questionnaire.question(f"port_orders.{name}"), order.get(name))
            for name in ("btn", "losing_carrier", "signer", "wanted_on")
        )
        rows.append([btn, carrier, str(len(numbers) or ""), signer, day])
    columns = ["Billing number", "Losing carrier", "Numbers", "Signer", "Wanted on"]
    return OverviewTable("Numbers to port", columns, rows, "No number is ported.")


def _new_numbers(context: Context) -> OverviewTable:
    rows = []
    for row in context.rows("new_numbers"):
        listed = "listed" if row.get("directory_listing") else "not listed"
        place = e911_address(row, context) if row.get("e911") else "no E911"
        rows.append([str(row.get("area_code") or ""), str(row.get("quantity") or ""), listed, place])
    columns = ["Area code", "Quantity", "Directory", "E911 address"]
    return OverviewTable("New numbers to request", columns, rows, "No new number is requested.")


def _numbers(context: Context) -> OverviewTable:
    """Who has a number or needs one; those who still lack theirs come first."""
    needing = {service.id for service in context.profile.services.values() if service.needs_number}
    name, sources = _number_question(context), {"port": "ported", "new": "new"}
    users = [user for user in context.rows("users") if user.get(name) or context.services_of(user) & needing]
    users.sort(key=lambda user: bool(user.get(name)))
    rows, country = [], context.profile.country
    for user in users:
        source = sources.get(str(user.get("number_source")), "")
        rows.append([full_name(user), source, answer_text(None, user.get(name), country=country) or "not yet"])
    lacking = sum(not user.get(name) for user in users)
    title = "Who gets which number" + (f", {lacking} without one yet" if lacking else "")
    return OverviewTable(title, ["User", "From", "Number"], rows, "No user needs a number.")


def _company(context: Context) -> list[OverviewTable]:
    """The company with its administrator, where one is asked for."""
    if context.profile.questionnaire.section("administrator") is None:
        return []
    administrator = administrator_of(context)
    kind = "dedicated: no services, not billed" if administrator.get("is_dedicated") else "one of the users"
    rows = [
        ["Company", str(context.answer("company.name") or "")],
        ["Domain", str(context.answer("company.domain") or "")],
        ["Administrator", f"{full_name(administrator)} ({kind})" if administrator else "nobody named"],
        ["Users", str(len(context.rows("users")))],
    ]
    return [OverviewTable("What will be created", ["What", "Value"], rows, "")]


def _users(context: Context) -> list[OverviewTable]:
    """The users; where none are asked for, the extensions."""
    if context.profile.questionnaire.section("users") is None and context.rows("extensions"):
        return [*_answered(context, "extensions")]
    rows = [
        [full_name(user), str(user.get("email") or ""), str(user.get("site") or ""), str(user.get("extension") or "")]
        for user in context.rows("users")
    ]
    return [OverviewTable("Users of the sheet", ["Name", "E-mail", "Site", "Extension"], rows, "No user is listed.")]


def _services(context: Context) -> OverviewTable:
    services = context.profile.services.values()
    ordered = [(service.title, [*map(full_name, context.users_with(service.id))]) for service in services]
    rows = [[title, str(len(users)), first_few(users, SHOWN)] for title, users in ordered if users]
    return OverviewTable("Services ordered", ["Service", "Users", "Who"], rows, "No service is ordered.")


def _content(context: Context) -> OverviewTable:
    rows = [[what, how, context.profile.party_title(by)] for what, how, by in matrix(context)]
    return OverviewTable(
        "Content to move", ["Content", "How", "By"], rows, "No mailbox, site or contact list is moved."
    )


def _records(context: Context) -> OverviewTable:
    rows = [[record["type"], record["name"], record["value"]] for record in records_for("", context)]
    return OverviewTable(
        "DNS records of the new service", ["Type", "Name", "Value"], rows, "No DNS record changes here."
    )


def matrix(context: Context) -> list[tuple[str, str, str]]:
    """(service, method, who does it) of all content there is to move, for the runbook and the report (C-50)."""
    by = "provider" if context.answer("migration.by") == "provider" else "reseller"
    found: list[tuple[str, str, str]] = []
    for section, title in (("mail", _("Mailboxes")), ("sharepoint", _("SharePoint")), ("crm", _("CRM"))):
        if not context.answer(f"{section}.existing"):
            continue
        question = context.profile.questionnaire.question(f"{section}.method")
        value = context.answer(f"{section}.method")
        found.append((title, lazy_answer(question, value) or _("undecided"), "provider" if value == "custom" else by))
    if context.answer("migration.lync_contacts"):
        found.append((_("Lync contact lists"), _("rebuilt by hand"), "customer"))
    return found


def requirement_rows(context: Context) -> list[list[str]]:
    """[requirement, what meets it, whether that is answered], of every profile that maps requirements (M-07)."""
    found = []
    checks = [p.params for task in context.profile.tasks if isinstance(p := task.params, TaskCheck)]
    checks += [gate.params for gate in context.profile.gates.values()]
    for p in {p.requirement: p for p in checks if isinstance(p, RequirementsMapped)}.values():
        question = context.profile.questionnaire.question(p.setting)
        for what, named, is_met in coverage(context, p):
            met_by = answer_text(question, named) if question and named else "nothing yet"
            found.append([what, met_by, "answered" if is_met else "open"])
    return found


def made_rows(stage: str, context: Context) -> list[list[str]]:
    """[task, how many things, their keys] of the stage's tasks that make things in a portal out of answers."""
    found = []
    for task in context.profile.tasks_of(stage):
        if isinstance(task.params, PortalRecord) and context.is_needed(task):
            keys = [action.key for action in desired(task, context)]
            found.append([task.title, str(len(keys)), first_few(keys, SHOWN)])
    return found
