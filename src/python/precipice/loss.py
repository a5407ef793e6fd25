"""The softmax cross-entropy in a format, and what is predicted of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from . import _core


class SoftmaxCrossEntropy(NamedTuple):
    """What softmax_cross_entropy returns."""

    loss: np.ndarray
    """(samples,): float64, the loss of each sample, neither averaged nor scaled, in nats"""
    gradient: np.ndarray
    """(samples, classes): float64, dL/dz"""
    collapsed: np.ndarray
    """(samples,): bool, whether the correct class's gradient is exactly zero and some other is not"""


def softmax_cross_entropy(
    logits,
    labels,
    fmt,
    formulation: str = "shift",
    order: str = "sequential",
    *,
    mean: str = "before",
    rounding: str = "nearest-even",
    seed: int = 0,
    **settings,
) -> SoftmaxCrossEntropy:
    """Loss, gradient and softmax collapse as operations of the format have them, each rounded once.

    logits: (samples, classes), taken exactly as they are; labels: (samples,), integers in [0, classes). formulation:
    shift, lse-added, division, naive, accurate, stablemax, reciprocal or composed. order: of the softmax sum, see sum.
    mean: where 1 / samples is applied: before, after or outside. settings: the other keys of [loss] in an experiment
    file: projection, smoothing, z_loss, margin_clamp, scale, fused. A stochastic rounding draws as a run with this seed
    does in its step 0. ConfigError for anything that is none of these.
    """
    settings = {"formulation": formulation, "order": order, "mean": mean, **settings}
    return SoftmaxCrossEntropy(*_core.softmax_cross_entropy(logits, labels, fmt, rounding, seed, **settings))


class Thresholds(NamedTuple):
    """What thresholds returns: margins of logits, in nats. None: not predicted, or it never happens."""

    absorption_margin: float | None
    """from here on 1 + exp(-margin) is 1"""
    collapse_margin: float | None
    """from here on the softmax sum is 1, by the formula"""
    underflow_margin: float | None
    """from here on a wrong class's gradient is zero, by the formula"""
    first_collapse: tuple[float, float] | None
    """the numbers of the format between which the first margin without a gradient of the correct class lies: mostly
    the same; inf: there is none"""
    last_gradient: tuple[float, float] | None
    """likewise the last margin with a gradient of some wrong class; -inf: there is none"""


def thresholds(
    fmt,
    classes: int,
    label: int = 0,
    order: str = "sequential",
    *,
    rounding: str = "nearest-even",
    formulation: str = "shift",
    mean: str = "before",
    batch: int = 1,
) -> Thresholds:
    """Where the softmax of a format is predicted to lose its gradients. Computes no loss.

    One sample, whose wrong classes all have the logit 0 and whose correct one, with the index `label`, has the margin.
    order, formulation (not naive, stablemax or composed) and mean as in softmax_cross_entropy; batch: samples of the
    mean. ConfigError for what nothing is predicted of: stochastic rounding, formats that have no sign or no zero or
    flush operands, formats beyond float64.
    """
    return Thresholds(**_core.thresholds(fmt, classes, label, order, rounding, formulation, mean, batch))
