"""Files that say the same thing in two places must agree."""

import re
import tomllib

import course
import pytest
import yaml
from packaging.requirements import Requirement

import build
import helpers
import readme_picture
from common import ROOT, TRACKED

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def requirements(lines) -> dict[str, str]:
    parsed = [Requirement(line) for line in lines]
    return {r.name: str(r.specifier) for r in parsed if r.name != PROJECT["name"]}


def project_requirements() -> dict[str, str]:
    extras = PROJECT["optional-dependencies"]
    return requirements(
        [
            *PROJECT["dependencies"],
            *(one for extra in ("lab", "excel", "capstone", "dev") for one in extras[extra]),
        ]
    )


def constraints() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return requirements(line for line in lines if line and not line.startswith("#"))


def test_environment_yml_agrees_with_pyproject():
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))[
        "dependencies"
    ]
    python = Requirement(dependencies[0])
    assert python.name == "python"
    assert set(str(python.specifier).split(",")) == set(PROJECT["requires-python"].split(","))
    assert dependencies[1] == "pip"
    lines = dependencies[2]["pip"]
    cpu_build = "--extra-index-url https://download.pytorch.org/whl/cpu"
    assert lines[:3] == [cpu_build, "--constraint constraints.txt", "--editable ."]
    assert requirements(lines[3:]) == project_requirements()


def test_binder_and_workflows_say_what_the_course_does():
    binder = yaml.safe_load((ROOT / ".binder" / "environment.yml").read_text(encoding="utf-8"))
    python = binder["dependencies"][0].removeprefix("python=")  # repo2docker reads no range
    pythons = [f"3.{minor}" for minor in range(course.OLDEST[1], course.NEWEST[1] + 1)]
    assert python in pythons and (ROOT / ".binder" / "postBuild").stat().st_mode & 0o100
    steps = []
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
        for job in workflow["jobs"].values():
            steps += job["steps"]
            if "strategy" in job:
                assert job["strategy"]["matrix"]["python"] == pythons
    commands = [step["run"] for step in steps if "course.py" in step.get("run", "")]
    assert "python course.py test" in commands
    for command in commands:
        name = command.partition("--with ")[2]
        assert not name or name in [*course.OTHERS, *course.ELSEWHERE], command
    assert "bash .ci/run" in [step.get("run") for step in steps]
    for step in steps:  # scripts that are named are there
        for script in re.findall(r"/course/(\S+\.sh)", step.get("run", "")):
            assert (ROOT / script).is_file(), script


def test_environment_yml_gives_a_reason_beside_each():
    for line in (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines():
        if re.match(r"\s+- [a-z-]", line) and "pip:" not in line and "conda-forge" not in line:
            assert re.search(r"# \w+", line), line


def test_constraints_pin_all_and_fit_the_ranges():
    pinned = constraints()
    for name, range_ in project_requirements().items():
        version = pinned[name].removeprefix("==")
        assert version != pinned[name], f"{name} is not pinned"
        assert Requirement(f"{name}{range_}").specifier.contains(version), name
    assert pinned["torch"] == "==2.13.0"
    assert pinned["nbval"] == "==0.11.0"


def test_what_is_installed_is_what_constraints_say():
    from importlib.metadata import version

    for name, pin in constraints().items():
        if name in project_requirements():
            assert version(name).split("+")[0] == pin.removeprefix("=="), name


@pytest.mark.parametrize("name", ["ipywidgets", "transformers", "datasets", "numpy", "torch"])
def test_colab_satisfies_the_ranges(name):
    """Colab's set of August 2026: nothing that is there already may need an upgrade."""
    colab = {
        "ipywidgets": "7.7.1",
        "transformers": "5.15.0",
        "datasets": "4.0.0",
        "numpy": "2.1.3",
        "torch": "2.11.0",
    }
    range_ = requirements(PROJECT["dependencies"])[name]
    assert Requirement(f"{name}{range_}").specifier.contains(colab[name])


def test_the_repositorys_address_stands_in_one_place():
    address = PROJECT["urls"]["Repository"].removeprefix("https://")
    hits = []
    for name in TRACKED:
        if name.endswith((".py", ".toml", ".md", ".yml", ".txt")):
            if address in (ROOT / name).read_text(encoding="utf-8"):
                hits.append(name)
    assert [name for name in hits if name not in ("pyproject.toml", "README.md")] == []
    owner, name = address.removeprefix("github.com/").split("/")
    home = f"https://{owner}.github.io/{name}/"  # where GitHub Pages publishes
    assert PROJECT["urls"]["Homepage"] == home
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"({home})" in readme
    readme = readme.replace(home, "")
    address = address.removeprefix("github.com/")  # its badges, all to the same place
    assert set(re.findall(r"[\w-]+/multilabel-course", readme)) == {address}
    assert set(re.findall(r"/multilabel-course(?:/blob)?/(v[\d.]+)", readme)) == {build.release()}


def test_the_readmes_link_into_colab_is_the_first_chapters():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    chapter = (ROOT / "notebooks" / "00_start_here.ipynb").read_text(encoding="utf-8")
    (link,) = re.findall(r"\((https://colab[^)]+\.ipynb)\)", readme)
    assert f"({link})" in chapter


def test_the_release_stands_in_one_place():
    version = build.release().removeprefix("v")
    assert helpers.__version__ == version
    assert f'VERSION, HOME = "multilabel-course", "{version}"' in build.setup_cell()
    source = (ROOT / "source" / "setup_cell.py").read_text(encoding="utf-8")
    assert "/archive/refs/tags/v{VERSION}.zip" in source and version not in source
    for name in TRACKED:
        if name.endswith((".py", ".yml", ".txt")):
            assert "/blob/" + build.release() not in (ROOT / name).read_text(encoding="utf-8"), name


def test_no_file_names_a_machine():
    pattern = re.compile(r"(?<![\w.:/])/(?:home|root|Users)/\w|(?<![\w.:/])/(?:work|opt)/\w")
    for name in TRACKED:
        path = ROOT / name
        if path.suffix in (".py", ".md", ".ipynb", ".toml", ".yml", ".txt", ".json", ".csv"):
            found = pattern.search(path.read_text(encoding="utf-8"))
            assert not found, (name, found)


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not link.startswith("http")]
    assert links
    for link in links:
        assert (ROOT / link.split("#")[0]).exists(), link


def test_readme_states_the_two_commands_that_ci_runs():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "python3 course.py lab" in readme and "python3 course.py test" in readme
    assert "python3 course.py test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_picture_in_the_readme_is_what_tagger_and_doctor_say():
    assert "(README.svg)" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme_picture.PICTURE.read_text(encoding="utf-8") == readme_picture.draw()


def test_scores_stand_on_the_card_alone():
    """The README sends to the tagger's card; test_metrics compares that with chapter 6."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "(src/helpers/files/tagger/CARD.md)" in readme
    assert not re.search(r"\b0\.\d\d\b", readme)


def test_no_code_from_a_hub_and_no_pickle_is_trusted():
    trusted = re.compile(
        r"(trust_remote_code|allow_pickle)\s*=\s*True|weights_only\s*=\s*False|import pickle\b"
    )
    for name in TRACKED:
        if name.startswith(("notebooks/", "exercises/", "src/", "source/")):
            if name.endswith((".py", ".ipynb")):
                assert not trusted.search((ROOT / name).read_text(encoding="utf-8")), name


def test_files_for_a_cluster_fit_the_course_and_hold_no_secret():
    values = yaml.safe_load((ROOT / "deploy" / "values.yaml").read_text(encoding="utf-8"))
    recipe = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert values["singleuser"]["memory"]["limit"] and values["cull"]["enabled"]
    assert values["singleuser"]["defaultUrl"].endswith("00_start_here.ipynb")
    assert values["singleuser"]["cmd"][2] in recipe and "USER learner" in recipe
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert values["singleuser"]["image"]["tag"] == version
    home = values["singleuser"]["storage"]["homeMountPath"]  # of what outlives a seat
    assert f"WORKDIR {home}\n" in recipe and home.endswith("/learner")
    secret = r"(?i)^ *(\w*password|\w*token|\w*secret):"
    assert not re.search(secret, yaml.safe_dump(values), re.MULTILINE)
    for source in re.findall(r"^COPY (.+) \S+$", recipe, re.MULTILINE):
        assert all((ROOT / name).exists() for name in source.split())
