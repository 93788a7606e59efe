"""`make bench`: the judge, and the pages that are opened most, on a database of the bench's own.

Ends with 1 when a bound is passed.
"""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="iop-bench-"))
    folder.chmod(0o711)  # the embedded server may run as another user
    for name in ("DATABASE_URL", "IOP_PRODUCTION", "IOP_DEBUG", "IOP_SERVER_TIMING"):
        os.environ.pop(name, None)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "scripts.bench.settings", "IOP_DATA_DIR": str(folder), "IOP_DEMO": "1"}
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # registered first, so after the server has stopped

    import django

    django.setup()
    from . import judge, pages

    kept = [judge.measure(), pages.measure()]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
