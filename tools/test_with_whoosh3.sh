#!/bin/sh
# Runs the tests of the bridge to Whoosh against whoosh3, the young fork with the same import name, in a venv of its own:
# proof that the move is ready on the day a Python release asks for it.
#
#   tools/test_with_whoosh3.sh [PYTHON]
set -eu
cd "$(dirname "$0")/.."
venv=.venv-whoosh3
python=${1:-python3}
if [ ! -e "$venv/.installed" ] || [ pyproject.toml -nt "$venv/.installed" ]; then
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -e '.[dev]'
    "$venv/bin/python" -m pip uninstall --quiet --yes Whoosh
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check whoosh3
    touch "$venv/.installed"
fi
"$venv/bin/python" -c 'import importlib.metadata as m; print("whoosh3", m.version("whoosh3"))'
exec "$venv/bin/python" -m pytest -q tests/local/test_whoosh_bridge.py tests/test_whoosh.py tests/cli/test_cli_whoosh.py
