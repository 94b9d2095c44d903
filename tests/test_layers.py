"""The house as drawn in the design: who may import whom, and what nobody may do.

Everything is read from the source with `ast`; nothing is imported. The rules are proved below
on small trees that break each of them.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "lib" / "onboarding"

# Top to bottom. A module imports only from rows below; parts of one row do not know each other.
ROWS = (
    ("cli",),
    ("notebook", "report"),
    ("frames", "running"),
    ("doing",),
    ("case",),
    ("stages", "connectors", "store"),
    ("answers", "profile"),
    ("domain",),
    ("html", "settings", "forkserver"),
    ("files", "limits", "resources"),
    ("errors", "text"),
)
# Two parts live in one package: what executes runbooks, and what acts on outside systems.
ENGINE = {
    "running": ("after_save", "agenda", "batch", "execute", "kernels", "stage_run", "working_copies"),
    "doing": (
        "apply",
        "approval",
        "asking",
        "attempt",
        "farewell",
        "impact",
        "procedure",
        "recovery",
        "removing",
        "settling",
    ),
}
BESIDE = "sandbox"  # knows only the bottom of the house; known only to cli
BOTTOM = {"errors", "settings", "files", "text"}
ROOTS = ("", "engine")  # packages that only hold parts: their __init__ imports nothing of ours

# A third-party package named here is imported by these parts only.
ONLY_IN = {
    "httpx": {"connectors", "sandbox"},
    "stamina": {"connectors"},
    "werkzeug": {"sandbox"},
    "aiosmtpd": {"sandbox"},
    "papermill": {"running", "forkserver"},
    "nbclient": {"running", "forkserver"},
    "ipykernel": {"forkserver"},
    "jupyter_client": {"forkserver"},
    "zmq": {"forkserver"},
    "tornado": {"forkserver"},
    "nbconvert": {"report"},
    "ipywidgets": {"notebook"},
    "anywidget": {"notebook"},
    "traitlets": {"notebook", "running", "report", "forkserver"},
    "IPython": {"notebook", "forkserver"},
    "pandas": {"frames", "notebook", "report"},
    "numpy": {"frames"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "typer": {"cli"},
    "click": {"cli"},
    "rich": {"cli"},
    "openpyxl": {"answers"},
    "xlsxwriter": {"answers"},
    "jinja2": {"html"},
    "markupsafe": {"html"},
    "markdown_it": {"html", "report"},
    "nh3": {"report"},
}
STAGES_MAY = {"pydantic"}
# Import the packages of extensions listed there, and every module in them; what a process is to be ready for.
FINDS_BY_NAME = {"domain.registry", "forkserver.template"}

# Ways to run what was only read.
NEVER_IMPORTED = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
READS_DATA_ONLY = {"profile.cache"}  # with a reader that calls nothing; see tests/profile/test_cache.py
NEVER_CALLED = {"eval", "exec", "compile", "__import__"}
UNSAFE_YAML = {"load", "load_all", "unsafe_load", "unsafe_load_all", "full_load", "full_load_all"}

# At import: nothing opened, nothing asked of the surroundings, no clock, no process.
EFFECTS = {
    "open", "input", "print", "breakpoint",
    "os.getenv", "os.environ.get", "os.makedirs", "os.mkdir", "os.getcwd", "os.system", "getenv", "environ.get",
    "logging.basicConfig", "Path.cwd", "Path.home", "pathlib.Path.cwd", "pathlib.Path.home",
    "datetime.now", "datetime.today", "datetime.utcnow", "datetime.datetime.now", "date.today", "datetime.date.today",
    "time.time", "getpass.getuser", "tempfile.mkdtemp", "tempfile.mkstemp", "socket.socket",
    "httpx.Client", "httpx.AsyncClient", "sqlalchemy.create_engine", "create_engine",
}  # fmt: skip
EFFECT_MODULES = ("subprocess.", "shutil.", "requests.", "urllib.request.")
EFFECT_METHODS = {
    "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "touch", "unlink", "iterdir", "glob", "rglob",
    "exists", "is_file", "is_dir", "expanduser", "cwd", "connect", "secret", "is_set",
}  # fmt: skip


@dataclass(frozen=True)
class Import:
    """One import: the whole dotted name and where it stands."""

    target: str
    line: int

    @property
    def top(self) -> str:
        return self.target.partition(".")[0]


def faults(package: Path) -> list[str]:
    """Every broken rule under `package`, each naming file and line."""
    found = []
    modules = {_name(path, package): path for path in sorted(package.rglob("*.py"))}
    known: dict[str, set[str]] = {}
    for name, path in modules.items():
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        where = path.relative_to(package.parent).as_posix()
        found += [f"{where}:{line}: {text}" for line, text in _faults_of(name, tree, modules)]
        known[name] = set(_modules_known(name, tree, modules)) - {name}
    return found or _circles(known)


def _modules_known(name: str, tree: ast.Module, modules: dict[str, Path]) -> Iterator[str]:
    """The modules a module imports, also for types only; a package stands for what its own file holds."""
    for imported in _imports(tree, name, modules[name].name == "__init__.py"):
        if imported.top == "onboarding":
            target = imported.target.removeprefix("onboarding").lstrip(".")
            while target not in modules:  # the last words may name something inside a module
                target = target.rpartition(".")[0]
            yield target


def _circles(known: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(known).prepare()
    except CycleError as error:
        return ["a circle: " + " -> ".join(reversed(error.args[1]))]
    return []


def _name(path: Path, package: Path) -> str:
    """`engine/stage_run.py` -> `engine.stage_run`; a package by its folder; the root is empty."""
    parts = list(path.relative_to(package).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def _faults_of(name: str, tree: ast.Module, modules: dict[str, Path]) -> Iterator[tuple[int, str]]:
    is_package = modules[name].name == "__init__.py"
    part = _part(name)
    if part is None:
        yield 1, f"{name} has no place in the house: give it one in ROWS, or move it"
    for imported in _imports(tree, name, is_package):
        if imported.top == "onboarding":
            yield from _inner_faults(part, imported)
        else:
            yield from _outer_faults(part, imported, name)
    yield from _forbidden(tree)
    yield from _effects(tree)


def _part(name: str) -> str | None:
    """The part of the house a module belongs to."""
    package, _, module = name.partition(".")
    if package == "engine":
        parts = [part for part, modules in ENGINE.items() if module.partition(".")[0] in modules]
        return parts[0] if parts else name if name in ROOTS else None
    if package == BESIDE or (any(package in row for row in ROWS) and package not in ENGINE):
        return package
    return name if name in ROOTS else None


def _imports(tree: ast.Module, name: str, is_package: bool) -> Iterator[Import]:
    """All imports, also those inside functions, behind TYPE_CHECKING and through importlib."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, name, is_package)
            for alias in node.names:
                yield Import(base if alias.name == "*" else f"{base}.{alias.name}", node.lineno)
        elif isinstance(node, ast.Call) and _dotted(node.func) in {"importlib.import_module", "import_module"}:
            first = node.args[0] if node.args else None
            known = isinstance(first, ast.Constant) and isinstance(first.value, str)
            yield Import(first.value if known else "?", node.lineno)  # type: ignore[union-attr]


def _base(node: ast.ImportFrom, name: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    here = ["onboarding", *name.split(".")] if name else ["onboarding"]
    up = node.level - 1 if is_package else node.level
    return ".".join([*here[: len(here) - up], *([node.module] if node.module else [])])


def _inner_faults(part: str | None, imported: Import) -> Iterator[tuple[int, str]]:
    target = imported.target.removeprefix("onboarding").lstrip(".")
    while _part(target) is None:  # the last words may name something inside a package
        target = target.rpartition(".")[0]
    other = _part(target)
    if part is None or other is None or other in {part, ""}:
        return  # nothing to hold against it, or its own fault elsewhere; the root holds only the version
    if not _may_know(part, other):
        yield imported.line, f"{part or 'the root package'} must not import {other} ({imported.target})"


def _may_know(part: str, other: str) -> bool:
    if part in ROOTS or other in ROOTS:
        return False
    if other == BESIDE:
        return part == "cli"
    if part == BESIDE:
        return other in BOTTOM
    return _row(other) > _row(part)


def _row(part: str) -> int:
    return next(i for i, row in enumerate(ROWS) if part in row)


def _outer_faults(part: str | None, imported: Import, name: str) -> Iterator[tuple[int, str]]:
    top = imported.top
    if top == "lib":
        yield imported.line, "nobody imports lib: the package is onboarding"
    elif top == "?" and name not in FINDS_BY_NAME:
        yield imported.line, "an import whose name is computed cannot be checked"
    elif top in NEVER_IMPORTED and name not in READS_DATA_ONLY:
        yield imported.line, f"{top} runs what it reads; keep data as JSON or TOML"
    elif top in ONLY_IN and part not in ONLY_IN[top]:
        yield imported.line, f"{top} belongs to {', '.join(sorted(ONLY_IN[top]))} only"
    elif part == "stages" and top not in sys.stdlib_module_names and top not in STAGES_MAY:
        yield imported.line, f"stages are pure and import no third party but pydantic ({top})"
    elif part == "stages" and top in {"os", "subprocess", "socket", "random", "secrets", "shutil", "tempfile"}:
        yield imported.line, f"stages are pure: {top} reaches outside"


def _forbidden(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Calls that run what was only read, wherever they stand; also under another name."""
    yaml = {"yaml"} | {a.asname for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names
                       if a.name == "yaml" and a.asname}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in NEVER_CALLED:
            yield node.lineno, f"{node.id} runs text as code"
        elif isinstance(node, ast.Attribute):
            owner, _, attribute = _dotted(node).rpartition(".")
            if owner == "builtins" and attribute in NEVER_CALLED:
                yield node.lineno, f"{attribute} runs text as code"
            elif owner in NEVER_IMPORTED and attribute in {"load", "loads"}:
                yield node.lineno, f"{owner}.{attribute} runs what it reads"
            elif owner in yaml and attribute in UNSAFE_YAML:
                yield node.lineno, f"yaml.{attribute} builds objects from text"
        elif isinstance(node, ast.ImportFrom) and node.module in {"yaml", "builtins"}:
            banned = UNSAFE_YAML if node.module == "yaml" else NEVER_CALLED
            for alias in node.names:
                if alias.name in banned:
                    yield node.lineno, f"{node.module}.{alias.name} runs or builds what was only read"


def _effects(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """What would happen while the module is imported."""
    for node in _at_import(tree):
        if isinstance(node, ast.Subscript) and _dotted(node.value) in {"os.environ", "environ"}:
            yield node.lineno, "reads the environment at import; a Setting is read when asked for"
        elif isinstance(node, ast.Call):
            called = _dotted(node.func)
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if called in EFFECTS or called.startswith(EFFECT_MODULES) or method in EFFECT_METHODS:
                yield node.lineno, f"{called or method}() at import: importing must do nothing"


def _at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node that is evaluated at import: not the bodies of functions, but their defaults and decorators."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and _is_main(node.test):
            waiting += node.orelse
            continue
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)]
        elif isinstance(node, ast.Lambda):
            waiting += [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
        else:
            waiting += ast.iter_child_nodes(node)


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and _dotted(test.left) == "__name__"


def _dotted(node: ast.AST) -> str:
    """`a.b.c` as text; empty when it is something else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""


# --- The house itself -------------------------------------------------------------------------------------------------


def test_the_house_stands() -> None:
    """No module of the product breaks a rule."""
    assert faults(PACKAGE) == []


def test_the_house_is_read() -> None:
    """The test looks at the real package, not at an empty folder."""
    assert {"__init__.py", "errors.py", "settings.py"} <= {path.name for path in PACKAGE.glob("*.py")}


# --- Proof of the rules -----------------------------------------------------------------------------------------------

WHOLE = {
    "__init__.py": '__version__ = "1"',
    "errors.py": "import os",
    "text.py": "import re",
    "files.py": "from onboarding.errors import E",
    "html/__init__.py": "",
    "html/parts.py": "import markupsafe, jinja2\nfrom onboarding.text import visible",
    "settings.py": "from onboarding.errors import E",
    "domain/__init__.py": "",
    "domain/task.py": "import phonenumbers",
    "domain/registry.py": "import importlib\ndef f(x):\n    importlib.import_module(x)",
    "profile/model.py": "from onboarding.domain import task",
    "answers/workbook.py": "import openpyxl, xlsxwriter",
    "stages/__init__.py": "",
    "stages/telephony.py": "import datetime, pydantic\nfrom onboarding.profile.model import P",
    "connectors/portal.py": "import httpx",
    "store/journal.py": "import sqlalchemy, alembic",
    "case/__init__.py": "",
    "case/case.py": "from onboarding.store import journal\nfrom onboarding.connectors import portal",
    "case/work.py": "from onboarding.case.case import Case",
    "engine/__init__.py": "",
    "engine/apply.py": "from onboarding.case import work\nfrom onboarding.connectors import portal",
    "engine/stage_run.py": "from onboarding.engine import apply\nfrom onboarding.engine.apply import go",
    "engine/execute.py": "import papermill",
    "engine/batch.py": "from onboarding.stages.telephony import plan\nfrom onboarding.engine.stage_run import go",
    "frames/history_frames.py": "import pandas, numpy\nfrom onboarding.store import journal",
    "report/html.py": "import nbconvert\nfrom onboarding.frames import health\nfrom onboarding.engine import stage_run",
    "notebook/form.py": "import ipywidgets, anywidget\nfrom IPython.display import display",
    "sandbox/portal.py": "import httpx, werkzeug\nfrom onboarding import errors, text\nfrom . import portal",
    "cli/__init__.py": "import typer, rich\nfrom onboarding import __version__",
    "cli/demo.py": "def demo():\n    from onboarding.sandbox import app\n    from onboarding.engine import stage_run",
}

BROKEN = {
    # the rows
    "domain knows a stage": ("domain/task.py", "from onboarding.stages import telephony", "must not import stages"),
    "upwards, by plain import": ("errors.py", "import onboarding.domain.task", "must not import domain"),
    "upwards, by package import": ("errors.py", "from onboarding import domain", "must not import domain"),
    "upwards, inside a function": (
        "store/journal.py", "def f():\n    import onboarding.engine.stage_run", "must not import running"),
    "upwards, for types": (
        "domain/task.py", "from typing import TYPE_CHECKING as T\nif T:\n    from onboarding.store import journal",
        "must not import store"),
    "upwards, relatively": ("domain/task.py", "from ..store import journal", "must not import store"),
    "upwards, from a folder": ("domain/__init__.py", "from ..store import journal", "must not import store"),
    "upwards, by importlib": (
        "domain/task.py", "import importlib\nimportlib.import_module('onboarding.store')", "must not import store"),
    "upwards, by star": ("domain/task.py", "from onboarding.store.journal import *", "must not import store"),
    "computed import": ("domain/task.py", "from importlib import import_module\nimport_module(x)", "computed"),
    "cli known below": ("notebook/form.py", "from onboarding.cli import main", "must not import cli"),
    "apply knows run": ("engine/apply.py", "from onboarding.engine import stage_run", "must not import running"),
    # one row
    "stages know doers": ("stages/telephony.py", "import onboarding.connectors.portal", "must not import connectors"),
    "stages know the store": ("stages/telephony.py", "import onboarding.store.journal", "must not import store"),
    "connectors know the store": ("connectors/portal.py", "import onboarding.store.journal", "must not import store"),
    "the store knows stages": ("store/journal.py", "import onboarding.stages.telephony", "must not import stages"),
    "answers know profile": ("answers/workbook.py", "import onboarding.profile.model", "must not import profile"),
    "running knows frames": ("engine/batch.py", "import onboarding.frames.history_frames", "must not import frames"),
    "running knows the report": ("engine/batch.py", "import onboarding.report.html", "must not import report"),
    "the case knows the engine": ("case/case.py", "import onboarding.engine.apply", "must not import doing"),
    "report knows the notebook": ("report/html.py", "import onboarding.notebook.form", "must not import notebook"),
    "frames know the report": ("frames/history_frames.py", "import onboarding.report.html", "must not import report"),
    "apply knows frames": ("engine/apply.py", "import onboarding.frames.history_frames", "must not import frames"),
    "files know settings": ("files.py", "import onboarding.settings", "must not import settings"),
    "text knows errors": ("text.py", "import onboarding.errors", "must not import errors"),
    "html knows the domain": ("html/parts.py", "import onboarding.domain.task", "must not import domain"),
    "errors know settings": ("errors.py", "import onboarding.settings", "must not import settings"),
    # beside the house
    "they know the simulator": ("connectors/portal.py", "import onboarding.sandbox.portal", "must not import sandbox"),
    "the simulator knows the domain": ("sandbox/portal.py", "import onboarding.domain.task", "must not import domain"),
    # roots
    "the root imports": ("__init__.py", "from onboarding import domain", "must not import domain"),
    "engine itself imports": ("engine/__init__.py", "import onboarding.engine.stage_run", "must not import running"),
    "everything through the engine": ("report/html.py", "import onboarding.engine", "must not import engine"),
    # exhaustive
    "new module": ("helpers.py", "", "no place"),
    "new package": ("utils/text.py", "", "no place"),
    "new engine module": ("engine/queue.py", "", "no place"),
    # third parties
    **{
        f"{package} in {file}": (file, f"def f():\n    import {package}.x", f"{package} belongs to")
        for package, file in [
            ("httpx", "engine/stage_run.py"), ("httpx", "notebook/form.py"), ("papermill", "report/html.py"),
            ("papermill", "cli/demo.py"), ("nbconvert", "engine/stage_run.py"), ("ipywidgets", "report/html.py"),
            ("anywidget", "cli/demo.py"), ("IPython", "engine/apply.py"), ("sqlalchemy", "engine/apply.py"),
            ("alembic", "cli/demo.py"), ("typer", "sandbox/portal.py"), ("rich", "engine/batch.py"),
            ("openpyxl", "report/html.py"), ("xlsxwriter", "notebook/form.py"), ("werkzeug", "connectors/portal.py"),
            ("markupsafe", "report/html.py"), ("jinja2", "stages/telephony.py"),
            ("pandas", "engine/apply.py"), ("pandas", "cli/demo.py"), ("numpy", "report/html.py"),
        ]
    },
    "stages with a third party": ("stages/telephony.py", "import holidays", "stages are pure"),
    "stages reach outside": ("stages/telephony.py", "import os", "stages are pure"),
    "lib imported": ("cli/demo.py", "from lib.onboarding import errors", "nobody imports lib"),
    # what nobody may do
    **{f"{name} imported": ("store/journal.py", f"def f():\n    from {name} import x", f"{name} runs")
       for name in ("pickle", "dill", "joblib", "shelve", "marshal")},
    **{f"{name} called": ("domain/task.py", f"def f(x):\n    {name}(x)", "runs text") for name in ("eval", "exec")},
    "eval under another name": ("domain/task.py", "def f(x):\n    run = eval\n    run(x)", "runs text"),
    "eval of builtins": ("domain/task.py", "import builtins\ndef f(x):\n    builtins.eval(x)", "runs text"),
    "yaml.load": ("profile/model.py", "import yaml\ndef f(x):\n    yaml.load(x)", "yaml.load"),
    "yaml.load by alias": ("profile/model.py", "import yaml as y\ndef f(x):\n    y.load(x)", "yaml.load"),
    "pickle.loads": ("profile/cache.py", "import pickle\ndef f(x):\n    pickle.loads(x)", "pickle.loads runs"),
    "load of yaml": ("profile/model.py", "from yaml import load", "yaml.load"),
    # importing does nothing
    "opens at import": ("settings.py", "TEXT = open('x').read()", "at import"),
    "reads a file at import": ("profile/model.py", "from pathlib import Path\nT = Path('x').read_text()", "at import"),
    "environment at import": ("settings.py", "import os\nHOME = os.environ['HOME']", "at import"),
    "environment by get at import": ("settings.py", "import os\nHOME = os.environ.get('HOME')", "at import"),
    "environment in a default": ("settings.py", "import os\ndef f(x=os.getenv('X')): ...", "at import"),
    "clock in class": ("domain/task.py", "import datetime\nclass A:\n    at = datetime.datetime.now()", "at import"),
    "process at import": ("cli/demo.py", "import subprocess\nsubprocess.run(['x'])", "at import"),
    "client at import": ("connectors/portal.py", "import httpx\nCLIENT = httpx.Client()", "at import"),
}  # fmt: skip


def _build(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / "onboarding" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    return root / "onboarding"


def test_a_sound_house_has_no_faults(tmp_path: Path) -> None:
    """The rules allow what the design allows."""
    assert faults(_build(tmp_path, WHOLE)) == []


@pytest.mark.parametrize("case", BROKEN)
def test_each_broken_rule_is_reported(tmp_path: Path, case: str) -> None:
    """One change to the sound house gives one kind of fault, named by its file."""
    file, text, expected = BROKEN[case]
    found = faults(_build(tmp_path, WHOLE | {file: text}))
    assert found
    assert all(fault.startswith(f"onboarding/{file}:") and expected in fault for fault in found), found


CIRCLES = {
    "two modules of one part": (
        "engine/stage_run.py", "import onboarding.engine.batch", "engine.batch -> engine.stage_run"),
    "for types": (
        "case/case.py", "from typing import TYPE_CHECKING as T\nif T:\n    from onboarding.case.work import done",
        "case.work -> case.case"),
    "inside a function": (
        "case/case.py", "def f():\n    from . import work", "case.work -> case.case"),
    "through a package": ("domain/__init__.py", "from onboarding.domain import task", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CIRCLES)
def test_a_circle_is_reported(tmp_path: Path, case: str) -> None:
    """Modules do not know each other in a circle, wherever they stand."""
    file, text, expected = CIRCLES[case]
    more = {"domain/task.py": "from onboarding.domain import nothing"} if file.startswith("domain") else {}
    (found,) = faults(_build(tmp_path, WHOLE | {file: text} | more))
    assert found.startswith("a circle: ")
    assert expected in found or " -> ".join(reversed(expected.split(" -> "))) in found


def test_a_function_may_do_what_an_import_may_not(tmp_path: Path) -> None:
    """Effects are forbidden while importing, not when asked for."""
    text = "import os\ndef home():\n    return open(os.environ['HOME'])\nif __name__ == '__main__':\n    print(home())"
    assert faults(_build(tmp_path, WHOLE | {"settings.py": text})) == []
