"""Executes every notebook against fresh results of a small sweep, so that no notebook can go stale unseen.

The sweep is <notebooks>/first_look.toml; the notebooks find its results in the environment variable PRECIPICE_RESULTS.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

CELL_SECONDS = 300
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def sweep(program, experiment, results):
    command = [str(program), "sweep", str(experiment), "--out", str(results), "--jobs", "2"]
    print("$", *command, flush=True)
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode


def execute(path):
    """Runs one notebook in its own folder; returns what went wrong, or None."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=CELL_SECONDS, kernel_name="python3",
                            resources={"metadata": {"path": str(path.parent)}})
    try:
        client.execute()
    except CellTimeoutError:
        return f"{path.name}: a cell ran longer than {CELL_SECONDS} s"
    except CellExecutionError as error:
        return f"{path.name}: a cell failed\n" + COLOURS.sub("", str(error))
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, required=True, help="the built program")
    parser.add_argument("--notebooks", type=Path, required=True, help="folder of the notebooks and first_look.toml")
    options = parser.parse_args()

    failures = []
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results"
        code = sweep(options.program.resolve(), options.notebooks.resolve() / "first_look.toml", results)
        if code != 0:
            print(f"run_notebooks: the sweep ended with exit code {code}; its message is above", file=sys.stderr)
            return 1
        os.environ["PRECIPICE_RESULTS"] = str(results)
        os.environ["PRECIPICE_PROGRAM"] = str(options.program.resolve())
        for path in sorted(options.notebooks.resolve().glob("*.ipynb")):
            failure = execute(path)
            print(f"{path.name}: {'failed' if failure else 'ran'}", flush=True)
            if failure:
                failures.append(failure)
    for failure in failures:
        print(f"\n{failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
