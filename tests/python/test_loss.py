import math

import numpy as np
import precipice
import pytest
from support import same_bits

FORMULATIONS = "shift lse-added division naive accurate stablemax reciprocal composed".split()


def batch(samples=64, classes=10, spread=8.0, seed=0):
    draw = np.random.default_rng(seed)
    return draw.normal(size=(samples, classes)) * spread, draw.integers(0, classes, samples)


def operation(name, *operands, fmt="bfloat16"):
    return getattr(precipice, name)(*operands, fmt)


def test_shift_is_its_line_in_the_modules_own_operations():
    z, labels = batch()
    rows = np.arange(len(labels))
    shifted = operation("sub", z, z.max(axis=1, keepdims=True))
    log_sum = operation("log", precipice.sum(operation("exp", shifted), "bfloat16"))
    log_probability = operation("sub", shifted, log_sum[:, None])
    share = precipice.div(1, len(labels), "bfloat16")
    hot = np.zeros_like(z)
    hot[rows, labels] = share
    gradient = operation("sub", operation("mul", operation("exp", log_probability), share), hot)
    got = precipice.softmax_cross_entropy(z, labels, "bfloat16")
    assert same_bits(got.gradient, gradient)
    assert same_bits(got.loss, operation("sub", 0, log_probability[rows, labels]))
    zero = got.gradient[rows, labels] == 0
    assert np.array_equal(got.collapsed, zero & (got.gradient != 0).any(axis=1))
    assert got.collapsed.any() and not got.collapsed.all()


@pytest.mark.parametrize("mean", ["before", "after", "outside"])
@pytest.mark.parametrize("formulation", FORMULATIONS)
def test_every_formulation_is_near_the_true_gradient_in_binary64(formulation, mean):
    z, labels = batch(spread=1.0)
    got = precipice.softmax_cross_entropy(z, labels, "double", formulation, mean=mean)
    if formulation == "stablemax":
        t = np.where(z >= 0, z + 1, 1 / (1 - z))
        p = t / t.sum(axis=1, keepdims=True)
        assert np.allclose(got.loss, -np.log(p[np.arange(len(labels)), labels]), rtol=1e-12)
        return
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    assert np.allclose(got.loss, -np.log(p[np.arange(len(labels)), labels]), rtol=1e-12)
    expected = p - np.eye(z.shape[1])[labels]
    assert np.allclose(got.gradient * (1 if mean == "outside" else len(labels)), expected, rtol=1e-9, atol=1e-14)
    assert not got.collapsed.any()


def test_a_seed_decides_stochastic_rounding():
    z, labels = batch()
    first, again, other = (
        precipice.softmax_cross_entropy(z, labels, "bf16", rounding="stochastic", seed=s) for s in (1, 1, 2)
    )
    assert same_bits(first.gradient, again.gradient) and not same_bits(first.gradient, other.gradient)


def test_settings_of_the_loss():
    z, labels = batch()
    plain = precipice.softmax_cross_entropy(z, labels, "bf16", mean="outside")
    scaled = precipice.softmax_cross_entropy(z, labels, "bf16", mean="outside", scale=1024)
    assert same_bits(scaled.gradient, plain.gradient * 1024)
    smooth = precipice.softmax_cross_entropy(z, labels, "bf16", smoothing=0.1)
    assert not same_bits(smooth.gradient, plain.gradient)
    fused = precipice.softmax_cross_entropy(z, labels, "bf16", fused=True)
    assert fused.gradient.shape == z.shape


def test_other_types_and_formats():
    z, labels = batch()
    half = z.astype(np.float16)
    for dtype in (np.int8, np.uint8, np.int64):
        got = precipice.softmax_cross_entropy(half, labels.astype(dtype), "bf16")
        assert same_bits(got.gradient, precipice.softmax_cross_entropy(half.astype(float), labels, "bf16").gradient)
    wide = precipice.softmax_cross_entropy(z[:3], labels[:3], "binary128")
    assert np.allclose(wide.loss, precipice.softmax_cross_entropy(z[:3], labels[:3], "double").loss, rtol=1e-13)


@pytest.mark.parametrize(
    "change, words",
    [
        (dict(labels=[0, 3]), "labels: 3 at 1 is no class, which are 0 to 2"),
        (dict(labels=[0]), "labels: must be 2 integers"),
        (dict(labels=[0.0, 1.0]), "labels: must be 2 integers"),
        (dict(logits=[1.0, 2.0]), r"logits: has the shape (2,), but must be samples x classes"),
        (dict(formulation="shif"), "formulation: is shif, but must be one of shift"),
        (dict(order="up"), "order: unknown order of summation 'up'"),
        (dict(mean="never"), "mean: "),
        (dict(smoothing=2), "smoothing: is 2, but must be a number in [0, 1)"),
        (dict(colour="red"), "colour: unknown key 'loss.colour'"),
        (dict(scale="dynamic"), "scale: is dynamic"),
        (dict(scale=1j), "scale: must be a number, a word, True or False"),
        (dict(scale=np.array([2.0, 3.0])), "scale: must be a number, a word, True or False"),
        (dict(labels=np.array([0, 2**64 - 1], np.uint64)), "labels: 18446744073709551615 at 1 is no class"),
        (dict(labels=[0, -1]), "labels: -1 at 1 is no class"),
    ],
)
def test_what_is_wrong_is_named(change, words):
    arguments = dict(logits=[[1.0, 2.0, 3.0]] * 2, labels=[0, 1], fmt="bf16") | change
    with pytest.raises(precipice.ConfigError) as error:
        precipice.softmax_cross_entropy(**arguments)
    assert str(error.value).startswith(words)


def test_settings_may_be_numbers_of_any_kind():
    z, y = [[1.0, 2.0, 3.0]] * 2, [0, 1]
    fused = precipice.softmax_cross_entropy(z, y, "bf16", fused=True)
    for fused_too, scale in ((np.bool_(True), 2**70), (True, np.float32(2.0**70))):
        scaled = precipice.softmax_cross_entropy(z, y, "bf16", fused=fused_too, scale=scale)
        assert (scaled.gradient == 2.0**70 * fused.gradient).all()
    assert (precipice.softmax_cross_entropy(z, np.array(y, np.uint64), "bf16", fused=True).gradient == fused.gradient).all()


def test_thresholds_of_two_classes():
    t = precipice.thresholds("bfloat16", 2)
    assert math.isclose(t.absorption_margin, 8 * math.log(2)) and t.collapse_margin == t.absorption_margin
    assert math.isclose(t.underflow_margin, (8 + 126) * math.log(2))


@pytest.mark.parametrize("fmt", ["bfloat16", "half", "e5m2"])
@pytest.mark.parametrize("classes, label", [(2, 0), (10, 0), (10, 9)])
def test_measured_where_predicted(fmt, classes, label):
    t = precipice.thresholds(fmt, classes, label)
    low, high = t.first_collapse
    before, behind = precipice.next_down(low, fmt), high
    logits = np.zeros((2, classes))
    logits[:, label] = before, behind
    gradient = precipice.softmax_cross_entropy(logits, [label] * 2, fmt, mean="outside").gradient
    assert gradient[0, label] != 0 and gradient[1, label] == 0
    last = t.last_gradient[1]
    logits[:, label] = t.last_gradient[0], precipice.next_up(last, fmt)
    gradient = precipice.softmax_cross_entropy(logits, [label] * 2, fmt, mean="outside").gradient
    others = np.arange(classes) != label
    assert (gradient[0, others] != 0).any() and (gradient[1, others] == 0).all()


@pytest.mark.parametrize(
    "arguments, words",
    [
        (dict(fmt="bf16", classes=1), "classes: is 1"),
        (dict(fmt="bf16", classes=2**18 + 1), "classes: is 262145, but must be an integer from 2 to 262144"),
        (dict(fmt="bf16", classes=2.5), "classes: is no integer"),
        (dict(fmt="bf16", classes=3, batch=2**64), "batch: is 18446744073709551616"),
        (dict(fmt="bf16", classes=2, label=2), "label: is 2"),
        (dict(fmt="bf16", classes=2, batch=0), "batch: is 0"),
        (dict(fmt="bf16", classes=2, rounding="sr"), "rounding: nothing is predicted of stochastic"),
        (dict(fmt="bf16", classes=2, formulation="naive"), "formulation: nothing is predicted of naive"),
        (dict(fmt="bf16:daz", classes=2), "fmt: nothing is predicted of"),
    ],
)
def test_what_nothing_is_predicted_of(arguments, words):
    with pytest.raises(precipice.ConfigError) as error:
        precipice.thresholds(**arguments)
    assert str(error.value).startswith(words)
