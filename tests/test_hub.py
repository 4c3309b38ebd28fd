"""Loading by name, against a local server that answers as the Hugging Face hub does."""

import hashlib
import json
import threading
from http.server import ThreadingHTTPServer

import pytest
from tokenizers import BertWordPieceTokenizer
from transformers import DistilBertConfig, DistilBertForMaskedLM, DistilBertTokenizerFast

from common import Answers

NAME = "somebody/tiny-distilbert"
COMMIT = "c0ffee" * 6 + "c0ff"


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory):
    """A DistilBERT of a few kB, laid out as distilbert-base-uncased is: no classifier in it."""
    folder = tmp_path_factory.mktemp("hub")
    words = "[PAD] [UNK] [CLS] [SEP] [MASK] the team won game a new app".split()
    vocabulary = {word: i for i, word in enumerate(words)}
    tokenizer = DistilBertTokenizerFast(
        tokenizer_object=BertWordPieceTokenizer(vocabulary)._tokenizer
    )
    tokenizer.model_max_length = 64
    tokenizer.save_pretrained(folder)
    config = DistilBertConfig(
        vocab_size=len(words),
        dim=16,
        n_layers=1,
        n_heads=2,
        hidden_dim=32,
        max_position_embeddings=64,
    )
    DistilBertForMaskedLM(config).save_pretrained(folder)
    return folder


@pytest.fixture
def hub(model_folder):
    """Serve the folder in the hub's layout; yields (address, list of paths that were asked)."""
    asked = []

    class Hub(Answers):
        def do_HEAD(self):
            self.answer(with_body=False)

        def do_GET(self):
            self.answer(with_body=True)

        def answer(self, with_body):
            path = self.path.split("?")[0]
            asked.append(path)
            file = None
            for prefix in (f"/{NAME}/resolve/main/", f"/{NAME}/resolve/{COMMIT}/"):
                if path.startswith(prefix):
                    file = model_folder / path.removeprefix(prefix)
            if path.startswith(f"/api/models/{NAME}"):
                names = [{"rfilename": p.name} for p in sorted(model_folder.iterdir())]
                body = json.dumps({"id": NAME, "sha": COMMIT, "siblings": names, "tags": []})
                if "/tree/" in path:
                    body = "[]"
                return self.send(
                    200, body.encode(), with_body, {"Content-Type": "application/json"}
                )
            if file is None:
                return self.send(404, b"", with_body, {"X-Error-Code": "RepoNotFound"})
            if not file.is_file():
                return self.send(
                    404, b"", with_body, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}
                )
            body = file.read_bytes()
            etag = hashlib.sha256(body).hexdigest()
            self.send(200, body, with_body, {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT})

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


CODE = f"""
from helpers.models import load_backbone, predict_logits
model, tokenizer = load_backbone("{NAME}", label_names=["sports", "technology", "none of both"])
logits = predict_logits(model, tokenizer, ["the team won", "a new app", ""])
print(type(model).__name__, logits.shape, model.config.problem_type, model.config.id2label[1])
"""
LOADED = "DistilBertForSequenceClassification (3, 3) multi_label_classification technology"


def test_a_name_is_fetched_once_and_then_found_offline(hub, run_python, tmp_path):
    address, asked = hub
    variables = {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": ""}
    assert run_python(CODE, **variables).strip() == LOADED
    assert any(path.endswith("/model.safetensors") for path in asked)
    asked.clear()
    assert run_python(CODE, **variables | {"HF_HUB_OFFLINE": "1"}).strip() == LOADED
    assert asked == []


def test_an_unknown_name_is_a_clear_error(hub, run_python, tmp_path):
    address, _ = hub
    out = run_python(
        "from helpers.models import load_backbone\n"
        "try: load_backbone('nobody/nothing')\n"
        "except OSError as error: print(error)\n",
        HF_ENDPOINT=address,
        HF_HOME=str(tmp_path),
        HF_HUB_OFFLINE="",
    )
    assert out.startswith("The model nobody/nothing could not be loaded. Check the spelling.")


def test_the_default_falls_back_to_the_hub(hub, run_python, tmp_path):
    address, asked = hub
    code = f"""
from helpers import models
models.PACKAGE, models.HUB_ID = "not_installed_here", "{NAME}"
model, _ = models.load_backbone()
print(model.config.num_labels)
"""
    variables = {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": ""}
    assert run_python(code, **variables).strip() == "4"
    assert asked
