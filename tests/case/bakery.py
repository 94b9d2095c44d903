"""How the small profiles of these tests begin: a bakery's telephones, with an engineer and two stages."""

from __future__ import annotations


def head(title: str = "Bakery telephones") -> str:
    """The profile's own keys, and the engineer who works with the tool."""
    return f"""\
title = "{title}"
provider = "Bakery telephones"
source = "made up for tests"
country = "US"
data.calendar.time_zone = "America/New_York"
runs = ["engineer"]

[party.engineer]
title = "Engineer"
side = "reseller"

"""


GATHER = """\
[stage.gather]
title = "Gather"

"""
STAGES = f"""\
{GATHER}[stage.cutover]
title = "Cut over"

"""
SHOP = """\
[section.shop]
title = "Shop"

[section.shop.question.name]
kind = "text"
label = "Name"
"""
OVENS = """\
[section.shop.question.ovens]
kind = "integer"
label = "Ovens"

"""
