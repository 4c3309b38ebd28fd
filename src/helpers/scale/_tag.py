"""Texts from Parquet through a pool of taggers into Parquet; a function in several processes."""

import socket
from collections.abc import Callable
from pathlib import Path

from helpers import _validate as validate
from helpers.scale._nodes import need_ray


class Tag:
    """What one worker holds: the tagger, loaded once, which every batch is sent through."""

    def __init__(self, folder=None):
        import torch

        from helpers.models import TAGGER_FOLDER, load_tagger

        torch.set_num_threads(1)  # each worker has its share of the cores
        self.tagger = load_tagger(folder or TAGGER_FOLDER)

    def __call__(self, batch: dict) -> dict:
        """Add each text's labels, joined by ";", to a batch that has a column ``text``."""
        from helpers.activations import sigmoid
        from helpers.models import predict_logits
        from helpers.thresholds import apply_thresholds

        logits = predict_logits(self.tagger.model, self.tagger.tokenizer, list(batch["text"]))
        given = apply_thresholds(sigmoid(logits), self.tagger.thresholds)
        names = self.tagger.label_names
        batch["labels"] = [
            ";".join(name for name, one in zip(names, row, strict=True) if one) for row in given
        ]
        return batch


def tag_parquet(
    source, target, workers: int = 2, cpus: float = 0.5, batch_size: int = 64, folder=None
) -> int:
    """Tag the texts of Parquet files on all nodes that are connected; write Parquet files.

    Where a worker or a node dies on the way, what it had in hand is done again elsewhere. Every
    row is in the result once; rows come in any order, so give them a column that names them.

    Args:
        source: a file or a folder of Parquet files with a column ``text`` that has no gaps. Files
            are what is dealt out, so let there be several for each worker.
        target: a folder that is not there yet.
        workers: how many processes hold a tagger.
        cpus: how much of a CPU Ray sets aside for each. Reading and writing ask for a whole one; if
            the workers leave less, nothing moves. Where a node may die, that has to hold for the
            nodes that are left.
        batch_size: texts per call of the tagger.
        folder: of a tagger that ``models.save_tagger`` wrote; None for the course's own.

    Returns:
        The number of files that were written.

    Raises:
        FileExistsError: the target is there. Ray would add to it, and every text would be twice.
        FileNotFoundError: there is no such source.
        ModuleNotFoundError: Ray is not installed.
        ValueError: no node is connected, or the workers would leave no CPU for reading.
    """
    ray = need_ray()
    source, target = validate.path(source, "source"), validate.path(target, "target")
    workers, cpus = validate.whole(workers, "workers"), validate.positive(cpus, "cpus")
    if not source.exists():
        raise FileNotFoundError(f"There is no {source}. Check the path.")
    if target.exists():
        raise FileExistsError(f"{target} is there already. Delete it, or name another folder.")
    if not ray.is_initialized():
        raise ValueError("No node is connected. Start one first: helpers.scale.start().")
    has = ray.cluster_resources().get("CPU", 0)
    if has - workers * cpus < 1:
        raise ValueError(
            f"{workers} workers of {cpus:g} CPUs leave {has - workers * cpus:g} of the {has:g} "
            "that Ray counts, and reading asks for a whole one: nothing would move. Ask for fewer "
            "workers, or for less of a CPU each."
        )
    parts = len(list(source.glob("*.parquet"))) if source.is_dir() else 1
    rows = ray.data.read_parquet(str(source), override_num_blocks=parts)
    rows = rows.map_batches(
        Tag,
        batch_size=validate.whole(batch_size, "batch_size"),
        compute=ray.data.ActorPoolStrategy(size=workers),
        num_cpus=cpus,
        fn_constructor_args=(None if folder is None else str(folder),),
    )
    rows.write_parquet(str(target))
    return len(list(target.glob("*.parquet")))


def counts(source, target, name: str = "id") -> dict[str, int]:
    """Count which rows of the source the result has: all of them, once?

    Args:
        source: the Parquet file or folder that was tagged.
        target: the folder that was written.
        name: of the column that names the rows.

    Returns:
        ``{"texts": ..., "once": ..., "lost": ..., "twice": ..., "strange": ...}``; a row that is
        there more than twice counts as twice, and a strange one is not in the source.
    """
    import pyarrow.parquet as pq

    wanted = set(pq.read_table(str(source), columns=[name])[name].to_pylist())
    found: dict = {}
    if Path(target).is_dir() and any(Path(target).glob("*.parquet")):
        for one in pq.read_table(str(target), columns=[name])[name].to_pylist():
            found[one] = found.get(one, 0) + 1
    return {
        "texts": len(wanted),
        "once": sum(found.get(one) == 1 for one in wanted),
        "lost": sum(one not in found for one in wanted),
        "twice": sum(n > 1 for n in found.values()),
        "strange": sum(one not in wanted for one in found),
    }


def together(function: Callable[[], object], processes: int = 2) -> list:
    """Run a function in several processes that know of each other, as ``accelerate launch`` does.

    Each gets the variables that accelerate and torch look for: how many they are, which one it is,
    and where to meet. They meet on this machine's loopback.

    Args:
        function: takes nothing; what it returns is sent back.
        processes: how many.

    Returns:
        What each returned, in order.

    Raises:
        ModuleNotFoundError: Ray is not installed.
        ValueError: no node is connected.
    """
    ray = need_ray()
    processes = validate.whole(processes, "processes")
    if not ray.is_initialized():
        raise ValueError("No node is connected. Start one first: helpers.scale.start().")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def one(rank: int):
        import os
        import sys

        import torch

        os.environ.update(
            RANK=str(rank),
            LOCAL_RANK=str(rank),
            WORLD_SIZE=str(processes),
            LOCAL_WORLD_SIZE=str(processes),
            MASTER_ADDR="127.0.0.1",
            MASTER_PORT=str(port),
            ACCELERATE_USE_CPU="true",
        )
        loopback = {"linux": "lo", "darwin": "lo0"}.get(sys.platform)
        if loopback:  # else gloo takes the address that the machine's name stands for
            os.environ["GLOO_SOCKET_IFNAME"] = loopback
        torch.set_num_threads(1)
        return function()

    # A process of its own for each: what accelerate keeps in one would be in the way of the next.
    run = ray.remote(num_cpus=0.5, max_calls=1)(one)
    return ray.get([run.remote(rank) for rank in range(processes)])
