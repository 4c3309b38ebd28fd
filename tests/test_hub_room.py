"""A hub for a room, for real: learners without browsers, and one of them up to no good.

    python3 course.py test --with hub

It takes Linux and root, since seats are kept apart by the system itself.
"""

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hub_at_work import WORD, got_in, opened, server_of, tries_of, until
from learner import Kernel, Learner
from room import confine, progress, seats, start, watch


@pytest.fixture(scope="module")
def room():
    with opened() as room:
        yield room


@pytest.fixture(scope="module")
def ada(room):
    learner = room.learner("ada")
    learner.kernel = learner.open("notebooks/00_start_here.ipynb")
    assert learner.kernel.run("mine = 42; mine")[1] == "42"
    return learner


@pytest.fixture(scope="module")
def eve(room, ada):
    learner = room.learner("eve")
    learner.kernel = learner.open("notebooks/00_start_here.ipynb")
    return learner


def answers(kernel) -> bool:
    """Say whether a kernel does, over a new connection."""
    try:
        kernel.connect(10)
        return kernel.run("1 + 1")[1] == "2"
    except Exception:
        return False


# The door


@pytest.mark.parametrize(
    "name, word, password, answer",
    [
        ("bob", "wrong word", "a secret", "not the room's word"),
        ("bob", "", "a secret", "not the room's word"),
        ("bob", WORD, "abc", "4 letters"),
        ("ada", WORD, "not hers", "taken"),
        ("instructor", WORD, "guessed", "taken"),
        ("../eve", WORD, "a secret", "A name has"),
        ("..", WORD, "a secret", "A name has"),
        ("a/b", WORD, "a secret", "A name has"),
        ("root\n", WORD + "x", "a secret", "not the room's word"),
        ("é" * 30, WORD, "a secret", "at most"),
        ("<b>x</b>", WORD, "a secret", "A name has"),
    ],
)
def test_the_door_refuses_and_says_why(room, ada, name, word, password, answer):
    answered = Learner(room.address, name, word, password).sign_in()
    assert answered.status_code == 403
    assert answer in answered.text.replace("&#39;", "'").replace("&#39;", "'")
    assert "<b>x" not in answered.text
    assert set(seats.names(room.folder)) <= {"ada", "eve", "instructor"}


def test_a_name_and_a_word_are_read_kindly(room, ada):
    again = Learner(room.address, " ADA ", "Red-Green  BLUE")
    assert again.sign_in().url.path == "/hub/home"


def test_a_whole_room_comes_in_at_once(room):
    def comes_in(k):
        learner = room.learner(f"early-{k}")
        seat = learner.call("GET", "status").json()
        learner.http.close()
        return seat["kernels"]

    with ThreadPoolExecutor(12) as at_once:
        assert list(at_once.map(comes_in, range(12))) == [0] * 12
    for k in range(12):
        os.kill(server_of(room, f"early-{k}"), signal.SIGTERM)


def test_a_forgotten_password_can_be_chosen_anew(room, ada):
    Learner(room.address, "cleo", WORD, "the first").sign_in()
    id = seats.of(room.folder, "cleo").id
    assert start.main(["--forget", "cleo", "--seats", str(room.folder)]) == 0
    answered = Learner(room.address, "cleo", WORD, "the second").sign_in()
    assert answered.url.path == "/hub/home" and seats.of(room.folder, "cleo").id == id
    assert start.main(["--forget", "nobody", "--seats", str(room.folder)]) == 1


# A seat


def test_a_learner_has_pages_of_her_own_and_keeps_them(room, ada):
    home = Path(seats.of(room.folder, "ada").home)
    page = home / "exercises" / "04_sigmoid_versus_softmax.ipynb"
    assert home.stat().st_mode & 0o777 == 0o700 and page.is_file()
    code = (
        "import pathlib; p = pathlib.Path('../exercises'); "
        "(p / '04_sigmoid_versus_softmax.ipynb').write_text('mine'); "
        "(p / '00_start_here.ipynb').unlink()"
    )
    assert ada.kernel.run(code)[2] == "ok"
    from room import pages

    pages.copy(str(home))  # as at the next start
    assert page.read_text() == "mine" and (home / "exercises" / "00_start_here.ipynb").is_file()


def test_a_kernel_runs_the_course_and_notes_progress(room, ada):
    kernel = ada.open("exercises/01_tagging_a_photo.ipynb")
    code = "from helpers import course, exercises, models; course.start('01'); models.load_tagger()"
    assert kernel.run(code)[2] == "ok"
    assert kernel.run("exercises.check('01.1', 'no answer')")[2] == "ok"
    assert "01.1" in progress.read(seats.of(room.folder, "ada").home)
    code = "import os, torch, random; os.getuid(), os.getppid(), torch.get_num_threads()"
    uid, _, threads = eval(kernel.run(code)[1])
    assert uid == seats.of(room.folder, "ada").id and threads == 1
    code = "import datasets, huggingface_hub as h\n"
    code += "(str(datasets.config.HF_CACHE_HOME), h.constants.HF_HOME)"
    assert all(
        path.startswith(str(room.folder / "home" / "ada")) for path in eval(kernel.run(code)[1])
    )
    ada.call("DELETE", f"kernels/{kernel.id}")


def test_kernels_share_the_taggers_memory_and_nothing_else(room, ada, eve):
    look = """
import re
from helpers import models
tagger = models.load_tagger()
weights = next(tagger.model.parameters())
at, n_bytes = weights.data_ptr(), weights.nbytes
for line in open("/proc/self/smaps"):
    if found := re.match(r"(\\w+)-(\\w+) .*", line):
        inside = int(found[1], 16) <= at < int(found[2], 16)
    elif inside and line.startswith("Private_Dirty"):
        print(int(line.split()[1]) * 1024 < n_bytes / 4, float(weights.detach().sum()) != 0)
"""
    kernels = [learner.open("notebooks/03_encoder_and_head.ipynb") for learner in (ada, eve)]
    try:
        for kernel in kernels:
            assert kernel.run(look)[1:] == ("True True\n", "ok")
            assert kernel.run("import torch\nwith torch.no_grad(): weights.zero_()")[2] == "ok"
        again = "float(next(models.load_tagger().model.parameters()).detach().sum()) != 0"
        assert kernels[0].run(again)[1] == "True"  # one of its own
    finally:
        for learner, kernel in zip((ada, eve), kernels, strict=True):
            learner.call("DELETE", f"kernels/{kernel.id}")


def test_two_kernels_draw_different_numbers(ada, eve):
    code = "import random, numpy; print(random.random(), numpy.random.random())"
    mine, hers = eve.kernel.run(code)[1].split(), ada.kernel.run(code)[1].split()
    assert mine[0] != hers[0] and mine[1] != hers[1]


# The kernels of the fork server


def test_an_interrupt_reaches_a_kernel(ada):
    kernel = ada.open("notebooks/01_tagging_a_photo.ipynb")
    sent = kernel._send("shell", "execute_request", {
        "code": "import time\nprint('go')\nwhile True: time.sleep(0.1)", "silent": False,
        "store_history": False, "user_expressions": {}, "allow_stdin": False,
    })  # fmt: skip
    while json.loads(kernel.socket.recv())["content"].get("text") != "go\n":
        pass
    ada.call("POST", f"kernels/{kernel.id}/interrupt")
    errors, state = [], ""
    while state != "idle":
        message = json.loads(kernel.socket.recv())
        if message["parent_header"].get("msg_id") == sent:
            errors.append(message["content"].get("ename"))
            state = message["content"].get("execution_state")
    assert "KeyboardInterrupt" in errors
    assert kernel.run("'alive'")[1] == "'alive'"
    ada.call("DELETE", f"kernels/{kernel.id}")


def test_a_kernel_restarts_and_shuts_down(room, ada):
    kernel = ada.open("notebooks/02_tokenization.ipynb")
    before = int(kernel.run("x = 1; import os; os.getpid()")[1])
    ada.call("POST", f"kernels/{kernel.id}/restart")
    time.sleep(1)  # a page keeps its socket; this one is opened anew, when the kernel is
    kernel.connect()
    assert kernel.run("x")[2] == "NameError"
    after = int(kernel.run("import os; os.getpid()")[1])
    assert after != before
    until(lambda: not watch.born(before), "the old kernel's end")
    ada.call("DELETE", f"kernels/{kernel.id}")
    until(lambda: not watch.born(after), "the kernel's end")


def test_a_kernel_that_died_is_started_again(room, ada):
    kernel = ada.open("notebooks/03_encoder_and_head.ipynb")
    assert kernel.run("import os; os._exit(3)")[2] == "KernelDied"
    until(lambda: answers(kernel), "the kernel that comes after it")
    assert kernel.run("'again'")[1] == "'again'"
    ada.call("DELETE", f"kernels/{kernel.id}")


def test_kernels_end_with_their_server_however_it_ended(room, ada):
    bob = room.learner("bob")
    kernel = bob.open("notebooks/00_start_here.ipynb")
    pid = int(kernel.run("import os; os.getpid()")[1])
    os.kill(server_of(room, "bob"), signal.SIGKILL)
    until(lambda: not watch.born(pid), "the kernel's end")


def test_a_seat_has_eight_kernels_at_most(room, eve):
    opened = []
    with pytest.raises(Exception, match="500"):
        for _ in range(9):
            opened.append(eve.call("POST", "kernels", name="python3").json()["id"])
    assert len(opened) == 7  # and one was there
    for id in opened:
        eve.call("DELETE", f"kernels/{id}")


# A neighbor


def test_a_neighbor_is_kept_out_everywhere(room, ada, eve):
    assert not got_in(tries_of(eve, room, ada))
    assert ada.kernel.run("mine")[1] == "42"


def test_a_neighbors_browser_is_kept_out(room, ada, eve):
    for path in ("/user/ada/lab", "/user/ada/api/contents", "/services/overview/", "/hub/admin"):
        assert eve.http.get(path).status_code in (403, 404), path
    with pytest.raises(Exception, match="403"):
        thief = Learner(room.address, "eve", WORD)
        thief.http, thief.base = eve.http, ada.base
        Kernel(thief, ada.kernel.id)


def test_seats_see_only_their_own_processes_and_shared_memory(room, ada, eve):
    assert ada.kernel.run("open('/dev/shm/hers', 'w').write('x')")[2] == "ok"
    code = "import os, psutil\n"
    code += "(os.listdir('/dev/shm'), {p.uids().real for p in psutil.process_iter()})"
    files, owners = eval(eve.kernel.run(code)[1])
    assert files == [] and owners == {seats.of(room.folder, "eve").id}


# The instructor


def test_the_instructor_sees_who_is_where_and_no_answers(room, ada):
    password = seats.read_room(room.folder)["password"]
    teacher = Learner(room.address, "instructor", "", password)
    assert teacher.sign_in().url.path == "/hub/home"
    page = teacher.http.get("/services/overview/")
    assert page.status_code == 200 and "ada" in page.text and "Who is where" in page.text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"problems": 3}',
        b'{"problems": ["00.1"]}',
        b'{"problems": {"<script>": {"when": "2026-01-01", "outcome": "Right"}}}',
        b'{"problems": {"00.1": {"when": "<script>"}}}',
        b'{"problems": {"00.1": {"when": 10}}}',
        b"[" * 100_000,
        b'{"problems": ' + b"9" * 10_000 + b"}",
        b"\xff\xfe\x00",
        b" " * 400_000 + b'{"problems": {}}',
    ],
)
def test_a_progress_file_is_trusted_in_nothing(tmp_path, content):
    (tmp_path / progress.NAME).write_bytes(content)
    assert progress.read(tmp_path) == {}


def test_a_progress_file_is_no_way_to_read_another(tmp_path):
    good = '{"problems": {"00.1": {"when": "2026-01-01T10:00:00", "outcome": "Right"}}}'
    other = tmp_path / "other.json"
    other.write_text(good)
    home = tmp_path / "home"
    home.mkdir()
    (home / progress.NAME).symlink_to(other)
    assert progress.read(home) == {}
    (home / progress.NAME).unlink()
    os.mkfifo(home / progress.NAME)
    assert progress.read(home) == {}
    (home / progress.NAME).unlink()
    (home / progress.NAME).write_text(good)
    assert progress.read(home) == {"00.1": (True, "01-01 10:00")}
    os.chown(home, seats.FIRST_ID + 1, seats.FIRST_ID + 1)  # a file that is not the seat's
    assert progress.read(home) == {}


def test_a_note_follows_no_link(tmp_path):
    target = tmp_path / "secret"
    target.write_text("")
    home = tmp_path / "home"
    home.mkdir()
    (home / watch.NOTE).symlink_to(target)
    seat = confine.Seat("x", seats.FIRST_ID + 1, str(home), str(home))
    watch.tell(seat, "hello")
    assert target.read_text() == ""
    (home / watch.NOTE).unlink()
    watch.tell(seat, "hello")
    assert "hello" in (home / watch.NOTE).read_text()


# Too much


def test_who_fills_memory_harms_nobody_else(room, ada, eve):
    greedy = eve.open("notebooks/05_training.ipynb")
    assert greedy.run("bytearray(10**11)")[2] == "MemoryError"
    assert greedy.run("'alive'")[1] == "'alive'"
    code = "held = []\nwhile True: held.append(b'x' * 10**7)"
    assert greedy.run(code)[2] in ("KernelDied", "MemoryError")
    code = "import subprocess, sys\nwaste = 'a = bytearray(6 * 10**8); input()'\n"
    code += "many = [subprocess.Popen([sys.executable, '-c', waste], stdin=-1) for _ in range(4)]"
    until(lambda: answers(greedy), "a kernel after the greedy one")
    greedy.run(code)
    note = Path(seats.of(room.folder, "eve").home, watch.NOTE)
    until(lambda: note.exists() and "memory" in note.read_text(), "a note on memory")
    assert ada.kernel.run("mine")[1] == "42" and eve.kernel.run("1 + 1")[1] == "2"
    eve.call("DELETE", f"kernels/{greedy.id}")


def test_who_fills_the_disk_harms_nobody_else(room, ada, eve):
    greedy = eve.open("notebooks/05_training.ipynb")
    code = "import time\nfor k in range(1000):\n    open(f'waste-{k}', 'wb').write(b'x' * 10**7)\n"
    code += "    time.sleep(0.1)"
    assert greedy.run(code)[2] in ("KernelDied", "OSError")
    home = seats.of(room.folder, "eve").home
    until(lambda: "Nothing can be written" in Path(home, watch.NOTE).read_text(), "a note on disk")
    assert watch.used(home)[0] < 2_000_000_000
    assert ada.kernel.run("open('small', 'w').write('x')")[1] == "1"
    wasted = eve.call("GET", "contents/notebooks").json()["content"]
    for file in wasted:
        if file["name"].startswith("waste"):
            eve.call("DELETE", f"contents/{file['path']}")
    until(lambda: "There is room again" in Path(home, watch.NOTE).read_text(), "room again")
    eve.call("PUT", "contents/notes.txt", type="file", format="text", content="it can be written")


def test_who_forks_without_end_is_stopped(room, ada, eve):
    forking = eve.open("notebooks/06_metrics.ipynb")
    code = (
        "import os, time\ndone = 0\ntry:\n    for _ in range(2000):\n        if os.fork() == 0:\n"
    )
    code += "            time.sleep(600)\n        done += 1\n"
    code += "except OSError as error: print(done, error)"
    _, said, _ = forking.run(code)
    assert "temporarily unavailable" in said and int(said.split()[0]) < confine.Seat.processes
    assert ada.kernel.run("import os; os.system('true')")[1] == "0"
    eve.call("DELETE", f"kernels/{forking.id}")
    id = seats.of(room.folder, "eve").id
    until(lambda: len(watch.processes().get(id, [])) < 20, "the end of what was forked")


# The hub is killed


@pytest.mark.parametrize("words", ["hub_config", "fork_server kernel", "configurable-http-proxy"])
def test_a_killed_part_comes_back_and_kernels_go_on(room, ada, words):
    os.kill(room.part(words), signal.SIGKILL)
    if words != "configurable-http-proxy":
        assert ada.kernel.run("mine")[1] == "42"  # at once
    until(lambda: "started again" in room.log.read_text(), "the part")

    def answers():
        try:
            return ada.http.get(f"{ada.base}/api/status").status_code == 200
        except Exception:
            return False

    until(answers, "her server behind the proxy")
    ada.kernel.connect()
    assert ada.kernel.run("mine")[1] == "42"
    room.log.write_text("Ctrl+C ends it\n")

    # A server asks the hub who calls once what it has heard is five minutes old, and says 500 where
    # the hub is not there yet.
    def done(*what):
        try:
            return ada.call(*what, **({"name": "python3"} if what[0] == "POST" else {}))
        except Exception:
            return None

    id = until(lambda: done("POST", "kernels"), "a kernel").json()["id"]
    until(lambda: done("DELETE", f"kernels/{id}"), "the end of a kernel")

    def lets_in():
        try:
            return Learner(room.address, "ada", WORD).sign_in().url.path == "/hub/home"
        except Exception:
            return False

    until(lets_in, "the door")
