import numpy as np
import precipice
import pytest
from support import evaluated, numbers_of, program, same_bits

ORDERS = (
    "sequential reverse pairwise lanes:4 butterfly kahan exact vector:4 strided:4 packets:4 windows:4"
    " cascade:4"
).split()
ROWS, TERMS = 5, 23


def sums_of_program(fmt, rows, *options):
    lines = [" ".join(float(x).hex() for x in row) for row in rows]
    answers = program("eval", "sum", "--format", fmt, *options, lines=lines)
    return np.array([float.fromhex(answer) for answer in answers])


def rows(fmt, seed=0):
    draw = np.random.default_rng(seed)
    return precipice.round(draw.normal(size=(ROWS, TERMS)), fmt)


@pytest.mark.parametrize("rounding", ["nearest-even", "toward-negative", "stochastic:8"])
@pytest.mark.parametrize("fmt", ["e4m3", "bfloat16", "binary32"])
@pytest.mark.parametrize("order", ORDERS)
def test_sums_are_the_programs(order, fmt, rounding):
    how = ["--order", order, "--rounding", rounding, "--seed", 5]
    got = precipice.sum(rows(fmt), fmt, order, rounding, seed=5)
    assert same_bits(got, sums_of_program(fmt, rows(fmt), *how))


@pytest.mark.parametrize("marked", [0, 7, TERMS - 1])
def test_the_marked_term_comes_first(marked):
    x = rows("bfloat16")
    moved = np.concatenate([x[:, [marked]], np.delete(x, marked, axis=1)], axis=1)
    assert same_bits(precipice.sum(x, "bfloat16", "correct-first", marked=marked), precipice.sum(moved, "bfloat16"))


def test_a_sum_in_sequence_is_numpys():
    x = np.random.default_rng(3).normal(size=(50, 40)).astype(np.float16)
    total = x[:, 0]
    for k in range(1, x.shape[1]):
        total = total + x[:, k]
    assert total.dtype == np.float16
    assert same_bits(precipice.sum(x, "half"), total.astype(np.float64))


def test_the_order_decides():
    x = [1, 2.0**-9, 2.0**-9]
    assert precipice.sum(x, "bfloat16") == 1
    assert precipice.sum(x, "bfloat16", "exact", "toward-positive") == 1 + 2.0**-7
    assert precipice.sum(x, "e8m8", "reverse") == 1 + 2.0**-8
    assert precipice.sum([2.0**-9, 2.0**-9, 1], "e8m8", "correct-first", marked=2) == 1


def test_shapes_of_sums():
    x = np.arange(24.0).reshape(2, 3, 4)
    assert same_bits(precipice.sum(x, "half"), x.sum(axis=-1))
    assert same_bits(precipice.sum(x.T, "half"), x.T.sum(axis=-1))
    assert precipice.sum([1, 2, 3], "half") == 6
    assert precipice.sum(np.zeros((2, 0)), "half").tolist() == [0, 0]


def test_wrong_sums_are_refused():
    with pytest.raises(precipice.ConfigError, match="unknown order of summation"):
        precipice.sum([1], "half", "sideways")
    with pytest.raises(precipice.ConfigError, match="power of two"):
        precipice.sum([1], "half", "lanes:3")
    with pytest.raises(precipice.ConfigError, match="marked: is 2, but must be an integer from 0 to 1"):
        precipice.sum([1, 2], "half", marked=2)
    with pytest.raises(precipice.ConfigError, match="marked: is -1"):
        precipice.sum([1, 2], "half", marked=-1)
    with pytest.raises(precipice.ConfigError, match="^fmt: "):
        precipice.sum([1, 2], "binary128")
    with pytest.raises(precipice.ConfigError, match="^products: some numbers of"):
        precipice.dot([1, 2], [1, 2], "half", products="binary128")
    with pytest.raises(precipice.ConfigError, match="at least one dimension"):
        precipice.sum(1.0, "half")


@pytest.mark.parametrize("products", [None, "e4m3", "binary32"])
@pytest.mark.parametrize("order", ["sequential", "pairwise", "kahan"])
def test_dot_products_are_the_programs(order, products):
    x, y = rows("e5m4", 1), rows("e5m4", 2)
    pairs = np.stack([x, y], axis=-1).reshape(ROWS, -1)
    how = ["--order", order] + (["--products", products] if products else [])
    lines = [" ".join(float(v).hex() for v in row) for row in pairs]
    expected = [float.fromhex(a) for a in program("eval", "dot", "--format", "e5m4", *how, lines=lines)]
    assert precipice.dot(x, y, "e5m4", order, products).tolist() == expected


@pytest.mark.parametrize("rounding", ["nearest-even", "toward-zero", "stochastic"])
@pytest.mark.parametrize("products", [None, "bfloat16", "half"])
@pytest.mark.parametrize("order", ["sequential", "lanes:4"])
@pytest.mark.parametrize("fmt", ["e4m3", "bfloat16", "double"])
def test_a_matrix_product_is_made_of_dot_products(fmt, order, products, rounding):
    draw = np.random.default_rng(4)
    a, b = draw.normal(size=(3, 17)), draw.normal(size=(17, 5))
    got = precipice.matmul(a, b, fmt, order, products, rounding, seed=2)
    x, y = np.repeat(a, 5, axis=0), np.tile(b.T, (3, 1))
    assert same_bits(got, precipice.dot(x, y, fmt, order, products, rounding, seed=2).reshape(3, 5))


def test_strided_matrices_give_the_same_bits():
    draw = np.random.default_rng(5)
    a, b = draw.normal(size=(40, 33)), draw.normal(size=(33, 29))
    expected = precipice.matmul(a, b, "bfloat16", products="bfloat16")
    transposed = precipice.matmul(np.asfortranarray(a), np.asfortranarray(b), "bfloat16", products="bfloat16")
    assert same_bits(transposed, expected)
    wide = np.zeros((80, 66))
    wide[::2, ::2] = a
    assert same_bits(precipice.matmul(wide[::2, ::2], b, "bfloat16", products="bfloat16"), expected)
    reversed_twice = precipice.matmul(a[:, ::-1][:, ::-1], b, "bfloat16", products="bfloat16")
    assert same_bits(reversed_twice, expected)
    backwards = precipice.matmul(a[::-1], b, "bfloat16", products="bfloat16")
    assert same_bits(backwards, expected[::-1])


def test_a_matrix_product_of_binary16_is_numpys_loop():
    draw = np.random.default_rng(6)
    a, b = draw.normal(size=(6, 11)).astype(np.float16), draw.normal(size=(11, 7)).astype(np.float16)
    total = np.zeros((6, 7), np.float16)
    for k in range(11):
        total = total + a[:, k : k + 1] * b[k : k + 1]
    assert same_bits(precipice.matmul(a, b, "half", products="half"), total.astype(np.float64))


def test_wrong_products_are_refused():
    with pytest.raises(precipice.ConfigError, match="a of 3 columns and b of 2 rows do not go together"):
        precipice.matmul(np.zeros((2, 3)), np.zeros((2, 3)), "half")
    with pytest.raises(precipice.ConfigError, match=r"a: has the shape \(3,\), but must be a matrix"):
        precipice.matmul(np.zeros(3), np.zeros((3, 2)), "half")
    with pytest.raises(precipice.ConfigError, match="must have the same shape"):
        precipice.dot([1, 2], [1, 2, 3], "half")
