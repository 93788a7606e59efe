#!/bin/sh
# Makes .venv hold what a lock file says (setup.sh requirements.txt), and sees to the system libraries that PDFs need.
set -eu
cd "$(dirname "$0")/.."
lock=$1

if ! .venv/bin/python -c '' 2>/dev/null; then
    python=$(scripts/find-python.sh)
    echo "Skapar .venv med $("$python" --version) …"
    "$python" -m venv --clear .venv
fi

# The stamp is written last, so that an installation cut short is taken up again.
stamp=.venv/installed-$lock
if ! cmp -s "$lock" "$stamp"; then
    echo "Installerar paketen i $lock …"
    .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r "$lock"
    cp "$lock" "$stamp"
fi

scripts/debian-packages.sh '.venv/bin/python -c "import weasyprint"' libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
if [ "$lock" = requirements-dev.txt ]; then
    scripts/debian-packages.sh 'command -v chromium && command -v pdftotext' chromium poppler-utils
fi
