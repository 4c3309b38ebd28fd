"""The errors that helpers.doctor knows; each file holds one family.

Every error here is raised for real, fixed and checked by tests/test_doctor.py, on the newest
transformers of constraints.txt and on 4.57; those of graphics cards alone come from documented
text and say so. What raises them stands in the file of the same name in tests/doctor_cases/.
Names in the fixes are the course's:

    checkpoint     folder or hub id of a model           texts      list of strings
    model, tokenizer                                     batch      tokenizer(texts, ...)
    label_names    list of strings                       targets    indicator matrix, NumPy
    labels         tensor for the loss                   logits, probabilities: tensors
    predictions    0 or 1, after the threshold           trainer, train_dataset, eval_dataset
"""

from helpers.doctor.known.arguments import ARGUMENTS
from helpers.doctor.known.devices import DEVICES
from helpers.doctor.known.hub import HUB
from helpers.doctor.known.inputs import INPUTS
from helpers.doctor.known.labels import LABELS
from helpers.doctor.known.loading import LOADING
from helpers.doctor.known.loss import LOSS
from helpers.doctor.known.metrics import METRICS
from helpers.doctor.known.names import NAMES
from helpers.doctor.known.number_types import NUMBER_TYPES
from helpers.doctor.known.outputs import OUTPUTS
from helpers.doctor.known.pipelines import PIPELINES
from helpers.doctor.known.problem_type import PROBLEM_TYPE
from helpers.doctor.known.removed import REMOVED
from helpers.doctor.known.rows import ROWS
from helpers.doctor.known.tokenizing import TOKENIZING
from helpers.doctor.known.trainer import TRAINER

# Their order does not matter: no error fits two entries, which a test holds.
KNOWN_ERRORS = (*PROBLEM_TYPE, *NUMBER_TYPES, *NAMES, *LABELS, *LOSS, *TOKENIZING, *INPUTS)
KNOWN_ERRORS += (*OUTPUTS, *LOADING, *HUB, *DEVICES, *REMOVED, *ARGUMENTS, *TRAINER, *METRICS)
KNOWN_ERRORS += (*PIPELINES, *ROWS)
