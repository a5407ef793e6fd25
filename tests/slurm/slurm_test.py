#!/usr/bin/python3
"""An array of four under a real Slurm, one task killed and queued again: the bytes of one local process.

usage: slurm_test.py --program build/release/precipice --scratch FOLDER

Starts munged, slurmctld and slurmd of its own on this machine, with folders and ports of its own, and ends them again.
"""

import argparse
import contextlib
import getpass
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

GRID = """
[task]
name = "random-labels"
samples = 20
[model]
hidden = [16, 16]
[run]
steps = 12000
[sweep]
"precision.p" = [4, 8]
"precision.exponent_bits" = [4, 8]
"run.seed" = [0, 1]
"""

SLURM_CONF = """
ClusterName=precipice
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket,cred_expire=6
CredType=cred/munge
SlurmctldPort={controller_port}
SlurmdPort={node_port}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0
ReturnToService=2
JobRequeue=1
SlurmdParameters=config_overrides
{requeue_exit}
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(what, condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise TimeoutError(f"waited {seconds} s for {what}")


class Slurm:
    """A cluster of this machine alone."""

    def __init__(self, folder, requeue_exit):
        self.folder, self.daemons = folder, []
        host = socket.gethostname().split(".")[0]
        for name in ("munge", "state", "spool"):
            (folder / name).mkdir()
        (folder / "munge").chmod(0o711)
        (folder / "munge" / "key").write_bytes(os.urandom(128))
        (folder / "munge" / "key").chmod(0o600)
        (folder / "slurm.conf").write_text(
            SLURM_CONF.format(host=host, user=getpass.getuser(), folder=folder, controller_port=free_port(),
                              node_port=free_port(), requeue_exit=requeue_exit))
        self.environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf"),
                            "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
        try:
            munge = folder / "munge"
            self.start("munged", "--foreground", "--force", f"--key-file={munge}/key", f"--socket={munge}/socket",
                       f"--pid-file={munge}/pid", f"--log-file={munge}/log", f"--seed-file={munge}/seed")
            wait_for("munged", (munge / "socket").exists, 10)
            self.start("slurmctld", "-D", "-f", folder / "slurm.conf")
            self.start("slurmd", "-D", "-f", folder / "slurm.conf", "-N", host)
            wait_for("an idle node", lambda: "idle" in self.run("sinfo", "--noheader", "--format=%t"), 30)
        except BaseException:
            self.tell()
            self.stop()
            raise

    def tell(self):
        """What the daemons and the jobs have to say, at the end of a test that failed."""
        for file in [*self.folder.glob("*.out"), *self.folder.glob("*.log"), *self.folder.glob("r/slurm/*.log")]:
            print(f"--- {file}\n{file.read_text(errors='replace')[-3000:]}", file=sys.stderr)
        print(self.run("squeue"), self.run("sinfo"), file=sys.stderr)

    def start(self, *words):
        with open(self.folder / f"{words[0]}.out", "wb") as out:
            self.daemons.append(subprocess.Popen([str(w) for w in words], env=self.environment, stdout=out, stderr=out))

    def run(self, *words):
        done = subprocess.run([str(w) for w in words], env=self.environment, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        return done.stdout

    def stop(self):
        for daemon in reversed(self.daemons):
            daemon.terminate()
        for daemon in self.daemons:
            with contextlib.suppress(subprocess.TimeoutExpired):
                daemon.wait(10)
            daemon.kill()


def processes(*words):
    """Those whose command line has all of these words."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                line = (entry / "cmdline").read_bytes().split(b"\0")
                if all(word.encode() in line for word in words):
                    found.append(int(entry.name))
    return found


def results(folder):
    """Every file of a sweep that must be the same, without what may differ between machines."""
    files = {}
    for path in sorted((folder / "cells").iterdir()):
        cell = json.loads(path.read_text())
        del cell["cost"]
        files[path.name] = cell
    for path in sorted((folder / "traces").iterdir()):
        files[path.name] = path.read_bytes()
    files["cells.csv"] = [line.rsplit(",", 1)[0] for line in (folder / "cells.csv").read_text().splitlines()]
    return files


def check(condition, message):
    if not condition:
        raise AssertionError(message)


def array_with_one_killed(program, folder, requeue_exit, expected):
    """Submits the script and kills one task once; the results must be those of the local process."""
    slurm = Slurm(folder, requeue_exit)
    try:
        done = slurm.run(program, "slurm", folder.parent / "grid.toml", "--shards", 4, "--time", "1m", "--out",
                         folder / "r", "-o", folder / "grid.slurm")
        check("submit with: bash" in done, done)
        done = slurm.run("bash", folder / "grid.slurm")
        check(done.startswith("Submitted batch job"), done)
        collect = done.split()[-1]
        victim = wait_for("a task to kill", lambda: processes(str(program), "--shard", "1/4", str(folder / "r")), 30)
        os.kill(victim[0], signal.SIGKILL)
        again = wait_for("the task again", lambda: set(processes(str(program), "--shard", "1/4", str(folder / "r")))
                         - set(victim), 60)
        check(len(again) == 1, again)
        wait_for("the end of all jobs", lambda: not slurm.run("squeue", "--noheader").strip(), 60)
        state = slurm.run("scontrol", "show", "job", collect)
        check("JobState=COMPLETED" in state, state)
        logs = {log.name: log.read_text() for log in (folder / "r" / "slurm").iterdir()}
        check(sum("Killed" in text for text in logs.values()) == 1, logs)
        check((folder / "r" / "phase.svg").exists() or shutil.which("gnuplot") is None, logs)
        check(results(folder / "r") == expected, "the results are not those of one local process")
    except BaseException:
        slurm.tell()
        raise
    finally:
        slurm.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--scratch", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    program = arguments.program.resolve()
    shutil.rmtree(arguments.scratch, ignore_errors=True)
    arguments.scratch.mkdir(parents=True)
    begin = time.monotonic()
    # Sockets have short paths.
    with tempfile.TemporaryDirectory(prefix="slurm-") as top:
        folder = pathlib.Path(top)
        folder.chmod(0o755)
        (folder / "grid.toml").write_text(GRID)
        subprocess.run([program, "sweep", folder / "grid.toml", "--out", folder / "local"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        expected = results(folder / "local")
        check(len(expected) == 8 + 8 + 1, sorted(expected))
        # As clusters are that know the exit code, and as those that do not.
        for name, requeue_exit in (("knows", "RequeueExit=75"), ("asks", "")):
            (folder / name).mkdir()
            array_with_one_killed(program, folder / name, requeue_exit, expected)
            print(f"{name}: the bytes of one local process ({time.monotonic() - begin:.0f} s)")


if __name__ == "__main__":
    main()
