import ast
import inspect
from pathlib import Path

import precipice

STUBS = ast.parse((Path(precipice.__file__).parent / "__init__.pyi").read_text(encoding="utf-8"))
NODES = {node.name: node for node in STUBS.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def test_every_name_has_types_and_a_description():
    assert set(NODES) == set(precipice.__all__)
    for name in precipice.__all__:
        assert getattr(precipice, name).__doc__, name
    assert (Path(precipice.__file__).parent / "py.typed").exists()


def test_stubs_have_the_parameters_that_there_are():
    for name, node in NODES.items():
        thing = getattr(precipice, name)
        if not isinstance(node, ast.FunctionDef):
            continue
        stub = [a.arg for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]]
        if inspect.isbuiltin(thing):
            signature = thing.__doc__.splitlines()[0]
            assert [a for a in stub if f"{a}:" not in signature] == [], (name, signature)
        else:
            real = [p.name for p in inspect.signature(thing).parameters.values() if p.kind != p.VAR_KEYWORD]
            assert stub[: len(real)] == real, name


def test_formats_have_the_properties_of_the_stub():
    members = {node.name for node in NODES["Format"].body if isinstance(node, ast.FunctionDef)}
    assert {m for m in members if not m.startswith("_")} == {m for m in dir(precipice.Format) if not m.startswith("_")}
