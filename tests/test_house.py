"""The house: doors, rooms behind them, and no way round; CONTRIBUTING draws it."""

import ast
import re

import pytest

import build
import helpers
from common import ROOT

FOLDER = ROOT / "src" / "helpers"
SHARED = {"helpers._validate", "helpers._html", "helpers._folder", "helpers._lines"}


def module_name(path) -> str:
    parts = path.relative_to(FOLDER.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(FOLDER.rglob("*.py"))}


def imported(path, known=tuple(MODULES)) -> set[str]:
    """Name the modules of helpers that a file imports, at the top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path.name}: imports name the whole way"
            for alias in node.names:
                deeper = f"{node.module}.{alias.name}"
                found.add(deeper if deeper in known else node.module)
    return found & set(known)


IMPORTS = {name: imported(path) for name, path in MODULES.items()}


def door(name: str) -> str:
    """helpers.doctor.known.labels belongs to helpers.doctor."""
    return ".".join(name.split(".")[:2])


def is_private(name: str) -> bool:
    return any(part.startswith("_") for part in name.split("."))


def test_the_table_lists_every_door_and_nothing_else():
    doors = {name for name in MODULES if not is_private(name)} - {"helpers"}
    inside = {"helpers.doctor.known", "helpers.doctor.faults"}  # folders of the doctor's rooms
    doors = {name for name in doors if not name.startswith(tuple(inside))}
    assert {f"helpers.{name}" for name in {*helpers.DOORS, *helpers.COMMANDS}} == doors


@pytest.mark.parametrize("name", helpers.DOORS)
def test_the_chapter_named_for_a_door_uses_it(name):
    chapter = helpers.DOORS[name]
    used = set()
    sources = {source for source, _ in build.targets([chapter])}
    for cell in [cell for source in sources for cell in build.cells(source).cells]:
        for module, names in re.findall(r"(?m)^from (helpers[\w.]*) import (.+)$", cell.source):
            used |= {module, *(f"{module}.{one}" for one in names.split(", "))}
    assert f"helpers.{name}" in used


def test_no_room_imports_through_its_own_door():
    for name, found in IMPORTS.items():
        if name != door(name):
            assert door(name) not in found, name


def test_rooms_are_imported_by_their_own_door_alone():
    for name, found in IMPORTS.items():
        for other in found - SHARED:
            rooms = is_private(other) or other.startswith("helpers.doctor.")
            assert not rooms or door(other) == door(name), f"{name} imports {other}"


def test_shared_rooms_import_no_door():
    for name in SHARED:
        assert IMPORTS[name] <= SHARED, name


def test_imports_go_round_no_circle():
    below: dict[str, set[str]] = {}

    def visit(name, way=()):
        assert name not in way, " > ".join([*way, name])
        if name not in below:
            for other in IMPORTS[name]:
                visit(other, (*way, name))
            below[name] = IMPORTS[name]

    for name in MODULES:
        visit(name)


def test_the_map_in_contributing_names_every_door():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n```\n")[1]
    for name in helpers.DOORS:
        assert name.split(".")[-1] in text
    made = ("build", "__pycache__")
    for path in ROOT.iterdir():
        if path.is_dir() and not path.name.startswith(".") and path.name not in made:
            assert f"{path.name}/" in text, path.name
