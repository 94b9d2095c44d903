"""A small sound profile, to be broken in one place at a time."""

from __future__ import annotations

from pathlib import Path

SOUND = """\
title = "Small Voice"
provider = "Small Voice"
source = "made up for tests"
country = "US"
runs = ["engineer"]
include = ["telephony"]

[data.calendar]
time_zone = "America/New_York"

[party.engineer]
title = "Engineer"
side = "reseller"

[party.customer]
title = "Customer"
side = "customer"

[party.desk]
title = "Service desk"
side = "provider"
contact = "desk@smallvoice.example"

[stage.gather]
title = "Gather"
gates = ["complete"]

[stage.telephony]
title = "Telephony"

[stage.provision]
title = "Provision"

[stage.enable_services]
title = "Enable services"

[stage.migrate]
title = "Migrate"

[stage.cutover]
title = "Cutover"

[service.voice]
title = "Voice"
plans = { basic = "Basic", full = "Full" }
needs_number = true

[gate.complete]
title = "Complete"
kind = "check"
check = "answers-complete"
params = { sections = ["people"] }
owed_by = "customer"

[gate.go]
title = "Go"
kind = "decision"
owed_by = "customer"
roles = ["customer"]
on = ["people.wanted_on"]

[section.people]
title = "People"
table = true
key = "email"

[section.people.question.email]
kind = "email"
label = "E-mail"

[section.people.question.plan]
kind = "choice"
label = "Plan"
options_from = "voice.plans"

[section.people.question.number]
kind = "number"
label = "Number"
when = { question = "telephony.kind", is = "port" }

[section.people.question.wanted_on]
kind = "date"
label = "Wanted on"

[rule.one-number]
check = "unique"
params = { question = "people.number" }
message = "A number belongs to one person."

[task.gather.fill-in]
title = "Fill in the sheet"
party = "customer"
channel = "either"
lead = { business_days = 5, source = "test" }
evidence = "The sheet"
params = { fields = ["people"] }

[task.telephony.request-numbers]
title = "Request numbers"
party = "engineer"
channel = "e-mail"
action = "request"
params = { to = "desk", subject = "Numbers", intro = "Please.", fields = ["people.number"] }
evidence = "The request"
when = { question = "telephony.kind", is = ["port", "new"] }

[task.telephony.deliver-numbers]
title = "Deliver numbers"
party = "desk"
channel = "engineer"
action = "confirm"
after = ["telephony.request-numbers"]
lead = { weeks = 2, source = "test" }
evidence = "The list"
when = { question = "telephony.kind", is = "new" }

[task.provision.set-up]
title = "Set up"
party = "engineer"
channel = "portal"
after = ["telephony.deliver-numbers"]
evidence = "The portal's page"

[task.enable_services.enable-voice]
title = "Enable voice"
party = "engineer"
channel = "portal"
evidence = "The portal's page"

[task.migrate.move-voicemail]
title = "Move voicemail"
party = "engineer"
channel = "either"
evidence = "A count"

[task.cutover.switch]
title = "Switch"
party = "engineer"
channel = "either"
gates = ["go"]
lead = { days = 2, before = "people.wanted_on" }
evidence = "A call"

[reference.guide]
title = "The guide"
url = "https://smallvoice.example/guide"
"""


def write(folder: Path, *changes: tuple[str, str], text: str = SOUND) -> Path:
    """The sound profile with each text replaced, as ``small-voice.toml``; every replaced text must be there once."""
    for old, new in changes:
        assert text.count(old) == 1, f"{text.count(old)} times: {old}"
        text = text.replace(old, new)
    path = folder / "small-voice.toml"
    path.write_text(text, encoding="utf-8")
    return path


def line_of(path: Path, start: str) -> int:
    """The line that begins with ``start``; it must be the only one."""
    found = [number for number, line in enumerate(path.read_text().splitlines(), 1) if line.startswith(start)]
    assert len(found) == 1, f"{found}: {start}"
    return found[0]
