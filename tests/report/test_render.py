"""From an executed notebook to one closed file; and onto paper."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from onboarding.errors import InputError, OnboardingError
from onboarding.report.data_file import to_json, write_json
from onboarding.report.formatter import HEAD
from onboarding.report.pdf import find_browser, to_pdf
from onboarding.report.render import render
from tests.report.cases import bright_smile, executed, figures, played

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"  # trap 13


def book(*cells: nbformat.NotebookNode) -> bytes:
    return nbformat.writes(nbformat.v4.new_notebook(cells=list(cells))).encode()


def shown(data: dict[str, object], tag: str = "check") -> nbformat.NotebookNode:
    """A code cell with one output."""
    output = nbformat.v4.new_output("display_data", data)
    return nbformat.v4.new_code_cell("secret_code()", metadata={"tags": [tag]}, outputs=[output])


def whole_page(folder: Path) -> str:
    """The page of a customer who is done."""
    found = figures(played(bright_smile(), 9))
    return render(executed(found), folder / "r.html").path.read_text(encoding="utf-8")


def page_of(*cells: nbformat.NotebookNode, folder: Path) -> str:
    return render(book(*cells), folder / "page.html").path.read_text(encoding="utf-8")


class TestRender:
    """The page itself."""

    def test_a_notebook_is_validated_when_read_and_when_shown(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Twice, however many steps the exporter has and however many cells its sections become."""
        notebook, validated, validate = executed(figures(played(bright_smile(), 9))), [], nbformat.validate

        def counted(*found: Any, **options: Any) -> None:
            validated.append(found)
            validate(*found, **options)

        monkeypatch.setattr(nbformat, "validate", counted)
        render(notebook, tmp_path / "r.html")
        assert len(validated) == 2

    def test_it_is_one_closed_file(self, tmp_path: Path) -> None:
        """Language, title, viewport, policy; no script and nothing to fetch."""
        page = render(executed(figures(played(bright_smile(), 9))), tmp_path / "r.html").path.read_text(
            encoding="utf-8"
        )
        assert page.startswith('<!doctype html>\n<html lang="en">')
        assert f'content="{POLICY}"' in page
        assert re.search(
            r"<title>Bright Smile Dental Group: completion report, Chinook Communications, .*</title>", page
        )
        assert 'name="viewport"' in page
        assert page.count("<h1>") == 1
        assert not re.search(r"<script|<link|<iframe|\bon\w+=|url\(|@import|src=", page)
        assert set(re.findall(r'href="([^"#]+)', page)) == {
            "https://help.chinook.example/",
            "mailto:support@chinook.example",
        }

    def test_what_is_for_the_runner_is_left_out(self, tmp_path: Path) -> None:
        """No code, no parameters, no set-up, nothing above the heading."""
        page = render(executed(figures(played(bright_smile(), 9))), tmp_path / "r.html").path.read_text(
            encoding="utf-8"
        )
        assert "report." not in page
        assert "open_report" not in page
        assert "Before you start" not in page
        assert '<nav class="contents"' in page
        for target in re.findall(r'<li><a href="#([^"]+)">', page):
            assert f'id="{target}"' in page

    def test_the_same_notebook_gives_the_same_bytes(self, tmp_path: Path) -> None:
        """No clock, no random id; the digest is that of the file."""
        data = executed(figures(played(bright_smile(), 9)))
        first, second = render(data, tmp_path / "a" / "1.html"), render(data, tmp_path / "2.html")
        assert first.path.read_bytes() == second.path.read_bytes()
        assert first.sha256 == hashlib.sha256(second.path.read_bytes()).hexdigest()
        source = tmp_path / "book.ipynb"
        source.write_bytes(data)
        assert render(source, tmp_path / "3.html").sha256 == first.sha256

    @pytest.mark.parametrize("users", [0, 25, 2000])
    def test_it_stays_small(self, tmp_path: Path, users: int) -> None:
        """Under 200 kB, with 2,000 users too: long lists are folded, their totals are not."""
        found = figures(played(bright_smile(users), 5.2))
        rendered = render(executed(found), tmp_path / "r.html")
        assert rendered.size == rendered.path.stat().st_size < 200_000
        if users == 2000:
            assert "of 2000 delivered" in rendered.path.read_text(encoding="utf-8")
            assert len(json.loads(to_json(found))["users"]) == 2000

    def test_a_notebook_without_a_heading_of_its_own_keeps_its_title(self, tmp_path: Path) -> None:
        """Any other notebook is rendered whole, under its own first heading."""
        page = page_of(
            nbformat.v4.new_markdown_cell("# 10 Gather\n\nWhy."), shown({"text/plain": "a<b"}), folder=tmp_path
        )
        assert "<title>10 Gather</title>" in page
        assert "<h1>10 Gather</h1>" in page
        assert "<pre>a&lt;b</pre>" in page

    def test_raw_html_is_cleaned(self, tmp_path: Path) -> None:
        """Script, handlers, forms, frames, SVG, styles and remote pictures are gone, the words stay."""
        raw = (
            '<p onclick="x()" style="position:fixed" id="x">kept<script>alert(1)</script>'
            '<iframe src="//e.example"></iframe>'
            '<svg onload="x()"><text>drawn</text></svg><img src="https://e.example/p.png"><form action="//e.example">'
            '<input name="q"></form><a href="javascript:x()">click</a><style>body{display:none}</style>'
            '<i style="left:3%;background:url(//e.example)"></i></p>'
        )
        page = page_of(shown({"text/html": raw}), folder=tmp_path).partition("<main")[2]
        assert "kept" in page
        assert not re.search(
            r"<script|<svg|<form|<input|<iframe|<style|onclick|onload|javascript:|e\.example|fixed", page
        )
        assert '<i style="left:3%"></i>' in page

    def test_markup_in_markdown_is_text(self, tmp_path: Path) -> None:
        """HTML in a markdown cell is shown as it was typed; links to scripts are no links."""
        cell = nbformat.v4.new_markdown_cell(
            "<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://e.example/p.png)"
        )
        page = page_of(cell, shown({"text/markdown": "<b onmouseover=x()>"}), folder=tmp_path).partition("<main")[2]
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "&lt;b onmouseover=x()&gt;" in page
        assert not re.search(r'<script|href="javascript|src=', page)

    @pytest.mark.parametrize("mime", ["application/javascript", "image/svg+xml", "text/latex"])
    def test_other_kinds_of_output_are_not_shown(self, tmp_path: Path, mime: str) -> None:
        """Only text, cleaned HTML and pictures; a script beside them is passed over."""
        page = page_of(shown({mime: "<svg onload=alert(1)></svg>", "text/plain": "words"}), folder=tmp_path)
        assert "<pre>words</pre>" in page
        assert "alert" not in page

    def test_pictures_of_its_own_are_kept(self, tmp_path: Path) -> None:
        """A PNG travels inside the page."""
        page = page_of(shown({"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"}), folder=tmp_path)
        assert 'src="data:image/png;base64,iVBORw0KGgo="' in page

    def test_a_failed_notebook_shows_the_error_in_words(self, tmp_path: Path) -> None:
        """Name and message without escape codes or traceback."""
        error = nbformat.v4.new_output(
            "error", ename="InputError", evalue="\x1b[31mNo <customer>\x1b[0m", traceback=["long"]
        )
        printed = nbformat.v4.new_output("stream", name="stdout", text="\x1b[1mbold\x1b[0m <i>")
        page = page_of(nbformat.v4.new_code_cell("x", outputs=[printed, error]), folder=tmp_path)
        assert "InputError: No &lt;customer&gt;</pre>" in page
        assert "<pre>bold &lt;i&gt;</pre>" in page
        assert "long" not in page.partition("<main")[2]

    def test_a_hostile_title_stays_in_the_title(self, tmp_path: Path) -> None:
        """What heads the document is escaped like everything else."""
        page = page_of(
            shown({HEAD: {"title": "</title><script>", "lang": '" x="'}, "text/html": "<h1>x</h1>"}), folder=tmp_path
        )
        assert "<title>&lt;/title&gt;&lt;script&gt;</title>" in page
        assert '<html lang="en">' in page

    @pytest.mark.parametrize(
        "data", [b"", b"{}", b"[]", b"\xff\xfe", b'{"nbformat": 4, "nbformat_minor": 5, "cells": 3}']
    )
    def test_what_is_no_notebook_is_refused(self, tmp_path: Path, data: bytes) -> None:
        """One sentence with what to do; nothing is written."""
        with pytest.raises(InputError, match="NOTEBOOK-UNREADABLE"):
            render(data, tmp_path / "r.html")
        assert not (tmp_path / "r.html").exists()

    def test_a_missing_notebook_is_named(self, tmp_path: Path) -> None:
        """The message says which file."""
        with pytest.raises(InputError, match=r"gone\.ipynb"):
            render(tmp_path / "gone.ipynb", tmp_path / "r.html")


class TestSummary:
    """The figures for machines."""

    def test_it_says_what_the_page_says(self, tmp_path: Path) -> None:
        """Counts with their sums, every user, instants in UTC, lengths in seconds; the same bytes each time."""
        found = figures(played(bright_smile(), 9))
        path = write_json(found, tmp_path / "deep" / "completion.json")
        assert path.read_bytes() == to_json(found)
        kept = json.loads(path.read_bytes())
        assert kept["format"] == "onboarding-completion/1"
        assert kept["outcome"]["standing"] == "complete"
        assert kept["users_count"] == {"ordered": 25, "delivered": 25, "missing": 0, "read_back": 25, "reported": 0,
                                       "differs": 0, "open": 0, "left_out": 0}  # fmt: skip
        assert kept["head"]["as_of"] == "2026-03-11T14:00:00Z"
        assert len(kept["users"]) == 25
        assert kept["runs"][0]["digest"] == found.runs[0].digest


class TestPdf:
    """Printing by the system's browser."""

    def test_the_report_prints_as_a_tagged_document(self, tmp_path: Path, chromium: str) -> None:
        """A real PDF that can be read aloud."""
        html = render(executed(figures(played(bright_smile(2), 9))), tmp_path / "r.html").path
        data = to_pdf(html, tmp_path / "deep" / "r.pdf", chromium).read_bytes()
        assert data.startswith(b"%PDF")
        assert b"/StructTreeRoot" in data  # tagged, so that it can be read aloud

    def test_without_a_browser_it_says_so(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The HTML stays; the message says what to install."""
        (tmp_path / "r.html").write_text("x")
        monkeypatch.setenv("PATH", str(tmp_path))
        assert find_browser() is None
        with pytest.raises(OnboardingError, match="PDF-BROWSER") as refusal:
            to_pdf(tmp_path / "r.html", tmp_path / "r.pdf")
        assert "chromium" in refusal.value.remedy

    def test_without_a_report_it_says_so(self, tmp_path: Path) -> None:
        """There is nothing to print."""
        with pytest.raises(InputError, match="PDF-SOURCE"):
            to_pdf(tmp_path / "gone.html", tmp_path / "r.pdf")

    def test_a_browser_that_hangs_is_ended_with_its_children(self, tmp_path: Path) -> None:
        """Nothing is left running, and no half a PDF is left behind."""
        (tmp_path / "r.html").write_text("x")
        fake = program(tmp_path, f"sleep 60 & echo $! > {tmp_path}/child; wait")
        with pytest.raises(OnboardingError, match="PDF-TIMEOUT"):
            to_pdf(tmp_path / "r.html", tmp_path / "r.pdf", str(fake), timeout=0.5)
        assert has_ended((tmp_path / "child").read_text().strip())
        assert not (tmp_path / "r.pdf").exists()

    @pytest.mark.parametrize("script", ["echo no display >&2; exit 1", 'echo rubbish > "${12#*=}"', "exit 0"])
    def test_a_browser_that_fails_is_reported(self, tmp_path: Path, script: str) -> None:
        """Its last words are in the message; an earlier PDF is not touched."""
        (tmp_path / "r.html").write_text("x")
        (tmp_path / "r.pdf").write_text("earlier")
        with pytest.raises(OnboardingError, match="PDF-FAILED"):
            to_pdf(tmp_path / "r.html", tmp_path / "r.pdf", str(program(tmp_path, script)))
        assert (tmp_path / "r.pdf").read_text() == "earlier"


def has_ended(process: str) -> bool:
    """Gone, or dead and only waiting to be counted."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def program(folder: Path, script: str) -> Path:
    """A shell script in the place of a browser."""
    path = folder / "browser"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path
