#!/usr/bin/env bash
set -euo pipefail
root=$(cd "$(dirname "$0")" && pwd)

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  cat <<'HELP'
usage: ./run.sh [FILE.toml] [OPTION...]

Installs what is missing from Debian's packages, builds build/release/precipice and sweeps the built-in experiment, or
FILE.toml. Every argument goes to `precipice sweep`, whose --help lists them. The results and the figure, phase.svg, go to
results/NAME below the current folder. A sweep that was interrupted continues.

example: ./run.sh --jobs 2
exit codes: those of precipice; 3 too if a package cannot be had
HELP
  exit
fi

"$root/.ci/install" run
(
  cd "$root"
  cmake --preset release -DBUILD_TESTING=OFF
  cmake --build --preset release --target precipice --parallel "$(nproc)"
)
exec "$root/build/release/precipice" sweep "$@"
