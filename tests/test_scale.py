"""Beyond one machine: nothing lost, nothing twice, nobody else told, and all ended at the end."""

import importlib.util
import ipaddress
import threading
import time

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers import scale
from helpers.activations import sigmoid
from helpers.data import load_newsdesk
from helpers.models import predict_logits
from helpers.scale import _nodes
from helpers.thresholds import apply_thresholds

with_ray = pytest.mark.skipif(
    importlib.util.find_spec("ray") is None, reason="no ray: course.py test --with scale"
)
TEXTS = load_newsdesk(split="test")["text"][:]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Ten files of 40 texts."""
    folder = tmp_path_factory.mktemp("texts")
    for k in range(10):
        rows = list(range(40 * k, 40 * k + 40))
        part = pa.table({"id": rows, "text": [TEXTS[i] for i in rows]})
        pq.write_table(part, folder / f"{k}.parquet")
    return folder


@pytest.fixture(scope="module")
def wanted(tagger):
    logits = predict_logits(tagger.model, tagger.tokenizer, TEXTS)
    given = apply_thresholds(sigmoid(logits), tagger.thresholds)
    names = tagger.label_names
    return [";".join(n for n, one in zip(names, row, strict=True) if one) for row in given]


@pytest.fixture(scope="module")
def one_node():
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    assert scale.start(cpus=2) == 1
    assert scale.start(cpus=2) == 1  # a second time starts nothing
    yield
    ours = [p for p in psutil.Process().children(recursive=True) if p.pid not in before]
    assert ours
    scale.stop()
    scale.stop()  # safe to run twice
    _gone, alive = psutil.wait_procs(ours, timeout=300)
    assert not alive, [process.cmdline() for process in alive]


def when_some_are_written(target, do):
    """Run something in a thread as soon as two files are there."""

    def wait():
        while len(list(target.glob("*.parquet"))) < 2:
            time.sleep(0.02)
        done.append(do())

    done: list = []
    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    return thread, done


def labels(target):
    return pq.read_table(target).to_pandas().sort_values("id")["labels"].tolist()


# Without Ray


def test_where_ray_is_missing_one_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="pip install") as caught:
        scale.need_ray()
    assert _nodes.PACKAGE in str(caught.value) and caught.value.name == "ray"
    assert caught.value._render_traceback_() == [str(caught.value)]  # a notebook shows that alone
    scale.stop()  # nothing to end


def test_the_release_is_the_extras(run_python):
    import course

    from common import ROOT

    assert _nodes.PACKAGE in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert _nodes.PACKAGE in course.OTHERS["scale"]["packages"]
    assert run_python("import sys, helpers.scale; print('ray' in sys.modules)") == "False\n"


def test_what_is_lost_and_what_is_twice_is_counted(tmp_path):
    def write(name, *parts):
        (tmp_path / name).mkdir()
        for k, rows in enumerate(parts):
            pq.write_table(pa.table({"id": rows}), tmp_path / name / f"{k}.parquet")

    write("in", [1, 2, 3], [4, 5])
    write("out", [5, 1, 1], [1, 9, 4])
    assert scale.counts(tmp_path / "in", tmp_path / "out") == {
        "texts": 5,
        "once": 2,
        "lost": 2,
        "twice": 1,
        "strange": 1,
    }
    assert scale.counts(tmp_path / "in", tmp_path / "nothing")["lost"] == 5


def test_what_needs_a_node_says_so():
    for call in (scale.add_node, scale.kill_node, scale.kill_worker):
        with pytest.raises(ValueError, match=r"scale\.start\(\)"):
            call()


# With Ray


@with_ray
def test_bad_requests_are_refused_before_anything_runs(one_node, source, tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        scale.tag_parquet(tmp_path / "nowhere", tmp_path / "a")
    with pytest.raises(FileExistsError, match="is there already"):
        scale.tag_parquet(source, tmp_path)
    with pytest.raises(ValueError, match="nothing would move"):
        scale.tag_parquet(source, tmp_path / "a", workers=2, cpus=1)
    with pytest.raises(ValueError, match=r"leave 0\.5 of the 2"):
        scale.tag_parquet(source, tmp_path / "a", workers=3)
    with pytest.raises(ValueError, match="add_node"):
        scale.kill_node()
    assert not (tmp_path / "a").exists()


@with_ray
def test_every_text_is_tagged_once_as_by_one_process(one_node, source, wanted, tmp_path):
    assert scale.tag_parquet(source, tmp_path / "out", batch_size=40) == 10
    assert scale.counts(source, tmp_path / "out")["once"] == len(TEXTS)
    assert labels(tmp_path / "out") == wanted


@with_ray
def test_nobody_outside_of_this_machine_can_ask_and_nobody_is_told(one_node):
    import os

    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
    listening = 0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        for connection in process.net_connections("inet"):
            for end in (connection.laddr, connection.raddr):
                if end:
                    assert ipaddress.ip_address(end.ip.removeprefix("::ffff:")).is_loopback, (
                        process.cmdline(),
                        connection,
                    )
                    listening += 1
    assert listening


@with_ray
def test_a_killed_worker_costs_nothing(one_node, source, wanted, tmp_path, capfd):
    thread, killed = when_some_are_written(tmp_path / "out", scale.kill_worker)
    scale.tag_parquet(source, tmp_path / "out", batch_size=40)
    thread.join(timeout=60)
    assert killed and not psutil.pid_exists(killed[0])
    assert "raylet" not in "".join(capfd.readouterr())  # nor does it fill the page
    counted = scale.counts(source, tmp_path / "out")
    assert counted == {"texts": 400, "once": 400, "lost": 0, "twice": 0, "strange": 0}
    assert labels(tmp_path / "out") == wanted


@with_ray
def test_two_nodes_and_one_is_killed(one_node, source, wanted, tmp_path):
    assert scale.add_node(cpus=2) == 2
    import ray

    assert ray.cluster_resources()["CPU"] == 4
    thread, left = when_some_are_written(tmp_path / "out", scale.kill_node)
    scale.tag_parquet(source, tmp_path / "out", workers=4, cpus=0.25, batch_size=40)
    thread.join(timeout=60)
    assert left == [1]
    assert scale.counts(source, tmp_path / "out")["once"] == len(TEXTS)
    assert labels(tmp_path / "out") == wanted


@with_ray
def test_a_program_of_its_own_finds_the_nodes_by_auto(one_node, run_python):
    code = (
        "from helpers import scale\n"
        "print(scale.join('auto'))\n"
        "import ray\n"
        "print(ray.get(ray.remote(num_cpus=0.1)(lambda: 6 * 7).remote()))\n"
    )
    address = _nodes._KEPT["cluster"].address
    assert run_python(code, RAY_ADDRESS=address).split() == ["1", "42"]


@with_ray
def test_two_processes_know_of_each_other_and_agree(one_node):
    def mean_of_ranks():
        import torch
        from accelerate import Accelerator

        accelerator = Accelerator(cpu=True)
        mine = torch.tensor(float(accelerator.process_index))
        return accelerator.num_processes, accelerator.reduce(mine, "mean").item()

    assert scale.together(mean_of_ranks, 2) == [(2, 0.5), (2, 0.5)]
    assert scale.together(mean_of_ranks, 1) == [(1, 0.0)]
