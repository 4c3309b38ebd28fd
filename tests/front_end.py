"""Let nbval see what a Jupyter front end sees, add our own checks, and say what was compared.

nbval 0.11 reads raw kernel messages. It knows no clear_output, no update_display_data and no
Output widget, and it runs cells without history, so a trailing ``;`` does not work. Each of these
makes a correct notebook fail. Here the messages of one cell are collected first, put into the
shape that a front end would keep, and then handed to nbval.
"""

import importlib.util
import os
import tempfile
from pathlib import Path

import nbval.kernel
import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbFile

import rerun
from common import compared_cells

# For the kernels: an allocator that keeps no memory for each thread, so that the peak is the
# notebook's own.
os.environ.setdefault("MALLOC_ARENA_MAX", "2")

# What takes longest begins first, so that no process works alone for minutes at the end.
LONGEST_FIRST = ("05_training.ipynb", ".ipynb", "tests/browser", "test_train_tagger.py")
# How long nbval waits for a message that is on its way; it would give a busy machine 5 seconds.
PATIENCE = 300

# The chapter whose cells are skipped where its extra is missing.
NEEDS_RAY = "12_beyond"

OUTPUTS = ("stream", "display_data", "execute_result", "error")
CAPTURED = ("stream", "display_data", "execute_result", "clear_output")


def execute_cell_input(self, cell_input, allow_stdin=None):
    self.newest = self.kc.execute(
        cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
    )
    return self.newest


def as_front_end(messages: list[dict], output_widgets: set[str]) -> list[dict]:
    """Apply what changes earlier output; ``output_widgets`` outlives the cell."""
    kept: list[dict] = []
    displays: dict[str, dict] = {}
    capturing: set[str] = set()
    clear_at_next = False
    for message in messages:
        kind, content = message["msg_type"], message["content"]
        if kind == "comm_open":
            state = content.get("data", {}).get("state", {})
            if state.get("_model_name") == "OutputModel":
                output_widgets.add(content["comm_id"])
        elif kind == "comm_msg" and content["comm_id"] in output_widgets:
            target = content.get("data", {}).get("state", {}).get("msg_id")
            if target:
                capturing.add(content["comm_id"])
            elif target is not None:
                capturing.discard(content["comm_id"])
        elif kind == "update_display_data":
            shown = displays.get(content.get("transient", {}).get("display_id"))
            if shown is not None:
                shown["content"].update(data=content["data"], metadata=content["metadata"])
        elif capturing and kind in CAPTURED:
            continue  # it goes into the Output widget, not into the cell
        elif kind == "clear_output":
            if content.get("wait"):
                clear_at_next = True
            else:
                kept.clear()
        else:
            if kind in OUTPUTS and clear_at_next:
                kept.clear()
                clear_at_next = False
            identifier = content.get("transient", {}).get("display_id")
            if identifier:
                displays[identifier] = message
            kept.append(message)
    return kept


def get_kernel_message(self, timeout=None, stream="iopub"):
    queue = self.__dict__.setdefault("_queue", [])
    if not queue:
        newest, mine = self.kernel.newest, []
        idle = False
        while not idle:
            message = self.kernel.get_message(stream, timeout=PATIENCE)
            if message["parent_header"].get("msg_id") == newest:
                mine.append(message)
                idle = (
                    message["msg_type"] == "status"
                    and message["content"]["execution_state"] == "idle"
                )
        self.kernel.drained = newest
        queue.extend(as_front_end(mine, self.__dict__.setdefault("_output_widgets", set())))
    return queue.pop(0)


wait_until_idle = RunningKernel.await_idle


def await_idle(self, parent_id, timeout):
    if parent_id != getattr(self, "drained", None):  # else all its messages have been read
        wait_until_idle(self, parent_id, timeout)


RunningKernel.execute_cell_input = execute_cell_input
RunningKernel.await_idle = await_idle
IPyNbFile.get_kernel_message = get_kernel_message


start_kernel = nbval.kernel.start_new_kernel
setup_file, collect_cells = IPyNbFile.setup, IPyNbFile.collect


def start_new_kernel(**options):
    # What exercises keep, kept apart: from the reader's own record, and for each notebook.
    os.environ["COURSE_PROGRESS"] = str(Path(tempfile.mkdtemp()) / "progress.json")
    # A history of its own: two kernels that write into one file can lock each other out.
    return start_kernel(extra_arguments=["--HistoryManager.hist_file=:memory:"], **options)


def setup(self):
    setup_file(self)
    rerun.ask(self.kernel, rerun.WATCH)
    rerun.ask(self.kernel, rerun.RECORD)


def collect(self):
    cells = list(collect_cells(self))
    for cell in cells:  # the line that the build puts before what is folded comes from no kernel
        cell.cell.outputs = [o for o in cell.cell.outputs if not o.get("metadata", {}).get("fold")]
    if self.path.name.startswith(NEEDS_RAY) and importlib.util.find_spec("ray") is None:
        for cell in cells:
            cell.add_marker(pytest.mark.skip(reason="no ray: course.py test --with scale"))
    yield from cells
    for name, check in rerun.CHECKS.items():
        yield rerun.Check.from_parent(self, name=name, check=check, cells=cells)


nbval.kernel.start_new_kernel = start_new_kernel
IPyNbFile.setup = setup
IPyNbFile.collect = collect


def pytest_collection_modifyitems(items):
    def place(item):
        return next((i for i, name in enumerate(LONGEST_FIRST) if name in item.nodeid), 99)

    items.sort(key=place)


def pytest_terminal_summary(terminalreporter):
    notebooks = {
        Path(report.fspath)
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.fspath.endswith(".ipynb")
    }
    for notebook in sorted(notebooks):
        compared, ignored = compared_cells(terminalreporter.config.rootpath / notebook)
        terminalreporter.write_line(
            f"{notebook.as_posix()}: output of {compared} cells compared, of {ignored} ignored"
        )
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", []):
                if report.when == "call":
                    terminalreporter.write_line(f"{report.nodeid}: {name} {value}")
