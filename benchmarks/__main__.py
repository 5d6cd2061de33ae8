"""All benchmarks, one after the other, each in a process of its own. Options are passed on to each.

python -m benchmarks [--data DIR] [--save]
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

for name in (
    "baseline",
    "cold",
    "warm",
    "indexing",
    "segments",
    "growth",
    "large",
    "durability",
    "encodings",
    "markdown",
    "spacing",
    "suggestions",
    "patterns",
):
    subprocess.run([sys.executable, str(HERE / f"{name}.py"), *sys.argv[1:]], check=True)
