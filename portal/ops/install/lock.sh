#!/usr/bin/env bash
# Resolves the newest allowed versions into the lock files. No registry is named in
# them, so each machine takes the packages from where it is told to.
set -euo pipefail

compile=(uv pip compile --quiet --upgrade --universal --python-version 3.11
  --generate-hashes --no-emit-index-url --prerelease=if-necessary-or-explicit
  --custom-compile-command "make lock" pyproject.toml)
"${compile[@]}" --output-file requirements.txt
"${compile[@]}" --constraint requirements.txt --group dev \
  --output-file requirements-dev.txt
npm install --package-lock-only --ignore-scripts --silent
