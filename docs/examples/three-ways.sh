#!/bin/sh
# The three ways to be judged: a module, a command in any language, a recording. From a checkout, after `npm ci`:
#
#     npm run build && sh docs/examples/three-ways.sh
set -e
cd "$(dirname "$0")/../.."
igc() { node dist/src/cli/main.js "$@"; }
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

echo '1. A module: the oracle imports it, and asks.'
igc check docs/examples/my-kernels.mjs

echo '2. A command: the oracle starts it, and asks line by line.'
if python3 -c 'import numpy' 2>/dev/null; then
  igc check --command 'python3 docs/examples/numpy_block.py'
else
  echo '   (left out: python3 has no NumPy here)'
fi

echo '3. A recording: nothing is started, what was given and what came is judged.'
igc gen "$folder/block.npz" --L 3 --M 2 --stride 1,2 --gradients
igc check "$folder/block.npz" --stride 1,2

echo 'And one that is wrong: a module whose interleave has L and M swapped.'
sed 's/interleave({ x: y, L, M })/interleave({ x: y, L: M, M: L })/' docs/examples/my-kernels.mjs >"$folder/swapped.mjs"
igc check "$folder/swapped.mjs" --bundle "$folder/failures" || echo "   (exit code $?)"
