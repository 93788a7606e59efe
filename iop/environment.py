"""What the environment says about how the program runs, read by `iop.settings`."""

import os
import secrets
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

# What production refuses to guess.
NEEDED_IN_PRODUCTION = ("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "IOP_MAIL_HOST", "IOP_MAIL_FROM")


def switched_on(name: str) -> bool:
    return os.environ.get(name, "") not in ("", "0")


def check_production() -> None:
    missing = [name for name in NEEDED_IN_PRODUCTION if not os.environ.get(name)]
    if missing:
        note = " Den inbyggda databasen får inte användas i produktion." if "DATABASE_URL" in missing else ""
        raise ImproperlyConfigured(
            f"I produktion (IOP_PRODUCTION=1) måste dessa miljövariabler anges: {', '.join(missing)}.{note} "
            "Se docs/running.md."
        )
    for name in ("IOP_DEMO", "IOP_DEBUG"):
        if switched_on(name):
            raise ImproperlyConfigured(f"{name}=1 får inte användas i produktion (IOP_PRODUCTION=1).")


def address(hosts: list[str], *, production: bool) -> str:
    """«https://iop.kommun.example», without a stroke at its end."""
    if told := os.environ.get("IOP_ADDRESS", "").rstrip("/"):
        return told
    named = [host for host in hosts if host and host[0] not in ".*"]
    if not production:
        return "http://localhost:8000"
    if not named:
        raise ImproperlyConfigured("Ange IOP_ADDRESS, programmets hela adress, när ALLOWED_HOSTS inte namnger någon.")
    return f"https://{named[0]}"


def database(url: str, folder: Path) -> dict:
    """The server that `url` names, or the embedded one in `folder`."""
    if not url:
        # Imported here: production need not have the embedded server installed.
        from iop.embedded_postgres import server

        return {
            "ENGINE": "iop.embedded_postgres",
            "FOLDER": folder,
            "HOST": str(server.socket_folder(folder)),
            "PORT": server.PORT,
            "NAME": server.DATABASE,
            "USER": server.USER,
        }
    if not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            "DATABASE_URL måste peka på PostgreSQL: postgresql://användare:lösenord@värd/databas"
        )
    return dj_database_url.parse(url)


def kept_secret_key(file: Path) -> str:
    """A key of this machine's own, made the first time, so that trying the program needs no secret."""
    if not file.exists():
        file.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        new = file.with_suffix(f".{os.getpid()}")
        new.touch(mode=0o600)
        new.write_text(secrets.token_urlsafe(50))
        try:
            os.link(new, file)  # Unlike a rename, this fails when another process was first.
        except FileExistsError:
            pass
        new.unlink()
    return file.read_text()


def mailer() -> dict:
    options = {"host": os.environ["IOP_MAIL_HOST"], "port": int(os.environ.get("IOP_MAIL_PORT", "587")), "timeout": 20}
    if user := os.environ.get("IOP_MAIL_USER"):
        options |= {"username": user, "password": os.environ.get("IOP_MAIL_PASSWORD", "")}
    match os.environ.get("IOP_MAIL_ENCRYPTION", "starttls"):
        case "starttls":
            options["use_tls"] = True
        case "tls":
            options["use_ssl"] = True
        case "none":
            pass
        case _:
            raise ImproperlyConfigured("IOP_MAIL_ENCRYPTION måste vara starttls, tls eller none.")
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
