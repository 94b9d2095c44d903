"""How `onboard` behaves around every command: help pages, errors in two lines, exit codes, interruptions.

Exit codes: 0 done, 1 failed, 2 bad input, 3 parked on somebody; 130 stopped by Ctrl-C, 141 the reader of a pipe left.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from contextvars import ContextVar
from typing import Annotated, Any, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup

from onboarding.cli import show
from onboarding.errors import OnboardingError
from onboarding.limits import shortage

STOPPED = 130
PIPE_CLOSED = 141
DEBUG = "--debug"
WHOLE_SENTENCE = 200
"""Characters of a command's first sentence in the list of commands: all of them, folded where the line ends."""

Command = Callable[..., Any]

_at_end: ContextVar[ExitStack] = ContextVar("at_end")
_service: ContextVar[str] = ContextVar("service", default="")


class HelpPage(TyperCommand):
    """One command; its help page calls things by their names and leaves out programming types."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        _write_parameters(self, ctx, formatter)


class Shell(TyperGroup):
    """The group of all commands, and of a command's own commands."""

    def main(self, *given: Any, **settings: Any) -> int:
        """Never raises what a person is meant to read; leaves with the exit code when ``standalone_mode``."""
        args = given[0] if given else settings.pop("args", None)
        words, is_debug = _without_debug(sys.argv[1:] if args is None else list(args))
        is_alone = settings.pop("standalone_mode", True)
        settings |= {"prog_name": "onboard", "standalone_mode": False, "obj": {DEBUG: is_debug}}
        for stream in (sys.stdout, sys.stderr):
            show.make_lenient(stream)
        main = super().main
        code = guarded(lambda: main(words, **settings), is_debug)
        if is_alone:
            sys.exit(code)
        return code

    def invoke(self, ctx: Any) -> Any:
        if ctx.parent is not None:
            return super().invoke(ctx)

        def invoke() -> Any:
            with ExitStack() as stack:
                _at_end.set(stack)
                return super(Shell, self).invoke(ctx)

        return guarded(invoke, ctx.obj[DEBUG])

    def format_options(self, ctx: Any, formatter: Any) -> None:
        _write_parameters(self, ctx, formatter)
        for title, names in _panels(self, ctx).items():
            with formatter.section(title):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(WHOLE_SENTENCE)) for name in names])


def command(book: typer.Typer, name: str, panel: str, *examples: str, **settings: Any) -> Callable[[Command], Command]:
    """Adds the decorated function to ``book`` as the command ``name``, with examples below its help page.

    One that takes a customer takes ``--service`` too; `service_named` says what was given with it.
    """
    add = book.command(name, cls=HelpPage, rich_help_panel=panel, epilog=_epilog(examples), **settings)
    return lambda function: add(_with_service(function))


def service_named() -> str:
    """The service that the command which runs was given with ``--service``; empty without."""
    return _service.get()


def _with_service(function: Command) -> Command:
    shown = inspect.signature(function)
    if "customer" not in shown.parameters or "service" in shown.parameters:
        return function

    @functools.wraps(function)
    def run(service: str, **given: Any) -> Any:
        before = _service.set(service)
        try:
            return function(**given)
        finally:
            _service.reset(before)

    hints = get_type_hints(function, include_extras=True)
    known = [one.replace(annotation=hints[name]) for name, one in shown.parameters.items()]
    more = inspect.Parameter("service", inspect.Parameter.KEYWORD_ONLY, default="", annotation=Service)
    run.__signature__ = shown.replace(parameters=[*known, more])  # type: ignore[attr-defined]
    run.__annotations__ = {**hints, "service": Service}
    return run


def option(name: str, metavar: str, text: str, *more_names: str, **settings: Any) -> Any:
    """An option with a value, for `Annotated`."""
    return typer.Option(name, *more_names, metavar=metavar, help=text, **settings)


def flag(name: str, text: str, **settings: Any) -> Any:
    """An option that is given or not, for `Annotated`."""
    return typer.Option(name, help=text, **settings)


def argument(metavar: str, text: str) -> Any:
    """A word that stands for itself, for `Annotated`."""
    return typer.Argument(metavar=metavar, help=text)


_OF_SEVERAL = "Which of the customer's services, where it has several, such as univoip-teams."
Service = Annotated[str, option("--service", "SERVICE", _OF_SEVERAL)]


def help_alone(context: typer.Context) -> None:
    """Callback of a group: without a command, its help page."""
    if context.invoked_subcommand is None:
        show.line(context.get_help())


def at_end(close: Callable[[], object]) -> None:
    """Have ``close`` called when the command that runs has ended, however it ends."""
    _at_end.get().callback(close)


def json_alone(is_wanted: bool) -> bool:
    """Callback of ``--json``: until the command has ended stdout is for its JSON alone."""
    if is_wanted:
        _at_end.get().enter_context(show.results_alone())
    return is_wanted


def guarded(act: Callable[[], Any], is_debug: bool) -> int:
    """Run ``act`` and return its exit code; whatever goes wrong becomes one or two lines on stderr."""
    try:
        found = act()
        sys.stdout.flush()
    except typer.Exit as left:
        return left.exit_code
    except OnboardingError as error:
        _trace(is_debug)
        show.problem(error.code, error.message, error.command)
        return error.exit_code
    except typer.TyperException as error:
        show.problem("USAGE", error.format_message(), _where_to_read(error))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        show.problem("", "Stopped by you. What was saved is kept; run it again to go on.")
        return STOPPED
    except BrokenPipeError:
        # the interpreter flushes once more at its end: into nothing
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001  the last stop before a person
        _trace(is_debug)
        show.problem(*_explained(error))
        return 1
    return found if isinstance(found, int) else 0


def _explained(error: Exception) -> tuple[str, str, str]:
    """Code, message and remedy of what nobody has put into words before."""
    if short := shortage(error):
        return short.code, short.message, short.command
    if isinstance(error, OSError):
        return "FILE", _os_words(error), "Check the path, your rights and the space on the disk, then try again."
    words = " ".join(f"{type(error).__name__} {str(error)[:160]}".split())
    return "INTERNAL", f"{words}; run again with {DEBUG} to see where.", ""


def _without_debug(args: list[str]) -> tuple[list[str], bool]:
    """``--debug`` counts wherever it stands before a ``--``."""
    end = args.index("--") if "--" in args else len(args)
    kept = [arg for arg in args[:end] if arg != DEBUG]
    return kept + args[end:], len(kept) < end


def _trace(is_debug: bool) -> None:
    if is_debug:
        traceback.print_exc()


def _where_to_read(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f"`{context.command_path} --help` explains it." if context else ""


def _os_words(error: OSError) -> str:
    """``notes.xlsx: Permission denied.``, without the number of the error."""
    words = error.strerror or type(error).__name__
    return f"{error.filename}: {words}." if error.filename else f"{words}."


def _epilog(examples: Sequence[str]) -> str:
    title = "Example" if len(examples) == 1 else "Examples"
    return "\b\n" + "\n".join([f"{title}:", *(f"  {example}" for example in examples)])


def _panels(group: TyperGroup, ctx: Any) -> dict[str, list[str]]:
    """Title -> commands under it, both in the order of their making."""
    found: dict[str, list[str]] = {}
    for name in group.list_commands(ctx):
        panel = getattr(group.commands[name], "rich_help_panel", None)
        found.setdefault(panel if isinstance(panel, str) else "Commands", []).append(name)
    return found


def _write_parameters(page: TyperCommand | TyperGroup, ctx: Any, formatter: Any) -> None:
    rows: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
    for parameter in page.get_params(ctx):
        if parameter.default in (None, ""):
            parameter.show_default = False  # type: ignore[attr-defined]  # an empty default is none
        record = parameter.get_help_record(ctx)
        if record:
            title = "Arguments" if parameter.param_type_name == "argument" else "Options"
            rows[title].append((record[0].partition(" <")[0], record[1]))
    for title, records in rows.items():
        if records:
            with formatter.section(title):
                formatter.write_dl(records)
