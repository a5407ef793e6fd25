#!/usr/bin/python3
"""What is installed works: program, library, Python module, manual pages, completions, Debian package.

usage: install_test.py --build build/release --python /usr/bin/python3 --scratch FOLDER [unittest's arguments]

Everything is installed into a folder, which is then moved, and looked at from there. The Debian package is installed
into a fresh Debian 12 of its own where debootstrap may make one; else that test is skipped.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
LEAKS = ("boost/", "gmp", "mpfr", "nlohmann/", "Eigen/", "fmt/", "hwy/", "toml", "tbb/", "CLI/")
PUSH, POP = "#pragma GCC visibility push(default)", "#pragma GCC visibility pop"


def run(*command, **options):
    """The standard output of a command that succeeds."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def complete(program, *words):
    """The words that the program offers for the last of these."""
    return [line.split("\t")[0] for line in run(program, "__complete", *words).splitlines()[1:]]


class Installed(unittest.TestCase):
    build = python = scratch = prefix = None
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        shutil.rmtree(cls.scratch, ignore_errors=True)
        run("cmake", "--install", cls.build, "--prefix", cls.scratch / "first")
        (cls.scratch / "first").rename(cls.scratch / "moved")
        cls.prefix = cls.scratch / "moved"
        cls.program = cls.prefix / "bin" / "precipice"
        cls.library = next(cls.prefix.rglob("libprecipice.so"))
        cls.headers = sorted(p.relative_to(cls.prefix / "include") for p in (cls.prefix / "include").rglob("*.*"))


class Headers(Installed):
    def includes(self, header):
        text = (self.prefix / "include" / header).read_text(encoding="utf-8")
        return re.findall(r'#include [<"]([^>"]+)[>"]', text)

    def reached(self, header):
        """All that a header includes, by whatever way, with the libraries' own."""
        found, open_ends = set(), [str(header)]
        while open_ends:
            for included in self.includes(open_ends.pop()):
                if included in found:
                    continue
                found.add(included)
                if included.startswith("precipice/"):
                    open_ends.append(included)
        return found

    def test_a_public_header_includes_public_headers_only(self):
        present = {str(h) for h in self.headers}
        for header in self.headers:
            own = {i for i in self.includes(header) if i.startswith("precipice/")}
            self.assertLessEqual(own, present, header)

    def test_plain_headers_lead_to_the_standard_library_alone(self):
        leaks = [i for i in self.reached("precipice/precipice.hpp") if i.startswith(LEAKS)]
        self.assertEqual(leaks, [])
        self.assertIn("boost/multiprecision/gmp.hpp", self.reached("precipice/exact.hpp"))  # so the test can fail

    def test_public_headers_are_those_that_make_their_names_visible(self):
        source = HERE.parent.parent / "include"
        marked = {p.relative_to(source) for p in source.rglob("*.hpp") if PUSH in p.read_text(encoding="utf-8")}
        made = {Path("precipice") / name for name in ("precipice.hpp", "exact.hpp", "version.hpp", "arithmetic/fixed_eigen.hpp")}
        self.assertEqual(marked, {h for h in self.headers if h.suffix == ".hpp"} - made)
        for header in marked:
            self.assertEqual((source / header).read_text(encoding="utf-8").count(POP), 1, header)


class Library(Installed):
    def exported(self):
        return [line.split(" ", 2)[2] for line in run("nm", "-DC", "--defined-only", self.library).splitlines()]

    def test_it_exports_its_own_names_and_no_others(self):
        names = self.exported()
        for name in names:
            self.assertRegex(name, r"^(typeinfo (name )?for |vtable for )?precipice::")
        for part in ("precipice::parse_format", "precipice::Emulator::sum", "precipice::run_experiment", "precipice::reference::add"):
            self.assertTrue(any(part + "(" in name for name in names), part)
        for part in ("Carried", "write_whole_file", "toml", "nlohmann"):
            self.assertFalse([name for name in names if part in name], part)

    def test_its_soname_has_the_major_and_the_minor_version(self):
        version = run(self.program, "--version").split()[1]
        soname = re.search(r"SONAME.*\[(.*)\]", run("readelf", "-d", self.library)).group(1)
        self.assertEqual(soname, "libprecipice.so." + ".".join(version.split(".")[:2]))

    PLAIN = """\
e8m7 (bfloat16: p = 8, m = 7, E = 8)
1 + 2^-8 = 1; 300 ones are 256, in eight lanes 300
margins 5 and 6: collapsed 0 1, absorption from 5.54518
400 steps: slingshots, absorption at step 80, inflation at 340
"""
    EXACT = """\
5.06 7.086
0.3164 inexact, code 13584
collapses from 5.56 on
"""

    def check_programs(self, folder, environment=None):
        plain = run(folder / "plain", env=environment)
        self.assertTrue(plain.startswith(self.PLAIN), plain)
        self.assertIn("bfloat17", plain)
        self.assertEqual(run(folder / "exact", env=environment), self.EXACT)

    def test_a_project_finds_it_with_cmake(self):
        folder = self.scratch / "example"
        run("cmake", "-G", "Ninja", "-S", HERE / "example", "-B", folder, f"-DCMAKE_PREFIX_PATH={self.prefix}",
            "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Werror")
        run("cmake", "--build", folder)
        self.check_programs(folder)

    def test_a_compiler_finds_it_with_pkg_config(self):
        folder = self.scratch / "by-hand"
        folder.mkdir()
        environment = {**os.environ, "PKG_CONFIG_PATH": str(self.library.parent / "pkgconfig")}
        for source, package in (("plain", "precipice"), ("exact", "precipice-exact")):
            flags = run("pkg-config", "--cflags", "--libs", package, env=environment).split()
            run("g++", "-std=c++20", HERE / "example" / f"{source}.cpp", "-o", folder / source, *flags)
        self.check_programs(folder, {**os.environ, "LD_LIBRARY_PATH": str(self.library.parent)})

    def test_another_version_is_refused(self):
        asked = self.scratch / "refused" / "CMakeLists.txt"
        asked.parent.mkdir()
        asked.write_text("cmake_minimum_required(VERSION 3.25)\nproject(x LANGUAGES CXX)\nfind_package(precipice 0.2 REQUIRED)\n",
                         encoding="utf-8")
        with self.assertRaisesRegex(AssertionError, "0.2"):
            run("cmake", "-S", asked.parent, "-B", asked.parent / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}")


class Program(Installed):
    def test_it_trains_wherever_it_lies(self):
        printed = run(self.program, "train", "--set", "run.steps=400", cwd="/")
        self.assertRegex(printed, r"outcome +slingshots")

    def test_the_python_module_is_found_and_needs_no_folder_of_the_build(self):
        package = next(self.prefix.rglob("precipice/__init__.py")).parent
        printed = run(self.python, "-c", "import precipice; print(precipice.add(1, 2**-8, 'bfloat16'), precipice.__file__)",
                      env={**os.environ, "PYTHONPATH": str(package.parent)}, cwd="/")
        self.assertEqual(printed.split(), ["1.0", str(package / "__init__.py")])
        self.assertTrue((package / "__init__.pyi").exists() and (package / "py.typed").exists())

    def test_every_command_has_a_page_that_says_what_its_help_says(self):
        commands = complete(self.program, "")
        self.assertIn("sweep", commands)
        pages = {p.name for p in self.prefix.rglob("man*/precipice*")}
        self.assertEqual(pages, {"precipice.1", "precipice.7", *(f"precipice-{c}.1" for c in commands)})
        for command in commands:
            page = next(self.prefix.rglob(f"precipice-{command}.1"))
            shown = subprocess.run(["man", "--warnings", "-P", "cat", page], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                   check=True, env={**os.environ, "MANWIDTH": "200", "LC_ALL": "C.UTF-8"})
            self.assertEqual(shown.stderr, "", page)
            words = set(re.findall(r"--?[a-z][a-z-]*", shown.stdout))
            for option in complete(self.program, command, "-"):
                self.assertIn(option, words, page)

    def test_the_page_of_words_has_every_topic(self):
        page = next(self.prefix.rglob("precipice.7"))
        shown = run("man", "--warnings", "-P", "cat", page, env={**os.environ, "MANWIDTH": "200", "LC_ALL": "C.UTF-8"})
        for word in ("bfloat16", "nearest-even", "butterfly", "accurate", "master_weights", "slingshots", "record_every"):
            self.assertIn(word, shown)


class Completions(Installed):
    """Each shell is asked what it would offer for a line that has been typed."""

    CASES = (("precipice swe", "sweep"), ("precipice formats bf", "bfloat16"), ("precipice sweep --dry", "--dry-run"),
             ("precipice advise --rounding toward-z", "toward-zero"), ("precipice eval fm", "fma"),
             ("precipice train --set loss.form", "loss.formulation="), ("precipice help round", "roundings"))

    def environment(self):
        return {"PATH": f"{self.prefix / 'bin'}:/usr/bin:/bin", "HOME": str(self.scratch), "TERM": "dumb", "LC_ALL": "C.UTF-8"}

    def test_the_program_offers_what_fits(self):
        def offered(*words):
            return complete(self.program, *words)

        self.assertEqual(offered("audit", "--formats", "binary16,bf"), ["binary16,bfloat16", "binary16,bf16"])
        self.assertEqual(offered("train", "--set", "loss.formulation=acc"), ["loss.formulation=accurate"])
        self.assertEqual(offered("train", "--set=loss.mean=a"), ["--set=loss.mean=after"])
        self.assertEqual(offered("advise", "--classes", "10", "--mean", "o"), ["outside"])
        self.assertEqual(offered("phase", "--seeds", ""), ["summary", "spread"])
        self.assertIn("ledger", offered("sweep", "--jobs", "2", "le"))
        self.assertEqual(offered("nonsense", ""), [])
        self.assertEqual(offered("eval", "add", "--format", "e4m3f"), ["e4m3fn", "e4m3fnuz"])
        self.assertEqual(offered("formats", "hal"), ["half"])
        self.assertEqual(run(self.program, "__complete", "check", "").strip(), ":directories")

    def test_bash(self):
        script = next(self.prefix.rglob("bash-completion/completions/precipice"))
        ask = (f'source {script}; COMP_LINE=$1; COMP_POINT=${{#1}}; compopt() {{ :; }}; _precipice; '
               'printf "%s\\n" "${COMPREPLY[@]}"')
        for line, expected in self.CASES:
            self.assertIn(expected, run("bash", "-c", ask, "bash", line, env=self.environment()).splitlines(), line)
        # Bash has split the word at "=", and replaces what follows it.
        line = "precipice train --set loss.formulation=acc"
        self.assertEqual(run("bash", "-c", ask, "bash", line, env=self.environment()).splitlines(), ["accurate"])
        (self.scratch / "grid.toml").write_text("", encoding="utf-8")
        self.assertIn("grid.toml", run("bash", "-c", ask, "bash", "precipice sweep gri", env=self.environment(),
                                       cwd=self.scratch))

    @unittest.skipUnless(shutil.which("fish"), "fish is not installed")
    def test_fish(self):
        script = next(self.prefix.rglob("precipice.fish"))
        for line, expected in self.CASES:
            printed = run("fish", "--no-config", "-c", f"source {script}; complete -C {line!r}", env=self.environment())
            self.assertIn(expected, [offer.split("\t")[0] for offer in printed.splitlines()], line)

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh(self):
        script = next(self.prefix.rglob("_precipice"))
        # What zsh's own functions would be told.
        ask = ('compdef() { }; source $1; _describe() { print -rl -- ${(P)4} }; _files() { print FILES: }; '
               'words=(${=2}); CURRENT=$#words; _precipice')
        for line, expected in self.CASES:
            printed = run("zsh", "-f", "-c", ask, "zsh", script, line, env=self.environment())
            self.assertIn(expected, [offer.split(":")[0] for offer in printed.splitlines()], line)
        self.assertIn("FILES:", run("zsh", "-f", "-c", ask, "zsh", script, "precipice report resu", env=self.environment()))


class DebianPackage(Installed):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.scratch / "package"
        run("cpack", "--config", cls.build / "CPackConfig.cmake", "-G", "DEB", "-B", folder)
        cls.package = next(folder.glob("*.deb"))

    def field(self, name):
        return run("dpkg-deb", "--field", self.package, name).strip()

    def test_it_says_what_it_needs(self):
        self.assertEqual(self.field("Package"), "precipice")
        self.assertEqual(self.field("Version"), run(self.program, "--version").split()[1])
        for library in ("libmpfr6", "libgmp10", "libtbb12", "libc6"):
            self.assertIn(library, self.field("Depends"))
        listed = run("dpkg-deb", "--contents", self.package)
        for path in ("./usr/bin/precipice", "./usr/lib/python3/dist-packages/precipice/__init__.py",
                     "./usr/include/precipice/precipice.hpp", "./usr/share/man/man1/precipice-train.1",
                     "./usr/share/doc/precipice/copyright"):
            self.assertIn(path, listed)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("debootstrap"), "needs root and debootstrap")
    def test_it_installs_on_a_fresh_debian_and_runs_there(self):
        root = self.scratch / "debian"
        mirror = os.environ.get("PRECIPICE_DEBIAN_MIRROR") or debian_mirror()
        try:
            run("debootstrap", "--variant=minbase", "bookworm", root, mirror)
        except AssertionError as error:
            self.skipTest(f"debootstrap makes no Debian here: {str(error).splitlines()[-1]}")
        shutil.copy(self.package, root / "root")
        inside = ("chroot", root, "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8")
        run(*inside, "apt-get", "-q", "update")
        run(*inside, "apt-get", "-q", "install", "-y", "--no-install-recommends", f"/root/{self.package.name}", "python3-numpy")
        self.assertRegex(run(*inside, "precipice", "train", "--set", "run.steps=400"), r"outcome +slingshots")
        self.assertEqual(run(*inside, "python3", "-c", "import precipice; print(precipice.add(1, 2**-8, 'bf16'))"), "1.0\n")
        self.assertIn("libprecipice.so.0", run(*inside, "ldconfig", "-p"))
        run(*inside, "apt-get", "-q", "purge", "-y", "precipice")
        self.assertFalse((root / "usr/bin/precipice").exists())
        self.assertFalse((root / "usr/lib/python3/dist-packages/precipice").exists())


def debian_mirror():
    """The mirror that this machine's own packages come from."""
    for line in run("apt-cache", "policy").splitlines():
        if match := re.search(r"(https?://\S+) bookworm/main", line):
            return match.group(1)
    return "https://deb.debian.org/debian"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--python", required=True, help="the interpreter that the module is built for")
    parser.add_argument("--scratch", type=Path, required=True)
    options, rest = parser.parse_known_args()
    Installed.build, Installed.python = options.build.resolve(), options.python
    Installed.scratch = options.scratch.resolve()
    unittest.main(argv=[sys.argv[0], *rest])
