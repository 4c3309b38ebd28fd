"""The course speaks plain American English; the list of words stands in CONTRIBUTING."""

import re

import nbformat
import pytest

import build
from common import ROOT, TRACKED

GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n## Words\n")[1]
ROWS = re.findall(r"^\| (?!not this|---)(.+?) \| .+ \|$", GUIDE, re.MULTILINE)
FOREIGN = [word for row in ROWS for word in row.split(", ")]
VOICE = re.search(r"left out as well: (.+)\.", GUIDE)[1].split(", ")
# newsdesk's texts are many people's, and a judge may well mend her ways there.
OTHERS_WORDS = (
    "source/newsdesk/items.jsonl",
    "source/newsdesk/stress.jsonl",
    "src/helpers/files/newsdesk.csv",
    "src/helpers/files/stress.csv",
)
READ = (".py", ".md", ".toml", ".yml", ".json", ".jsonl", ".csv", ".ipynb")


def find(words: list[str], text: str) -> list[str]:
    # "how many labels a text has" is a sentence, "two labels a text" is not.
    pattern = rf"\b(?:{'|'.join(words)})\b(?! (?:has|gets)\b)"
    return re.findall(pattern, text, re.IGNORECASE)


def prose(notebook) -> str:
    cells = nbformat.read(notebook, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


PAGES = {path.relative_to(ROOT).as_posix(): prose(path) for _, path in build.targets([])}
PAGES |= {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in TRACKED
    if name.endswith("README.md")
    or re.fullmatch(r"(source/)?workshop/(\d\d_\w+\.md|timetables\.toml|exit_ticket\.py)", name)
}


def test_the_list_is_read():
    assert len(FOREIGN) > 30 and "mend" in FOREIGN and "neighbour" in FOREIGN
    assert "simply" in VOICE and len(VOICE) == 5
    assert find(FOREIGN, "Two labels a text; mended, a Colour. How many labels a text has.") == [
        "labels a text",
        "mended",
        "Colour",
    ]


def test_no_word_of_the_list_is_used_anywhere():
    for name in TRACKED:
        if name.endswith(READ) and name not in OTHERS_WORDS and name != "tests/test_prose.py":
            text = (ROOT / name).read_text(encoding="utf-8")
            if name == "CONTRIBUTING.md":
                text = text.replace(GUIDE, "")
            assert find(FOREIGN, text) == [], name


@pytest.mark.parametrize("name", PAGES)
def test_pages_have_the_courses_voice(name):
    assert find(VOICE, PAGES[name]) == []
    assert "!" not in re.sub(r"!\[|`[^`]*`", "", PAGES[name])
    british = re.findall(
        r"\b\w*(?:colour|labell|behaviour|favour)\w*\b|\b\w+ise[ds]?\b", PAGES[name]
    )
    known = {"otherwise", "exercise", "exercises", "precise", "rise", "raise", "raised", "raises"}
    known |= {"rises", "noise", "promise", "promises", "promised", "wise", "surprise", "surprises"}
    assert not [word for word in british if word.lower() not in known | {"advise"}]


# "Chapter N" must be right after another chapter has come in between.


@pytest.mark.parametrize(
    "source",
    sorted({one for one, _ in build.targets([])}),
    ids=lambda source: f"{source.parent.name}-{source.stem}",
)
def test_chapters_are_named_by_a_word_where_the_build_can_put_in_the_number(source):
    numbers = {str(int(s.stem[:2])) for s, _ in build.targets([])}
    for mention in re.findall(r"\b[Cc]hapters? (\d+)", source.read_text(encoding="utf-8")):
        assert mention not in numbers, f"write chapter {{word}} for chapter {mention}"


@pytest.mark.parametrize("page", ["README.md", "notebooks/00_start_here.ipynb"])
def test_maps_agree_with_the_chapters(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    if page.endswith("ipynb"):
        text = prose(ROOT / page)
    rows = dict(re.findall(r"\| \[(\d+ · [^\]]+)\]\([^)]+\) \| (\d+) \|", text))
    own = {}
    for path in [path for _, path in build.targets([]) if path.parent.name == "notebooks"]:
        first = nbformat.read(path, as_version=4).cells[0].source
        own[re.match(r"# (.+)", first)[1]] = re.search(r"^\| (\d+) \|", first, re.MULTILINE)[1]
    if page.endswith("ipynb"):
        own.pop("0 · Start here")  # the map is on that page
    assert rows == own


def test_helpers_name_chapters_that_exist():
    last = max(int(source.stem[:2]) for source, _ in build.targets([]))
    for name in TRACKED:
        if name.startswith("src/helpers/") and name.endswith((".py", ".md", ".json")):
            text = (
                (ROOT / name).read_text(encoding="utf-8").replace("of chapter 13", "")
            )  # a book's
            for mention in re.findall(r"\b[Cc]hapters? (?:\d+ to )?(\d+)", text):
                assert int(mention) <= last, name
