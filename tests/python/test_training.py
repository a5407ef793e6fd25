import os
import signal
import subprocess
import sys

import numpy as np
import pandas
import precipice
import pytest
from support import program

SMALL = {
    "task": {"name": "random-labels", "samples": 20, "inputs": 4, "classes": 4},
    "model": {"hidden": [8, 8]},
    "optimizer": {"learning_rate": 5e-3},
    "run": {"steps": 400, "seed": 3},
}
TEXT = """
[task]
name = "random-labels"
samples = 20
inputs = 4
classes = 4
[model]
hidden = [8, 8]
[optimizer]
learning_rate = 5e-3
[run]
steps = 400
seed = 3
"""


@pytest.fixture(scope="module")
def of_program(tmp_path_factory):
    """The same run by the program: its report, and the trace as a table."""
    folder = tmp_path_factory.mktemp("train")
    (folder / "small.toml").write_text(TEXT)
    report = program("train", folder / "small.toml", "--out", folder / "out")
    trace = next((folder / "out" / "traces").glob("*.csv.gz"))
    return folder, report, pandas.read_csv(trace, float_precision="round_trip")


def same_run(run, of_program):
    _, report, table = of_program
    lines = dict(line.split(None, 1) for line in report if line.startswith(("outcome", "state", "engine")))
    assert (run.outcome, run.state_digest, run.engine) == (lines["outcome"], lines["state"], lines["engine"])
    assert list(run.trace.dtype.names) == list(table.columns)
    for name in run.trace.dtype.names:
        assert np.array_equal(run.trace[name], table[name].to_numpy(run.trace[name].dtype), equal_nan=True), name


def test_text_path_and_dict_are_the_programs_run_to_the_bit(of_program):
    folder, _, _ = of_program
    for config in (TEXT, folder / "small.toml", str(folder / "small.toml"), SMALL):
        same_run(precipice.train(config), of_program)


def test_a_format_is_a_value_of_a_setting():
    of_text, of_format = (
        precipice.train(SMALL, set={"run.steps": 20, "precision.format": fmt})
        for fmt in ("e4m3fn", precipice.Format("e4m3fn"))
    )
    assert of_text.state_digest == of_format.state_digest
    assert of_format.settings["precision.format"] == "e4m3fn"


def test_a_run_is_shown_without_its_trace():
    text = repr(precipice.train(SMALL, set={"run.steps": 20}))
    assert text.startswith("Run(outcome='") and "records=3" in text and "\n" not in text


def test_set_overrides(of_program):
    changed = {**SMALL, "run": {"steps": 50, "seed": 1}}
    same_run(precipice.train(changed, set={"run.steps": 400, "run.seed": np.int64(3)}), of_program)
    same_run(precipice.train(changed, set=["run.steps=400", "run.seed=3"]), of_program)


def test_what_a_run_says():
    run = precipice.train(SMALL)
    assert run.trace["step"][0] == 0 and run.trace["step"][-1] == run.steps == 400
    assert run.trace["step"].dtype == np.int64 and run.trace["loss"].dtype == np.float64
    assert run.onsets.keys() >= {"fitted", "first_absorption", "sc50", "nfi_onset", "first_spike", "frozen_at"}
    assert run.settings["model.hidden"] == [8, 8] and run.settings["run.seed"] == 3
    assert len(run.key) == 16 and len(run.state_digest) == 64


def test_a_built_in_experiment_has_a_name():
    run = precipice.train("digits", set={"run.steps": 20})
    assert run.steps == 20 and run.settings["precision.format"] == "e8m7"


def test_progress_is_told_and_may_end_the_run():
    heard = []
    precipice.train(SMALL, progress=lambda step, steps: heard.append((step, steps)))
    assert heard[0] == (0, 400) and heard[-1] == (400, 400) and len(heard) == 41

    def enough(step, steps):
        if step >= 100:
            raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        precipice.train(SMALL, progress=enough)


@pytest.mark.parametrize(
    "config, words",
    [
        ("[run]\nstep = 3", "config:2: unknown key 'run.step'"),
        ({"run": {"steps": -1}}, "config:"),
        ("no-such-experiment", "no built-in experiment 'no-such-experiment'"),
        ({**SMALL, "sweep": {"run.seed": [1, 2]}}, "config:"),
        ({"task": {"samples": 10**9}}, ""),
    ],
)
def test_wrong_configurations_are_refused(config, words):
    with pytest.raises(precipice.ConfigError) as error:
        precipice.train(config)
    assert str(error.value).startswith(words) and "\n" not in str(error.value)


def test_a_missing_file_is_an_error_of_files():
    with pytest.raises(precipice.FileError) as error:
        precipice.train("/nowhere/at_all.toml")
    assert isinstance(error.value, OSError) and "/nowhere/at_all.toml" in str(error.value)


def test_ctrl_c_ends_a_run():
    code = "\n".join(
        [
            "import precipice",
            "precipice.train('digits', set={'run.steps': 10**7}, progress=lambda s, n: s or print(flush=True))",
        ]
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert errors.rstrip().endswith("KeyboardInterrupt") and process.returncode != 0
