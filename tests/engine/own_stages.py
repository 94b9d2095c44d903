"""Providers with stages of their own: one with two tasks in all, one with care after the cutover."""

from __future__ import annotations

from pathlib import Path

import pytest

from onboarding import settings

TWO_TASKS = """\
title = "Corner Telephone"
provider = "Corner Telephone"
source = "made up for tests"
country = "US"
data.calendar.time_zone = "America/New_York"
runs = ["desk"]

[party.desk]
title = "Desk"
side = "provider"

[party.customer]
title = "Customer"
side = "customer"

[stage.order]
title = "Order"

[stage.cutover]
title = "Switch over"

[section.company]
title = "Company"
[section.company.question.name]
kind = "text"
label = "Name"
required = true
informational = true

[task.cutover.switch-over]
title = "Switch over"
party = "desk"
channel = "engineer"
after = ["order.send-agreement"]
evidence = "The time of the first call"

[task.order.send-agreement]
title = "Send the agreement"
party = "customer"
channel = "e-mail"
lead = { business_days = 2 }
evidence = "The signed agreement"
"""

AFTER_CARE = """
[stage.after_care]
title = "After care"
purpose = "Whether all goes well a week later."

[task.after_care.ask-how-it-goes]
title = "Ask how it goes"
party = "desk"
channel = "call"
after = ["cutover.switch-over"]
evidence = "What they said"
guide = "**Why.** Small things are not reported."
"""

INSERTED = ("[stage.cutover]", '[stage.site_visit]\ntitle = "Visit"\n\n[stage.cutover]')
VISIT = """
[task.site_visit.look-round]
title = "Look round"
party = "desk"
channel = "site-visit"
evidence = "A plan of the rooms"
"""


def write_profile(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> Path:
    """A profile in a folder of one's own, which the settings point at."""
    folder.mkdir(exist_ok=True)
    monkeypatch.setenv(settings.PROFILES.name, str(folder))
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path
