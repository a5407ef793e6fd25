"""A file includes its own floor and lower ones only (floors: the folders of include/precipice, lowest first).

Prints file:line of every include that reaches up. Files of tests/ that belong to no floor, such as tests/support, stand
on the highest floor they include; src/ folders that are no floor, such as the benchmarks, stand above all floors. A floor
may stand beside the highest: neither of the two includes the other.
"""

import argparse
import re
import sys
import tempfile
import unittest
from pathlib import Path

# Highway names the source that it includes again for each vector width in a macro.
INCLUDE = re.compile(r'^\s*#\s*(?:include|define\s+HWY_TARGET_INCLUDE)\s*[<"]([^">]+)[">]')
SUFFIXES = {".hpp", ".cpp", ".h"}
# What computes a loss, runs a replay or looks at one: decision 0023.
MEASURING = {"loss.hpp": [], "replay.hpp": [], "observe.hpp": [], "run.hpp": [], "measured_thresholds.hpp": []}


class Tree:
    def __init__(self, root, floors, beside=()):
        self.root = Path(root)
        self.floors = floors
        self.beside = beside
        self.heights = {}

    def files(self):
        for top in ("include", "src", "tests"):
            yield from sorted(p for p in (self.root / top).rglob("*") if p.suffix in SUFFIXES and not self.is_apart(p))

    def is_apart(self, file):
        """Whether it is of the project that uses an installed precipice."""
        return self.root / "tests" / "install" / "example" in file.parents

    def floor_of(self, file):
        """The floor that a file belongs to by its folder, or None."""
        name = self.floor_name(file)
        if name in self.beside:
            return len(self.floors) - 1
        return self.floors.index(name) if name else None

    def floor_name(self, file):
        folders = [f for f in file.relative_to(self.root).parts[1:-1] if f != "precipice"]
        return folders[0] if folders and folders[0] in [*self.floors, *self.beside] else None

    def are_beside(self, file, target):
        """Whether they belong to two floors of the same height."""
        names = {self.floor_name(file), self.floor_name(target)}
        return None not in names and len(names) == 2 and self.floor_of(file) == self.floor_of(target)

    def includes(self, file):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if match := INCLUDE.match(line):
                yield number, match.group(1)

    def target(self, file, included):
        """The file of this tree that an include names, or None for a library's header."""
        for folder in (file.parent, self.root / "include", self.root / "src", self.root / "tests"):
            if (folder / included).is_file():
                return (folder / included).resolve()
        return None

    def reached(self, file):
        """Every file of this tree that a file includes, by whatever way."""
        found, open_ends = set(), [file]
        while open_ends:
            current = open_ends.pop()
            for _, included in self.includes(current):
                target = self.target(current, included)
                if target and target not in found:
                    found.add(target)
                    open_ends.append(target)
        return found

    def height(self, file):
        """Index of the floor on which a file stands."""
        if file not in self.heights:
            self.heights[file] = 0  # ends a circle of includes
            floor = self.floor_of(file)
            if floor is None and file.relative_to(self.root).parts[0] == "tests":
                reached = (self.target(file, included) for _, included in self.includes(file))
                floor = max((self.height(t) for t in reached if t), default=0)
            self.heights[file] = len(self.floors) if floor is None else floor
        return self.heights[file]

    def offences(self):
        for file in self.files():
            where = file.relative_to(self.root)
            if where.parts[0] == "include" and self.floor_of(file) is None:
                yield f"{where}:1: belongs to no floor; public headers live in include/precipice/<floor>/"
            for number, included in self.includes(file):
                target = self.target(file, included)
                if included.startswith("precipice/") and target is None:
                    yield f"{where}:{number}: includes '{included}', which does not exist"
                elif target and self.height(target) > self.height(file):
                    own = self.floors[self.height(file)]
                    up = target.relative_to(self.root)
                    yield f"{where}:{number}: floor '{own}' includes '{included}' of a higher floor ({up})"
                elif target and self.are_beside(file, target):
                    own, other = self.floor_name(file), self.floor_name(target)
                    yield f"{where}:{number}: floor '{own}' includes '{included}' of floor '{other}', which stands beside it"


class FloorsTest(unittest.TestCase):
    root = floors = None
    beside = ()
    longMessage = False  # the list of offences is the message

    def test_no_file_includes_a_higher_floor(self):
        offences = list(Tree(self.root.resolve(), self.floors, self.beside).offences())
        self.assertFalse(offences, "\n" + "\n".join(offences))

    def test_what_predicts_sees_nothing_that_measures(self):
        tree = Tree(self.root.resolve(), self.floors)
        predicting = [p for p in tree.files() if p.name.startswith("predict") and p.parent.name == "diagnosis"
                      and tree.root / "tests" not in p.parents]
        self.assertGreater(len(predicting), 6)
        reached = {p: tree.reached(p) for p in predicting}
        offences = [f"{p.relative_to(tree.root)}: includes {q.relative_to(tree.root)} by some way"
                    for p, all_of in reached.items() for q in sorted(all_of) if q.name in MEASURING]
        self.assertFalse(offences, "\n" + "\n".join(offences))
        for p in tree.files():  # and these names still mean something
            MEASURING.get(p.name, []).append(p)
        self.assertTrue(all(MEASURING.values()), MEASURING)

    def test_a_wrong_include_is_found(self):
        files = {
            "include/precipice/low/a.hpp": '#pragma once\n#include "precipice/high/b.hpp"\n',
            "include/precipice/high/b.hpp": "#include <vector>\n",
            "src/high/b.cpp": '#include "precipice/high/b.hpp"\n#include "precipice/low/a.hpp"\n',
            "src/twin/c.cpp": '#include "precipice/low/a.hpp"\n#include "precipice/high/b.hpp"\n',
            "src/bench/all.cpp": '#include "precipice/high/b.hpp"\n',
            "tests/support/help.hpp": '#include "precipice/high/b.hpp"\n',
            "tests/low/a_test.cpp": '\n#include "support/help.hpp"\n',
        }
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve()
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            offences = list(Tree(root, ["low", "high"], ["twin"]).offences())
        self.assertEqual(
            [o.split(": ")[0] for o in offences],
            ["include/precipice/low/a.hpp:2", "src/twin/c.cpp:2", "tests/low/a_test.cpp:2"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Checks that no file includes a higher floor.")
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--floors", nargs="+", required=True, help="lowest first")
    parser.add_argument("--beside-highest", nargs="*", default=[], help="floors as high as the last one")
    options = parser.parse_args()
    FloorsTest.root, FloorsTest.floors, FloorsTest.beside = options.root, options.floors, options.beside_highest
    unittest.main(argv=sys.argv[:1])
