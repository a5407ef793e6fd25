"""Emulates any binary floating-point format, replays training in it, and says where softmax absorption begins.

    >>> import precipice
    >>> precipice.add(1, 2.0**-8, "bfloat16")
    1.0
    >>> run = precipice.train("digits", set=["run.steps=400"])
    >>> run.outcome, run.trace["loss"][-1]

Arrays go in as float16, float32, float64 or signed integers, and come out as float64, in which every number of the
formats is exact; code points are uint8 to uint64 (encode, decode). Errors are ConfigError, a ValueError, and FileError,
an OSError, with one line each.
"""

from ._core import (
    ConfigError,
    FileError,
    Format,
    __version__,
    add,
    decode,
    div,
    dot,
    encode,
    erf,
    exp,
    exp2,
    expm1,
    fma,
    formats,
    log,
    log1p,
    log2,
    logb,
    matmul,
    maximum,
    minimum,
    mul,
    next_down,
    next_up,
    pow,
    read_trace,
    remainder,
    round,
    round_to_integral,
    rsqrt,
    sigmoid,
    sqrt,
    sub,
    sum,
    tanh,
)
from .loss import SoftmaxCrossEntropy, Thresholds, softmax_cross_entropy, thresholds
from .results import read_results
from .training import Run, SweepReport, sweep, train

__all__ = [name for name in dir() if not name.startswith("_") and name not in ("loss", "results", "training")]
