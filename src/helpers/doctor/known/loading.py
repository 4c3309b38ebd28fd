"""A model from a folder: its weights, its config, its labels."""

from helpers.doctor._evidence import Evidence
from helpers.doctor.known._sign import V4, V5, Sign, known_error, refused_keyword

HANDED_ON = r"> transformers\.modeling_utils\.\w+\.from_pretrained$"
CONFIG = r"> transformers\.configuration_utils\.[\w.<>]+$"
LOAD_STATE = r"(?:^|> )own > torch\.nn\.modules\.module\.Module\.load_state_dict$"


def _names_turned(evidence: Evidence) -> bool:
    """Whether the pipeline's model has id2label from name to number."""
    pipe = evidence.given(r"transformers\.pipelines\.text_classification\.\w+\.postprocess")["self"]
    return all(isinstance(key, str) for key in pipe.model.config.id2label)


def _loads_a_tagger(evidence: Evidence) -> bool:
    """Whether the model that is loaded is one for texts, not for images or tokens, say."""
    values = evidence.given(r"transformers\.modeling_utils\.PreTrainedModel\.from_pretrained")
    return not evidence.is_of_another_task(values["cls"])


def _is_a_tagger(evidence: Evidence) -> bool:
    """Whether weights go into a model of transformers for texts, which the fix can load anew."""
    model = evidence.given(r"torch\.nn\.modules\.module\.Module\.load_state_dict")["self"]
    of_transformers = type(model).__module__.startswith("transformers.")
    return of_transformers and not evidence.is_of_another_task(model)


FIND_OR_SAVE = """
            from transformers.trainer_utils import get_last_checkpoint

            last = get_last_checkpoint(folder)  # a Trainer's own, below this folder
            if last is None:
                # Saves the trained model into the folder, from the notebook that trained it.
                trainer.save_model(folder)
            model = AutoModelForSequenceClassification.from_pretrained(last or folder)"""

LOADING = (
    known_error(
        "checkpoint-has-other-labels",
        Sign(
            "RuntimeError",
            r"You set `ignore_mismatched_sizes` to `False`, thus raising an error\. .+",
            r"> transformers\.[\w.]+$",
            V5,
            _loads_a_tagger,
        ),
        Sign(
            "RuntimeError",
            r"Error\(s\) in loading state_dict for Linear:\s+size mismatch for .+: copying a "
            r"param with shape .+ from checkpoint, the shape in current model is .+",
            r"> transformers\.modeling_utils\..+ > torch\S+\.Module\.load_state_dict$",
            V4,
            _loads_a_tagger,
        ),
        cause="""Weights of the checkpoint have another shape than this model's: most often those
            of the head, which was made for another number of labels. If you want that head, with
            what it has learned, leave num_labels and id2label out: the checkpoint brings its own.
            For your own labels the encoder can stay, and the head has to be new, and trained.""",
        fix="""
            # To keep the checkpoint's head, with what it has learned, load it as it is:
            # model = AutoModelForSequenceClassification.from_pretrained(checkpoint)
            # For labels of your own: leaves out that head and draws a new one, to be trained.
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                num_labels=len(label_names),
                id2label=dict(enumerate(label_names)),
                label2id={name: i for i, name in enumerate(label_names)},
                problem_type="multi_label_classification",  # not where a text has one class
                ignore_mismatched_sizes=True,
            )""",
        check="assert model(**batch).logits.shape == (len(texts), len(label_names))",
    ),
    known_error(
        "label-names-of-another-length",
        Sign(
            "ValueError",
            r"You passed along `num_labels=\d+` with an incompatible id to label map: .+",
            r"> transformers\.configuration_utils\.[\w.]+$",
            V4,
        ),
        cause="""num_labels and id2label disagree on how many labels there are. Take both from one
            list of names.""",
        fix="""
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                num_labels=len(label_names),
                id2label=dict(enumerate(label_names)),
                label2id={name: i for i, name in enumerate(label_names)},
            )""",
        check="assert list(model.config.id2label.values()) == label_names",
    ),
    known_error(
        "id2label-is-a-list",
        Sign(
            "AttributeError",
            r"'list' object has no attribute 'items'",
            r"> transformers\.configuration_utils\.[\w.]+$",
            V5,
        ),
        Sign(
            "ValueError",
            r"Argument id2label should be a dictionary\.",
            r"> transformers\.configuration_utils\.[\w.]+$",
            V4,
        ),
        Sign(
            "StrictDataclassFieldValidationError",
            r"Validation error for field 'id2label':\s+"
            r"TypeError: Field 'id2label' with value \[.+",
            r"> huggingface_hub\.dataclasses\.[\w.<>]+$",
            "transformers 5.4 to 5.17",
        ),
        cause="""id2label is a list, and it has to be a dictionary from number to name. Some
            releases accept the list, save it, and then cannot load the model. Set it and save
            again.""",
        fix="""
            model.config.id2label = dict(enumerate(label_names))
            model.config.label2id = {name: i for i, name in enumerate(label_names)}
            model.save_pretrained(folder)
            model = AutoModelForSequenceClassification.from_pretrained(folder)""",
        check="assert list(model.config.id2label.values()) == label_names",
    ),
    known_error(
        "keyword-misspelled",
        refused_keyword(
            r"\w+\.__init__",
            r"(?!use_auth_token)\w+",
            HANDED_ON,
        ),
        cause="""from_pretrained hands words that the config does not have on to the model, which
            refuses them. The name of a setting is misspelled, or there is none of this name: the
            number of labels is num_labels, their names are id2label and label2id.""",
        fix="""
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                num_labels=len(label_names),
                id2label=dict(enumerate(label_names)),
                label2id={name: i for i, name in enumerate(label_names)},
                problem_type="multi_label_classification",
            )""",
        check="""
            assert model.config.num_labels == len(label_names)
            assert model.config.problem_type == "multi_label_classification" """,
    ),
    known_error(
        "dtype-not-known",
        Sign(
            "ValueError",
            r"`dtype` provided as a `str` can only be `'auto'`, or a string representation of "
            r"a valid `torch\.dtype`",
            r"> transformers\.modeling_utils\.[\w.]+$",
            V5,
        ),
        Sign(
            "AttributeError",
            r"module 'torch' has no attribute '\w+'",
            r"> transformers\.configuration_utils\.[\w.]+ > torch\.__getattr__$",
            V5,
        ),
        Sign(
            "AttributeError",
            r"'str' object has no attribute 'is_floating_point'",
            r"> transformers\.modeling_utils\.[\w.]+$",
            V4,
        ),
        cause="""There is no number type of this name. Pass the type itself; on a CPU float32 is
            also the fastest.""",
        fix="""
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint, dtype=torch.float32
            )""",
        check="assert model.dtype == torch.float32",
    ),
    known_error(
        "model-folder-not-found",
        Sign(
            "OSError HFValidationError",
            r"(?:Repo id must|Cannot have -- or \.\. in repo_id|Repo_id cannot end).+",
            r"> (?:transformers|huggingface_hub)\.",
        ),
        cause="""There is no folder of this name, and it cannot be a model of the hub either.
            Perhaps the path starts from another folder, or belongs to another computer, as C:\\...
            does on Colab, or nothing was saved there yet.""",
        fix="""
            from pathlib import Path

            print("Python looks from", Path.cwd(), "and sees models in")
            print([str(file.parent) for file in Path.cwd().rglob("config.json")])
            assert Path(checkpoint).is_dir(), "correct the path: take one of these"
            model = AutoModelForSequenceClassification.from_pretrained(checkpoint)
            tokenizer = AutoTokenizer.from_pretrained(checkpoint)""",
        check="assert len(tokenizer) <= model.config.vocab_size",
    ),
    known_error(
        "model-folder-without-weights",
        Sign(
            "OSError",
            r"Error no file named .*(?:pytorch_model\.bin|model\.safetensors).* found in "
            r"directory .+",
            r"> transformers\.modeling_utils\.[\w.]+$",
        ),
        cause="""The folder has a config.json but no weights: saving was interrupted, or only the
            config or the tokenizer was saved or copied. A Trainer saves into folders below its own,
            as checkpoint-500.""",
        fix=FIND_OR_SAVE,
        check="assert model(**batch).logits.shape[0] == len(texts)",
    ),
    known_error(
        "model-folder-without-config",
        Sign(
            "ValueError",
            r"Unrecognized model in .+\. Should have a `model_type` key in its config\.json.*",
            r"> transformers\.models\.auto\.configuration_auto\.AutoConfig\.from_pretrained$",
        ),
        cause="""The folder is empty, or holds no complete config.json. A Trainer saves into
            folders below its own, as checkpoint-500: name one of these. If there is none, nothing
            was saved.""",
        fix=FIND_OR_SAVE,
        check="assert model(**batch).logits.shape[0] == len(texts)",
    ),
    known_error(
        "model-made-of-a-name",
        Sign(
            "TypeError",
            r"Parameter config in `\w+\(config\)` should be an instance of class .+",
            r"> transformers\.modeling_utils\.\w+\.__init__$",
        ),
        cause="""A model's class takes a config and gives it random weights. From a name or a
            folder, with what it has learned, a model is loaded by from_pretrained.""",
        fix="""
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                num_labels=len(label_names),
                problem_type="multi_label_classification",
            )""",
        check="assert model(**batch).logits.shape == (len(texts), len(label_names))",
    ),
    known_error(
        "id2label-turned",
        Sign(
            "KeyError",
            r"\d+",
            r"> transformers\.pipelines\.text_classification\.[\w.]+\.postprocess(?: > own)?$",
            when=_names_turned,
        ),
        Sign("ValueError", r"invalid literal for int\(\) with base 10: '.+'", CONFIG),
        Sign(
            "StrictDataclassFieldValidationError",
            r"Validation error for field 'id2label':\s+"
            r"TypeError: Field 'id2label' with value \{'.+': \d+.*\} doesn't match any type .+",
            r"> huggingface_hub\.dataclasses\.[\w.<>]+$",
            "transformers 5.4 to 5.17",
        ),
        cause="""id2label goes from name to number here. It has to go from number to name, and
            label2id the other way. A saved model keeps what was set in its config.json, and cannot
            be loaded with it.""",
        fix="""
            import json
            from pathlib import Path

            config_file = Path(checkpoint) / "config.json"
            if config_file.is_file():  # a saved model: fix what it saved
                config = json.loads(config_file.read_text())
                config["id2label"] = {str(i): name for i, name in enumerate(label_names)}
                config["label2id"] = {name: i for i, name in enumerate(label_names)}
                config_file.write_text(json.dumps(config, indent=2))
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                id2label=dict(enumerate(label_names)),
                label2id={name: i for i, name in enumerate(label_names)},
            )""",
        check="""
            assert list(model.config.id2label.items()) == list(enumerate(label_names))
            assert all(model.config.label2id[name] == i for i, name in enumerate(label_names))""",
    ),
    known_error(
        "state-dict-of-other-labels",
        Sign(
            "RuntimeError",
            r"Error\(s\) in loading state_dict for \w+:(?:\s+size mismatch for (?:[\w.]*\.)?"
            r"(?:classifier|score|head|out_proj|fc|logits_proj|classification_head)[\w.]*: "
            r"copying a param with shape [^\n]+)+",
            LOAD_STATE,
            when=_is_a_tagger,
        ),
        cause="""The weights in the file have a head for another number of labels than this model.
            Their last layer says how many: make a model of that many, and load them into it. If
            you want your own number of labels, the head has to be trained again.""",
        fix="""
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                num_labels=len(weights["classifier.bias"]),
                ignore_mismatched_sizes=True,  # for a moment: the next line brings the head
            )
            model.load_state_dict(weights)""",
        check="""
            assert model.config.num_labels == len(weights["classifier.bias"])
            assert all(torch.equal(weights[name], w) for name, w in model.state_dict().items())""",
    ),
    known_error(
        "state-dict-with-prefix",
        Sign(
            "RuntimeError",
            r"Error\(s\) in loading state_dict for \w+:\s+Missing key\(s\) in state_dict: .+"
            r"Unexpected key\(s\) in state_dict: \"(?:module|_orig_mod|model)\..+",
            LOAD_STATE,
        ),
        cause="""The weights were saved from something around the model: DataParallel puts "module."
            before each name, torch.compile "_orig_mod.", a class of your own the name that it gave
            the model. Take the prefix away; it is the same for all.""",
        fix="""
            first = next(iter(weights)).partition(".")[0] + "."
            assert all(name.startswith(first) for name in weights), "not all have it"
            weights = {name.removeprefix(first): values for name, values in weights.items()}
            model.load_state_dict(weights)""",
        check="""
            assert all(torch.equal(weights[name], w) for name, w in model.state_dict().items())""",
    ),
    known_error(
        "whole-model-in-a-file",
        Sign(
            "UnpicklingError",
            r"Weights only load failed\. .+",
            r"> torch\.serialization\.[\w.]+$",
        ),
        cause="""Since torch 2.6 torch.load reads weights alone, and this file holds a whole model,
            or other Python objects. Such a file can run any code when it is read. Save the model
            by save_pretrained where it was trained, as here. If the file alone is left and you
            made it yourself, torch.load reads it with weights_only set to False.""",
        fix="""
            model.save_pretrained(folder)  # in the notebook that trained it
            model = AutoModelForSequenceClassification.from_pretrained(folder)""",
        check="assert model(**batch).logits.shape[0] == len(texts)",
    ),
    known_error(
        "saved-on-a-graphics-card",
        Sign(
            "RuntimeError",
            r"Attempting to deserialize object on a CUDA device but torch\.cuda\.is_available\(\) "
            r"is False\. .+",
            r"> torch\.[\w.]+$",
        ),
        cause="""The weights were saved from a graphics card, and this computer has none that torch
            can use. map_location says where they go.""",
        fix="""
            weights = torch.load(file, map_location="cpu")
            model.load_state_dict(weights)""",
        check="""
            assert {w.device.type for w in weights.values()} == {"cpu"}
            assert all(torch.equal(weights[name], w) for name, w in model.state_dict().items())""",
    ),
)
