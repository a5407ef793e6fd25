import pickle
from fractions import Fraction

import numpy as np
import precipice
import pytest
from precipice import Format
from support import program


def test_a_format_has_its_properties():
    f = Format("e4m3fn")
    assert (f.precision, f.exponent_bits, f.emin, f.emax, f.bias, f.width) == (4, 4, -6, 8, 7, 8)
    assert (f.largest, f.smallest_normal, f.smallest_positive) == (448, 2**-6, 2**-9)
    assert (f.unit_roundoff, f.ulp_of_one, f.trailing_bits) == (2**-4, 2**-3, 3)
    assert f.has_nan and not f.has_infinity and f.has_sign and f.has_zero and f.has_subnormals
    assert f.dtype == np.uint8


def test_a_name_a_text_and_widths_give_the_same_format():
    assert Format("bf16") == Format("bfloat16") == Format("e8m7") == Format(precision=8, exponent_bits=8)
    assert len({Format("bf16"), Format("e8m7"), Format("e8m7:ftz")}) == 2
    assert Format(Format("half")).text == "e5m10"
    assert Format("half") != "half"


def test_text_and_repr_lead_back():
    for f in precipice.formats():
        assert Format(f.text) == f == eval(repr(f)) == pickle.loads(pickle.dumps(f))
    assert str(Format("bf16")) == "e8m7 (bfloat16: p = 8, m = 7, E = 8)"
    assert (Format("bf16").name, Format("e8m6").name) == ("bfloat16", None)


def test_numbers_that_are_no_float_are_fractions():
    quad = Format("binary128")
    assert quad.smallest_normal == Fraction(1, 2**16382)
    assert quad.largest == Fraction(2**113 - 1) * 2 ** (16383 - 112)
    assert quad.unit_roundoff == 2.0**-113


@pytest.mark.parametrize("text", ["e4m3x", "float7", "e40m3", ""])
def test_errors_are_those_of_the_program(text):
    with pytest.raises(precipice.ConfigError) as error:
        Format(text)
    assert isinstance(error.value, ValueError) and "\n" not in str(error.value)
    with pytest.raises(Exception) as of_program:
        program("formats", text)
    assert str(error.value) in of_program.value.stderr


def test_the_suffixes_show():
    f = Format("e4m3fn:sat:ftz")
    assert f.saturates and f.flushes_results and not f.flushes_operands
