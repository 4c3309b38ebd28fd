"""The Trainer: its data, its settings, its metrics."""

from helpers.doctor.known._sign import Sign, known_error

TRAINER = (
    known_error(
        "trainer-without-labels",
        Sign(
            "ValueError",
            r"The model did not return a loss from the inputs, only the following keys: logits"
            r"\. For reference, the inputs it received are (?!(?:.*,)?labels\b)[\w,]+\.",
            r"> transformers\.trainer\.Trainer\.compute_loss$",
        ),
        cause="""No column reaches the model as labels, so it has no loss. The column has to be
            called labels; one of another name is dropped without a word.""",
        fix="""
            train_dataset = train_dataset.rename_column("targets", "labels")
            trainer.train_dataset = train_dataset
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "trainer-problem-type",
        Sign(
            "ValueError",
            r"The model did not return a loss from the inputs, only the following keys: logits"
            r"\. For reference, the inputs it received are (?:.*,)?labels\b[\w,]*\.",
            r"> transformers\.trainer\.Trainer\.compute_loss$",
        ),
        cause="""The labels arrived and still there is no loss: the model's problem_type is a word
            that it does not know.""",
        fix="""
            trainer.model.config.problem_type = "multi_label_classification"
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "trainer-without-padding",
        Sign(
            "ValueError",
            r"expected sequence of length \d+ at dim 1 \(got \d+\)",
            r"transformers\.trainer\..+ > transformers\.\S+\.torch_default_data_collator$",
        ),
        cause="""The rows of a batch have different lengths, most often the token ids, and nobody
            pads them. A collator does.""",
        fix="""
            trainer.data_collator = DataCollatorWithPadding(tokenizer)
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "trainer-got-text",
        Sign(
            "ValueError",
            r"You should supply an encoding or a list of encodings to this method that "
            r"includes input_ids, but you provided \[.*\]",
            r"transformers\.data\.data_collator\.DataCollatorWithPadding\.__call__ > .+",
        ),
        cause="""The data set has texts but no token ids: it was not tokenized before training.""",
        fix="""
            train_dataset = train_dataset.map(
                lambda rows: tokenizer(rows["text"], truncation=True), batched=True
            )
            trainer.train_dataset = train_dataset
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "trainer-got-all-splits",
        Sign(
            "KeyError",
            r"\"Invalid key: \d+\. Please first select a split\. .+",
            r"torch\.utils\.data\..+ > datasets\.dataset_dict\.DatasetDict\.__getitem__$",
        ),
        cause="""All splits went in at once. The Trainer takes one of them for training and another
            for evaluation.""",
        fix="""
            trainer.train_dataset = train_dataset["train"]
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "labels-not-a-matrix",
        Sign(
            "ValueError",
            r"Unable to create tensor, you should probably activate truncation and/or padding "
            r".+ Perhaps your features \(`labels` in this case\) have excessive nesting .+",
            r"> transformers\.tokenization_utils_base\.BatchEncoding\.convert_to_tensors$",
        ),
        cause="""The labels are words, or rows of different lengths. Each text needs a row of
            floats, one for each label. Padding, which the message advises, would not help.""",
        fix="""
            for row, target in zip(train_dataset, targets, strict=True):
                row["labels"] = [float(value) for value in target]
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "trainer-without-training-data",
        Sign(
            "ValueError",
            r"Trainer: training requires a train_dataset\.",
            r"> transformers\.trainer\.",
        ),
        cause="""The Trainer was made without train_dataset.""",
        fix="""
            trainer.train_dataset = train_dataset
            result = trainer.train()""",
        check="assert result.training_loss > 0",
    ),
    known_error(
        "trainer-without-evaluation-data",
        Sign(
            "ValueError",
            r"Trainer: evaluation requires an eval_dataset\.",
            r"> transformers\.trainer\.",
        ),
        Sign(
            "ValueError",
            r"You have set `args\.eval_strategy` to .+ but you didn't pass an `eval_dataset` "
            r"to `Trainer`\. .+",
            r"> transformers\.trainer\.",
        ),
        cause="""There is nothing to evaluate on: the Trainer got no eval_dataset. Evaluate on texts
            that were not used in training.""",
        fix="""
            trainer = Trainer(
                model=model,
                args=arguments,
                train_dataset=train_dataset,
                eval_dataset=eval_dataset,
                data_collator=DataCollatorWithPadding(tokenizer),
            )""",
        check="""assert trainer.evaluate()["eval_loss"] > 0""",
    ),
    known_error(
        "best-model-needs-both-strategies",
        Sign(
            "ValueError",
            r"--load_best_model_at_end requires the save and eval strategy to match, .+",
            r"> transformers\.training_args\.",
        ),
        cause="""To load the best model at the end, every evaluation needs a saved model: evaluate
            and save at the same moments.""",
        fix="""
            arguments = TrainingArguments(
                output_dir="trainer_output",
                eval_strategy="epoch",
                save_strategy="epoch",
                load_best_model_at_end=True,
            )""",
        check="assert arguments.load_best_model_at_end",
    ),
    known_error(
        "metrics-not-a-dictionary",
        Sign(
            "TypeError",
            r"'(?:float|numpy\.float64)' object does not support item assignment",
            r"> transformers\.trainer\.Trainer\.evaluation_loop$",
        ),
        cause="""compute_metrics returned a number. The Trainer wants a dictionary, a name for each
            number.""",
        fix="""
            def compute_metrics(result):
                predictions = result.predictions > 0  # logits above 0: probability above 0.5
                return {"f1": f1_score(result.label_ids, predictions, average="macro")}


            trainer.compute_metrics = compute_metrics""",
        check="""assert "eval_f1" in trainer.evaluate()""",
    ),
)
