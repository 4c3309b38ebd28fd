"""Set up the course from this kit, say whether all is well, and open it.

    python3 start.py              with the kit's folder around it
    python3 start.py ADDRESS      with a kit that another computer serves

The course goes into the folder multilabel-course of your home. If it is there, it is used as it is.
"""

# The standard library only, and nothing that Python 2.7 cannot read, so that it can say what it
# needs.
from __future__ import print_function

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

try:
    from urllib.request import urlopen
except ImportError:
    from urllib2 import urlopen

HERE = os.path.dirname(os.path.abspath(__file__))
HOME = os.environ.get("COURSE_HOME") or os.path.expanduser("~")
COURSE = os.path.join(HOME, "multilabel-course")


def read(place, name):
    """Return what a file of the kit holds."""
    if place.startswith(("http://", "https://")):
        return urlopen(place.rstrip("/") + "/" + name, timeout=60).read()
    with open(os.path.join(place, name), "rb") as file:
        return file.read()


def pythons(place):
    """List the Pythons that the kit has wheels for, such as 3.12."""
    wheels = json.loads(read(place, "kit.json").decode("utf-8"))["wheels"]
    return sorted({target.rpartition("-")[2] for target in wheels}, reverse=True)


def command_of(version):
    """Return the command of a Python of this version, or None."""
    if sys.version_info[:2] == tuple(int(part) for part in version.split(".")):
        return [sys.executable]
    commands = [["py", "-" + version]] if os.name == "nt" else [["python" + version]]
    for command in commands:
        try:
            with open(os.devnull, "w") as nothing:
                asked = command + ["-c", ""]
                if subprocess.call(asked, stdout=nothing, stderr=nothing) == 0:
                    return command
        except OSError:
            pass
    return None


def unpack(place):
    """Put the course into its folder, whole or not at all."""
    if os.path.exists(os.path.join(COURSE, "course.py")):
        print("The course is in {} already and is used as it is.".format(COURSE))
        return
    scratch = tempfile.mkdtemp(prefix="course-", dir=HOME)
    try:
        with zipfile.ZipFile(io.BytesIO(read(place, "course.zip"))) as file:
            file.extractall(scratch)
        os.rename(os.path.join(scratch, "multilabel-course"), COURSE)
    finally:
        shutil.rmtree(scratch)
    print("The course is in {}.".format(COURSE))


def main(arguments):
    place = arguments[0] if arguments else HERE
    try:
        having = pythons(place)
        found = [command for command in map(command_of, having) if command]
        if not found:
            print("This kit needs Python {}; install it, then start again. This is {}.{}.".format(
                " or ".join(having), *sys.version_info[:2]))  # fmt: skip
            return 1
        unpack(place)
    except (IOError, OSError, ValueError, KeyError, zipfile.BadZipfile) as error:
        print("The kit in {} cannot be read, or the course cannot be put into {}: {}".format(
            place, COURSE, error))  # fmt: skip
        return 1
    course = found[0] + [os.path.join(COURSE, "course.py")]
    status = subprocess.call(course + ["check", "--kit", place])
    print("To open the course another time, in {}: {} course.py lab".format(
        COURSE, os.path.basename(found[0][0])))  # fmt: skip
    if status:
        return status
    return subprocess.call(course + ["lab"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
