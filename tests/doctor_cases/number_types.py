"""Numbers of two kinds: what raises the errors of known/number_types.py."""

from doctor_cases._start import Case

CASES = [
    Case("mixed-types-in-layer", "model.half()\nmodel.classifier.float()\nmodel(**batch)"),
    Case("mixed-types-in-layer", "model.bfloat16()\nmodel.classifier.float()\nmodel(**batch)"),
    Case("mixed-types-in-layer", "torch.nn.Linear(16, 4).half()(torch.rand(3, 16))"),
    Case(
        "mixed-types-in-product",
        "left, right = torch.rand(2, 3, 4).half(), torch.rand(2, 4, 3)\ntorch.bmm(left, right)",
    ),
    Case(
        "mixed-types-in-product",
        "left, right = torch.rand(2, 3, 4), torch.rand(2, 4, 3).bfloat16()\ntorch.bmm(left, right)",
    ),
    Case(
        "mixed-types-in-product",
        "left, right = torch.rand(3, 4).half(), torch.rand(4, 3)\nleft @ right",
    ),
    Case("mixed-types-in-layer-norm", "model.half()\nmodel(inputs_embeds=torch.rand(3, 5, 16))"),
    Case("mixed-types-in-loss", "F.binary_cross_entropy(probabilities.half(), labels)"),
    Case(
        "mixed-types-in-attention",
        "query = key = value = torch.rand(1, 2, 3, 4)\n"
        "F.scaled_dot_product_attention(query.half(), key, value)",
    ),
    Case(
        "features-are-double",
        "features = torch.from_numpy(np.random.rand(3, 16))\nhead = torch.nn.Linear(16, 4)\n"
        "head(features)",
    ),
    Case("bfloat16-to-numpy", "logits.bfloat16().numpy()"),
    Case(
        "mean-of-whole-numbers",
        "predictions = (probabilities > 0.5).int()\npredictions.mean()",
    ),
    Case("mean-of-whole-numbers", "predictions = probabilities > 0.5\npredictions.mean()"),
]
