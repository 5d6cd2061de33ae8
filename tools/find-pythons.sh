#!/bin/sh
# Print the lowest and the highest Python on this machine that searchidx runs on, a line each: version and
# path, such as "3.11 /usr/bin/python3.11". Looks on PATH and where pyenv and uv keep theirs. Only released
# versions that can make a virtual environment count; when there is none, says what to install.
set -eu

oldest=3.11

candidates() {
    command -v python3 || true
    minor=${oldest#3.}
    while [ "$minor" -le 25 ]; do
        command -v "python3.$minor" || true
        minor=$((minor + 1))
    done
    ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin/python3 \
        "${UV_PYTHON_INSTALL_DIR:-$HOME/.local/share/uv/python}"/*/bin/python3 2>/dev/null || true
}

# Of one interpreter: "3.011 path" if it will do, with the minor version as wide as sorting needs it.
probe() {
    "$1" - "$2" 2>/dev/null <<'PYTHON' || true
import sys
import sysconfig

least = tuple(int(part) for part in sys.argv[1].split("."))
released = sys.version_info[3] == "final" and not sysconfig.get_config_var("Py_GIL_DISABLED")
if sys.version_info[:2] >= least and released and sys.implementation.name == "cpython":
    try:
        import ensurepip
        import venv
        able = "able"
    except ImportError:
        able = "unable"
    print("%d.%03d %s %s" % (sys.version_info[0], sys.version_info[1], able, sys.executable))
PYTHON
}

found=$(candidates | sort -u | while read -r python; do probe "$python" "$oldest"; done | sort -u)
usable=$(printf '%s\n' "$found" | grep ' able ' || true)

if [ -z "$usable" ]; then
    if [ -n "$found" ]; then
        echo "Python can't make virtual environments here: on Debian and Ubuntu, apt install python3-venv" >&2
    else
        echo "searchidx needs Python $oldest or later: install it, or put it on PATH" >&2
    fi
    exit 1
fi
for line in "$(printf '%s\n' "$usable" | head -n 1)" "$(printf '%s\n' "$usable" | cut -d' ' -f1 | sort -u | tail -n 1)"; do
    version=${line%% *}
    printf '%s\n' "$usable" | grep "^$version able " | head -n 1 | sed -E 's/^3\.0*([0-9]+) able /3.\1 /'
done
