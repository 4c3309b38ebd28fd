"""A hub with options: over https, with kernels that are started anew, and with idle seats.

    python3 course.py test --with hub

Each test has a room of its own, since a machine has one at a time.
"""

import asyncio
import ssl
from pathlib import Path

import httpx
import pytest
import yaml

from common import ROOT
from hub_at_work import PATIENCE, WORD, got_in, opened, tries_of, until
from learner import Learner
from room import seats, start, watch


@pytest.fixture
def signed(tmp_path) -> tuple[str, str, str]:
    """Make a certificate for this machine.

    Returns:
        Its file, its key's, which root alone may read, and the file of who signed it.
    """
    from certipy import Certipy

    certificates = Certipy(store_dir=str(tmp_path / "closed"))
    (tmp_path / "closed").chmod(0o700)
    signer = certificates.create_ca("signer")["files"]["cert"]
    made = certificates.create_signed_pair("room", "signer", alt_names=["IP:127.0.0.1"])["files"]
    return made["cert"], made["key"], signer


def test_kernels_that_start_anew_over_https(signed):
    certificate, key, signer = signed
    options = ("--plain", "--ssl-cert", certificate, "--ssl-key", key)
    with opened(*options, certificate=signer) as room:
        ada, eve = room.learner("ada"), room.learner("eve")
        mine = [cookie for cookie in ada.http.cookies.jar if cookie.name != "_xsrf"]
        assert len(mine) == 3 and all(cookie.secure for cookie in mine)
        with pytest.raises(httpx.HTTPError):  # nothing travels unencrypted, not even by mistake
            httpx.get(room.address.replace("https", "http"), trust_env=False)
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(room.address, trust_env=False, verify=ssl.create_default_context())
        for learner in (ada, eve):
            learner.kernel = learner.open("notebooks/00_start_here.ipynb")
        assert ada.kernel.run("import sys; 'torch' in sys.modules")[1] == "False"  # no copy
        setup = "".join(next(c for c in ada.kernel.cells if c["cell_type"] == "code")["source"])
        assert ada.kernel.run(setup)[2] == "ok"
        assert not got_in(tries_of(eve, room, ada))
        said = eve.kernel.run(f"open({str(room.folder / 'proxy' / 'key')!r}).read()")
        assert said[2] == "PermissionError"
        refused = Learner(room.address, "bob", "a guess", certificate=signer).sign_in()
        assert refused.status_code == 403 and "not the room&#39;s word" in refused.text


@pytest.mark.parametrize(
    "given, answer",
    [
        (["--ssl-cert", __file__], "takes both"),
        (["--ssl-key", __file__], "takes both"),
        (["--ssl-cert", __file__, "--ssl-key", "nothing.pem"], "no file nothing.pem"),
    ],
)
def test_half_a_certificate_is_refused(given, answer):
    (said,) = start.lacking_for_https(start.parse(given))
    assert answer in said
    assert not start.lacking_for_https(start.parse([]))


@pytest.mark.parametrize(
    "name, password, goes_in",
    [
        ("ada", WORD, True),
        ("ada", "a guess", False),
        ("instructor", WORD, False),
        ("instructor", "known to nobody else in this room", True),
    ],
)
def test_a_cluster_lets_nobody_be_the_instructor_with_the_rooms_word(name, password, goes_in):
    from jupyterhub.authenticators.shared import SharedPasswordAuthenticator
    from traitlets.config import Config

    values = yaml.safe_load((ROOT / "deploy" / "values.yaml").read_text(encoding="utf-8"))
    settings = values["hub"]["config"]
    assert settings["JupyterHub"]["authenticator_class"] == "shared-password"
    settings["SharedPasswordAuthenticator"] = {
        "user_password": WORD,
        "admin_password": "known to nobody else in this room",
    }
    door = SharedPasswordAuthenticator(config=Config(settings))
    given = {"username": name, "password": password}
    assert bool(asyncio.run(door.get_authenticated_user(None, given))) == goes_in


def test_an_idle_seat_ends_and_starts_again_with_its_files():
    with opened("--idle", "0.5") as room:
        ada = Learner(room.address, "ada", WORD)
        ada.sign_in().raise_for_status()

        def done(method: str, **content) -> httpx.Response | None:
            """Start the seat, which may end again while the machine is busy, and call it."""
            try:
                ada.start(PATIENCE)
                return ada.call(method, "contents/notes.txt", **content)
            except (httpx.HTTPError, TimeoutError):
                return None

        until(lambda: done("PUT", type="file", format="text", content="mine"), "a note")
        seat = seats.of(room.folder, "ada")
        until(lambda: not watch.processes().get(seat.id), "the idle seat's end", 300)
        assert Path(seat.home, "notes.txt").read_text() == "mine"
        page = ada.http.get("/user/ada/lab")
        assert page.status_code != 200 and "/hub/spawn/ada" in page.text  # one click
        assert until(lambda: done("GET"), "the seat").json()["content"] == "mine"
