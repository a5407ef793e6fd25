"""Trains a small network on the digits by NumPy alone, all of it in float32, and saves its logits and labels.

usage, in the root of the repository: python3 docs/audit/train.py [STEPS]
The last bits depend on NumPy's matrix products; logits.npy and labels.npy, beside this, are what docs/audit.md audits.
"""

import sys

import numpy as np

rows = np.loadtxt("data/digits.csv.gz", delimiter=",")[:500]
x, y = (rows[:, :-1] / 16).astype(np.float32), rows[:, -1].astype(np.int64)
random = np.random.default_rng(0)
sizes = [64, 32, 32, 10]
w = [random.uniform(-1, 1, (a, b)).astype(np.float32) / np.float32(a) ** 0.5 for a, b in zip(sizes, sizes[1:])]
m, v = [np.zeros_like(p) for p in w], [np.zeros_like(p) for p in w]

for step in range(1, (int(sys.argv[1]) if len(sys.argv) > 1 else 200) + 1):
    h = [x]
    for p in w[:-1]:
        h.append(np.maximum(h[-1] @ p, 0))
    z = h[-1] @ w[-1]
    t = np.exp(z - z.max(1, keepdims=True))
    g = t / t.sum(1, keepdims=True)
    g[np.arange(len(y)), y] -= 1
    g /= len(y)
    for i in reversed(range(len(w))):  # Adam: 3e-3, 0.9, 0.999, 1e-8
        d, g = h[i].T @ g, g @ w[i].T * (h[i] > 0)
        m[i], v[i] = 0.9 * m[i] + 0.1 * d, 0.999 * v[i] + 0.001 * d * d
        w[i] -= (3e-3 * m[i] / (1 - 0.9**step) / (np.sqrt(v[i] / (1 - 0.999**step)) + 1e-8)).astype(np.float32)

np.save("docs/audit/logits.npy", z)
np.save("docs/audit/labels.npy", y)
