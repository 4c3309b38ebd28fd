"""A model from a folder: its weights, its config, its labels."""

from helpers.doctor.known._sign import V4, V5, Sign, known_error, refused_keyword

LOADING = (
    known_error(
        "checkpoint-has-other-labels",
        Sign(
            "RuntimeError",
            r"You set `ignore_mismatched_sizes` to `False`, thus raising an error\. .+",
            r"> transformers\.[\w.]+$",
            V5,
        ),
        Sign(
            "RuntimeError",
            r"Error\(s\) in loading state_dict for Linear:\s+size mismatch for .+: copying a "
            r"param with shape .+ from checkpoint, the shape in current model is .+",
            r"> transformers\.modeling_utils\..+ > torch\S+\.Module\.load_state_dict$",
            V4,
        ),
        cause="""Weights of the checkpoint have another shape than this model's: most often those
            of the head, which was made for another number of labels. The encoder can stay; the
            head has to be new, and trained again.""",
        fix="""
            # Leaves out the checkpoint's head, with what it has learned, and draws a new one.
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,
                num_labels=len(label_names),
                id2label=dict(enumerate(label_names)),
                label2id={name: i for i, name in enumerate(label_names)},
                problem_type="multi_label_classification",
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
            "problemtype|problem_types|problemType|num_label|numlabels|n_labels|num_classes"
            "|id_to_label|id2labels|label_to_id|label2ids",
            r"> transformers\.modeling_utils\.\w+\.from_pretrained$",
        ),
        cause="""from_pretrained hands words that the config does not have on to the model, which
            refuses them. Here the name of a setting is misspelled.""",
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
            r"Repo id must be in the form 'repo_name' or 'namespace/repo_name': '.+'\. "
            r"Use `repo_type` argument if needed\.",
            r"> transformers\.",
        ),
        cause="""There is no folder of this name, and it cannot be a model of the hub either.
            Perhaps the path starts from another folder, or nothing was saved yet.""",
        fix="""
            import os

            print("Python looks from", os.getcwd())
            assert os.path.isdir(checkpoint), "correct the path, or save the model there first"
            model = AutoModelForSequenceClassification.from_pretrained(checkpoint)
            tokenizer = AutoTokenizer.from_pretrained(checkpoint)""",
        check="assert len(tokenizer) == model.config.vocab_size",
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
            config or the tokenizer was saved or copied.""",
        fix="""
            # Writes into the folder again, from the notebook that still has the trained model.
            model.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
            model = AutoModelForSequenceClassification.from_pretrained(folder)""",
        check="assert model(**batch).logits.shape[0] == len(texts)",
    ),
    known_error(
        "model-folder-without-config",
        Sign(
            "ValueError",
            r"Unrecognized model in .+\. Should have a `model_type` key in its config\.json.*",
            r"> transformers\.models\.auto\.configuration_auto\.AutoConfig\.from_pretrained$",
        ),
        cause="""The folder is empty, or holds no complete config.json: save the model into it, or
            correct the path.""",
        fix="""
            # Writes into the folder again, from the notebook that still has the trained model.
            model.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
            model = AutoModelForSequenceClassification.from_pretrained(folder)
            tokenizer = AutoTokenizer.from_pretrained(folder)""",
        check="assert len(tokenizer) == model.config.vocab_size",
    ),
)
