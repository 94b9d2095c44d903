"""One JupyterLab and one browser for all browser tests of a worker, and a notebook to throw away for each test."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, sync_playwright

from onboarding.resources import shipped

HERE = Path(__file__).parent
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
OURS = json.loads(shipped("data", "jupyter", "overrides.json").read_text(encoding="utf-8"))
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True,
    },
    "@jupyterlab/notebook-extension:tracker": {
        "windowingMode": "none",
        "codeCellConfig": OURS["@jupyterlab/notebook-extension:tracker"]["codeCellConfig"],
    },
}  # fmt: skip
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
SESSION = "window.jupyterapp?.shell.currentWidget?.sessionContext"
REPLACE = """sources => {
  const shared = window.jupyterapp.shell.currentWidget.content.model.sharedModel;
  shared.deleteCellRange(0, shared.cells.length);
  shared.insertCells(0, sources.map(source => ({cell_type: 'code', source, metadata: {trusted: true}, outputs: []})));
}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Server:
    """A running JupyterLab: its address, token and the folder it serves."""

    url: str
    token: str
    folder: Path


@dataclass
class Notebook:
    """A notebook open in JupyterLab; ``folder`` is where its kernel runs."""

    page: Page
    folder: Path
    failures: list[str] = field(default_factory=list)

    def run(self, command: str, **arguments: Any) -> Any:
        """One of JupyterLab's commands."""
        return self.page.evaluate("([c, a]) => window.jupyterapp.commands.execute(c, a)", [command, arguments])

    def run_all(self) -> None:
        self.run("notebook:run-all-cells")

    def restart_and_run_all(self) -> None:
        """The kernel is killed, as when it dies, and the cells are run by a new one."""
        self.page.evaluate(f"() => {SESSION}.restartKernel()")
        self.run_all()

    def open_again(self) -> None:
        """The page is loaded anew as it was saved, while its kernel goes on."""
        self.run("docmanager:save")
        self.page.reload()
        self.page.wait_for_function(f"() => {SESSION}?.session?.kernel?.status", timeout=20_000)

    @property
    def cells(self) -> int:
        return self.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets.length")

    def output(self) -> Locator:
        """The output area of the last code cell."""
        return self.page.locator(".jp-Cell-outputArea").last

    def until(self, condition: Callable[[], Any], patience: float = 10) -> None:
        """Waits until the condition is true, and fails when it never is."""
        end = time.monotonic() + patience
        while not condition():
            assert time.monotonic() < end, "it never happened"
            self.page.wait_for_timeout(50)

    def kept(self) -> dict[str, Any]:
        """What the sample's store holds."""
        path = self.folder / "answers.json"
        return json.loads(path.read_text() or "{}") if path.exists() else {}

    def theme(self, name: str) -> None:
        self.run("apputils:change-theme", theme=f"JupyterLab {name}")
        self.page.wait_for_function(f"() => document.body.dataset.jpThemeLight === '{str(name == 'Light').lower()}'")

    def axe(self, selector: str) -> list[str]:
        """Serious and critical findings of axe-core inside what the selector finds."""
        found = Axe().run(self.page, context=selector).response["violations"]
        return [
            f"{item['impact']} {item['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
            for item in found
            if item["impact"] in ("serious", "critical")
            for node in item["nodes"][:3]
        ]


@pytest.fixture(scope="session")
def sample() -> Any:
    """The module the notebooks under test import."""
    spec = spec_from_file_location("sample_case", HERE / "sample_case.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    sys.modules["sample_case"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Server]:
    """JupyterLab on a free port of loopback, with its own settings and none of the site's key bindings."""
    home = tmp_path_factory.mktemp("lab")
    folder, settings = home / "work", home / "settings"
    folder.mkdir()
    settings.mkdir()
    (settings / "overrides.json").write_text(json.dumps(SETTINGS))
    port, token = _free_port(), "only-for-this-test"
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}",
        f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True",
        f"--LabApp.app_settings_dir={settings}", f"--LabApp.workspaces_dir={home / 'workspaces'}",
        f"--LabApp.user_settings_dir={home / 'user'}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1",
        "--KernelManager.transport=ipc",
    ]  # fmt: skip
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_DATA_DIR": str(home / "data"),
                   "JUPYTER_RUNTIME_DIR": str(home / "run"), "IPYTHONDIR": str(home / "ipython")}  # fmt: skip
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with (home / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=folder)
        try:
            _wait_for(f"http://127.0.0.1:{port}/api/status?token={token}", process, home / "log")
            yield Server(f"http://127.0.0.1:{port}", token, folder)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def context(lab: Server, browser: Browser) -> Iterator[BrowserContext]:
    """One context, so that JupyterLab's scripts are fetched once."""
    made = browser.new_context(accept_downloads=True)
    made.grant_permissions(["clipboard-read", "clipboard-write"], origin=lab.url)
    yield made
    made.close()


@pytest.fixture(scope="session")
def lab_page(lab: Server, context: BrowserContext) -> Iterator[Page]:
    """A notebook open in JupyterLab with an idle kernel: all tests of a worker write their cells into it."""
    nbformat.write(nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL}), lab.folder / "book.ipynb")
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{lab.url}/doc/tree/book.ipynb?reset&token={lab.token}")
    page.wait_for_function(f"() => {SESSION}?.session?.kernel?.status === 'idle'", timeout=60_000)
    yield page
    page.evaluate(f"() => {SESSION}.shutdown()")
    page.close()


@pytest.fixture
def open_notebook(lab: Server, lab_page: Page, request: pytest.FixtureRequest) -> Iterator[Callable[..., Notebook]]:
    """`open_notebook([cell, ...])` puts the cells into the notebook, not yet run; they run in a folder of their own."""
    name = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)
    notebook = Notebook(lab_page, lab.folder / name)

    def open_one(cells: list[str], width: int = 1400, height: int = 1000) -> Notebook:
        notebook.folder.mkdir()
        shutil.copy(HERE / "sample_case.py", notebook.folder)
        lab_page.set_viewport_size({"width": width, "height": height})
        notebook.theme("Light")
        enter = f"import os, sys\nos.chdir({str(notebook.folder)!r})\nsys.path[:0] = [os.getcwd()]"
        lab_page.evaluate(REPLACE, [enter, *cells])
        return notebook

    def failed(error: Error) -> None:
        notebook.failures.append(error.stack or str(error))

    lab_page.on("pageerror", failed)
    yield open_one
    lab_page.remove_listener("pageerror", failed)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path, patience: float = 60) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
