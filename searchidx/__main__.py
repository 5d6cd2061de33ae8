"""Entry point of ``python -m searchidx``."""

from searchidx.cli.main import main

if __name__ == "__main__":
    main()
