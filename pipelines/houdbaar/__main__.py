"""`python -m houdbaar` does what `houdbaar` does."""

from houdbaar.cli.main import main

if __name__ == "__main__":
    main()
