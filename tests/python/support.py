"""The program, to compare with, and numbers to compare on."""

import os
import subprocess

import numpy as np

PROGRAM = os.environ.get("PRECIPICE_PROGRAM", "precipice")
SEED = 20260501


def program(*arguments, lines=()):
    """What the program writes, line by line."""
    text = "".join(f"{line}\n" for line in lines)
    done = subprocess.run([PROGRAM, *map(str, arguments)], input=text, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def evaluated(operation, fmt, *operands, options=()):
    """`precipice eval` on columns of operands."""
    lines = [" ".join(float(x).hex() for x in row) for row in zip(*operands)]
    answers = program("eval", operation, "--format", fmt, *options, lines=lines)
    return np.array([float.fromhex(answer) for answer in answers])


def same_bits(a, b):
    """Whether two arrays of floats have the same bits; any NaN is any NaN."""
    a, b = np.asarray(a), np.asarray(b)
    assert a.shape == b.shape and a.dtype == b.dtype, (a.shape, b.shape, a.dtype, b.dtype)
    unsigned = f"u{a.dtype.itemsize}"
    return bool(np.all((a.view(unsigned) == b.view(unsigned)) | (np.isnan(a) & np.isnan(b))))


def random_numbers(count, lowest, highest, seed=SEED):
    """float64 with exponents from lowest to highest, of both signs."""
    draw = np.random.default_rng(seed)
    return np.ldexp(draw.uniform(1, 2, count), draw.integers(lowest, highest, count)) * draw.choice([-1, 1], count)


def numbers_of(fmt, count, seed=SEED):
    """Random code points of a format, as float64."""
    import precipice

    fmt = precipice.Format(fmt)
    codes = np.random.default_rng(seed).integers(0, 2**fmt.width, count, dtype=np.uint64).astype(fmt.dtype)
    return precipice.decode(codes, fmt)
