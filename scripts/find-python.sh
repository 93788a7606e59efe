#!/bin/sh
# Prints a Python that can run the program, or says in one sentence what to install.
cd "$(dirname "$0")/.." || exit 1
for python in python3.13 python3.12 \
    "$HOME"/.pyenv/versions/"$(cat .python-version)"*/bin/python "$HOME"/.pyenv/versions/3.1[2-9]*/bin/python \
    python3 python3.14; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
        found=$python
        # Debian keeps these in a package of their own.
        if "$python" -c 'import venv, ensurepip' 2>/dev/null; then
            command -v "$python"
            exit
        fi
    fi
done
if [ -n "$found" ]; then
    echo "$found saknar modulen venv. Installera den (i Debian och Ubuntu: paketet python3-venv) och försök igen." >&2
else
    echo "Python 3.12 eller senare behövs men hittades inte. Installera Python $(cat .python-version) och försök igen." >&2
fi
exit 1
