"""Half, single and double precision, and whole numbers where floats are needed."""

from helpers.doctor.known._sign import TORCH, Sign, known_error

NUMBER_TYPES = (
    known_error(
        "mixed-types-in-layer",
        Sign(
            "RuntimeError",
            r"mat1 and mat2 must have the same dtype, but got "
            r"(?:(?:Half|BFloat16) and Float|Float and (?:Half|BFloat16))",
            TORCH,
        ),
        cause="""One part of the model computes in half precision (Half or BFloat16), another in
            Float: a head that was replaced, or inputs that were not converted. transformers 5
            loads a checkpoint that was saved in half precision as it is.""",
        fix="""
            model = model.float()  # or load it with dtype=torch.float32
            logits = model(**batch).logits""",
        check="""
            assert {weights.dtype for weights in model.parameters()} == {torch.float32}
            assert logits.dtype == torch.float32""",
    ),
    known_error(
        "mixed-types-in-product",
        Sign(
            "RuntimeError",
            r"expected scalar type (?:(?:Half|BFloat16) but found Float"
            r"|Float but found (?:Half|BFloat16))",
            TORCH,
        ),
        Sign(
            "RuntimeError",
            r"expected m1 and m2 to have the same dtype, but got: "
            r"(?:c10::(?:Half|BFloat16) != float|float != c10::(?:Half|BFloat16))",
            TORCH,
        ),
        cause="""Two tensors are multiplied, one in half precision, the other in Float. torch does
            not choose for you.""",
        fix="product = left.float() @ right.float()",
        check="assert product.dtype == torch.float32",
    ),
    known_error(
        "mixed-types-in-layer-norm",
        Sign(
            "RuntimeError",
            r"mixed dtype \(CPU\): expect parameter to have scalar type of Float",
            r"> torch\.nn\.functional\.layer_norm$",
        ),
        cause="""The weights of a layer norm are in half precision and what comes in is Float.""",
        fix="model = model.float()",
        check="assert {weights.dtype for weights in model.parameters()} == {torch.float32}",
    ),
    known_error(
        "mixed-types-in-loss",
        Sign(
            "RuntimeError",
            r"Found dtype (?:Float|Double|Half|BFloat16) but expected \w+",
            r"> torch\.nn\.functional\.binary_cross_entropy$",
        ),
        cause="""binary_cross_entropy wants probabilities and labels of the same type. Its sibling
            that takes logits is more exact as well.""",
        fix="""
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                logits.float(), labels.float()
            )""",
        check="assert loss.dtype == torch.float32",
    ),
    known_error(
        "mixed-types-in-attention",
        Sign(
            "RuntimeError",
            r"Expected query, key, and value to have the same dtype, but got "
            r"query\.dtype: .+ key\.dtype: .+ and value\.dtype: .+ instead\.",
            TORCH,
        ),
        cause="""Attention got a query, a key and a value that are not all of one type. Part of
            the model, or of what it is given, is in half precision.""",
        fix="""
            attended = torch.nn.functional.scaled_dot_product_attention(
                query.float(), key.float(), value.float()
            )""",
        check="assert attended.dtype == torch.float32",
    ),
    known_error(
        "features-are-double",
        Sign(
            "RuntimeError",
            r"mat1 and mat2 must have the same dtype, but got Double and Float",
            TORCH,
        ),
        cause="""NumPy counts in float64 (Double), the weights of a layer are float32 (Float).""",
        fix="""
            features = features.float()
            logits = head(features)""",
        check="assert logits.dtype == torch.float32",
    ),
    known_error(
        "bfloat16-to-numpy",
        Sign("TypeError", r"Got unsupported ScalarType BFloat16", TORCH),
        cause="""NumPy has no bfloat16, which this tensor is stored in.""",
        fix="values = logits.float().numpy()",
        check="""assert values.dtype == "float32" """,
    ),
    known_error(
        "mean-of-whole-numbers",
        Sign(
            "RuntimeError",
            r"mean\(\): could not infer output dtype\. Input dtype must be either a floating "
            r"point or complex dtype\. Got: (?:Bool|Long|Int)",
            TORCH,
        ),
        cause="""torch takes means of floats only, and these are whole numbers or True and
            False.""",
        fix="average = predictions.float().mean()",
        check="assert 0 <= average <= 1",
    ),
)
