#!/usr/bin/python3
"""Executes every notebook and compares what it prints with what is stored in it, so that none goes stale unseen.

usage: run_notebooks.py --program build/release/precipice --notebooks notebooks [--update]

The module is found by PYTHONPATH. A notebook fails if a cell raises, if it takes more than a minute of processor time,
if it is stored without outputs, with warnings or in 300 kB and more, or if its texts differ from those of this
execution. Figures are not compared: their bytes are those of a version of Matplotlib. --update stores the outputs of
this execution.
"""

import argparse
import difflib
import os
import re
import resource
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

MOST_BYTES = 300_000
MOST_SECONDS = 60
CELL_SECONDS = 600  # on the wall: a cell that hangs ends after so many
AT_ONCE = 2
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
COMPARED = ("text/plain", "text/markdown")


def text_of(output):
    """The text that an output shows, empty for figures."""
    if output.output_type == "stream":
        return output.text if output.name == "stdout" else ""
    data = output.get("data", {})
    if any(kind.startswith("image/") for kind in data):
        return ""
    return "".join(f"{data[kind]}\n" for kind in COMPARED if kind in data)


def texts_of(notebook):
    """The texts of all cells, line by line, each below a line that names its cell."""
    lines = []
    for number, cell in enumerate(notebook.cells):
        text = "".join(text_of(output) for output in cell.get("outputs", []))
        lines += [f"cell {number}:", *text.splitlines()] if text else []
    return lines


def executed(path):
    """The notebook with the outputs of an execution in its own folder."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    return notebook


def with_fixed_metadata(notebook):
    """Without what differs from one machine to another."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
        }
    )
    for cell in notebook.cells:
        cell.metadata.clear()
    return notebook


def faults_of_stored(path, fresh):
    """What is wrong with a stored notebook, beside one that was executed just now."""
    stored = nbformat.read(path, as_version=4)
    outputs = [output for cell in stored.cells for output in cell.get("outputs", [])]
    faults = []
    if path.stat().st_size >= MOST_BYTES:
        faults.append(f"is stored in {path.stat().st_size} bytes; must be fewer than {MOST_BYTES}")
    if not outputs:
        faults.append("is stored without outputs; --update stores them")
    if any(output.get("name") == "stderr" for output in outputs):
        faults.append("is stored with warnings")
    changes = list(difflib.unified_diff(texts_of(stored), texts_of(fresh), "stored", "now", lineterm="", n=1))
    if outputs and changes:
        faults.append("\n  ".join(["prints other texts than it is stored with; --update stores these", *changes]))
    return faults


def processor_seconds():
    """Of all processes that this one has started and waited for, kernels and what they ran."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def check(path, update):
    """Executes a notebook, and stores its outputs or compares them; returns the seconds taken and what is wrong."""
    begin = processor_seconds()
    try:
        fresh = executed(path)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return processor_seconds() - begin, [COLOURS.sub("", str(error))]
    seconds = processor_seconds() - begin
    if update:
        nbformat.write(with_fixed_metadata(fresh), path)
    faults = faults_of_stored(path, fresh)
    if seconds > MOST_SECONDS:
        faults.append(f"took {seconds:.0f} s; must take no more than {MOST_SECONDS}")
    return seconds, faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, required=True, help="the built program")
    parser.add_argument("--notebooks", type=Path, required=True, help="folder of the notebooks")
    parser.add_argument("--update", action="store_true", help="store the outputs of this execution")
    options = parser.parse_args()

    notebooks = sorted(options.notebooks.resolve().glob("*.ipynb"))
    if not notebooks:
        parser.error(f"--notebooks: {options.notebooks} holds no notebook")
    failed = False
    os.environ["PRECIPICE_PROGRAM"] = str(options.program.resolve())
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # the kernel's debugger is not used, and need not warn
    with tempfile.TemporaryDirectory() as settings, ProcessPoolExecutor(AT_ONCE) as pool:
        os.environ["IPYTHONDIR"] = settings  # nobody's own settings
        for path, (seconds, faults) in zip(notebooks, pool.map(check, notebooks, repeat(options.update))):
            print(f"{path.name}: {'failed' if faults else 'fine'}, {seconds:.0f} s", flush=True)
            for fault in faults:
                print(f"{path.name}: {fault}", file=sys.stderr)
            failed = failed or bool(faults)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
