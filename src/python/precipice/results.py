"""Directories of results as tables."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from . import _core

if TYPE_CHECKING:
    import pandas

_STEPS = (
    "steps first_absorption sc50 nfi_onset aligned_onset first_spike spikes test_accuracy_50 test_accuracy_90"
    " test_accuracy_99 frozen_at diverged_at"
).split()
_TEXTS = ("key", "variant", "format", "outcome", "state_digest")


def read_results(directory: str | os.PathLike[str]) -> pandas.DataFrame:
    """The finished runs of a directory of results, one row each, as a pandas.DataFrame.

    The columns are those of cells.csv: numbers where all values of a column are numbers, steps as Int64, where <NA>
    says that it did not happen. attrs["manifest"] is the manifest, attrs["directory"] the path. FileError for a
    directory that holds no results. Needs pandas.
    """
    import pandas

    _core.result_keys(directory)
    folder = Path(os.fspath(directory))
    try:
        table = pandas.read_csv(
            folder / "cells.csv",
            dtype={**{name: "Int64" for name in _STEPS}, **{name: str for name in _TEXTS}},
            float_precision="round_trip",
        )
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _core.FileError(f"{error.filename} is missing; 'precipice collect' makes it anew") from None
    table.attrs.update(directory=str(folder), manifest=manifest)
    return table
