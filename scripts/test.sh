#!/bin/sh
set -eu
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
# A database and files of the tests' own, so that two runs at once, or a run beside `make run`, share nothing.
IOP_DATA_DIR=$(mktemp -d)
export IOP_DATA_DIR
trap 'rm -rf "$IOP_DATA_DIR"' EXIT
unset DATABASE_URL IOP_DEMO IOP_PRODUCTION IOP_DEBUG

step() {
    echo "== $*"
    "$@"
}

step ruff check .
step ruff format --check .
step lint-imports
step python manage.py makemigrations --check --dry-run
step env IOP_PRODUCTION=1 IOP_BEHIND_PROXY=1 DATABASE_URL=postgresql://iop@db.example/iop ALLOWED_HOSTS=iop.example \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    IOP_MAIL_HOST=mail.example IOP_MAIL_FROM=iop@iop.example \
    python manage.py check --deploy --fail-level WARNING
step pytest -n 2 --durations=10
