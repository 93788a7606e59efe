#!/bin/sh
# debian-packages.sh TEST PACKAGE…: unless TEST succeeds, installs the packages, or says that they are needed.
set -eu
test=$1
shift
works() { sh -c "$test" >/dev/null 2>&1; }

works && exit
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installerar systempaketen $* …"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
    works && exit
fi
echo "Systempaket saknas. Installera dem (i Debian och Ubuntu: sudo apt-get install $*) och försök igen." >&2
exit 1
