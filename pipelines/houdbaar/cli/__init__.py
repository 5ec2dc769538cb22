"""The command line: parse, call, print. One module a command group; `main` imports them only when they run."""
