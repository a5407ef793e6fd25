from os import PathLike
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple, Union, overload

import numpy as np
import numpy.typing as npt
import pandas

__version__: str

Float64 = npt.NDArray[np.float64]
Config = Union[str, PathLike[str], Mapping[str, Any]]
FormatLike = Union[Format, str]

class ConfigError(ValueError): ...
class FileError(OSError): ...

class Format:
    @overload
    def __init__(self, text: FormatLike) -> None: ...
    @overload
    def __init__(self, *, precision: int, exponent_bits: int) -> None: ...
    @property
    def precision(self) -> int: ...
    @property
    def exponent_bits(self) -> int: ...
    @property
    def trailing_bits(self) -> int: ...
    @property
    def emin(self) -> int: ...
    @property
    def emax(self) -> int: ...
    @property
    def bias(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def dtype(self) -> np.dtype[Any]: ...
    @property
    def largest(self) -> float | Fraction: ...
    @property
    def smallest_normal(self) -> float | Fraction: ...
    @property
    def smallest_positive(self) -> float | Fraction: ...
    @property
    def unit_roundoff(self) -> float | Fraction: ...
    @property
    def ulp_of_one(self) -> float | Fraction: ...
    @property
    def has_sign(self) -> bool: ...
    @property
    def has_zero(self) -> bool: ...
    @property
    def has_negative_zero(self) -> bool: ...
    @property
    def has_infinity(self) -> bool: ...
    @property
    def has_nan(self) -> bool: ...
    @property
    def has_subnormals(self) -> bool: ...
    @property
    def flushes_results(self) -> bool: ...
    @property
    def flushes_operands(self) -> bool: ...
    @property
    def saturates(self) -> bool: ...
    @property
    def text(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

def formats() -> list[Format]: ...
def encode(x: npt.ArrayLike, fmt: FormatLike) -> npt.NDArray[np.unsignedinteger[Any]]: ...
def decode(codes: npt.ArrayLike, fmt: FormatLike) -> Float64: ...
def round(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def sqrt(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def exp(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def log(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def tanh(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def sigmoid(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def rsqrt(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def expm1(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def exp2(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def log1p(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def log2(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def erf(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def round_to_integral(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def logb(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def next_up(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def next_down(x: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0) -> Float64: ...
def add(
    x: npt.ArrayLike, y: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0
) -> Float64: ...
def sub(
    x: npt.ArrayLike, y: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0
) -> Float64: ...
def mul(
    x: npt.ArrayLike, y: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0
) -> Float64: ...
def div(
    x: npt.ArrayLike, y: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0
) -> Float64: ...
def maximum(
    x: npt.ArrayLike, y: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0
) -> Float64: ...
def pow(
    x: npt.ArrayLike, y: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0
) -> Float64: ...
def remainder(
    x: npt.ArrayLike, y: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0
) -> Float64: ...
def minimum(
    x: npt.ArrayLike, y: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0
) -> Float64: ...
def fma(
    x: npt.ArrayLike, y: npt.ArrayLike, z: npt.ArrayLike, fmt: FormatLike, rounding: str = "nearest-even", seed: int = 0
) -> Float64: ...
def sum(
    x: npt.ArrayLike,
    fmt: FormatLike,
    order: str = "sequential",
    rounding: str = "nearest-even",
    seed: int = 0,
    marked: int = 0,
) -> Float64: ...
def dot(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    fmt: FormatLike,
    order: str = "sequential",
    products: FormatLike | None = None,
    rounding: str = "nearest-even",
    seed: int = 0,
) -> Float64: ...
def matmul(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    fmt: FormatLike,
    order: str = "sequential",
    products: FormatLike | None = None,
    rounding: str = "nearest-even",
    seed: int = 0,
) -> Float64: ...

class SoftmaxCrossEntropy(NamedTuple):
    loss: Float64
    gradient: Float64
    collapsed: npt.NDArray[np.bool_]

def softmax_cross_entropy(
    logits: npt.ArrayLike,
    labels: npt.ArrayLike,
    fmt: FormatLike,
    formulation: str = "shift",
    order: str = "sequential",
    *,
    mean: str = "before",
    rounding: str = "nearest-even",
    seed: int = 0,
    projection: str = ...,
    smoothing: float = ...,
    z_loss: float = ...,
    margin_clamp: float = ...,
    scale: float = ...,
    fused: bool = ...,
) -> SoftmaxCrossEntropy: ...

class Thresholds(NamedTuple):
    absorption_margin: float | None
    collapse_margin: float | None
    underflow_margin: float | None
    first_collapse: tuple[float, float] | None
    last_gradient: tuple[float, float] | None

def thresholds(
    fmt: FormatLike,
    classes: int,
    label: int = 0,
    order: str = "sequential",
    *,
    rounding: str = "nearest-even",
    formulation: str = "shift",
    mean: str = "before",
    batch: int = 1,
) -> Thresholds: ...

class Run(NamedTuple):
    trace: npt.NDArray[np.void]
    outcome: str
    onsets: dict[str, int | None]
    spikes: int
    inflation_rate: float | None
    steps: int
    state_digest: str
    engine: str
    key: str
    settings: dict[str, Any]

class SweepReport(NamedTuple):
    cells: int
    computed: int
    failed: int
    elsewhere: int
    seconds: float

def train(
    config: Config = "",
    *,
    set: Iterable[str] | Mapping[str, Any] = (),
    progress: Callable[[int, int], object] | None = None,
) -> Run: ...
def sweep(
    config: Config,
    out: str | PathLike[str],
    *,
    set: Iterable[str] | Mapping[str, Any] = (),
    jobs: int = 0,
    progress: Callable[[int, int, float], object] | None = None,
) -> SweepReport: ...
def read_results(directory: str | PathLike[str]) -> pandas.DataFrame: ...
def read_trace(directory: str | PathLike[str], key: str) -> npt.NDArray[np.void]: ...
