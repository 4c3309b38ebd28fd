"""Signing in: a name, the room's word, and a password that the first use of a name chooses."""

import asyncio
import hmac
import os
import time
from collections import defaultdict, deque
from pathlib import Path

from jupyterhub.auth import Authenticator
from tornado import web

from room import seats

FORM = """
<form action="{{ authenticator_login_url | e }}" method="post" role="form">
  <h1>Every Label That Fits</h1>
  {% if login_error %}<p class="login_error" role="alert">{{ login_error | e }}</p>{% endif %}
  <input type="hidden" name="_xsrf" value="{{ xsrf | e }}">
  <label for="username">A name for your seat: letters, digits, hyphens</label>
  <input id="username" name="username" class="form-control" value="{{ (username or '') | e }}"
    autocomplete="username" autocapitalize="off" spellcheck="false" required autofocus>
  <label for="word">The room's word</label>
  <input id="word" name="word" class="form-control" autocomplete="off" autocapitalize="off"
    spellcheck="false" required>
  <label for="password">Your password. New here? Choose one that you use nowhere else.</label>
  <input id="password" name="password" type="password" class="form-control" minlength="4"
    autocomplete="current-password" required>
  <p></p>
  <input type="submit" value="Take my seat" class="btn btn-jupyter form-control">
</form>
"""


class Guesses:
    """Counts wrong attempts, and says when there were too many.

    Args:
        most: wrong attempts.
        seconds: in which they count.

    >>> guesses = Guesses(2, 60)
    >>> guesses.wrong("ada", now=0), guesses.wrong("ada", now=1)
    (None, None)
    >>> guesses.too_many("ada", now=2), guesses.too_many("ada", now=61), guesses.too_many("bob")
    (True, False, False)
    """

    def __init__(self, most: int, seconds: float):
        self.most, self.seconds, self.times = most, seconds, defaultdict(deque)

    def wrong(self, who: str, now: float | None = None) -> None:
        """Count a wrong attempt."""
        self.times[who].append(time.monotonic() if now is None else now)

    def too_many(self, who: str, now: float | None = None) -> bool:
        """Say whether this one has to wait."""
        if who not in self.times:
            return False
        now = time.monotonic() if now is None else now
        times = self.times[who]
        while times and times[0] < now - self.seconds:
            times.popleft()
        if not times:
            del self.times[who]
        return len(times) >= self.most


class Door(Authenticator):
    """Lets in who knows the room's word and the password of the seat."""

    words, passwords = Guesses(20, 60), Guesses(5, 60)

    def get_custom_html(self, base_url):
        """Return the form, which the hub fills in."""
        return FORM

    def normalize_username(self, username):
        """Return the seat's name; what is none stays as it is, and is refused later."""
        try:
            return seats.normalized(username)
        except ValueError:
            return username

    async def authenticate(self, handler, data):
        """Return the seat's name, or refuse and say why."""
        folder = Path(os.environ["COURSE_SEATS"])
        room = seats.read_room(folder)
        try:
            name = seats.normalized(data.get("username", ""))
        except ValueError as error:
            raise web.HTTPError(403, "%s", str(error)) from None
        address, password = handler.request.remote_ip, data.get("password", "")[:200]
        if self.words.too_many(address) or self.passwords.too_many(name):
            raise web.HTTPError(403, "Too many wrong attempts. Wait a minute, then try again.")
        if name == seats.INSTRUCTOR:
            if not same(password, room["password"]):
                self.passwords.wrong(name)
                raise web.HTTPError(403, "This seat is taken, with another password.")
            await asyncio.to_thread(seats.take, folder, name)
            return name
        word = " ".join(data.get("word", "").lower().replace("-", " ").split())
        if not same(word, room["word"]):
            self.words.wrong(address)
            raise web.HTTPError(403, "That is not the room's word. Ask your instructor for it.")
        try:
            right = await asyncio.to_thread(seats.sign_in, folder, name, password)
        except ValueError as error:
            raise web.HTTPError(403, "%s", str(error)) from None
        if not right:
            self.passwords.wrong(name)
            raise web.HTTPError(
                403,
                "This name is taken, with another password. Are you new? Choose another name. Is "
                "it yours? Ask your instructor to have the password forgotten.",
            )
        return name


def same(given: str, right: str) -> bool:
    """Compare two secrets in a time that says nothing about them."""
    return hmac.compare_digest(given.encode(), right.encode())
