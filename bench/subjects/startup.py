"""How long a person waits for the command line to begin, beside the bare interpreter and the import of pandas."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figure import Against, Cost, Figure, Measured
from bench.measure import by_turns, python, tool
from bench.plan import Plan, workspace

HELP = Against("onboard --help", "import pandas", at_least=1.0)
PASS = Figure("python -c pass", "s")
PASS_PROCESSOR = Figure("python -c pass, processor", "s", judged="minimum")
STORE = Figure("import onboarding.store.store beyond python -c pass, processor", "s", at_most=0.6, judged="minimum")
LEFT = Figure("onboard --help beyond python -c pass, processor", "s", at_most=0.15, judged="minimum")


def run(plan: Plan) -> Iterator[Measured]:
    with workspace():
        acts = {
            "help": tool("onboard", "--help"),
            "pandas": python("-c", "import pandas"),
            "pass": python("-c", "pass"),
            "store": python("-c", "import onboarding.store.store"),
        }
        found = by_turns(acts, plan.rounds)
    yield from HELP.of(found["help"], found["pandas"])
    yield PASS.of(cost.wall for cost in found["pass"])
    yield PASS_PROCESSOR.of(cost.processor for cost in found["pass"])
    yield STORE.of(_beyond(found["store"], found["pass"]))
    yield LEFT.of(_beyond(found["help"], found["pass"]))


def _beyond(more: list[Cost], less: list[Cost]) -> list[float]:
    return [one.processor - other.processor for one, other in zip(more, less, strict=True)]
