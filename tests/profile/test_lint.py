"""Everything the lint finds, one broken profile a kind: message, file, key and line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from onboarding.profile.load import lint
from tests.profile.sound import SOUND, line_of, write


@dataclass(frozen=True)
class Broken:
    """``old`` becomes ``new``; then ``key``, on the line that begins with ``at``, is found to be ``message``."""

    old: str
    new: str
    key: str
    at: str
    message: str
    others: int = 0


VISIT = """\
[task.migrate.visit]
title = "Visit"
party = "engineer"
channel = "site-visit"
each = {each}
brings = "{brings}"
evidence = "A note"

"""
AGREED = """\
[section.agreed.question.starts_on]
kind = "date"
label = "Starts on"
informational = true

[section.agreed]
title = "Agreed"

"""
ROOMS = """\
[section.people.question.rooms]
kind = "choices"
label = "Rooms"
options = { north = "North", south = "South" }

"""

SWITCH = 'gates = ["go"]\nlead = { days = 2, before = "people.wanted_on" }'
FILL_IN = 'lead = { business_days = 5, source = "test" }\n'
CASES = {
    # spelling
    "unknown key": Broken(
        'needs_number = true', 'needs_numbr = true', "service.voice.needs_numbr", "needs_numbr",
        "unknown key; did you mean 'needs_number'?"),
    "unknown key at the top": Broken(
        'runs = ["engineer"]', 'runs = ["engineer"]\ncolour = "red"', "colour", "colour", "unknown key"),
    "unknown key of a lead time": Broken(
        "weeks = 2,", "weeks = 2, fortnights = 1,", "task.telephony.deliver-numbers.lead.fortnights",
        "lead = { weeks", "unknown key"),
    "missing key": Broken(
        'party = "engineer"\nchannel = "either"\nevidence = "A count"', 'channel = "either"\nevidence = "A count"',
        "task.migrate.move-voicemail", "[task.migrate.move", "'party' is missing"),
    "wrong type": Broken("needs_number = true", 'needs_number = "yes"', "service.voice.needs_number", "needs_number",
        "true or false is wanted here"),
    "a table is wanted": Broken('[reference.guide]\ntitle = "The guide"', '[reference]\nguide = "The guide"',
        "reference.guide", "guide =", "a table is wanted here", 1),
    "an empty text": Broken('title = "Small Voice"', 'title = " "', "title", "title = \" \"", "must not be empty"),
    "a date outside of text": Broken(
        'fields = ["people.number"] }', 'fields = ["people.number"], closing = 2026-01-01 }',
        "task.telephony.request-numbers.params.closing", "params = { to", "write dates and times as text here"),
    "too large for JSON": Broken('fields = ["people.number"] }',
        'fields = ["people.number"], closing = 90071992547409930 }', "task.telephony.request-numbers.params.closing",
        "params = { to", "a number of this size has no place in JSON"),
    "earlier name of the parameters": Broken('params = { question = "people.number" }',
        'about = { question = "people.number" }', "rule.one-number.about", "about",
        "unknown key; it is called 'params' now", 1),
    "earlier name of the requirements": Broken("needs_number = true", 'covers = ["S-01"]', "service.voice.covers",
        "covers", "unknown key; it is called 'requirements' now"),
    "misspelt template": Broken("[section.people]\n",
        '[section.telefony.question.kind]\nhelp = "Which numbers."\n\n[section.people]\n', "section.telefony",
        "[section.telefony.question.kind]", "'title' is missing; did you mean 'telephony'?", 1),
    "a list of nothing": Broken('check = "answers-complete"\nparams = { sections = ["people"] }\n',
        'check = "documents-held"\nparams = { tasks = [] }\n', "gate.complete.params.tasks", "params = { tasks",
        "this must not be empty"),
    # the offer
    "unknown key of the data": Broken("[reference.guide]", '[data]\ncalender = { country = "US" }\n[reference.guide]',
        "data.calender", "calender", "unknown key; did you mean 'calendar'?"),
    "unknown key of the calendar": Broken('time_zone = "America/New_York"',
        'time_zone = "America/New_York"\nland = "US"', "data.calendar.land", "land", "unknown key"),
    "unknown time zone": Broken("America/New_York", "Europe/Edinburgh", "data.calendar.time_zone", "time_zone",
        "there is no time zone 'Europe/Edinburgh'"),
    "unknown part of a country": Broken('time_zone = "America/New_York"',
        'country = "GB"\nsubdivision = "SCO"', "data.calendar.subdivision", "subdivision",
        "The holidays of 'GB-SCO' are not known; did you mean 'SCT'?"),
    "unknown country": Broken('time_zone = "America/New_York"',
        'country = "XY"\ntime_zone = "UTC"', "data.calendar.country", 'country = "XY"',
        "The holidays of 'XY' are not known"),
    "record with a place that nothing fills": Broken("[reference.guide]",
        '[data]\ndns = [{ purpose = "mail", type = "MX", name = "{domain}", value = "10 {domian}." }]\n'
        "[reference.guide]", "data.dns[0].value", "dns", "{domian} would be published as it stands"),
    "unknown start of billing": Broken("[reference.guide]",
        '[data]\nbilling = { start = "whenever", after = ["provision.set-up"] }\n[reference.guide]',
        "data.billing.start", "billing", "'whenever' is not one of first-of-next-month, completion"),
    "delivery by an unknown task": Broken("[reference.guide]",
        '[[data.delivery]]\nitem = "user"\ntitle = "User"\nrows = "people"\ntask = "provision.setup"\n'
        "[reference.guide]",
        "data.delivery[0].task", "task =", "there is no task 'provision.setup'; did you mean 'provision.set-up'?"),
    "delivery of rows that are none": Broken("[reference.guide]",
        '[[data.delivery]]\nitem = "user"\ntitle = "User"\nrows = "people"\nwhere = { plan = "gold" }\n'
        'task = "provision.set-up"\n[reference.guide]', "data.delivery[0].where.plan", "where",
        "'gold' is no option of people.plan (basic, full)"),
    "contact that is no address": Broken('contact = "desk@smallvoice.example"', 'contact = "desk at smallvoice"',
        "party.desk.contact", "contact", "'desk at smallvoice' is no e-mail address"),
    # places
    "no country": Broken('country = "US"\n', "", "", 'title = "Small', "'country' is missing"),
    "a country by its common name": Broken('country = "US"', 'country = "UK"', "country", 'country = "UK"',
        "there is no country 'UK'; did you mean 'GB'?", -1),
    "several time zones and none named": Broken(
        '[data.calendar]\ntime_zone = "America/New_York"\n', '[data]\nsupport_address = "desk@smallvoice.example"\n',
        "data.calendar", "[data]", "'time_zone' is missing: US has several, such as America/New_York"),
    # duplicates
    "duplicate id": Broken('[reference.guide]', '[party.customer]\ntitle = "Again"\n\n[reference.guide]',
        "", "title = \"Again\"", "this is not TOML: Cannot declare ('party', 'customer') twice", -1),
    "title used twice": Broken('title = "Set up"', 'title = "switch"', "task.cutover.switch.title", 'title = "Switch"',
        "'provision.set-up' has the same title: people cannot tell them apart"),
    "title of a gate used twice": Broken('title = "Go"', 'title = "Complete"', "gate.go.title", "title",
        "'complete' has the same title", -1),
    "named twice": Broken('roles = ["customer"]', 'roles = ["customer", "customer"]', "gate.go.roles[1]", "roles",
        "'customer' is named twice"),
    # pointers
    "unknown party": Broken('party = "customer"', 'party = "costumer"', "task.gather.fill-in.party",
        'party = "costumer"', "there is no party 'costumer'; did you mean 'customer'?"),
    "party without anything to do": Broken(
        "[stage.gather]", '[party.ghost]\ntitle = "Ghost"\nside = "third"\n[stage.gather]',
        "party.ghost", "[party.ghost]", "nothing is done, decided, known or received by this party"),
    "unknown helper": Broken('evidence = "The sheet"', 'helpers = ["aunt"]\nevidence = "The sheet"',
        "task.gather.fill-in.helpers[0]", "helpers", "there is no party 'aunt'"),
    "unknown runner": Broken('runs = ["engineer"]', 'runs = ["engineer", "robot"]', "runs[1]", "runs",
        "there is no party 'robot'"),
    "unknown gate owner": Broken('owed_by = "customer"\nroles', 'owed_by = "nobody"\nroles', "gate.go.owed_by",
        'owed_by = "nobody"', "there is no party 'nobody'"),
    "unknown role": Broken('roles = ["customer"]', 'roles = ["king"]', "gate.go.roles[0]", "roles",
        "there is no party 'king'"),
    "unknown question owner": Broken('kind = "date"', 'kind = "date"\nowner = "nobody"',
        "section.people.question.wanted_on.owner", "owner", "there is no party 'nobody'"),
    "unknown gate": Broken(SWITCH, SWITCH.replace('["go"]', '["go", "went"]'), "task.cutover.switch.gates[1]",
        'gates = ["go", "went"]', "there is no gate 'went'"),
    "unknown gate of a stage": Broken('gates = ["complete"]', 'gates = ["complete", "compleat"]',
        "stage.gather.gates[1]", 'gates = ["complete", ', "there is no gate 'compleat'; did you mean 'complete'?"),
    "unknown predecessor": Broken('after = ["telephony.deliver-numbers"]', 'after = ["telephony.deliver"]',
        "task.provision.set-up.after[0]", 'after = ["telephony.deliver"]', "there is no task 'telephony.deliver'"),
    "the result of a task that does not come before": Broken('evidence = "The list"',
        'rests_on_tasks = ["provision.set-up"]\nevidence = "The list"',
        "task.telephony.deliver-numbers.rests_on_tasks[0]", "rests_on_tasks",
        "'provision.set-up' does not come before it: add it to 'after'"),
    "confirmed by a task that does not follow": Broken('evidence = "The list"',
        'settled_by = ["telephony.request-numbers"]\nevidence = "The list"',
        "task.telephony.deliver-numbers.settled_by[0]", "settled_by",
        "'telephony.request-numbers' does not come after it"),
    "resting on an unknown answer": Broken('evidence = "The list"',
        'rests_on = ["people.numbr"]\nevidence = "The list"', "task.telephony.deliver-numbers.rests_on[0].on",
        "rests_on", "there is no question or section 'people.numbr'; did you mean 'people.number'?"),
    "resting on rows that are none": Broken('evidence = "The list"',
        'rests_on = [{ on = "people.number", where = { plan = "gold" } }]\nevidence = "The list"',
        "task.telephony.deliver-numbers.rests_on[0].where.plan", "rests_on",
        "'gold' is no option of people.plan (basic, full)"),
    "an unknown kind of change": Broken('evidence = "The list"',
        'rests_on = [{ on = "people.number", change = "more" }]\nevidence = "The list"',
        "task.telephony.deliver-numbers.rests_on[0].change", "rests_on", "'more' is not one of any, new, changed"),
    "unknown stage": Broken("[task.migrate.move-voicemail]", "[task.migration.move-voicemail]", "task.migration",
        "[task.migration.move", "there is no stage 'migration'", 1),
    "unknown stage section": Broken("[stage.migrate]", "[stage.migration]", "stage.migration", "[stage.migration]",
        "the stage 'migration' has no task", 1),
    "task of a stage that is called otherwise": Broken("[stage.migrate]", "[stage.migration]", "task.migrate",
        "[task.migrate.move-voicemail]", "there is no stage 'migrate'; write [task.<stage>.<verb-noun>], and "
        "[stage.migrate] if that is one; did you mean 'migration'?", 1),
    "unknown service": Broken("plans = {", 'includes = ["sound"]\nplans = {', "service.voice.includes[0]", "includes",
        "there is no service 'sound'"),
    "unknown recipe": Broken('action = "confirm"', 'action = "confirmed"', "task.telephony.deliver-numbers.action",
        'action = "confirmed"', "there is no planner 'confirmed'; did you mean 'confirm'?"),
    "unknown connector": Broken('action = "confirm"', 'action = "confirm"\nconnector = "carrier-pigeon"',
        "task.telephony.deliver-numbers.connector", "connector", "there is no connector 'carrier-pigeon'"),
    "connector of another recipe": Broken('action = "confirm"', 'action = "confirm"\nconnector = "support"',
        "task.telephony.deliver-numbers.connector", "connector", "the planner 'confirm' cannot work through 'support'"),
    "unknown channel": Broken('channel = "e-mail"', 'channel = "fax"', "task.telephony.request-numbers.channel",
        'channel = "fax"', "'fax' is not one of portal, engineer, either", 1),
    "unknown unit": Broken("weeks = 2", "month = 2", "task.telephony.deliver-numbers.lead.month", "lead = { month",
        "unknown key"),
    "no length of time": Broken("weeks = 2, ", "", "task.telephony.deliver-numbers.lead", "lead = { source",
        "a lead time has one of minutes, hours, business_days, days, weeks"),
    "unknown check": Broken('check = "answers-complete"', 'check = "answers"', "gate.complete.check",
        'check = "answers"', "there is no check 'answers'"),
    "unknown rule": Broken('check = "unique"', 'check = "only"', "rule.one-number.check", 'check = "only"',
        "there is no rule 'only'", 0),
    "unknown parameter": Broken('params = { question = "people.number" }',
        'params = { question = "people.number", colour = 1 }', "rule.one-number.params.colour",
        'params = { question = "people.number", colour', "'unique' has no parameter 'colour'"),
    "sentence with a place that nothing fills": Broken('message = "A number belongs to one person."',
        'message = "{valeu} belongs to one person."', "rule.one-number.message", "message",
        "{valeu} would be shown as it stands; did you mean 'value'?"),
    "missing parameter": Broken('params = { question = "people.number" }', "params = { }", "rule.one-number.params",
        "params = { }", "'unique' needs the parameter 'question': question id"),
    "unknown section": Broken('sections = ["people"]', 'sections = ["persons"]', "gate.complete.params.sections[0]",
        "params = { sections", "there is no section 'persons'"),
    "unknown field": Broken('fields = ["people"]', 'fields = ["people", "people.age"]',
        "task.gather.fill-in.params.fields[1]", "params = { fields", "no question or section 'people.age'"),
    "unknown question of a gate": Broken('on = ["people.wanted_on"]', 'on = ["people.wanted"]', "gate.go.on[0]",
        "on =", "there is no question or section 'people.wanted'"),
    "unknown anchor": Broken('before = "people.wanted_on"', 'before = "people.plan"',
        "task.cutover.switch.lead.before", "lead = { days", "there is no date question or task 'people.plan'"),
    "unknown addressee": Broken('to = "desk"', 'to = "disk"', "task.telephony.request-numbers.params.to",
        "params = { to", "there is no party 'disk'; did you mean 'desk'?"),
    "addressee without address": Broken('to = "desk"', 'to = "customer"', "task.telephony.request-numbers.params.to",
        "params = { to", "the party 'customer' has no 'contact' to write to"),
    "unknown attachment": Broken('fields = ["people.number"] }', 'fields = ["people.number"], attach = ["bill"] }',
        "task.telephony.request-numbers.params.attach[0]", "params = { to",
        "'bill' is neither 'questionnaire' nor 'evidence:<task id>'"),
    "attachment of an unknown task": Broken('fields = ["people.number"] }',
        'fields = ["people.number"], attach = ["evidence:gather.sign"] }',
        "task.telephony.request-numbers.params.attach[0]", "params = { to", "there is no task 'gather.sign'"),
    "unknown thing to observe": Broken('action = "confirm"',
        'action = "confirm"\nparams = { observe = { resource = "moon" } }',
        "task.telephony.deliver-numbers.params.observe.resource", "params = { observe",
        "no resource to observe 'moon'"),
    "unknown record purpose": Broken('channel = "portal"\nafter',
        'channel = "portal"\naction = "dns_records"\nparams = { purpose = "mail" }\nafter',
        "task.provision.set-up.params.purpose", "params = { purpose", "there is no purpose in data.dns 'mail'", 1),
    "recipe without its questions": Broken('channel = "portal"\nafter', 'channel = "portal"\naction = "company"\nafter',
        "task.provision.set-up", "[task.provision.set-up]",
        "'company' reads company.name, company.domain and administrator, which are not asked"),
    # questions
    "missing template": Broken(
        'include = ["telephony"]', 'include = ["telephony", "telefony"]', "include[1]", "include",
        "there is no template data/templates/questions/telefony.toml; did you mean 'telephony'?"),
    "template outside": Broken('include = ["telephony"]', 'include = ["telephony", "../../providers/chinook"]',
        "include[1]", "include", "there is no template"),
    "condition on an unknown question": Broken('when = { question = "telephony.kind", is = "port" }',
        'when = { question = "telephony.sort", is = "port" }', "section.people.question.number.when",
        'when = { question = "telephony.sort"', "there is no question 'telephony.sort'"),
    "condition on an unknown option": Broken('when = { question = "telephony.kind", is = "port" }',
        'when = { question = "telephony.kind", is = "prot" }', "section.people.question.number.when",
        'when = { question = "telephony.kind", is = "prot" }', "'prot' is no option of telephony.kind"),
    "condition that is none": Broken('when = { question = "telephony.kind", is = "port" }',
        'when = { question = "telephony.kind", like = "port" }', "section.people.question.number.when",
        'when = { question = "telephony.kind", like', "a condition has 'question' with one of"),
    "the name of a row's id": Broken("[section.people.question.plan]", "[section.people.question._row_id]",
        "section.people.question._row_id", "[section.people.question._row_id]",
        "'_row_id' is where a row keeps its id: no question has that name"),
    "unknown kind": Broken('kind = "date"', 'kind = "day"', "section.people.question.wanted_on.kind", 'kind = "day"',
        "'day' is not one of text, long-text"),
    "choice without options": Broken('options_from = "voice.plans"\n', "", "section.people.question.plan",
        "[section.people.question.plan]", "a choice needs 'options' or 'options_from'"),
    "options from nowhere": Broken('options_from = "voice.plans"', 'options_from = "voice.plan"',
        "section.people.question.plan.options_from", "options_from", "did you mean 'voice.plans'?"),
    "least above most": Broken('kind = "date"', 'kind = "integer"\nat_least = 9\nat_most = 3',
        "section.people.question.wanted_on.at_least", "at_least", "'at_least' (9) is more than 'at_most' (3)", 1),
    "options of a date": Broken('kind = "date"', 'kind = "date"\noptions = { now = "Now" }',
        "section.people.question.wanted_on", "[section.people.question.wanted_on]", "only a choice has options"),
    "default that is no option": Broken(
        'options_from = "voice.plans"', 'options_from = "voice.plans"\ndefault = "gold"',
        "section.people.question.plan.default", "default", "there is no option 'gold'"),
    "reference to nothing": Broken('kind = "date"', 'kind = "reference"\nto = "people.nick"',
        "section.people.question.wanted_on.to", "to =", "there is no question 'people.nick'", 1),
    "reference into a record": Broken('kind = "date"', 'kind = "reference"\nto = "telephony.kind"',
        "section.people.question.wanted_on.to", "to =", "telephony.kind is no column of a table", 1),
    "key that is not asked": Broken('key = "email"', 'key = "mail"', "section.people.key", "key =",
        "there is no question of this section 'mail'; did you mean 'email'?"),
    "dangling question": Broken('[section.people.question.wanted_on]',
        '[section.hobby]\ntitle = "Hobby"\n[section.hobby.question.name]\nkind = "text"\nlabel = "Name"\n\n'
        "[section.people.question.wanted_on]", "section.hobby.question.name", "[section.hobby.question.name]",
        "no task, gate, rule or condition uses this answer"),
    "change of what belongs to a template": Broken("[section.people]\n",
        '[section.telephony.question.kind]\nkind = "text"\n\n[section.people]\n',
        "section.telephony.question.kind.kind", 'kind = "text"', "'kind' belongs to the template"),
    "drop of what is not asked": Broken(
        "[section.people]\n", '[section.telephony]\ndrop = ["sort"]\n\n[section.people]\n',
        "section.telephony.drop[0]", "drop", "telephony has no question 'sort'"),
    # lead times, gates, order, reach
    "approvals of a check": Broken('owed_by = "customer"\n\n[gate.go]', 'owed_by = "customer"\nquorum = 2\n\n[gate.go]',
        "gate.complete.quorum", "quorum", "only a decision has 'quorum'"),
    "more approvals than roles sign": Broken('roles = ["customer"]',
        'roles = ["customer", "desk"]\neach_role = true\nquorum = 3', "gate.go.quorum", "quorum",
        "with 'each_role' there are as many approvals as roles"),
    "task for every row of what is no table": Broken('channel = "portal"\nafter',
        'channel = "portal"\neach = "peple"\nafter',
        "task.provision.set-up.each", "each", "there is no table section 'peple'; did you mean 'people'?"),
    "task for every group of a column that is not there": Broken('channel = "portal"\nafter',
        'channel = "portal"\neach = { rows = "people", by = ["emial"] }\nafter',
        "task.provision.set-up.each.by[0]", "each", "there is no column 'emial'; did you mean 'email'?"),
    "task for every row that comes back": Broken('channel = "portal"\nafter',
        'channel = "portal"\neach = "people"\nevery = { weeks = 1 }\nafter',
        "task.provision.set-up.every", "every", "a task for every row does not come back"),
    "party from a row where there is none": Broken('title = "Set up"\nparty = "engineer"',
        'title = "Set up"\nparty = { from = "people.email", otherwise = "engineer" }',
        "task.provision.set-up.party.from", "party = { from",
        "there is no row that could say who it is: 'each' is wanted"),
    "guide that speaks of what has nothing to do with the row": Broken('channel = "portal"\nafter',
        'channel = "portal"\neach = "people"\nguide = "See {telephony.kind}."\nafter',
        "task.provision.set-up.guide", "guide", "'telephony.kind' has nothing to do with a row of 'people'"),
    "one day for all rows": Broken("[reference.guide]",
        VISIT.format(each='"people"', brings="agreed.starts_on") + AGREED + "[reference.guide]",
        "task.migrate.visit.brings", "brings", "'agreed.starts_on' is one day, and each row of 'people' would bring "
        "it: name a date question of 'people' or of a table that refers to it (people.wanted_on), or leave 'each' out"),
    "day of a row that is in several groups": Broken("[reference.guide]",
        VISIT.format(each='{ rows = "people", by = ["rooms"] }', brings="people.wanted_on") + ROOMS
        + "[reference.guide]",
        "task.migrate.visit.each.by", "each", "a row may have several 'rooms', and would have one day of each"),
    "day that is shown before it is known": Broken('evidence = "A count"',
        'after = ["gather.fill-in"]\nbrings = "people.wanted_on"\nevidence = "A count"',
        "task.gather.fill-in", "[task.gather.fill-in]", "it shows 'people.wanted_on', which 'migrate.move-voicemail' "
        "brings after it, and would then be done anew"),
    "places without a zone": Broken("[reference.guide]",
        '[section.depots]\ntitle = "Depots"\ntable = true\n\n[section.depots.question.state]\nkind = "subdivision"\n'
        'informational = true\n\n[reference.guide]', "section.depots", "[section.depots]",
        "its states may have several time zones: ask for that of each place, address = 'zone'"),
    "zone that is chosen from anything": Broken("[reference.guide]",
        '[section.depots]\ntitle = "Depots"\n\n[section.depots.question.zone]\nkind = "choice"\naddress = "zone"\n'
        'options = { east = "East" }\n\n[reference.guide]', "section.depots.question.zone.options_from",
        "[section.depots.question.zone]", "a time zone is one of those of the country: options_from = 'time-zones'"),
    "guide that speaks of a row where there is none": Broken('channel = "portal"\nafter',
        'channel = "portal"\nguide = "Call {people.email}."\nafter',
        "task.provision.set-up.guide", "guide", "{people.email} would be shown as it stands"),
    "place in a text that no row fills": Broken('evidence = "A count"', 'evidence = "A photograph of {room}"',
        "task.migrate.move-voicemail.evidence", 'evidence = "A photograph', "{room} would be shown as it stands"),
    "place in a gate's question": Broken('[gate.go]\ntitle = "Go"\n',
        '[gate.go]\ntitle = "Go"\nquestion = "May {who} go?"\n',
        "gate.go.question", "question", "{who} would be shown as it stands"),
    "place in a procedure": Broken("[reference.guide]\n", '[operation.end]\ntitle = "End of {company}"\nkind = "demo"\n'
        'connector = "portal"\nparty = "engineer"\nguide = "Turn it."\n\n[reference.guide]\n',
        "operation.end.title", 'title = "End', "{company} would be shown as it stands"),
    "place that no column of the row fills": Broken('channel = "portal"\nafter',
        'channel = "portal"\neach = "people"\nguide = "Write to {emial}."\nafter',
        "task.provision.set-up.guide", "guide", "there is no question 'people.emial'; did you mean 'people.email'?"),
    "place in a text that is the same for all rows": Broken('channel = "portal"\nafter',
        'channel = "portal"\neach = "people"\nskip_reason = "{email} has it"\nafter',
        "task.provision.set-up.skip_reason", "skip_reason",
        "{email} would be shown as it stands: guide, undo or evidence speak of the row"),
    "request for every row": Broken('action = "request"', 'action = "request"\neach = "people"',
        "task.telephony.request-numbers.action", 'action = "request"',
        "a task for every row is one of people or of a check"),
    "undoing of what no person set up": Broken('action = "request"', 'action = "request"\nundo = "Withdraw it."',
        "task.telephony.request-numbers.undo", "undo", "only what people set up by hand is undone by hand"),
    "waiver where no gate rests": Broken('channel = "portal"\nafter',
        'channel = "portal"\nwaive = { by = ["engineer"] }\nafter',
        "task.provision.set-up.waive", "waive", "no gate and no task that closes by itself rests on it"),
    "waiver of what is binding": Broken('channel = "portal"\nafter',
        'channel = "portal"\nbinding = true\nwaive = { by = ["engineer"] }\nafter',
        "task.provision.set-up.waive", "waive", "required by law or by a carrier: nobody may waive it"),
    "waiver by nobody known": Broken('channel = "portal"\nafter',
        'channel = "portal"\nwaive = { by = ["enginer"] }\nafter',
        "task.provision.set-up.waive.by[0]", "waive", "there is no party 'enginer'; did you mean 'engineer'?", 2),
    "waiver for stages that nothing waits for": Broken('[reference.guide]',
        '[waive]\nby = ["engineer"]\n\n[reference.guide]', "waive", "[waive]",
        "neither a gate nor a task that closes by itself"),
    "optional and binding": Broken('channel = "portal"\nafter',
        'channel = "portal"\nbinding = true\noptional = true\nafter',
        "task.provision.set-up.optional", "optional", "it is 'binding', required by law or by a carrier"),
    "optional and named by a gate": Broken('evidence = "A count"',
        'evidence = "A count"\noptional = true\n\n[task.migrate.listen]\ntitle = "Listen"\nparty = "engineer"\n'
        'channel = "either"\nevidence = "A note"\ngates = ["moved"]\n\n[gate.moved]\ntitle = "Moved"\nkind = "check"\n'
        'owed_by = "engineer"\ncheck = "tasks-closed"\nparams = { tasks = ["migrate.move-voicemail"] }\n',
        "task.migrate.move-voicemail.optional", "optional", "the gate 'moved' names it: it is not optional"),
    "optional and named by the last task": Broken('evidence = "A count"',
        'evidence = "A count"\noptional = true\n\n[task.migrate.end]\ntitle = "End"\nparty = "engineer"\n'
        'channel = "either"\nevidence = "A note"\naction = "check"\n'
        'params = { check = "tasks-closed", tasks = ["migrate.move-voicemail"] }\n',
        "task.migrate.move-voicemail.optional", "optional", "the task 'migrate.end' names it: it is not optional"),
    "command in a guide": Broken('channel = "portal"\nafter',
        'channel = "portal"\nguide = "Send the sheet (`onboard\\nsheet`)."\nafter',
        "task.provision.set-up.guide", "guide", "`onboard sheet` is a command: say what is to be done"),
    "waiver by nobody": Broken('channel = "portal"\nafter', 'channel = "portal"\nwaive = { by = [] }\nafter',
        "task.provision.set-up.waive.by", "waive", "this must not be empty"),
    "proof of a later task": Broken('fields = ["people.number"] }',
        'fields = ["people.number"], attach = ["evidence:provision.set-up"] }',
        "task.telephony.request-numbers.params.attach[0]", "params = { to",
        "the document of 'provision.set-up' need not be there yet"),
    "braces that are mailed as they stand": Broken('intro = "Please."', 'intro = "Numbers of {company.nam}, please."',
        "task.telephony.request-numbers.params.intro", "params = { to", "{company.nam} would be sent as it stands"),
    "missing lead time": Broken(FILL_IN, "", "task.gather.fill-in", "[task.gather.fill-in]",
        "'customer' is waited for, so a 'lead' is wanted (without one: engineer)"),
    "two lead times": Broken("weeks = 2", "weeks = 2, days = 1", "task.telephony.deliver-numbers.lead",
        "lead = { weeks = 2, days", "a lead time has one of minutes"),
    "gate opened by nothing": Broken('check = "answers-complete"\nparams = { sections = ["people"] }\n', "",
        "gate.complete", "[gate.complete]", "nothing opens this gate: it has no 'check'"),
    "gate nobody decides": Broken('roles = ["customer"]\n', "", "gate.go", "[gate.go]",
        "nothing opens this gate: no 'roles' may decide it"),
    "gate that waits for nothing": Broken('check = "answers-complete"\nparams = { sections = ["people"] }\n',
        'check = "tasks-closed"\n', "gate.complete.params", "[gate.complete]",
        "nothing opens this: it waits for no task"),
    "gate that holds nothing": Broken(SWITCH, SWITCH.split("\n")[1], "gate.go", "[gate.go]",
        "this gate holds nothing: no task and no stage names it"),
    "stage without tasks": Broken(
        '[task.migrate.move-voicemail]\ntitle = "Move voicemail"\nparty = "engineer"\nchannel = "either"\n'
        'evidence = "A count"\n', "", "stage.migrate", "[stage.migrate]", "the stage 'migrate' has no task"),
    "missing stage": Broken('[stage.migrate]\ntitle = "Migrate"\n', "", "task.migrate", "[task.migrate.move-voicemail]",
        "there is no stage 'migrate'; write [task.<stage>.<verb-noun>], and [stage.migrate] if that is one"),
    "stage that is no id": Broken('[stage.migrate]', '[stage."After care"]\ntitle = "After"\n\n[stage.migrate]',
        'stage."After care"', '[stage."After care"]', "'After care' is no id: a small letter, then small letters"),
    "stage that is something else": Broken('[stage.migrate]', '[stage.report]\ntitle = "R"\n\n[stage.migrate]',
        "stage.report", "[stage.report]", "'report' is something else already: give the stage another id"),
    "ring": Broken('action = "request"', 'action = "request"\nafter = ["provision.set-up"]',
        "task.telephony.request-numbers.after", 'after = ["provision.set-up"]',
        "these wait for each other: telephony.request-numbers -> provision.set-up -> telephony.deliver-numbers -> "
        "telephony.request-numbers"),
    "ring with itself": Broken('evidence = "A count"', 'evidence = "A count"\nafter = ["migrate.move-voicemail"]',
        "task.migrate.move-voicemail.after", 'after = ["migrate', "migrate.move-voicemail -> migrate.move-voicemail"),
    "ring through a gate": Broken('check = "answers-complete"\nparams = { sections = ["people"] }',
        'check = "tasks-closed"\nparams = { tasks = ["gather.fill-in"] }', "task.gather.fill-in.gates",
        "[task.gather.fill-in]", "gather.fill-in -> gather.fill-in (gate complete)"),
    "task that is never needed": Broken('when = { question = "telephony.kind", is = "new" }',
        'when = { all = [{ question = "telephony.kind", is = "new" }, { question = "telephony.kind", is = "none" }] }',
        "task.telephony.deliver-numbers.when", "when = { all", "this task can never be needed"),
    "question that is never asked": Broken('when = { question = "telephony.kind", is = "port" }',
        'when = { all = [{ question = "telephony.kind", is = "port" }, '
        '{ question = "telephony.kind", not = "port" }] }',
        "section.people.question.number.when", "when = { all", "this can never be asked"),
    "wait for what nobody asked for": Broken('after = ["telephony.request-numbers"]\n', "",
        "task.telephony.deliver-numbers.after", "[task.telephony.deliver-numbers]",
        "nothing is asked of anybody before this"),
    # dates
    "case that never counts": Broken("weeks = 2, ",
        'weeks = 2, cases = [{ when = { question = "telephony.kind", is = "port" }, days = 1 }], ',
        "task.telephony.deliver-numbers.lead.cases[0]", "lead = { weeks", "this case never counts: no answers fulfil"),
    "case that an earlier one hides": Broken("weeks = 2, ", "weeks = 2, cases = [" + ", ".join([
        '{ when = { rows = "people", at_least = 50 }, days = 1 }'] * 2) + "], ",
        "task.telephony.deliver-numbers.lead.cases[1]", "lead = { weeks", "an earlier one has the same condition"),
    "mistake in a case": Broken("weeks = 2, ",
        'weeks = 2, cases = [{ when = { question = "telephony.kind", is = "new" }, fortnights = 1, days = 1 }], ',
        "task.telephony.deliver-numbers.lead.cases[0].fortnights", "lead = { weeks", "unknown key"),
    "hour of what takes hours": Broken("weeks = 2, ", 'hours = 2, by = "13:00", ',
        "task.telephony.deliver-numbers.lead.by", "lead = { hours", "what takes hours or minutes ends at its own hour"),
    "hour of receipt of what is counted back": Broken(SWITCH.split("\n")[1],
        'lead = { business_days = 2, before = "people.wanted_on", received_by = "13:00" }',
        "task.cutover.switch.lead.received_by", "lead = { business_days = 2, before", "has an hour of receipt"),
    "no hour": Broken("weeks = 2, ", 'weeks = 2, by = "noon", ', "task.telephony.deliver-numbers.lead.by",
        "lead = { weeks", "'noon' is not an hour; write it as \"13:00\""),
    "day of what a program does": Broken('action = "request"', 'action = "request"\non = "people.wanted_on"',
        "task.telephony.request-numbers.on", "on = \"people.wanted", "a program does this as soon as it can"),
    "day that is no date": Broken('evidence = "A count"', 'on = "people.plan"\nevidence = "A count"',
        "task.migrate.move-voicemail.on", "on = \"people.plan", "there is no date question 'people.plan'"),
    "waits for the day it brings": Broken('evidence = "A count"',
        'on = "people.wanted_on"\nbrings = "people.wanted_on"\nevidence = "A count"',
        "task.migrate.move-voicemail.brings", "brings", "it would wait for the day that it brings itself"),
    "proof that nothing uses": Broken('evidence = "A count"', 'expires = { days = 1 }\nevidence = "A count"',
        "task.migrate.move-voicemail.expires", "expires", "no task follows it and no gate wants its document"),
    "proof that ages from a date": Broken('after = ["telephony.request-numbers"]',
        'after = ["telephony.request-numbers"]\nexpires = { days = 1, after = "people.wanted_on" }',
        "task.telephony.deliver-numbers.expires", "expires", "a proof ages from when it was given"),
    "number compared with words": Broken('when = { question = "telephony.kind", is = "new" }',
        'when = { question = "telephony.kind", at_least = 3 }', "task.telephony.deliver-numbers.when",
        "when = { question = \"telephony.kind\", at_least", "is of the kind choice: it does not compare with a number"),
    "rows of no table": Broken('when = { question = "telephony.kind", is = "new" }',
        'when = { rows = "peeple", at_least = 3 }', "task.telephony.deliver-numbers.when",
        "when = { rows", "there is no table section 'peeple'; did you mean 'people'?"),
    "zone of a party": Broken('title = "Service desk"',
        'title = "Service desk"\ncalendar = { time_zone = "Europe/Edinburgh" }', "party.desk.calendar.time_zone",
        "calendar", "there is no time zone 'Europe/Edinburgh'"),
    "wait in other cases than the request": Broken('when = { question = "telephony.kind", is = "new" }',
        'when = { question = "telephony.kind", is = "mixed" }', "task.telephony.deliver-numbers.after",
        'after = ["telephony.request-numbers"]', "nothing is asked of anybody before this"),
}  # fmt: skip


def test_the_sound_profile_is_sound(tmp_path: Path) -> None:
    """What is broken below is clean before."""
    assert lint(write(tmp_path)) == []


@pytest.mark.parametrize("name", CASES)
def test_each_kind_of_mistake_is_found_where_it_is(name: str, tmp_path: Path) -> None:
    """One change gives one finding, with file, key, line and a message that says what and what to do."""
    case = CASES[name]
    path = write(tmp_path, (case.old, case.new))
    found = lint(path)
    wanted = [finding for finding in found if case.message in finding.message and finding.key == case.key]
    shown = "\n".join(str(finding) for finding in found)
    assert len(wanted) == 1, shown
    if case.others >= 0:
        assert wanted[0].line == line_of(path, case.at), shown
    assert wanted[0].file == str(path)
    assert len(found) == 1 + max(case.others, 0), shown


def test_a_pointer_to_a_misshapen_part_is_right_and_a_misspelt_one_is_not(tmp_path: Path) -> None:
    """Who names the task is silent as long as its channel is wrong; who misspells it reads what was meant."""
    channel = ('channel = "e-mail"', 'channel = "fax"')
    misspelt = ('after = ["telephony.request-numbers"]', 'after = ["telephony.request-number"]')
    found = {finding.key: finding.message for finding in lint(write(tmp_path, channel, misspelt))}
    assert "task.telephony.request-numbers.channel" in found
    message = "there is no task 'telephony.request-number'; did you mean 'telephony.request-numbers'?"
    assert found["task.telephony.deliver-numbers.after[0]"] == message


def test_everything_is_said_at_once(tmp_path: Path) -> None:
    """A profile with several mistakes has all of them in one list, in the order of the file."""
    names = ["unknown party", "unknown check", "named twice", "ring", "unknown recipe"]
    found = lint(write(tmp_path, *((CASES[name].old, CASES[name].new) for name in names)))
    assert found == sorted(found)
    for name in names:
        assert any(CASES[name].key == finding.key for finding in found), name


def test_a_section_that_is_included_is_not_defined_again(tmp_path: Path) -> None:
    """What stands under the name of a template changes it, so a title is taken and a question is added."""
    more = '[section.telephony]\ntitle = "Lines"\n[section.telephony.question.note]\nkind = "text"\nlabel = "Note"\n'
    path = write(tmp_path, ("[section.people]\n", more + "informational = true\n\n[section.people]\n"))
    assert lint(path) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "the file is not UTF-8 text"),
        (b"title = ", "this is not TOML"),
        (b"a = " + b"[" * 5000, "this is not a profile: it is nested too deeply"),
        (b"", "'title' is missing"),
        (
            b"party = 3\nstage = []\ntask = 'x'\nsection = 1\ndata = 2\ninclude = 7\nruns = [1]",
            "a table is wanted here",
        ),
    ],
)
def test_what_is_no_profile_is_said_to_be_none(content: bytes, message: str, tmp_path: Path) -> None:
    """Anything may lie in the folder; the lint answers with findings and never with an exception."""
    path = tmp_path / "small-voice.toml"
    path.write_bytes(content)
    assert any(message in finding.message for finding in lint(path))


def test_a_mark_that_some_editors_write_first_is_no_part_of_a_profile(tmp_path: Path) -> None:
    """Windows marks a text as UTF-8 with three bytes at its beginning."""
    path = write(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert lint(path) == []


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    """The lint of a missing file says so."""
    assert [finding.message for finding in lint(tmp_path / "x.toml")] == [
        "the file cannot be read: No such file or directory"
    ]


def test_a_broken_template_is_named_by_its_own_file(tmp_path: Path) -> None:
    """A finding in a template points into the template, not into the profile that includes it."""
    (tmp_path / "questions").mkdir()
    template = tmp_path / "questions" / "telephony.toml"
    template.write_text('title = "Telephony"\n[question.kind]\nkind = "choice"\nlabel = "Kind"\nwhy = "x"\n')
    found = lint(write(tmp_path, text=SOUND))
    wanted = [finding for finding in found if finding.key == "question.kind.why"]
    assert [(finding.line, finding.message) for finding in wanted] == [(5, "unknown key")]
    assert wanted[0].file.endswith("questions/telephony.toml")
