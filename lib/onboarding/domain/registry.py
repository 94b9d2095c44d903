"""Extension points: what a profile names and code does, each found by its name.

There are five kinds: *rules* over the answers, *checks* of gates and tasks, *planners* that turn a task into actions,
*blocks* of the completion report, and *connectors*. A function becomes one by its decorator (`answers.rules.rule`,
`stages.checks.check`, `stages.planners.planner`, `report.blocks.block`, `connectors.shipped.connector`), which takes
its name and the model of its parameters; the first sentence of its docstring says what it is for.

Ours are found in the packages of `PACKAGES`, one module or more for each kind; connectors in one that imports none of
them, since an HTTP client takes its time. An installed distribution adds its own through the entry-point group
``onboarding.extensions``: the entry ``rule.my-rule = "my_package.rules:my_rule"`` names kind and name, so that nothing
of it is imported before a profile asks for it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import ModuleType
from typing import Any, Generic, TypeAlias, TypeVar

from onboarding.domain.extension_failure import NOBODY, Asked, extension_failed
from onboarding.domain.params import NoParams, Params, hint_or_stop
from onboarding.errors import OnboardingError, ProfileError
from onboarding.limits import shortage
from onboarding.settings import Setting

PACKAGES: Mapping[str, str] = {
    "rule": "onboarding.answers.rules",
    "check": "onboarding.stages.checks",
    "planner": "onboarding.stages.planners",
    "block": "onboarding.report.blocks",
    "connector": "onboarding.connectors.shipped",
}
"""Kind -> our package of them."""

GROUP = "onboarding.extensions"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Extension(Generic[F]):
    """Something a profile may name.

    ``function`` does it and is called as the kind wants it; ``params`` is the model of what the profile says besides.
    ``reads`` are question and section ids that must be asked wherever it is named, ``may_read`` those it uses when
    they are asked.
    """

    kind: str
    name: str
    function: F
    params: type[Params] = NoParams
    reads: tuple[str, ...] = ()
    may_read: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """What it is for: the first paragraph of its docstring on one line."""
        return " ".join((self.function.__doc__ or "").strip().split("\n\n")[0].split())

    def all_of(self, *given: Any, asked: Asked = NOBODY) -> list[Any]:
        """All that the function gives for these. Raises OnboardingError as `one_of`."""
        found: list[Any] = self._done(lambda: list(self.function(*given)), asked)
        return found

    def one_of(self, *given: Any, asked: Asked = NOBODY) -> Any:
        """What the function gives for these, one thing.

        Raises OnboardingError EXTENSION-FAILED for whatever it raises itself, with who ``asked``; errors that are made
        for people, and those of a process that lacks something, keep their own words.
        """
        return self._done(lambda: self.function(*given), asked)

    def _done(self, act: Callable[[], Any], asked: Asked) -> Any:
        try:
            return act()
        except OnboardingError:
            raise
        except (Exception, SystemExit) as error:  # it may be somebody else's, and do whatever it likes
            named = f"{self.kind} {self.name!r}"
            raise shortage(error) or extension_failed(named, __name__, error, asked) from error


@dataclass(frozen=True)
class RuleType(Extension[F]):
    """A rule over the answers; ``says`` has the sentence of each problem code it can find."""

    says: Mapping[str, str] = field(default_factory=dict)
    is_exact: bool = False
    """Whether its own sentence names more places than a profile's sentence can, and is shown instead of it."""
    repeats_value: bool = True
    """Whether what was given is added to a profile's sentence that does not name it; no where the fault lies in what
    stands around the answer."""


class CheckType(Extension[F]):
    """A check that opens a gate or closes a task by itself."""


@dataclass(frozen=True)
class PlannerType(Extension[F]):
    """What turns a task into actions: its ``connectors``, the usual one first.

    What it ``sets_up`` is removed once the answers do not name it any more; where that ``destroys`` what people have in
    it, by a procedure that two of them decide.
    """

    connectors: tuple[str, ...] = ("manual",)
    sets_up: bool = False
    destroys: bool = False


class BlockType(Extension[F]):
    """One thing a block of the completion report can show."""


@dataclass(frozen=True)
class ConnectorType(Extension[F]):
    """A way to an outside system; ``resources`` is what a portal can be asked for by `confirm`.

    ``setting`` switches it on: without a value a person works the system. None: it needs none. For a customer for
    training it is on only where the system is on this machine.
    """

    resources: tuple[str, ...] = ()
    setting: Setting | None = None

    def is_on(self, is_training: bool = False) -> bool:
        return self.setting is None or self.setting.reaches(is_training)


Entries: TypeAlias = Callable[[], Iterable[Any]]


def _installed_entries() -> Iterable[Any]:
    import importlib.metadata  # a hundredth of a second that our own names do not need

    return importlib.metadata.entry_points(group=GROUP)


class Registry:
    """All extensions by kind and name; a kind's modules are imported when the kind is first asked for."""

    def __init__(self, packages: Mapping[str, str] = PACKAGES, entries: Entries = _installed_entries) -> None:
        self._packages, self._entries = packages, entries
        self._ours: dict[str, dict[str, Extension[Any]]] = {}

    def find(self, kind: str, name: str) -> Extension[Any] | None:
        """The extension of that name; None when there is none. Raises ProfileError when an installed one is broken."""
        return self._of_ours(kind).get(name) or self._load(kind, name)

    def get(self, kind: str, name: str) -> Extension[Any]:
        """The extension of that name. Raises ProfileError with the nearest one when there is none."""
        found = self.find(kind, name)
        if found is None:
            names = self.names(kind)
            message = f"There is no {kind} {name!r}{hint_or_stop(name, names)}"
            raise ProfileError(f"{kind.upper()}-UNKNOWN", message, f"There are: {', '.join(names)}.")
        return found

    def is_ours(self, kind: str, name: str) -> bool:
        """Whether it is one of those this library brings."""
        return name in self._of_ours(kind)

    @property
    def is_ours_alone(self) -> bool:
        """Whether no other distribution brings an extension."""
        return not self._theirs

    def names(self, kind: str) -> list[str]:
        """All names of a kind, ours first. Raises ProfileError EXTENSION-TWICE when a name is taken twice."""
        ours = self._of_ours(kind)
        theirs = self._theirs.get(kind, {})
        if twice := sorted(ours.keys() & theirs.keys()):
            raise _twice(kind, twice[0], theirs[twice[0]].value)
        return [*ours, *theirs]

    def all(self, kind: str) -> Iterator[Extension[Any]]:
        """Every extension of a kind, installed ones loaded too."""
        yield from (found for name in self.names(kind) if (found := self.find(kind, name)))

    def _of_ours(self, kind: str) -> dict[str, Extension[Any]]:
        if kind not in self._ours:
            found: dict[str, Extension[Any]] = {}
            for module in _modules(self._packages[kind]):
                for part in vars(module).values():
                    if isinstance(part, Extension) and part.kind == kind and found.setdefault(part.name, part) != part:
                        raise _twice(kind, part.name, module.__name__)
            self._ours[kind] = found
        return self._ours[kind]

    @cached_property
    def _theirs(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for entry in self._entries():
            kind, _, name = entry.name.partition(".")
            if found.setdefault(kind, {}).setdefault(name, entry) is not entry:
                raise _twice(kind, name, entry.value)
        return found

    def _load(self, kind: str, name: str) -> Extension[Any] | None:
        entry = self._theirs.get(kind, {}).get(name)
        if entry is None:
            return None
        try:
            found = entry.load()
        except (Exception, SystemExit) as error:  # whatever the module of somebody else does at import
            message = f"The {kind} {name!r} ({entry.value}) cannot be loaded: {error}."
            raise ProfileError("EXTENSION-BROKEN", message, "Mend or remove it.") from error
        if not isinstance(found, Extension) or (found.kind, found.name) != (kind, name):
            message = f"{entry.value} is not the {kind} {name!r}."
            raise ProfileError("EXTENSION-WRONG", message, "Name it as its decorator does.")
        return found


@cache
def installed() -> Registry:
    """The registry of this installation."""
    return Registry()


def _modules(package: str) -> Iterator[ModuleType]:
    """A package and every module of it, or the one module."""
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.iter_modules(getattr(root, "__path__", ())):
        yield importlib.import_module(f"{package}.{found.name}")


def _twice(kind: str, name: str, by: str) -> ProfileError:
    return ProfileError("EXTENSION-TWICE", f"There is a {kind} {name!r} already; {by} brings another.", "Rename one.")
