"""Builds one peer's index in a process of its own and prints the seconds it took. Usage: PEER EXTRACT LIMIT INDEX

Reading the extracted paragraphs back is timed on its own first and taken off, so that a peer is charged for its
own work only.
"""

import sys
from pathlib import Path

from extraction import passages
from measuring import seconds
from peers import peer


def main(name: str, extract: str, limit: str, directory: str) -> None:
    source, most = Path(extract), int(limit) or None

    def read() -> None:
        for _ in passages(source, most):
            pass

    read()
    reading = seconds(read)
    engine = peer(name)
    print(seconds(lambda: engine.build(passages(source, most), Path(directory))) - reading)


if __name__ == "__main__":
    main(*sys.argv[1:])
