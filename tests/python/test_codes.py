import numpy as np
import precipice
import pytest
from support import program


@pytest.mark.parametrize(
    "fmt, kind", [("e2m1fn", "u1"), ("e4m3fn", "u1"), ("bf16", "u2"), ("tf32", "u4"), ("double", "u8")]
)
def test_code_points_lead_back(fmt, kind):
    f = precipice.Format(fmt)
    codes = np.random.default_rng(1).integers(0, 2**f.width, 500, dtype=np.uint64).astype(f.dtype)
    values = precipice.decode(codes, f)
    numbers = ~np.isnan(values)
    back = precipice.encode(values[numbers], f)
    assert back.dtype == np.dtype(kind)
    assert np.array_equal(back, codes[numbers])


@pytest.mark.parametrize("fmt", ["e4m3fn", "e5m2", "e4m3b11fnuz", "e8m0fnu", "binary8p3", "e3m2fn"])
def test_all_code_points_are_the_programs(fmt):
    f = precipice.Format(fmt)
    codes = np.arange(2**f.width)
    lines = program("eval", "convert", "--format", fmt, "--in", "code", lines=[f"{c:x}" for c in codes])
    expected = np.array([float.fromhex(line) for line in lines])
    assert np.array_equal(precipice.decode(codes.astype(f.dtype), fmt), expected, equal_nan=True)


def test_double_and_single_are_numpys():
    x = np.random.default_rng(2).normal(size=1000)
    assert np.array_equal(precipice.encode(x, "double"), x.view(np.uint64))
    single = x.astype(np.float32)
    assert np.array_equal(precipice.encode(single, "single"), single.view(np.uint32))


def test_one_code_point_is_a_number():
    assert precipice.encode(1.0, "bf16") == 0x3F80
    assert precipice.decode(0x3F80, "bf16") == 1.0
    assert precipice.decode([], "e4m3fn").size == precipice.decode(range(0), "e4m3fn").size == 0
    assert precipice.decode([[0x38, 0x7E]], "e4m3fn").tolist() == [[1.0, 448.0]]


def test_errors():
    with pytest.raises(precipice.ConfigError):
        precipice.encode(0.1, "bf16")
    with pytest.raises(precipice.ConfigError):
        precipice.decode([0x100], "e4m3fn")
    with pytest.raises(precipice.ConfigError, match="codes: must be unsigned integers"):
        precipice.decode([0.5], "e4m3fn")
    with pytest.raises(precipice.ConfigError, match="codes: must be unsigned integers"):
        precipice.decode([1, -1], "e4m3fn")
    with pytest.raises(precipice.ConfigError, match="at most 64"):
        precipice.encode(1.0, "binary128")
