"""What a stage is about for one customer, as small tables: the runbook shows them before anything is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from onboarding.domain.answer_text import answer_text, full_name
from onboarding.domain.callflow_picture import Picture
from onboarding.domain.language import ENGLISH
from onboarding.domain.question import Questionnaire
from onboarding.stages.context import Context, address_of
from onboarding.stages.migrate import matrix
from onboarding.stages.planned import picture_of
from onboarding.stages.planners.company import administrator_of
from onboarding.stages.planners.instruction import records_for
from onboarding.stages.planners.shown import table
from onboarding.stages.requirement_trace import made_rows, requirement_rows
from onboarding.text import first_few

NUMBER_TABLES = ("dids", "did_ranges", "resource_accounts", "temporary_numbers")
"""Tables about numbers that only some providers ask for."""


@dataclass(frozen=True, slots=True)
class Block:
    """A titled table of display strings; ``empty`` is said when it has no rows."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    empty: str


def of_stage(stage: str, context: Context) -> list[Block]:
    """The tables of one stage."""
    blocks = {
        "gather": lambda: [_sections(context)],
        "telephony": lambda: _telephony(context),
        "provision": lambda: [*_company(context), _users(context)],
        "enable_services": lambda: [_services(context)] if context.profile.services else [],
        "migrate": lambda: [_content(context)],
        "cutover": lambda: [_records(context)],
    }[stage]()
    return [_filled(block) for block in (*blocks, *_of_profile(stage, context))]


def _filled(block: Block) -> Block:
    """The table without the columns that nobody filled in."""
    used = [place for place in range(len(block.columns)) if any(row[place] for row in block.rows)]
    return replace(
        block,
        columns=[block.columns[place] for place in used],
        rows=[[row[place] for place in used] for row in block.rows],
    )


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


def _sections(context: Context) -> Block:
    rows = []
    for section in context.profile.questionnaire.sections:
        held = context.values.get(section.id)
        wrong = sum(problem.section == section.id and problem.severity == "error" for problem in context.problems)
        answered = ENGLISH.count(len(held or ()), "row" if section.is_table else "answer")
        rows.append([section.title, answered, f"{wrong} to mend" if wrong else "nothing to mend"])
    return Block("The questionnaire so far", ["Section", "Answered", "Stands"], rows, "Nothing is asked.")


def _of_profile(stage: str, context: Context) -> list[Block]:
    """Tables that only some profiles have something for."""
    found = []
    if stage == "gather" and (rows := requirement_rows(context)):
        found.append(Block("Requirements and what meets them", ["Requirement", "Met by", "Stands"], rows, ""))
    if rows := made_rows(stage, context):
        found.append(Block("What the portal will hold", ["Task", "How many", "Which"], rows, ""))
    return found


def _telephony(context: Context) -> list[Block]:
    """What this provider asks about numbers: orders and requests, who gets which, and the tables of its own."""
    asked = context.profile.questionnaire
    blocks = [_ports(context)] if asked.section("port_orders") else []
    blocks += [_new_numbers(context)] if asked.section("new_numbers") else []
    blocks += [_numbers(context)] if _number_question(context) else []
    return [*blocks, *(_answered(name, context) for name in NUMBER_TABLES if context.rows(name))]


def _answered(name: str, context: Context) -> Block:
    """A table of the questionnaire as it is answered."""
    section = context.profile.questionnaire.section(name)
    if section is None:
        return Block("", (), (), "")
    shown = table(section, section.questions, context.rows(name))
    return Block(section.title, list(shown["columns"]), list(shown["rows"]), "")


def _number_question(context: Context) -> str:
    """What the telephone number of a user is called here; empty where users have none."""
    users = context.profile.questionnaire.section("users")
    return next((name for name in ("number", "did") if users and users.question(name)), "")


def _ports(context: Context) -> Block:
    rows = []
    for order in context.rows("port_orders"):
        numbers = [row["number"] for row in context.rows("port_numbers") if row.get("btn") == order.get("btn")]
        btn, carrier, signer, day = (
            answer_text(context.profile.questionnaire.question(f"port_orders.{name}"), order.get(name))
            for name in ("btn", "losing_carrier", "signer", "wanted_on")
        )
        rows.append([btn, carrier, str(len(numbers) or ""), signer, day])
    columns = ["Billing number", "Losing carrier", "Numbers", "Signer", "Wanted on"]
    return Block("Numbers to port", columns, rows, "No number is ported.")


def _new_numbers(context: Context) -> Block:
    rows = [
        [
            str(row.get("area_code") or ""),
            str(row.get("quantity") or ""),
            "listed" if row.get("directory_listing") else "not listed",
            address_of(context.site(str(row.get("e911_site") or ""))) if row.get("e911") else "no E911",
        ]
        for row in context.rows("new_numbers")
    ]
    columns = ["Area code", "Quantity", "Directory", "E911 address"]
    return Block("New numbers to request", columns, rows, "No new number is requested.")


def _numbers(context: Context) -> Block:
    """Who has a number or needs one; those who still lack theirs come first."""
    needing = {service.id for service in context.profile.services.values() if service.needs_number}
    name, sources = _number_question(context), {"port": "ported", "new": "new"}
    users = [user for user in context.rows("users") if user.get(name) or context.services_of(user) & needing]
    users.sort(key=lambda user: bool(user.get(name)))
    rows = []
    for user in users:
        source = sources.get(str(user.get("number_source")), "")
        rows.append([full_name(user), source, answer_text(None, user.get(name)) or "not yet"])
    lacking = sum(not user.get(name) for user in users)
    title = "Who gets which number" + (f", {lacking} without one yet" if lacking else "")
    if not any(row[1] for row in rows):
        return Block(title, ["User", "Number"], [[row[0], row[2]] for row in rows], "No user needs a number.")
    return Block(title, ["User", "From", "Number"], rows, "No user needs a number.")


def _company(context: Context) -> list[Block]:
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
    return [Block("What will be created", ["What", "Value"], rows, "")]


def _users(context: Context) -> Block:
    if context.profile.questionnaire.section("users") is None and context.rows("extensions"):
        return _answered("extensions", context)
    rows = [
        [full_name(user), str(user["email"]), str(user.get("site") or ""), str(user.get("extension") or "")]
        for user in context.rows("users")
    ]
    return Block("Users of the sheet", ["Name", "E-mail", "Site", "Extension"], rows, "No user is listed.")


def _services(context: Context) -> Block:
    rows = []
    for service in context.profile.services.values():
        users = context.users_with(service.id)
        if users:
            names = first_few([full_name(user) for user in users], 4)
            rows.append([service.title, str(len(users)), names])
    return Block("Services ordered", ["Service", "Users", "Who"], rows, "No service is ordered.")


def _content(context: Context) -> Block:
    rows = [[what, how, context.profile.party_title(by)] for what, how, by in matrix(context)]
    return Block("Content to move", ["Content", "How", "By"], rows, "No mailbox, site or contact list is moved.")


def _records(context: Context) -> Block:
    rows = [[record["type"], record["name"], record["value"]] for record in records_for("", context)]
    return Block("DNS records of the new service", ["Type", "Name", "Value"], rows, "No DNS record changes here.")
