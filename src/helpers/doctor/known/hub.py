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
            asked: no network, or HF_HUB_OFFLINE is set. The course's own model needs neither.""",
        fix="""
            # Another model, the course's own: for trying things out, not in place of yours.
            from helpers.models import load_backbone

            model, tokenizer = load_backbone(label_names=label_names)""",
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
            owner/name, letter for letter. The course's own model comes with it.""",
        fix="""
            # Another model, the course's own: for trying things out, not in place of yours.
            from helpers.models import load_backbone

            model, tokenizer = load_backbone(label_names=label_names)""",
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
