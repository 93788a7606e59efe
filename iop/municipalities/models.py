"""The ground: municipalities, their units, the people who work there and their roles."""

import re

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from .diary_numbers import check_mask
from .pages import LONGEST, pages
from .permissions import Act, Role, may
from .swedish import in_swedish_order


def dark_enough(colour: str) -> None:
    """Text in the accent colour on white, and white text on it, must reach WCAG AA (4.5:1)."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValidationError("Skriv färgen som # och sex tecken, till exempel #14505c.")
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    if 1.05 / (luminance + 0.05) < 4.5:
        raise ValidationError("Färgen är för ljus för att text ska gå att läsa. Välj en mörkare.")


def default_override_roles() -> list[str]:
    return [Role.COORDINATOR]


class Municipality(models.Model):
    slug = models.SlugField("adress", unique=True)
    name = models.CharField("namn", max_length=100)  # «Mora kommun»
    short_name = models.CharField("kortnamn", max_length=60)  # «Mora»
    accent = models.CharField("färg", max_length=7, default="#14505c", validators=[dark_enough])
    email = models.EmailField("e-post")
    override_roles = ArrayField(
        models.CharField(max_length=20, choices=Role),
        verbose_name="roller som får göra avsteg",
        default=default_override_roles,
    )
    days_to_receive = models.PositiveSmallIntegerField("dagar att ta emot ett initiativ", default=5)
    diary_mask = models.CharField(
        "så skrivs diarienummer",
        max_length=40,
        blank=True,
        validators=[check_mask],
        help_text="0 står för en siffra och resten skrivs som det står, till exempel KS 0000/00000. Tomt: fritt.",
    )
    days_for_statement = models.PositiveSmallIntegerField("dagar för ett yttrande", default=21)
    days_for_answers = models.PositiveSmallIntegerField(
        "dagar för organisationens svar",
        default=21,
        db_default=21,
        help_text="På riktlinjens frågor, och med ett nytt underlag i stället för ett som inte godtogs.",
    )
    remind_before = models.PositiveSmallIntegerField(
        "påminn så många dagar före svarsdagen", default=3, db_default=3, help_text="0: ingen påminnelse i förväg."
    )
    remind_after = models.PositiveSmallIntegerField(
        "påminn så många dagar efter svarsdagen", default=2, db_default=2, help_text="0: ingen påminnelse efteråt."
    )
    signs_here = models.BooleanField(
        "avtal får skrivas under i programmet",
        default=True,
        db_default=True,
        help_text="En enkel elektronisk underskrift. Papper, och underskrift i en annan tjänst, går alltid.",
    )

    class Meta:
        verbose_name = "kommun"
        verbose_name_plural = "kommuner"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("municipality", args=[self.slug])


class UnitKind(models.TextChoices):
    NAMND = "namnd", "nämnd"
    STYRELSE = "styrelse", "styrelse"
    BOLAG = "bolag", "bolag"
    FORVALTNING = "forvaltning", "förvaltning"
    ENHET = "enhet", "enhet"


# Those who may decide, and be affected.
BODIES = (UnitKind.NAMND, UnitKind.STYRELSE, UnitKind.BOLAG)


class UnitQuerySet(models.QuerySet):
    def bodies(self):
        return self.filter(kind__in=BODIES)

    def called(self, name: str):
        """The unit of that name, now or before it was renamed: rules that are published name it as it was."""
        return self.filter(models.Q(name=name) | models.Q(former_names__contains=[name])).first()


class Unit(models.Model):
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="units", verbose_name="kommun")
    name = models.CharField("namn", max_length=120)
    kind = models.CharField("slag", max_length=20, choices=UnitKind)
    active = models.BooleanField("i bruk", default=True)
    former_names = ArrayField(models.CharField(max_length=120), verbose_name="hette förut", default=list, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "enhet"
        verbose_name_plural = "enheter"
        ordering = [in_swedish_order("name")]
        constraints = [models.UniqueConstraint("municipality", "name", name="unit_name_once")]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs):
        """A new name leaves the old one behind, by which published rules know the unit."""
        before = Unit.objects.filter(pk=self.pk).values_list("name", flat=True).first() if self.pk else None
        if before and before != self.name and before not in self.former_names:
            self.former_names = [*self.former_names, before]
            if kwargs.get("update_fields"):
                kwargs["update_fields"] = {*kwargs["update_fields"], "former_names"}
        super().save(**kwargs)

    @property
    def names(self) -> set[str]:
        return {self.name, *self.former_names}


class LowercaseEmail(models.EmailField):
    """Addresses that differ only in case are the same person's."""

    def to_python(self, value):
        value = super().to_python(value)
        return value.lower() if value else value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value.lower() if value else value


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields):
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in with an e-mail address. What the person may do follows from memberships alone."""

    email = LowercaseEmail("e-post", unique=True)
    name = models.CharField("namn", max_length=120)
    is_staff = models.BooleanField("får sköta installationen", default=False)
    is_active = models.BooleanField("aktiv", default=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "personer"

    def __str__(self) -> str:
        return self.name

    def membership_in(self, municipality_id: int) -> "Membership | None":
        """The person's membership there; read once for each request (users are loaded anew in each)."""
        if not hasattr(self, "_memberships"):
            rows = self.memberships.select_related("municipality", "unit")
            self._memberships = {row.municipality_id: row for row in rows}
        return self._memberships.get(municipality_id)

    def memberships_now(self) -> "list[Membership]":
        self.membership_in(0)
        return list(self._memberships.values())

    def may(self, act: Act, municipality: Municipality) -> bool:
        membership = self.membership_in(municipality.pk)
        return membership is not None and may(membership.role, act, municipality.override_roles)


class Membership(models.Model):
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name="person")
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="members", verbose_name="kommun")
    role = models.CharField("roll", max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="members", verbose_name="enhet")

    class Meta:
        verbose_name = "medlem"
        verbose_name_plural = "medlemmar"
        constraints = [models.UniqueConstraint("user", "municipality", name="one_role_in_a_municipality")]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} i {self.municipality}"


class PageTextQuerySet(models.QuerySet):
    def words(self, place: Municipality, key: str) -> str:
        """What stands there: what the municipality has written, or ours."""
        written = self.filter(municipality=place, page=key).exclude(text="").first()
        return (written.text if written else pages()[key].text).replace("{kommun}", place.name)


class PageText(models.Model):
    """What the municipality itself has written on one of its open pages. An empty text means ours."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="page_texts", verbose_name="kommun")
    page = models.CharField("sida", max_length=20)  # a key of iop.municipalities.pages
    text = models.TextField("text", max_length=LONGEST, blank=True)
    changed_at = models.DateTimeField("ändrad", auto_now=True)

    objects = PageTextQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "text på en öppen sida"
        verbose_name_plural = "texter på öppna sidor"
        constraints = [models.UniqueConstraint("municipality", "page", name="one_text_of_a_page")]

    def __str__(self) -> str:
        return pages()[self.page].short


class ContactKind(models.TextChoices):
    QUESTIONS = "questions", "Frågor om partnerskap"
    FAULTS = "faults", "Brister i tillgängligheten"
    PRIVACY = "privacy", "Dataskyddsombud"


class Contact(models.Model):
    """Whom those outside are to ask, shown openly. Without one of a kind the municipality's own address is shown."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="contacts", verbose_name="kommun")
    kind = models.CharField("för", max_length=20, choices=ContactKind)
    name = models.CharField("namn eller funktion", max_length=120, blank=True)
    email = models.EmailField("e-post", blank=True)
    phone = models.CharField("telefon", max_length=40, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "kontakt"
        verbose_name_plural = "kontakter"
        constraints = [
            models.UniqueConstraint("municipality", "kind", name="one_contact_of_a_kind"),
            models.CheckConstraint(name="contact_can_be_reached", condition=~Q(email="") | ~Q(phone="")),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone
