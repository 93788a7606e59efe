"""The five municipalities as data: what a person there would know and write. The driver reads it and asks no slug."""

from dataclasses import dataclass
from datetime import date

PASSWORD = "iop-demo-prov"  # long enough for the admin, where people are entered too
OPERATOR = "drift@iop.example"  # runs the installation, and is a member nowhere

# Login -> (name, role)
ROLES = {
    "samordnare": ("Karin Samordnare", "coordinator"),
    "kollega": ("Kalle Kollega", "coordinator"),
    "sekreterare": ("Siv Sekreterare", "secretary"),
    "radgivare": ("Rolf Rådgivare", "adviser"),
    "lasare": ("Lars Läsare", "reader"),
    "administrator": ("Ada Administratör", "administrator"),
    "kollegan": ("Alva Administratör", "administrator"),
}


@dataclass(frozen=True)
class Place:
    slug: str
    name: str
    adviser: str  # the adviser's unit
    decides: str  # the body that is responsible and decides
    title: str
    organisation: str
    number: str
    end: date = date(2029, 12, 31)
    plan: date | None = date(2028, 1, 31)  # the agreement's own first follow-up
    follow_up: date = date(2028, 1, 31)  # the day that stands in the worklist

    # What differs
    waiting: str = ""  # a criterion that waits for a statement
    too_long: date | None = None  # an end that is refused
    last_day: str = ""  # and the last day that the refusal names
    must: str = ""  # a criterion that alone closes the dialogue
    missing: str = ""  # a paper that does not exist
    missing_warns: bool = True
    unused: str = ""  # a point to consider that is considered and not used
    notice: str = ""
    provenance: tuple[str, ...] = ()
    blocks: bool = True  # whether any rule there blocks

    def email(self, login: str) -> str:
        return f"{login}@{self.slug}.example"

    def __str__(self):
        return self.slug


MORA = Place(
    "mora",
    "Mora kommun",
    adviser="Upphandlingsenheten",
    decides="Kommunstyrelsen",
    title="Språkcafé i Morkarlby",
    organisation="Föreningen Språkbron",
    number="802012-3454",
    waiting="MOR-44",
    missing="Revisionsberättelse",
    unused="Dokumentation och redovisning",
)
SODERHAMN = Place(
    "soderhamn",
    "Söderhamns kommun",
    adviser="Juridiska funktionen",
    decides="Socialnämnden",
    title="Fikavän för äldre i Bergvik",
    organisation="Bergviks Bygdegårdsförening",
    number="802012-3462",
    end=date(2030, 12, 31),
    plan=None,
    follow_up=date(2028, 1, 1),
    too_long=date(2031, 1, 1),
    last_day="31 december 2030",
)
BOTKYRKA = Place(
    "botkyrka",
    "Botkyrka kommun",
    adviser="Demokrati- och kansliavdelningen",
    decides="Kultur- och fritidsnämnden",
    title="Läxhjälp på kvällen i Alby",
    organisation="Verdandi Alby",
    number="802012-3470",
    must="BOT-20",
)
GAVLE = Place(
    "gavle",
    "Gävle kommun",
    adviser="Välfärdsförvaltningen",
    decides="Välfärdsnämnden",
    title="Öppen verkstad på Sätra",
    organisation="Sätra Folkets Hus",
    number="802012-3488",
    missing="Revisionsberättelse",
    missing_warns=False,
    unused="Marknadsföring och kommunikation",
)
STOCKHOLM = Place(
    "stockholm",
    "Stockholms stad",
    adviser="Stadsledningskontoret",
    decides="Farsta stadsdelsnämnd",
    title="Boende för unga på väg ut i arbete",
    organisation="Stiftelsen Farsta Härbärge",
    number="802012-3496",
    notice="Ofullständig – stadens riktlinje finns inte i underlaget",
    provenance=("antaget utifrån Forums modell", "återgivet i andra hand"),
    blocks=False,
)
PLACES = (MORA, SODERHAMN, BOTKYRKA, GAVLE, STOCKHOLM)
START = date(2027, 1, 1)
