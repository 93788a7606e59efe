#!/bin/sh
# Versions and hashes only: where packages are fetched from is each machine's own business.
set -eu
cd "$(dirname "$0")/.."
for name in requirements requirements-dev; do
    .venv/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-header \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file=$name.txt $name.in
done
