"""Settings. Everything that differs between machines comes from the environment; docs/running.md lists it."""

import os
from pathlib import Path

import bootstrap_wrapper
from django.utils.csp import CSP

from iop import environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("IOP_DATA_DIR") or BASE_DIR / ".data").resolve()
FILES_DIR = DATA_DIR / "files"  # What people upload: outside the web root, served by a view that asks who it is for.
BUILD_DIR = DATA_DIR / "build"
MAIL_DIR = DATA_DIR / "mail"

PRODUCTION = environment.switched_on("IOP_PRODUCTION")
if PRODUCTION:
    environment.check_production()
DEMO = environment.switched_on("IOP_DEMO")
DEBUG = environment.switched_on("IOP_DEBUG")
SERVER_TIMING = environment.switched_on("IOP_SERVER_TIMING")

SECRET_KEY = os.environ.get("SECRET_KEY") or environment.kept_secret_key(DATA_DIR / "secret_key")
ALLOWED_HOSTS = [host.strip() for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host.strip()]
if not PRODUCTION:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]

# Where people find the program, for letters that no visit to a page sends.
ADDRESS = environment.address(ALLOWED_HOSTS, production=PRODUCTION)

# The apps

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "simple_history",
    "allauth",
    "allauth.account",
    "iop.municipalities",
    "iop.rulesets",
    "iop.cases",
    "partners",
    "initiatives",
    "agreements",
    "followup",
    "iop.desk",
    "iop.portal",
    "iop.demo",
]

MIDDLEWARE = [
    "iop.server_timing.server_timing",
    "iop.upload_limit.heard_out",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "iop.portal.middleware.LoginRequired",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "iop.portal.middleware.swedish_405",
    "iop.portal.middleware.told_where",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "iop.urls"
WSGI_APPLICATION = "iop.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "iop.portal.context.shell",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# Data

DATABASES = {"default": environment.database(os.environ.get("DATABASE_URL", ""), DATA_DIR / "postgres")}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if environment.switched_on("IOP_POOL"):
    DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {}) | {"pool": {"min_size": 1, "max_size": 8}}
# Two test runs at once, in an editor and in a terminal, keep out of each other's way.
DATABASES["default"]["TEST"] = {"NAME": f"test_iop_{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

FILE_UPLOAD_HANDLERS = [
    "iop.upload_limit.RequestSizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
UPLOAD_MAX_REQUEST_SIZE = 100 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000  # room for every row of a long list to be ticked
DATA_UPLOAD_MAX_NUMBER_FILES = 200  # a field that takes fewer says so itself, with all that was written

# People and security

AUTH_USER_MODEL = "municipalities.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "iop.portal.mine.login.CodeBackend",
]

# Organisations log in by a code sent by e-mail. Of allauth's pages only those two are mounted (iop/urls.py).
ACCOUNT_ADAPTER = "iop.portal.mine.login.Adapter"
ACCOUNT_FORMS = {
    "request_login_code": "iop.portal.mine.login.AddressForm",
    "confirm_login_code": "iop.portal.mine.login.CodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
# In 24 hours at most 100 codes to an address, each with 5 tries of 10⁸; from one place at most 30, so that nobody uses
# up somebody else's alone.
# Tries are counted by all processes together, and go on being counted after a restart.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_counts",
        "OPTIONS": {"MAX_ENTRIES": 50_000},  # beyond it a third is thrown away, and so are somebody's tries
    }
}
ACCOUNT_RATE_LIMITS = {"request_login_code": "20/m/ip,3/m/key,30/d/key", "code_from_anywhere": "10/m/key,100/d/key"}

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # Bootstrap's style sheet carries its icons as data addresses.
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "iop.portal.errors.csrf_failure"

if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    # Preloading concerns a whole domain; that is for the municipality to decide, not for one of its services.
    SILENCED_SYSTEM_CHECKS = ["security.W021"]
if environment.switched_on("IOP_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # whose X-Forwarded-For tells who asks for codes

# Language

LANGUAGE_CODE = "sv"
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
URLIZE_ASSUME_HTTPS = True  # «www.imy.se» in a text becomes a link to https

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", bootstrap_wrapper.get_bootstrap_dir())]
STATICFILES_FINDERS = [
    "iop.static_finders.FolderFinder",
    "iop.static_finders.WebFontFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# As WhiteNoise has it, and source maps: large, slow to compress, seldom asked for.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2", "map")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_DIR}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True

# Mail

if PRODUCTION:
    MAILERS = {"default": environment.mailer()}
else:
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": MAIL_DIR},
        }
    }
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("IOP_MAIL_FROM") or "iop@localhost"

# Log

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # One line for each request belongs to the server in front; only failures are ours to tell.
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
        "weasyprint.progress": {"level": "WARNING"},
    },
}
