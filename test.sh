#!/usr/bin/env bash
set -euo pipefail
cd "$(dirname "$0")"

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  cat <<'HELP'
usage: ./test.sh [PRESET] [OPTION...]

Installs what is missing from Debian's packages, builds PRESET (release, clang, dev, asan, tsan or coverage; default
release) in build/PRESET and runs its tests, without the rings exhaustive (some minutes) and long (hours) unless they
are named. Options that begin with -D go to cmake, all others to ctest.

example: ./test.sh dev -L fast
         ./test.sh release -L exhaustive
HELP
  exit
fi

preset=release
if [[ $# -gt 0 && $1 != -* ]]; then
  preset=$1
  shift
fi
configure_options=()
ctest_options=()
for option in "$@"; do
  if [[ $option == -D* ]]; then configure_options+=("$option"); else ctest_options+=("$option"); fi
done

# The long rings run when asked for by name: ./test.sh release -L exhaustive (of which CI runs half in turn),
# ./test.sh release -L long.
if [[ " ${ctest_options[*]} " != *" -L "* && " ${ctest_options[*]} " != *" -R "* ]]; then
  ctest_options+=(-LE '^(exhaustive|long)$')
fi

sections=(run test)
[[ $preset != clang ]] || sections+=(clang)
.ci/install "${sections[@]}"
cmake --preset "$preset" -DBUILD_TESTING=ON "${configure_options[@]}"
cmake --build --preset "$preset" --parallel "$(nproc)"
ctest --preset "$preset" --output-on-failure --parallel "$(nproc)" "${ctest_options[@]}"
