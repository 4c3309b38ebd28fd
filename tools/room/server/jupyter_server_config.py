"""Settings of a seat's JupyterLab, found by JUPYTER_CONFIG_PATH."""

import os
from importlib.metadata import EntryPoint

c = get_config()  # noqa: F821

# Kernels speak over sockets in a folder that is the seat's alone, not over ports of the machine.
c.KernelManager.transport = "ipc"
c.MappingKernelManager.cull_idle_timeout = int(os.environ["COURSE_IDLE_KERNEL"])
c.MappingKernelManager.cull_connected = True
c.MappingKernelManager.cull_interval = 60
c.ServerApp.jpserver_extensions = {"jupyter_lsp": False}
c.LabApp.extension_manager = "readonly"
c.LabApp.news_url = None

if "COURSE_KERNELS" in os.environ:
    from jupyter_client.provisioning import KernelProvisionerFactory

    factory = KernelProvisionerFactory.instance()
    factory.provisioners["forked"] = EntryPoint(
        "forked", "room.provisioner:ForkedProvisioner", KernelProvisionerFactory.GROUP_NAME
    )
    factory.default_provisioner_name = "forked"
