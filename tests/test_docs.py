"""Nothing a user can call is left out of the documentation, and what is generated is what the program says."""

import dataclasses
import inspect
import json
import re
import shlex
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
import typer

import searchidx
from searchidx.cli import flags, parser
from searchidx.config import Settings
from searchidx.render.jsonl import JsonRenderer
from searchidx.results import Hit, Page

REPOSITORY = Path(__file__).resolve().parent.parent
DOCS = REPOSITORY / "docs"
COMMANDS = typer.main.get_command(parser.application()).commands


def tool(name: str) -> ModuleType:
    spec = spec_from_file_location(name, REPOSITORY / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def test_the_command_line_reference_is_what_help_says(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "")
    assert read("docs/cli.md") == tool("build_cli_reference").reference(), "run make docs"


def test_the_table_of_formats_is_that_of_the_readers():
    assert read("docs/readers.md") == tool("build_format_table").page(), "run make docs"


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md", "docs/cli.md"])
def test_every_command_is_documented(readme):
    text = read(readme)
    assert [
        name for name in COMMANDS if re.search(rf"`(searchidx )?{name}\b|## searchidx {name}", text) is None
    ] == []


def test_every_command_has_help_with_examples_that_it_would_accept():
    for name, command in COMMANDS.items():
        _, marker, examples = inspect.cleandoc(command.help).partition("\n\nExamples:\n")
        assert marker, name
        called = [call for call in map(_call, examples.splitlines()) if call and call[0] == name]
        assert called, name
        for words in called:
            command.make_context(name, words[1:])


def _call(example: str) -> list[str]:
    """The words of the searchidx command in an example, without what the shell makes of the rest."""
    words = shlex.split(example)
    first = words.index("searchidx") + 1
    until = next((at for at in range(first, len(words)) if words[at] in ("|", "&&", ";")), len(words))
    return words[first:until]


def test_every_flag_stands_in_a_group_and_says_what_it_does():
    for command in COMMANDS.values():
        for param in command.params:
            if param.param_type_name == "option" and "--help" not in param.opts:
                assert param.rich_help_panel in (
                    flags.QUERY,
                    flags.OUTPUT,
                    flags.LOCATION,
                    flags.SELECTION,
                    flags.READING,
                )
                assert param.help
                assert not param.help.endswith(".")


def test_every_public_name_is_documented_where_it_is_made_and_on_its_page():
    page = read("docs/python.md")
    for name in searchidx.__all__:
        value = getattr(searchidx, name)
        assert inspect.getdoc(value), name
        assert f"`{name}`" in page or f"`searchidx.{name}" in page, name
        if dataclasses.is_dataclass(value):
            row = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
            fields = [field.name for field in dataclasses.fields(value)]
            assert [field for field in fields if f"`{field}`" not in row] == [], name


def test_every_method_of_an_index_is_documented_with_its_signature():
    page = read("docs/python.md")
    for name, method in inspect.getmembers(searchidx.Index, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.getdoc(method), name
            assert f"`Index.{name}{_signature(method)}`" in page, name
    assert f"`searchidx.open{_signature(searchidx.open)}`" in page


def _signature(function) -> str:
    signature = inspect.signature(function)
    bare = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in signature.parameters.values()
        if parameter.name != "self"
    ]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))


VARIABLES = {field.name for field in dataclasses.fields(Settings)} - {"own_index", "encodings"}
FLAGS = {flag.name for flag in vars(flags).values() if isinstance(flag, flags.Flag)}


def test_every_setting_is_documented_with_its_flag_and_its_variable():
    page = read("docs/configuration.md")
    for field in dataclasses.fields(Settings):
        if field.name != "own_index":
            row = next(line for line in page.splitlines() if line.startswith(f"| `{field.name}` |"))
            assert f"`--{field.name.replace('_', '-')}`" in row or field.name not in FLAGS
            assert (f"`SEARCHIDX_{field.name.upper()}`" in row) == (field.name in VARIABLES)


def test_every_key_of_the_json_is_documented():
    page = read("docs/json.md")
    hit = Hit(1, 1.0, "/a", 1, 1, None, None, (), "literal", "a", ((0, 1),), "a")
    for line in JsonRenderer().hits(Page("a", (hit,), 1, None, 1.0)):
        assert [key for key in json.loads(line) if f"`{key}`" not in page] == []


def test_links_between_pages_lead_somewhere():
    for page in (*DOCS.glob("*.md"), *REPOSITORY.glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
