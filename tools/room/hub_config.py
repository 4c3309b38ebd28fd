"""JupyterHub's settings for a room. ``room.start`` has settled what they depend on."""

import os
import sys
from pathlib import Path

from room import seats
from room.door import Door
from room.spawner import SeatSpawner

c = get_config()  # noqa: F821

folder = Path(os.environ["COURSE_SEATS"])
room = seats.read_room(folder)
state = folder / "state"
port = room["port"]

c.JupyterHub.bind_url = f"http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{port + 1}"
c.JupyterHub.db_url = f"sqlite:///{state}/hub.sqlite"
c.JupyterHub.cookie_secret_file = f"{state}/cookie_secret"
c.JupyterHub.log_level = "WARN"
c.JupyterHub.template_vars = {"announcement": ""}

# The proxy, the servers and their kernels go on while the hub is restarted.
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{port + 2}"
c.ConfigurableHTTPProxy.auth_token = room["proxy_token"]
c.JupyterHub.cleanup_servers = False
c.JupyterHub.cleanup_proxy = False
# Seconds until a new proxy knows all seats again: who is busy is looked up with the routes.
c.JupyterHub.last_activity_interval = 5

c.JupyterHub.authenticator_class = Door
c.Authenticator.allow_all = True  # the door has asked for the word
c.Authenticator.admin_users = set()
c.Authenticator.delete_invalid_users = False

c.JupyterHub.spawner_class = SeatSpawner
c.JupyterHub.allow_named_servers = False
# A room comes in all at once. Whoever came later than the limit would be turned away with an error;
# so there is none, and there is time for the last of a hundred on two cores.
c.JupyterHub.concurrent_spawn_limit = 0
c.Spawner.poll_interval = 5
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 300
c.Spawner.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.Spawner.env_keep = ["LANG", "LC_ALL", "PATH", "PYTHONPATH"]
c.Spawner.environment = room["environment"]

c.JupyterHub.services = [
    {
        "name": "overview",
        "url": f"http://127.0.0.1:{port + 3}",
        "api_token": room["overview_token"],
        "oauth_client_id": "service-overview",
        "oauth_no_confirm": True,
        "display": False,
    },
    {"name": "idle", "api_token": room["idle_token"], "display": False},
]
c.JupyterHub.load_roles = [
    {
        "name": "idle",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle"],
    },
    {
        "name": "overview",
        "scopes": ["access:services!service=overview"],
        "users": [seats.INSTRUCTOR],
    },
]
sys.path = [part for part in sys.path if part]
