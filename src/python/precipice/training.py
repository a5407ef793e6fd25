"""Replays of training, one or a grid of them."""

from __future__ import annotations

import json
import os
from typing import Any, Callable, Iterable, Mapping, NamedTuple, Union

import numpy as np

from . import _core


class Run(NamedTuple):
    """What train returns."""

    trace: np.ndarray
    """(records,): structured; `step` (int64) and what is known of the state after so many updates (float64; nan: does
    not apply); the columns are those of include/precipice/diagnosis/record.hpp"""
    outcome: str
    """never-fits, clean, absorbs, inflates, slingshots, spikes-only, frozen or diverges"""
    onsets: dict[str, int | None]
    """recorded steps at which things began; None: they did not"""
    spikes: int
    """separate spikes of the loss"""
    inflation_rate: float | None
    """how fast the mean of the features grows as inflation begins, per step"""
    steps: int
    """updates made"""
    state_digest: str
    """SHA-256 over the final parameters in exact text"""
    engine: str
    """what computed it"""
    key: str
    """what names its files in a directory of results"""
    settings: dict[str, Any]
    """every setting that decides bits, resolved"""

    def __repr__(self) -> str:
        """What it came to, without the trace."""
        return (
            f"Run(outcome={self.outcome!r}, steps={self.steps}, spikes={self.spikes}, onsets={self.onsets}, "
            f"records={len(self.trace)}, state_digest={self.state_digest!r})"
        )


class SweepReport(NamedTuple):
    """What sweep returns."""

    cells: int
    """of the grid"""
    computed: int
    """now, by this call; the others were there"""
    failed: int
    """of these"""
    elsewhere: int
    """that other processes were computing at the end"""
    seconds: float


Config = Union[str, "os.PathLike[str]", Mapping[str, Any]]


def train(
    config: Config = "",
    *,
    set: Iterable[str] | Mapping[str, Any] = (),
    progress: Callable[[int, int], object] | None = None,
) -> Run:
    """Replays one training run, every operation of the emulated roles rounded, and diagnoses it.

    config: the text of an experiment file, its path, a dict of the same sections, or the name of a built-in experiment
    ('precipice experiments' lists them). set: "section.key=value" to override keys, or a dict of them. progress is
    called with the step and the number of steps at every record. Other threads of Python run meanwhile. ConfigError
    for what is wrong in the configuration, FileError for files; Ctrl-C, and what progress raises, ends the run.
    """
    return Run(*_core.train(*_resolved(config), _assignments(set), progress))


def sweep(
    config: Config,
    out: str | os.PathLike[str],
    *,
    set: Iterable[str] | Mapping[str, Any] = (),
    jobs: int = 0,
    progress: Callable[[int, int, float], object] | None = None,
) -> SweepReport:
    """Computes what is missing of a grid in the directory `out`; read_results reads it.

    config and set as in train; jobs: threads, 0 for all cores. progress is called in this thread, some times a second
    at most, with the runs done now, the runs that there are to do, and the share of the work. Ctrl-C, and what progress
    raises, ends it; what was finished is kept, and the next call goes on. ConfigError and FileError as train.
    """
    return SweepReport(**_core.sweep(*_resolved(config), _assignments(set), out, jobs, progress))


def _resolved(config) -> tuple[str, bool]:
    """The text of an experiment file and True, or the name of one and False."""
    if isinstance(config, Mapping):
        return _toml(config), True
    if isinstance(config, str):
        return config, "=" in config or "\n" in config
    return os.fspath(config), False


def _assignments(set) -> list[str]:
    if isinstance(set, Mapping):
        return [f"{key}={_value(value)}" for key, value in set.items()]
    assignments = [set] if isinstance(set, str) else list(set)
    for assignment in assignments:
        if not isinstance(assignment, str):
            raise _core.ConfigError(f"set: {assignment!r} is no text like 'run.steps=400'")
    return assignments


def _toml(sections: Mapping[str, Any], path: tuple[str, ...] = (), header: str = "") -> str:
    """A dict as TOML: simple values first, then the tables in it."""
    tables = {k: v for k, v in sections.items() if isinstance(v, Mapping) and not _is_range(v)}
    lists = {k: v for k, v in sections.items() if _is_list_of_tables(v)}
    lines = [header] if header else []
    lines += [f"{_key(k)} = {_value(v)}" for k, v in sections.items() if k not in tables and k not in lists]
    text = "\n".join(lines) + "\n"
    for key, value in {**tables, **lists}.items():
        below = (*path, _key(key))
        name = ".".join(below)
        for table in value if key in lists else [value]:
            text += _toml(table, below, f"[[{name}]]" if key in lists else f"[{name}]")
    return text


def _is_range(table: Mapping[str, Any]) -> bool:
    return "from" in table or "to" in table


def _is_list_of_tables(value) -> bool:
    return isinstance(value, (list, tuple)) and len(value) > 0 and all(isinstance(v, Mapping) for v in value)


def _key(key: str) -> str:
    return json.dumps(key)


def _value(value) -> str:
    """A value of Python or NumPy as TOML, a format by its text."""
    if isinstance(value, _core.Format):
        value = value.text
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple, range)):
        return f"[{', '.join(_value(v) for v in value)}]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    return json.dumps(str(value), ensure_ascii=False)
