#!/bin/sh
# In a terminal: sh start-linux.sh
cd "$(dirname "$0")" || exit 1
for python in python3.13 python3.12 python3.11 python3; do
    if "$python" -c "" 2>/dev/null; then
        exec "$python" start.py "$@"
    fi
done
echo "There is no Python 3 here. Install Python 3.12 from your system's packages, then start again."
exit 1
