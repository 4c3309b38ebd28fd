"""The instructor's page, and the watch over the seats' memory and disk: one process of root's.

    python -m room.overview FOLDER

The page shows for each seat which exercises were tried and solved, and when; never an answer. Who
opens it is asked of the hub, and only the instructor's seat may.
"""

import asyncio
import os
import sys
from html import escape
from pathlib import Path

from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
from tornado import web

from helpers.exercises._problem import chapters
from room import progress, seats, watch

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="15">
<title>Who is where</title><style>
body {{ font: 16px/1.4 system-ui, sans-serif; margin: 2rem; }}
table {{ border-collapse: collapse; }} caption {{ text-align: left; padding: .5rem 0; }}
th, td {{ padding: .15rem .5rem; border-bottom: 1px solid #ccc; text-align: center; }}
th[scope=row] {{ text-align: left; }} .solved {{ background: #0072B2; color: white; }}
</style></head><body><h1>Who is where</h1>
<table><caption>For each chapter the exercises: ✓ solved, ✗ tried, · not yet. It is renewed every 15
seconds.</caption>
<tr><th scope="col">seat</th><th scope="col">now at</th><th scope="col">last try</th>
<th scope="col">solved</th>{heads}</tr>
{rows}</table>
<h2>Memory and disk</h2>
<p>{n} of {known} seats are in use, with {memory} MB of memory together.</p><ul>{log}</ul>
</body></html>
"""


def table(found: dict[str, dict[str, tuple[bool, str]]]) -> tuple[str, str]:
    """Return the heads and the rows of the page's table, as HTML.

    Args:
        found: for each seat what :func:`progress.read` returns.

    >>> heads, rows = table({"ada": {"00.1": (True, "11-28 10:00"), "99.9": (True, "")}})
    >>> "ada" in rows, "✓" in rows, "00.1" in rows, "99.9" in rows
    (True, True, True, False)
    """
    known = {chapter: [p.name for p in problems] for chapter, problems in chapters().items()}
    heads = "".join(f'<th scope="col">{int(chapter)}</th>' for chapter in known)
    rows = []
    for seat, done in sorted(found.items()):
        names = [name for problems in known.values() for name in problems]
        tried = {name: done[name] for name in names if name in done}
        last = max(tried, key=lambda name: tried[name][1], default="")
        when = tried[last][1] if last else ""
        cells = []
        for problems in known.values():
            signs = ["✓✗"[not tried[name][0]] if name in tried else "·" for name in problems]
            kind = ' class="solved"' if set(signs) == {"✓"} else ""
            cells.append(f"<td{kind}>{' '.join(signs)}</td>")
        n_solved = sum(solved for solved, _ in tried.values())
        rows.append(
            f'<tr><th scope="row">{escape(seat)}</th><td>{escape(last)}</td>'
            f"<td>{escape(when)}</td><td>{n_solved} of {len(names)}</td>{''.join(cells)}</tr>"
        )
    return heads, "\n".join(rows)


class Overview(HubOAuthenticated, web.RequestHandler):
    """The page."""

    def initialize(self, folder: Path, looks: watch.Watch):
        """Keep what the page is made of."""
        self.folder, self.looks = folder, looks

    @web.authenticated
    async def get(self):
        """Show it to the instructor, to nobody else."""
        if self.get_current_user()["name"] != seats.INSTRUCTOR:
            raise web.HTTPError(403)
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.write(await asyncio.to_thread(page, self.folder, self.looks))


def page(folder: Path, looks: watch.Watch) -> str:
    """Return the whole page."""
    names = [name for name in seats.names(folder) if name != seats.INSTRUCTOR]
    heads, rows = table({name: progress.read(folder / "home" / name) for name in names})
    running = watch.processes()
    memory = sum(watch.share(pid) for pids in running.values() for pid in pids) // 2**20
    log = "".join(f"<li>{escape(' · '.join(entry))}</li>" for entry in reversed(looks.log))
    return PAGE.format(
        heads=heads, rows=rows, n=len(running), known=len(names) + 1, memory=memory, log=log
    )


async def keep_looking(look, seconds: float) -> None:
    """Look again and again; what goes wrong once is said, and does not end it."""
    while True:
        try:
            await asyncio.to_thread(look)
        except Exception as error:
            print(f"watch: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        await asyncio.sleep(seconds)


async def main(folder: Path) -> None:
    """Serve the page and watch, until this process is ended."""
    room = seats.read_room(folder)
    looks = watch.Watch(folder, room["memory"], room["disk"])
    prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    given = {"folder": folder, "looks": looks}
    web.Application(
        [(prefix, Overview, given), (f"{prefix}oauth_callback", HubOAuthCallbackHandler)],
        cookie_secret=os.urandom(32),
    ).listen(room["port"] + 3, "127.0.0.1")
    await asyncio.gather(
        keep_looking(looks.look_at_memory, 0.5), keep_looking(looks.look_at_disk, 2)
    )


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
