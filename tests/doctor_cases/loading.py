"""A model from a folder: what raises the errors of known/loading.py."""

from doctor_cases._start import COPY, LOAD, NEW, OLD, Case

TRAINER = "trainer = make_trainer(rows, DataCollatorWithPadding(tokenizer))\n"
OTHER = (
    "config = AutoConfig.from_pretrained(checkpoint, num_labels=6)\n"
    "other = AutoModelForSequenceClassification.from_config(config)\n"
)
TURNED = "id2label={n: i for i, n in enumerate(label_names)}, label2id=dict(enumerate(label_names))"

CASES = [
    Case(
        "checkpoint-has-other-labels",
        f"label_names = [str(i) for i in range(20)]\n{LOAD}(checkpoint, num_labels=20)",
    ),
    Case(
        "label-names-of-another-length",
        f"{LOAD}(checkpoint, num_labels=4, id2label={{0: 'a', 1: 'b'}})",
        only=OLD,
    ),
    Case(
        "id2label-is-a-list",
        f"model.config.id2label = label_names\nmodel.save_pretrained(folder)\n{LOAD}(folder)",
    ),
    Case("keyword-misspelled", f"{LOAD}(checkpoint, problemtype='multi_label_classification')"),
    Case("dtype-not-known", f"{LOAD}(checkpoint, dtype='fp16')"),
    Case("dtype-not-known", f"{LOAD}(checkpoint, torch_dtype='fp16')"),
    Case("model-folder-not-found", f"{LOAD}('./no/such/folder')"),
    Case("model-folder-not-found", "AutoTokenizer.from_pretrained('./no/such/folder')"),
    Case(
        "model-folder-without-weights",
        f"{TRAINER}os.mkdir(folder)\nshutil.copy(checkpoint + '/config.json', folder)\n"
        f"{LOAD}(folder)",
    ),
    Case("model-folder-without-config", f"{TRAINER}os.mkdir(folder)\n{LOAD}(folder)"),
    Case(
        "model-folder-without-config",
        f"os.mkdir(folder)\nmodel.save_pretrained(folder + '/checkpoint-500')\n{LOAD}(folder)",
    ),
    Case("keyword-misspelled", f"{LOAD}(checkpoint, labels=6)"),
    Case("keyword-misspelled", f"{LOAD}(checkpoint, n_classes=6)"),
    Case("model-folder-not-found", f"{LOAD}('C:\\\\Users\\\\me\\\\model')"),
    Case("model-folder-not-found", f"{LOAD}('/content/drive/MyDrive/my model')"),
    Case("model-made-of-a-name", "BertForSequenceClassification(checkpoint)"),
    Case(
        "id2label-turned",
        f"turned = {LOAD}(checkpoint, {TURNED})\n"
        'classifier = pipeline("text-classification", model=turned, tokenizer=tokenizer)\n'
        "classifier(texts)",
        only=NEW,
    ),
    Case(
        "id2label-turned",
        f"{COPY}turned = {LOAD}(checkpoint, {TURNED})\nturned.save_pretrained(folder)\n"
        f"checkpoint = folder\n{LOAD}(checkpoint)",
    ),
    Case(
        "state-dict-of-other-labels",
        f"{OTHER}weights = other.state_dict()\nmodel.load_state_dict(weights)",
    ),
    Case(
        "state-dict-with-prefix",
        "weights = torch.nn.DataParallel(model).state_dict()\nmodel.load_state_dict(weights)",
    ),
    Case(
        "whole-model-in-a-file", "file = folder + '.pt'\ntorch.save(model, file)\ntorch.load(file)"
    ),
    Case(
        "saved-on-a-graphics-card",
        "import torch.serialization as S\n"
        "real, S.location_tag = S.location_tag, lambda s: 'cuda:0'\n"
        "file = folder + '.pt'\ntorch.save(model.state_dict(), file)\nS.location_tag = real\n"
        "torch.load(file)",
    ),
]
