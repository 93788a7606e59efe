from django.conf import settings
from django.contrib.staticfiles.finders import BaseStorageFinder, FileSystemFinder
from django.core.files.storage import FileSystemStorage

from iop.typeface import build_web_fonts


class FolderFinder(FileSystemFinder):
    """Leaves out what no page uses of the sixty files that Bootstrap comes in."""

    UNUSED = [
        "bootstrap-*",
        "*.rtl.*",
        "*.esm.*",
        "bootstrap.css*",
        "bootstrap.js*",
        "bootstrap.min.js*",
        "bootstrap.bundle.js*",
    ]

    def list(self, ignore_patterns):
        return super().list([*(ignore_patterns or []), *self.UNUSED])


class WebFontFinder(BaseStorageFinder):
    """Finds the web fonts, which are made when first asked for."""

    def __init__(self, app_names=None, *args, **kwargs):
        self.storage = FileSystemStorage(location=settings.BUILD_DIR)
        super().__init__(*args, **kwargs)

    def find(self, path, **kwargs):
        if not path.startswith("fonts/"):
            return []
        build_web_fonts(settings.BUILD_DIR / "fonts")
        return super().find(path, **kwargs)

    def list(self, ignore_patterns):
        build_web_fonts(settings.BUILD_DIR / "fonts")
        return super().list(ignore_patterns)
