"""The report as a reader's browser shows it: on a wide screen, on a phone, in the dark, on paper, and under attack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from onboarding.report.render import render
from onboarding.text import visible
from tests.report.cases import bright_smile, executed, figures, played
from tests.report.guides import GUIDES, figures_at, finished, hostile_guide
from tests.report.hostile import PAYLOADS, hostile

TRAPS = """
  [...document.querySelectorAll('*')].flatMap(element => {
    const live = [...element.attributes].filter(one => /^on/i.test(one.name) || /javascript:/i.test(one.value))
    const foreign = /^(script|iframe|object|embed|form|input|button|svg|math|img|link|base)$/i.test(element.tagName)
      && !(element.tagName === 'IMG' && element.src.startsWith('data:image/svg+xml;base64,') && element.naturalWidth)
    return [...live.map(one => one.name), ...(foreign ? [element.tagName] : [])]
  }).concat(document.body.querySelector('style, meta') ? ['style or meta in the body'] : [])
"""


@dataclass
class Seen:
    """A page that is open, and everything it tried."""

    page: Page
    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One rendered file for each state of the dental group."""
    folder = tmp_path_factory.mktemp("reports")
    states = {
        "done": played(bright_smile(), 9),
        "half": played(bright_smile(), 5.2),
        "start": played(bright_smile(), 0),
        "small": played(bright_smile(3), 5.2),
        "many": played(bright_smile(2000), 5.2),
    }
    return {name: render(executed(figures(one)), folder / f"{name}.html").path for name, one in states.items()}


@pytest.fixture
def look(browser: Browser) -> Iterator[Callable[..., Seen]]:
    """`look(file, width, ...)` opens a file; whatever goes elsewhere is noted and stopped."""
    opened = []

    def open_one(file: Path, width: int = 1280, height: int = 900, **more: str) -> Seen:
        context = browser.new_context(viewport={"width": width, "height": height}, bypass_csp=False, **more)
        opened.append(context)
        seen = Seen(context.new_page())

        def decide(route: Route) -> None:
            if route.request.url.partition("#")[0] == file.as_uri():
                route.continue_()
            else:
                seen.requests.append(route.request.url)
                route.abort()

        seen.page.route("**/*", decide)
        seen.page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
        seen.page.on("pageerror", lambda error: seen.troubles.append(str(error)))
        seen.page.on("console", lambda message: seen.troubles.append(message.text))
        seen.page.goto(file.as_uri())
        return seen

    yield open_one
    for context in opened:
        context.close()


def serious(page: Page) -> list[str]:
    """Serious and critical findings of axe-core."""
    return [
        f"{found['id']}: {node['html'][:160]} {node['failureSummary'][:240]}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"][:3]
    ]


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


def has_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def wide_tables(page: Page) -> list[str]:
    """What stands under each table that is wider than its place."""
    script = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText.slice(0, 60))"
    found: list[str] = page.locator("table").evaluate_all(script)
    return found


@pytest.mark.parametrize("name", ["done", "half", "start", "many"])
def test_the_first_screen_of_a_phone_tells_it_all(
    look: Callable[..., Seen], reports: dict[str, Path], name: str
) -> None:
    """Customer, provider, verdict, day, delivered of ordered, next date stand above the fold; nothing is wider."""
    seen = look(reports[name], 390, 844)
    assert not has_sideways_scroll(seen.page)
    bottom = seen.page.locator("header.head").bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] < 844
    words = seen.page.locator("header.head").inner_text()
    for word in ("Bright Smile", "CHINOOK", "omplete", "as of", "Users", "Numbers", "Services", "Next date"):
        assert word in words
    unfold(seen.page)
    assert not has_sideways_scroll(seen.page)
    assert wide_tables(seen.page) == []
    assert seen.requests == seen.dialogs == seen.troubles == []


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_anybody_can_read_it(look: Callable[..., Seen], reports: dict[str, Path], width: int, scheme: str) -> None:
    """No serious finding of axe-core, contrast among them, in light and dark, on a wide screen and a phone."""
    seen = look(reports["small"], width, color_scheme=scheme)
    unfold(seen.page)
    assert serious(seen.page) == []
    assert not has_sideways_scroll(seen.page)
    ground = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(21, 24, 27)") == (scheme == "dark")


def test_a_keyboard_goes_straight_to_the_report(look: Callable[..., Seen], reports: dict[str, Path]) -> None:
    """The first stop is the skip link; then contents, which lead to their sections; proof unfolds by keyboard."""
    page = look(reports["done"]).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#who-is-waited-for"
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == 1


def test_paper_is_white_and_shows_everything(look: Callable[..., Seen], reports: dict[str, Path]) -> None:
    """Printed from a dark screen: dark on white, folded proof open, contents gone, addresses spelled out."""
    page = look(reports["done"], color_scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.locator("ul.proof li").first.bounding_box()["height"] > 0
    assert not page.locator("nav.contents").is_visible()
    shown = page.evaluate("getComputedStyle(document.querySelector('a[href^=https]'), '::after').content")
    assert "help.chinook.example" in shown


def test_many_users_stay_readable(look: Callable[..., Seen], reports: dict[str, Path]) -> None:
    """With 2,000 users the totals are whole, the list is folded, and the page says so."""
    page = look(reports["many"]).page
    assert "2000\nof 2000 delivered" in page.locator(".tallies").inner_text().replace("2000 of", "2000\nof")
    assert "60 of 2,000 users are shown" in page.locator("main").inner_text()


@pytest.mark.parametrize("width", [320, 600, 768, 1024])
def test_no_width_scrolls_sideways(look: Callable[..., Seen], reports: dict[str, Path], width: int) -> None:
    """Between phone and wide screen too, with everything unfolded."""
    page = look(reports["small"], width).page
    unfold(page)
    assert not has_sideways_scroll(page)


def test_hostile_text_does_nothing_and_is_shown(look: Callable[..., Seen], tmp_path: Path) -> None:
    """Every payload in every free text: no dialog, handler, request, element of its own; every letter is shown."""
    file, tried = tmp_path / "r.html", 0
    seen = look(render(executed(figures(played(bright_smile(1), 0))), file).path)
    for payload in PAYLOADS:
        found, runs, expected = hostile(payload)
        render(executed(figures(found, runs)), file)
        seen.page.reload()
        unfold(seen.page)
        assert seen.page.evaluate(TRAPS) == [], payload
        assert seen.page.title().startswith(visible(expected[0]))
        words = seen.page.evaluate("document.body.textContent")
        assert [one for one in expected if one not in words] == []
        assert not has_sideways_scroll(seen.page), payload
        tried += len(expected)
    assert seen.dialogs == seen.requests == seen.troubles == []
    assert tried > 1_000


def test_the_page_itself_forbids_what_slips_through(look: Callable[..., Seen], tmp_path: Path) -> None:
    """The last wall, tried without the others: with live markup in the file nothing runs and nothing is fetched."""
    file = render(executed(figures(played(bright_smile(1), 0))), tmp_path / "r.html").path
    file.write_text(file.read_text(encoding="utf-8").replace("</main>", "".join(PAYLOADS[:8]) + "</main>"))
    seen = look(file)
    assert seen.page.locator("main img, main svg, main iframe").count() > 0
    assert seen.dialogs == []
    assert [one for one in seen.requests if not one.startswith("about:")] == []


@pytest.mark.parametrize("profile", GUIDES)
def test_the_report_of_each_guide_can_be_read_by_anybody(
    look: Callable[..., Seen], tmp_path: Path, profile: str
) -> None:
    """No serious finding of axe-core and nothing wider than the screen, on wide screen and phone, in light and dark."""
    file = render(executed(figures_at(finished(profile))), tmp_path / "r.html").path
    for width, scheme in ((1280, "light"), (390, "dark")):
        seen = look(file, width, color_scheme=scheme)
        assert not has_sideways_scroll(seen.page)
        unfold(seen.page)
        assert serious(seen.page) == []
        assert not has_sideways_scroll(seen.page)
        assert seen.requests == seen.dialogs == seen.troubles == []


@pytest.mark.parametrize("profile", GUIDES)
def test_hostile_text_in_the_blocks_of_a_guide_does_nothing(
    look: Callable[..., Seen], tmp_path: Path, profile: str
) -> None:
    """Markup in every free answer, name, note and document, in tables, facts and pictures; all payloads in turn."""
    file = tmp_path / "r.html"
    render(executed(figures_at(finished(profile))), file)
    seen = look(file)
    for payload in PAYLOADS[list(GUIDES).index(profile) :: len(GUIDES)]:
        found, _ = hostile_guide(profile, payload)
        render(executed(figures_at(found)), file)
        seen.page.reload()
        assert seen.page.evaluate(TRAPS) == [], payload
        assert payload in seen.page.evaluate("document.body.textContent")
        assert not has_sideways_scroll(seen.page), payload
    assert seen.dialogs == seen.requests == seen.troubles == []


def test_the_call_flow_is_drawn_and_reached_by_keyboard(look: Callable[..., Seen], tmp_path: Path) -> None:
    """The picture is loaded, has a name, and scrolls for those without a mouse; on paper it fits the page."""
    file = render(executed(figures_at(finished("emetrotel"))), tmp_path / "r.html").path
    page = look(file, 390, 844).page
    image = page.locator(".drawing img")
    assert image.evaluate("one => one.complete && one.naturalWidth > 800")
    assert page.get_by_role("region", name="Call flow").evaluate("one => one.tabIndex") == 0
    page.emulate_media(media="print")
    assert image.evaluate("one => one.getBoundingClientRect().width <= document.documentElement.clientWidth")
