"""What a model was given is known in every architecture, whatever it says about it."""

import numpy as np
import pandas as pd
import pytest
import torch
import transformers

from helpers.doctor import diagnose

LABELS = {"num_labels": 4, "problem_type": "multi_label_classification", "vocab_size": 40}
USUAL = LABELS | {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
USUAL |= {"intermediate_size": 16, "pad_token_id": 0, "max_position_embeddings": 64}
OFFSET = USUAL | {"max_position_embeddings": 66, "pad_token_id": 1}
SMALL = LABELS | {"pad_token_id": 0}
ARCHITECTURES = {
    "Bert": USUAL,
    "Roberta": OFFSET | {"type_vocab_size": 1},
    "XLMRoberta": OFFSET | {"type_vocab_size": 1},
    "Camembert": OFFSET | {"type_vocab_size": 1},
    "MPNet": OFFSET,
    "DistilBert": SMALL
    | {"dim": 16, "n_layers": 1, "n_heads": 2, "hidden_dim": 16, "max_position_embeddings": 64},
    "ModernBert": USUAL,
    "Bart": SMALL
    | {"d_model": 16, "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2}
    | {"decoder_attention_heads": 2, "encoder_ffn_dim": 16, "decoder_ffn_dim": 16}
    | {"max_position_embeddings": 64, "eos_token_id": 3},
    "Longformer": OFFSET | {"type_vocab_size": 1, "attention_window": 4},
    "XLNet": SMALL | {"d_model": 16, "n_layer": 1, "n_head": 2, "d_inner": 16},
    "GPT2": SMALL | {"n_embd": 16, "n_layer": 1, "n_head": 2, "n_positions": 64},
    "Llama": USUAL | {"num_key_value_heads": 2},
    "Electra": USUAL | {"embedding_size": 16},
    "Deberta": USUAL,
    "DebertaV2": USUAL,
    "Albert": USUAL | {"embedding_size": 16},
    "Funnel": SMALL
    | {"d_model": 16, "block_sizes": [1, 1], "n_head": 2, "d_head": 8, "d_inner": 16},
}
IDS = torch.tensor([[2, 5, 6, 3], [2, 7, 8, 3]])
SHORT_MASK = torch.tensor([[1, 1, 0], [1, 1, 1]])
WRONG = {  # what is given, and the error that it is
    "lists": ((IDS.tolist(),), {}, "lists-into-model"),
    "lists by name": ((), {"input_ids": IDS.tolist()}, "lists-into-model"),
    "a tuple": ((tuple(IDS.tolist()),), {}, "lists-into-model"),
    "texts": ((["a new app", "the vote"],), {}, "lists-into-model"),
    "a column": ((pd.Series(["a", "b"]),), {}, "lists-into-model"),
    "a text": (("a new app",), {}, "text-into-model"),
    "an array": ((), {"input_ids": IDS.numpy()}, "arrays-into-model"),
    "an array of texts": ((np.array(["a", "b"]),), {}, "arrays-into-model"),
    "a dict": (({"input_ids": IDS},), {}, "stars-forgotten"),
    "an encoding": ((transformers.BatchEncoding({"input_ids": IDS}),), {}, "stars-forgotten"),
    "one row": ((IDS[0],), {}, "batch-axis-missing"),
    "three axes": ((IDS[:, None],), {}, "batch-axis-doubled"),
    "floats": ((IDS.float(),), {}, "token-ids-not-whole"),
    "an id too large": ((torch.tensor([[2, 99, 3]]),), {}, "token-id-too-large"),
    "a long text": ((torch.full((2, 80), 3),), {}, "text-too-long"),
    "a short mask": (
        (),
        {"input_ids": IDS, "attention_mask": SHORT_MASK},
        "mask-of-another-length",
    ),
}
TAKEN = {  # what some take, so there is no error to know
    "a long text": {"ModernBert", "XLNet", "Llama", "Funnel"},
    "three axes": {"ModernBert", "DistilBert"},
    "a short mask": {"GPT2", "Llama"},
}


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_wrong_inputs_are_known(name):
    torch.manual_seed(0)
    try:
        config = getattr(transformers, f"{name}Config")(**ARCHITECTURES[name])
    except Exception as error:  # transformers 5.15 refuses ModernBERT's own defaults
        pytest.skip(f"{type(error).__name__}: {name} cannot be made on this release")
    model = getattr(transformers, f"{name}ForSequenceClassification")(config).eval()
    for wrong, (values, named, expected) in WRONG.items():
        try:
            model(*values, **named)
        except Exception as error:
            diagnosis = diagnose(error)
            assert diagnosis is not None and diagnosis.name == expected, (wrong, str(error))
            if expected == "text-too-long":
                assert "limit = 64\n" in diagnosis.fix
        else:
            assert name in TAKEN.get(wrong, ()), wrong
    model(IDS, labels=torch.ones(2, 4))  # and what is right is taken
