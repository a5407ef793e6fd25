import filecmp
import shutil

import numpy as np
import pandas
import precipice
import pytest
from support import program

GRID = {
    "name": "grid",
    "task": {"name": "random-labels", "samples": 10, "inputs": 3, "classes": 4},
    "model": {"hidden": [5]},
    "run": {"steps": 40},
    "sweep": {
        "precision.p": [4, 8],
        "precision.exponent_bits": {"from": 4, "to": 8, "step": 4},
        "also": [{"precision.format": "binary64"}],
    },
}
TOML = """
name = "grid"
[task]
name = "random-labels"
samples = 10
inputs = 3
classes = 4
[model]
hidden = [5]
[run]
steps = 40
[sweep]
"precision.p" = [4, 8]
"precision.exponent_bits" = { from = 4, to = 8, step = 4 }
[[sweep.also]]
"precision.format" = "binary64"
"""


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep")
    heard = []
    report = precipice.sweep(GRID, folder / "ours", jobs=2, progress=lambda *news: heard.append(news))
    return folder, report, heard


def test_a_sweep_is_the_programs_byte_for_byte(swept):
    folder, _, _ = swept
    (folder / "grid.toml").write_text(TOML)
    program("sweep", folder / "grid.toml", "--out", folder / "theirs")
    keys = sorted(p.name for p in (folder / "theirs" / "traces").iterdir())
    assert len(keys) == 5
    traces = [folder / name / "traces" for name in ("ours", "theirs")]
    _, mismatch, errors = filecmp.cmpfiles(*traces, keys, shallow=False)
    assert not mismatch and not errors
    ours, theirs = (precipice.read_results(folder / name).drop(columns="seconds") for name in ("ours", "theirs"))
    pandas.testing.assert_frame_equal(ours, theirs)


def test_a_sweep_reports_and_goes_on(swept):
    folder, report, heard = swept
    assert (report.cells, report.computed, report.failed, report.elsewhere) == (5, 5, 0, 0)
    assert heard[-1][:2] == (5, 5) and heard[-1][2] > 0.999
    assert precipice.sweep(GRID, folder / "ours").computed == 0


def test_a_directory_takes_more_values_of_an_axis(swept):
    folder, _, _ = swept
    shutil.copytree(folder / "ours", folder / "more")
    more = precipice.sweep(GRID, folder / "more", set={"precision.p": [4, 8, 12]})
    assert (more.cells, more.computed) == (7, 2)
    assert len(precipice.read_results(folder / "more")) == 7


def test_results_are_a_table(swept):
    folder, _, _ = swept
    table = precipice.read_results(folder / "ours")
    assert len(table) == 5 and table["format"].iloc[-1] == "e11m52"
    assert table["first_absorption"].dtype == "Int64" and table["final_loss"].dtype == np.float64
    assert table["precision.p"].tolist()[:4] == [4, 4, 8, 8]
    assert table.attrs["manifest"]["program"] == "precipice"
    trace = precipice.read_trace(folder / "ours", table["key"].iloc[0])
    one = {key: value for key, value in GRID.items() if key != "sweep"}
    run = precipice.train(one, set={"precision.p": 4, "precision.exponent_bits": 4})
    assert run.key == table["key"].iloc[0] and run.state_digest == table["state_digest"].iloc[0]
    assert trace.tobytes() == run.trace.tobytes()


def test_what_progress_raises_ends_a_sweep_that_goes_on_later(tmp_path):
    long = {**GRID, "run": {"steps": 20_000}}

    def enough(done, runs, share):
        raise LookupError("enough")

    with pytest.raises(LookupError):
        precipice.sweep(long, tmp_path / "r", progress=enough)
    assert precipice.sweep(long, tmp_path / "r", set={"run.steps": 20_000}).failed == 0


def test_errors(tmp_path):
    with pytest.raises(precipice.FileError, match="manifest.json"):
        precipice.read_results(tmp_path / "none")
    with pytest.raises(precipice.FileError):
        precipice.read_trace(tmp_path, "0123456789abcdef")
    with pytest.raises(precipice.ConfigError, match="jobs: is .*, but must be an integer from 0 to 1024"):
        precipice.sweep(GRID, tmp_path / "r", jobs=-1)
    with pytest.raises(precipice.ConfigError, match="unknown key"):
        precipice.sweep({**GRID, "sweep": {"precision.q": [1]}}, tmp_path / "r")
    assert not (tmp_path / "r").exists()
