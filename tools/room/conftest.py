"""What pytest does not read: settings that JupyterHub runs, and what needs JupyterHub or Linux."""

import importlib.util
import sys

collect_ignore = ["hub_config.py", "server/jupyter_server_config.py"]
if importlib.util.find_spec("jupyterhub") is None or sys.platform != "linux":
    collect_ignore_glob = ["*.py"]
