"""``python -m searchidx`` is ``searchidx``."""

from searchidx.cli.main import main

if __name__ == "__main__":
    main()
