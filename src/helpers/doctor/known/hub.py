"""A model from the hub."""

from helpers.doctor.known._sign import V5, Sign, known_error, refused_keyword

HUB = (
    known_error(
        "hub-not-reached",
        Sign(
            "OSError",
            r"We couldn't connect to '.+' to load .+ and couldn't find .+ in the cached .+",
            r"> transformers\.utils\.hub\.cached_files$",
        ),
        cause="""This name is not a folder here, it was never downloaded, and the hub cannot be
            asked: no network, or HF_HUB_OFFLINE is set. A name of your own folder may be
            misspelled. Otherwise download the model once, where there is a network, and load it
            from its folder.""",
        fix="""
            # Once, with a network:
            # huggingface_hub.snapshot_download(checkpoint, local_dir=folder)
            model = AutoModelForSequenceClassification.from_pretrained(
                folder,
                num_labels=len(label_names),
                problem_type="multi_label_classification",
            )""",
        check="assert model.config.num_labels == len(label_names)",
    ),
    known_error(
        "hub-name-unknown",
        Sign(
            "OSError",
            r"\S+ is not a local folder and is not a valid model identifier listed on .+",
            r"> transformers\.utils\.hub\.cached_files$",
        ),
        cause="""The hub has no model of this name, or does not show it to you. Names are
            owner/name, letter for letter, as the model's page shows them. A private or gated model
            wants token="hf_...". A folder of your own is looked for from where Python runs.""",
        fix="""
            import os

            print("folders here:", [entry.name for entry in os.scandir() if entry.is_dir()])
            model = AutoModelForSequenceClassification.from_pretrained(
                checkpoint,  # the name as the hub has it, or the folder's
                num_labels=len(label_names),
                problem_type="multi_label_classification",
            )""",
        check="assert model.config.num_labels == len(label_names)",
    ),
    known_error(
        "auth-token-renamed",
        refused_keyword(
            r"\w+\.__init__",
            "use_auth_token",
            r"> transformers\.modeling_utils\.\w+\.from_pretrained$",
            V5,
        ),
        cause="""use_auth_token was removed in transformers 5. It is called token now, and public
            models need none.""",
        fix="model = AutoModelForSequenceClassification.from_pretrained(checkpoint, token=None)",
        check="assert model(**batch).logits.shape[0] == len(texts)",
    ),
)
