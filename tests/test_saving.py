"""Saving a tagger over another: the old one or the new one, whole, whatever happens."""

import errno
import json
import os
import resource
import shutil
import signal
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification, BertModel

import saving
from helpers import thresholds
from helpers.models import load_tagger, predict_logits, save_tagger
from helpers.training import cache_features
from saving import number_of, tiny_tagger


@pytest.fixture(scope="module")
def saved_once(tmp_path_factory):
    return save_tagger(tmp_path_factory.mktemp("saved") / "tagger", tiny_tagger(1))


@pytest.fixture
def saved(saved_once, tmp_path):
    return shutil.copytree(saved_once, tmp_path / "tagger")


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_kill_at_any_step_leaves_one_of_both(tmp_path):
    assert saving.every_step(tmp_path / "tagger") > 20


def test_kills_at_random_moments(tmp_path):
    assert sum(saving.kills(tmp_path / "tagger", 10).values()) == 10


def test_two_savers_and_a_reader_never_mix(tmp_path):
    assert sum(saving.pairs(tmp_path / "tagger", 8).values()) == 8


def test_a_full_disk_at_any_file(saved):
    """No file may grow beyond a limit, so that each of them breaks off once."""

    def save_within(limit):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            save_tagger(saved, tiny_tagger(2))
        except OSError as error:
            assert error.errno == errno.EFBIG, error
            assert "Free some space" in str(error)

    sizes = sorted(path.stat().st_size for path in saved.iterdir())
    for limit in [0, *(size - 1 for size in sizes)]:
        before = names_in(saved)
        child = saving.started(lambda limit=limit: save_within(limit))
        assert os.waitpid(child, 0)[1] == 0
        assert number_of(load_tagger(saved)) == 1
        assert names_in(saved) == before


def test_a_disk_that_fails_at_any_moment(saved, monkeypatch):
    """Each call that asks the disk for something fails once, and the saver says so."""
    failed, old, new = 0, tiny_tagger(1), tiny_tagger(2)
    for name in ("mkdir", "rename", "fsync"):
        for step in range(40):
            left, real = step, getattr(os, name)

            def full(*arguments, real=real, **options):
                nonlocal left
                left -= 1
                if left < 0:
                    raise OSError(errno.ENOSPC, "No space left on device")
                return real(*arguments, **options)

            with monkeypatch.context() as patch:
                patch.setattr(os, name, full)
                try:
                    save_tagger(saved, new)
                except OSError as error:
                    assert error.errno == errno.ENOSPC and "No space left" in str(error)
                    failed += 1
                else:
                    break
            # What broke off after the decision is finished by whoever comes next.
            assert number_of(load_tagger(saved)) in (1, 2)
            save_tagger(saved, old)
    assert failed > 10


def nobody_is_refused(saved):
    if os.getuid() == 0:
        os.setuid(65534)
    with pytest.raises(PermissionError, match="choose a folder that you may write to"):
        save_tagger(saved, tiny_tagger(2))


def test_a_folder_that_may_not_be_written(saved_once):
    with tempfile.TemporaryDirectory() as name:  # tmp_path lies where nobody else may look
        os.chmod(name, 0o755)
        saved = shutil.copytree(saved_once, Path(name, "tagger"))
        saved.chmod(0o555)

        def refused():
            nobody_is_refused(saved)
            assert number_of(load_tagger(saved)) == 1

        assert os.waitpid(saving.started(refused), 0)[1] == 0


def test_a_folder_that_may_not_be_looked_into(saved):
    def refused():
        nobody_is_refused(saved)
        with pytest.raises(PermissionError, match="You may not read all of"):
            load_tagger(saved)

    saved.parent.chmod(0o000)
    try:
        assert os.waitpid(saving.started(refused), 0)[1] == 0
    finally:
        saved.parent.chmod(0o755)


def test_a_reader_who_may_not_write_finds_an_unfinished_save_whole(saved, monkeypatch):
    def stop(source, target, real=os.replace):
        if str(target).endswith("tokenizer.json"):
            raise PermissionError(errno.EACCES, "not yours", str(target))
        return real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", stop)
        with pytest.raises(PermissionError):
            save_tagger(saved, tiny_tagger(2))
        assert ".saved" in names_in(saved) and "config.json" not in names_in(saved)
        assert number_of(load_tagger(saved)) == 2
        assert ".saved" in names_in(saved)
    assert number_of(load_tagger(saved)) == 2
    assert ".saved" not in names_in(saved)


def test_new_thresholds_beside_an_unfinished_save_belong_to_the_new_tagger(saved, monkeypatch):
    def die(source, target, real=os.replace):
        if ".saved" in str(source):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", die)
        os.waitpid(saving.started(lambda: save_tagger(saved, tiny_tagger(2))), 0)
    thresholds.save(saved, 0.75, ["sports2", "law2"])
    again = load_tagger(saved)
    assert again.thresholds.tolist() == [0.75, 0.75] and again.label_names[0] == "sports2"


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"tokenizer": None}, TypeError, "tagger.tokenizer is NoneType"),
        ({"model": None}, TypeError, "tagger.model is NoneType"),
        ({"label_names": [0, 1]}, TypeError, "tagger.label_names holds 0, expected strings"),
        ({"label_names": ["a", "a"]}, ValueError, "holds a twice"),
        ({"label_names": "sports1"}, TypeError, "one string"),
        ({"thresholds": np.array([0.5])}, ValueError, "tagger.thresholds"),
        ({"thresholds": None}, TypeError, "tagger.thresholds is None"),
        ({"thresholds": [np.nan, 0.5]}, ValueError, "tagger.thresholds"),
    ],
)
def test_what_could_not_be_loaded_is_refused_before_a_byte_is_written(
    saved, change, error, message
):
    before = {path.name: path.stat().st_mtime_ns for path in saved.iterdir()}
    with pytest.raises(error, match=message):
        save_tagger(saved, replace(tiny_tagger(2), **change))
    assert {path.name: path.stat().st_mtime_ns for path in saved.iterdir()} == before


def test_a_model_that_could_not_be_loaded_is_refused(saved):
    single = tiny_tagger(2)
    single.model.config.problem_type = "single_label_classification"
    numbers = tiny_tagger(2)
    numbers.model.config.id2label = {0: 0, 1: 1}
    larger = tiny_tagger(2)
    larger.tokenizer.add_tokens(["one", "more"])
    headless = tiny_tagger(2)
    headless = replace(headless, model=BertModel(headless.model.config))
    for tagger, error, message in [
        (single, ValueError, "was trained for single_label_classification"),
        (replace(numbers, label_names=[0, 1]), TypeError, "expected strings"),
        (larger, ValueError, "knows 15 tokens"),
        (headless, ValueError, "lacks classifier"),
    ]:
        with pytest.raises(error, match=message):
            save_tagger(saved, tagger)
        assert number_of(load_tagger(saved)) == 1
    with pytest.raises(ValueError, match=r"is a file\. Name a folder"):
        save_tagger(saved / "config.json", tiny_tagger(2))


def test_an_adapter_is_refused_in_and_beside_a_tagger(saved, tmp_path):
    from peft import LoraConfig, get_peft_model

    tagger = tiny_tagger(2)
    adapted = get_peft_model(tagger.model, LoraConfig(target_modules=["query"]))
    with pytest.raises(TypeError, match=r"merge_and_unload\(\)"):
        save_tagger(saved, replace(tagger, model=adapted))
    adapted.save_pretrained(str(tmp_path / "adapter"))
    with pytest.raises(ValueError, match="holds an adapter"):
        save_tagger(tmp_path / "adapter", tiny_tagger(2))
    shutil.copytree(tmp_path / "adapter", saved, dirs_exist_ok=True)
    with pytest.raises(ValueError, match="holds an adapter"):
        load_tagger(saved)


def test_other_files_stay_and_old_pieces_go(saved):
    (saved / "NOTES.md").write_text("mine")
    (saved / "checkpoint-7").mkdir()
    left = ["pytorch_model.bin", "model-00001-of-00002.safetensors", "added_tokens.json"]
    for name in [*left, ".tmpAb3dE9", ".thresholds.json." + "a" * 32]:
        (saved / name).write_text("{}")
    (saved / ".saving-1234").mkdir()
    save_tagger(saved, tiny_tagger(2))
    assert number_of(load_tagger(saved)) == 2
    kept = names_in(saved)
    assert "NOTES.md" in kept and "checkpoint-7" in kept
    assert not {*left} & {*kept} and not [name for name in kept if name.startswith(".")]


@pytest.mark.parametrize(
    "name",
    ["pytorch_model.bin", "model-00001-of-00002.safetensors", "model.safetensors.index.json"],
)
@pytest.mark.parametrize("listed", [True, False])
def test_weights_left_over_are_an_error(saved, name, listed):
    if not listed:
        (saved / "saved.json").unlink()
    (saved / name).write_text('{"weight_map": {}}')
    with pytest.raises(ValueError, match=f"do not belong to the tagger: {name}"):
        load_tagger(saved)


def test_a_missing_part_of_the_weights_is_an_error(saved):
    (saved / "saved.json").unlink()
    (saved / "model.safetensors").rename(saved / "model-00001-of-00002.safetensors")
    parts = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    index = saved / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": parts}))
    with pytest.raises(FileNotFoundError, match=r"00002-of-00002\.safetensors is missing"):
        load_tagger(saved)
    index.write_text("[]")
    with pytest.raises(ValueError, match=r"index\.json is damaged"):
        load_tagger(saved)


def test_every_saved_file_is_compared_with_its_checksum(saved, tmp_path):
    other = save_tagger(tmp_path / "other", tiny_tagger(2))
    for path in list(saved.iterdir()):
        if path.name in ("thresholds.json", "saved.json"):
            continue
        mine = path.read_bytes()
        if mine != (other / path.name).read_bytes():
            shutil.copy(other / path.name, path)
            with pytest.raises(ValueError, match=f"{path.name} is damaged, or belongs to another"):
                load_tagger(saved)
        path.unlink()
        with pytest.raises(FileNotFoundError, match=f"{path.name} is missing"):
            load_tagger(saved)
        path.write_bytes(mine)
    (saved / "saved.json").write_text("[]")
    with pytest.raises(ValueError, match=r"saved\.json is damaged"):
        load_tagger(saved)


def test_home_is_written_as_people_write_it(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    save_tagger("~/tagger", tiny_tagger(1))
    assert number_of(load_tagger("~/tagger")) == 1
    assert (tmp_path / "tagger" / "config.json").is_file()


def test_transformers_alone_reads_the_folder(saved):
    model = AutoModelForSequenceClassification.from_pretrained(saved)
    assert model.config.id2label == {0: "sports1", 1: "law1"}


def test_a_tagger_in_several_files(saved, monkeypatch):
    tagger = tiny_tagger(2)
    real = tagger.model.save_pretrained
    monkeypatch.setattr(tagger.model, "save_pretrained", lambda to: real(to, max_shard_size="9KB"))
    save_tagger(saved, tagger)
    assert "model.safetensors.index.json" in names_in(saved)
    assert number_of(load_tagger(saved)) == 2
    save_tagger(saved, tiny_tagger(3))
    assert [name for name in names_in(saved) if "model" in name] == ["model.safetensors"]
    assert number_of(load_tagger(saved)) == 3


@pytest.mark.parametrize("use", [predict_logits, cache_features])
def test_each_part_of_a_model_keeps_its_mode(use):
    tagger = tiny_tagger(1)
    tagger.model.train()
    tagger.model.base_model.eval()
    tagger.model.base_model.encoder.layer[0].train()
    before = {name: module.training for name, module in tagger.model.named_modules()}
    assert len({*before.values()}) == 2
    use(tagger.model, tagger.tokenizer, ["the team won"])
    assert {name: module.training for name, module in tagger.model.named_modules()} == before
    assert torch.is_grad_enabled()
