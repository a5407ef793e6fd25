import numpy as np
import precipice
import pytest
from support import evaluated, random_numbers, same_bits

COUNT = 1_000_000
ROUNDINGS = (
    "nearest-even nearest-away toward-zero toward-positive toward-negative away-from-zero to-odd"
).split()


def in_half(x, **how):
    return precipice.round(x, "half", **how)


def test_every_code_point_of_binary16_is_what_numpy_says():
    codes = np.arange(2**16, dtype=np.uint16)
    values = codes.view(np.float16).astype(np.float64)
    assert same_bits(precipice.decode(codes, "half"), values)
    numbers = ~np.isnan(values)
    assert np.array_equal(precipice.encode(values[numbers], "half"), codes[numbers])
    assert same_bits(in_half(codes.view(np.float16)), values)


def test_conversion_to_binary16_is_numpys():
    special = [0.0, -0.0, np.inf, -np.inf, np.nan, 65519.999, 65520, 2**-25]
    wide = np.concatenate([random_numbers(COUNT, -28, 18), special])
    with np.errstate(over="ignore"):
        assert same_bits(in_half(wide), wide.astype(np.float16).astype(np.float64))
        single = wide.astype(np.float32)
        assert same_bits(in_half(single), single.astype(np.float16).astype(np.float64))


def test_ties_of_binary16_are_numpys():
    halves = np.arange(2**15, dtype=np.uint16).view(np.float16).astype(np.float64)
    halves = halves[np.isfinite(halves)]
    ties = (halves[1:] + halves[:-1]) / 2
    assert same_bits(in_half(ties), ties.astype(np.float16).astype(np.float64))


def test_conversion_to_binary32_is_numpys():
    wide = random_numbers(COUNT, -155, 130)
    with np.errstate(over="ignore"):
        assert same_bits(precipice.round(wide, "single"), wide.astype(np.float32).astype(np.float64))


def test_conversion_to_bfloat16_is_the_upper_half_of_a_code_point():
    single = random_numbers(COUNT, -100, 100).astype(np.float32)
    code = single.view(np.uint32)
    rounded = (code + 0x7FFF + ((code >> 16) & 1)) & np.uint32(0xFFFF0000)
    assert same_bits(precipice.round(single, "bfloat16"), rounded.view(np.float32).astype(np.float64))


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("fmt", ["e4m3fn", "e5m2:sat", "bfloat16:ftz", "binary32", "e11m45"])
def test_every_rounding_is_the_programs(fmt, rounding):
    x = random_numbers(300, -20, 12)
    how = ["--to", fmt, "--rounding", rounding]
    assert same_bits(precipice.round(x, fmt, rounding), evaluated("convert", "binary64", x, options=how))


@pytest.mark.parametrize("rounding", ["stochastic", "stochastic:8"])
@pytest.mark.parametrize("fmt", ["e4m3fn", "bfloat16", "binary32"])
def test_stochastic_rounding_draws_as_the_program_does(fmt, rounding):
    x = random_numbers(300, -4, 4)
    how = ["--to", fmt, "--rounding", rounding, "--seed", 7]
    assert same_bits(precipice.round(x, fmt, rounding, seed=7), evaluated("convert", "binary64", x, options=how))
    assert not same_bits(precipice.round(x, fmt, rounding, seed=7), precipice.round(x, fmt, rounding, seed=8))


def test_shapes_and_types():
    assert precipice.round(0.1, "bf16") == 0.10009765625
    assert isinstance(precipice.round(0.1, "bf16"), float)
    assert precipice.round([[1, 2], [3, 300]], "e4m3").shape == (2, 2)
    assert precipice.round(np.zeros((3, 0)), "half").shape == (3, 0)
    strided = np.arange(24.0).reshape(4, 6)[::2, ::-3] / 3
    assert same_bits(in_half(strided), strided.astype(np.float16).astype(np.float64))


@pytest.mark.parametrize(
    "x, words",
    [
        (np.arange(3, dtype=np.uint8), "x: has the type uint8, that of code points; decode(codes, fmt)"),
        (["a"], "x: has the type <U1"),
        ([1j], "x: has the type complex128"),
        ([2**60], "x: the integer 1152921504606846976 is beyond 2^53"),
        ([[1], [1, 2]], "x: is no array of numbers"),
    ],
)
def test_what_are_no_values_is_refused(x, words):
    with pytest.raises(precipice.ConfigError) as error:
        in_half(x)
    assert str(error.value).startswith(words)


def test_wrong_names_are_refused():
    with pytest.raises(precipice.ConfigError, match="unknown rounding"):
        precipice.round(1.0, "half", "up")
    with pytest.raises(precipice.ConfigError, match="fmt: some numbers of .* are no float64"):
        precipice.round(1.0, "binary128")
    with pytest.raises(TypeError):
        precipice.round(1.0, 16)
    with pytest.raises(precipice.ConfigError, match="lone surrogate"):
        precipice.round(1.0, "\ud800")
    with pytest.raises(precipice.ConfigError) as error:
        precipice.round(1.0, "b\nf16")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("seed", [-1, 2**64, pytest.param(10**5000, id="long"), 1.5, None])
def test_what_is_no_seed_is_refused_in_one_line(seed):
    with pytest.raises(precipice.ConfigError, match="^seed: is .*, but must be an integer from 0 to 18446744073709551615$"):
        precipice.round(1.0, "half", "sr", seed=seed)


def test_seeds_are_integers_of_any_kind():
    for seed in (0, 2**64 - 1, np.uint64(2**64 - 1), np.int8(3)):
        assert precipice.round(1 + 2.0**-30, "half", "sr", seed=seed) == precipice.round(1 + 2.0**-30, "half", "sr", int(seed))
