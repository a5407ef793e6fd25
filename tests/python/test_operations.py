import threading
import time

import numpy as np
import precipice
import pytest
from support import evaluated, numbers_of, same_bits

PAIRS = 2000


def halves():
    return numbers_of("half", PAIRS)


@pytest.mark.parametrize(
    "ours, numpys", [("add", np.add), ("sub", np.subtract), ("mul", np.multiply), ("div", np.divide)]
)
def test_arithmetic_of_binary16_is_numpys_on_all_pairs(ours, numpys):
    x = halves()
    with np.errstate(all="ignore"):
        expected = numpys(x[:, None].astype(np.float16), x[None, :].astype(np.float16))
    assert expected.dtype == np.float16
    got = getattr(precipice, ours)(x[:, None], x[None, :], "half")
    assert same_bits(got, expected.astype(np.float64))


def test_roots_of_binary16_are_numpys_on_every_code_point():
    x = np.arange(2**16, dtype=np.uint16).view(np.float16)
    with np.errstate(invalid="ignore"):
        assert same_bits(precipice.sqrt(x, "half"), np.sqrt(x).astype(np.float64))


def test_arithmetic_of_binary32_is_numpys():
    x, y = numbers_of("single", 100_000, 1).astype(np.float32), numbers_of("single", 100_000, 2).astype(np.float32)
    for ours, numpys in [("add", np.add), ("mul", np.multiply), ("div", np.divide)]:
        with np.errstate(all="ignore"):
            assert same_bits(getattr(precipice, ours)(x, y, "single"), numpys(x, y).astype(np.float64))


UNARY = "sqrt exp log tanh sigmoid rsqrt expm1 exp2 log1p log2 erf".split()
BINARY = "add sub mul div pow maximum minimum".split()


@pytest.mark.parametrize("rounding", ["nearest-even", "toward-zero", "stochastic:6"])
@pytest.mark.parametrize("fmt", ["e4m3fn", "bfloat16", "binary32"])
@pytest.mark.parametrize("name", UNARY + BINARY)
def test_every_operation_is_the_programs(name, fmt, rounding):
    operands = [numbers_of(fmt, 100, seed) for seed in range(1 if name in UNARY else 2)]
    how = ["--rounding", rounding, "--seed", 3]
    got = getattr(precipice, name)(*operands, fmt, rounding=rounding, seed=3)
    assert same_bits(got, evaluated(name, fmt, *operands, options=how))


def test_other_names_are_the_programs():
    x, y, z = (numbers_of("bf16", 200, seed) for seed in range(3))
    assert same_bits(precipice.fma(x, y, z, "bf16"), evaluated("fma", "bf16", x, y, z))
    assert same_bits(precipice.remainder(x, y, "bf16"), evaluated("rem", "bf16", x, y))
    assert same_bits(precipice.round_to_integral(x, "bf16"), evaluated("round", "bf16", x))
    assert same_bits(precipice.logb(x, "bf16"), evaluated("logb", "bf16", x))
    assert same_bits(precipice.next_up(x, "bf16"), evaluated("nextup", "bf16", x))
    assert same_bits(precipice.next_down(x, "bf16"), evaluated("nextdown", "bf16", x))


def test_the_smaller_term_is_absorbed():
    assert precipice.add(1, 2.0**-8, "bfloat16") == 1
    assert precipice.add(1, 2.0**-8, "bfloat16", "toward-positive") == 1 + 2.0**-7


def test_operands_are_taken_exactly_as_they_are():
    assert precipice.sub(1 + 2.0**-20, 1, "e4m3") == 0
    assert precipice.sub(1 + 2.0**-20, 1, "e8m3") == 2.0**-20


def test_shapes_go_together_by_numpys_rules():
    x, y = np.arange(3.0)[:, None], np.arange(4.0)
    assert same_bits(precipice.add(x, y, "half"), x + y)
    assert precipice.mul(2, y, "half").tolist() == [0, 2, 4, 6]
    assert precipice.add(np.zeros((2, 0)), 1, "half").shape == (2, 0)
    assert precipice.fma(x, y, 1, "half").shape == (3, 4)
    with pytest.raises(precipice.ConfigError, match=r"^x of shape \(2,\) and y of shape \(2, 1\) and z of shape \(3,\) do"):
        precipice.fma([1, 2], [[1], [2]], [1, 2, 3], "half")
    with pytest.raises(precipice.ConfigError, match=r"x of shape \(3,\) and y of shape \(4,\) do not go together"):
        precipice.add(np.arange(3.0), y, "half")


def test_other_threads_run_meanwhile():
    counted = 0
    done = threading.Event()

    def work():
        precipice.erf(np.linspace(0, 1, 20_000), "binary32")
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    while not done.is_set():
        counted += 1
        time.sleep(0.001)
    thread.join()
    assert counted > 3
