"""`python -m syndata`, for where the command is not on the path."""

from syndata.cli import main

if __name__ == "__main__":
    main()
