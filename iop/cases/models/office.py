"""What an office needs around a case: the case file, tasks, statements and decisions."""

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from iop.municipalities.models import Municipality, Unit
from iop.municipalities.permissions import Act, Role

from .case import Case
from .letters import Linked
from .recusals import Recusal
from .rules import AboutSubject


class StoredFile(models.Model):
    """Bytes as they came, kept under the name of their own hash, outside the web root."""

    sha256 = models.CharField("kontrollsumma", max_length=64, unique=True)
    size = models.PositiveBigIntegerField("storlek")
    content_type = models.CharField("typ", max_length=100)

    class Meta:
        verbose_name = "fil"
        verbose_name_plural = "filer"

    def __str__(self) -> str:
        return self.sha256

    @property
    def path(self) -> str:
        return f"{self.sha256[:2]}/{self.sha256}"

    def open(self):
        return FileSystemStorage(location=settings.FILES_DIR).open(self.path)

    @property
    def is_there(self) -> bool:
        """A disk may have lost it, and a records request must be told."""
        return FileSystemStorage(location=settings.FILES_DIR).exists(self.path)


class Direction(models.TextChoices):
    IN = "in", "inkommen"
    OUT = "out", "utgående"
    INTERNAL = "internal", "upprättad"


class RecordQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Records of the cases that the person sees; a secret one only for those who are let in."""
        return self.filter(_open_or_let_in(user), case__in=Case.objects.visible_to(user))

    def hidden_from(self, user):
        """The secret records that the person is not let in to, of whatever case: few, as for cases."""
        return self.filter(secret=True).exclude(_open_or_let_in(user))


def _open_or_let_in(user) -> Q:
    let_in = Record.cleared.through.objects.filter(user_id=user.pk).values("record_id")
    return Q(secret=False) | Q(case__coordinator=user) | Q(pk__in=let_in)


class Record(models.Model):
    """Handling i akten: everything received, sent or drawn up in a case, in one numbered list."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="records", verbose_name="ärende")
    number = models.PositiveIntegerField("nr")
    day = models.DateField("dag")  # when it came or went, not when it was typed
    direction = models.CharField("riktning", max_length=10, choices=Direction)
    counterpart = models.CharField("från eller till", max_length=200, blank=True)
    about = models.CharField("vad handlingen gäller", max_length=200)
    text = models.TextField("innehåll", blank=True)  # a letter's text as it went
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="av"
    )
    registered_at = models.DateTimeField("införd", default=timezone.now)
    secret = models.BooleanField("sekretess", default=False)
    secrecy_ground = models.CharField("grund för sekretess", max_length=200, blank=True)
    cleared = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name="får se handlingen"
    )
    # The one whose text this repeats: a reminder, or why a paper was not accepted. It is as secret as that.
    copy_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies", verbose_name="upprepar handling"
    )

    objects = RecordQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["text"], m2m_fields=[cleared])

    class Meta:
        verbose_name = "handling"
        verbose_name_plural = "handlingar"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("case", "number", name="record_number_once"),
            models.CheckConstraint(
                name="record_secrecy_has_a_ground", condition=Q(secret=False) | ~Q(secrecy_ground="")
            ),
        ]
        indexes = [models.Index("case", condition=Q(secret=True), name="secret_records")]

    def __str__(self) -> str:
        return f"{self.number}. {self.about}"


class RecordFile(models.Model):
    record = models.ForeignKey(Record, models.PROTECT, related_name="files", verbose_name="handling")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="fil")
    name = models.CharField("filnamn", max_length=200)
    locked = models.BooleanField("skyddad med lösenord", default=False, db_default=False)

    class Meta:
        verbose_name = "fil i handling"
        verbose_name_plural = "filer i handling"

    def __str__(self) -> str:
        return self.name


class TaskKind(models.TextChoices):
    RECEIVE = "receive", "Ta emot initiativet"
    DIARY = "diary", "Diarieför"
    STATEMENT = "statement", "Invänta yttrande"
    DECLARATION = "declaration", "Invänta bekräftelse av värdegrundsintyget"
    MEETING = "meeting", "Möte"
    AGREED_POINT = "agreed_point", "Överenskommet på möte"
    NAME_PARTICIPANTS = "name_participants", "Utse deltagare"
    DECIDE = "decide", "Invänta beslut"
    SIGN = "sign", "Invänta underskrifter"
    ENTER_INTO_FORCE = "in_force", "Låt avtalet börja gälla"
    FOLLOW_UP = "follow_up", "Uppföljning"
    TERM_ENDS = "term_ends", "Avtalet går ut"
    DUTY = "duty", "Uppdrag ur riktlinjen"
    NEW_COORDINATOR = "new_coordinator", "Byt handläggare"
    COMPLETION = "completion", "Invänta komplettering"
    READ_ANSWER = "read_answer", "Läs svaret"


# Where on its page a task is done: by what it is about, else by its kind. Pages are long, and a link goes to the spot.
ANCHORS = {
    "statement": "yttrande-{}",
    "unitround": "runda-{}",
    "meeting": "mote-{}",
    "agreedpoint": "punkt-{}",
    "letter": "brev-{}",
    "message": "meddelande-{}",
    "party": "part-{}",
    "partnerdocument": "underlag-{}",
    "shareddraft": "delat",
    "followup": "uppfoljning-{}",
    "duty": "uppdrag-{}",
}
ANCHORS_OF_KINDS = {
    TaskKind.RECEIVE: "gate",
    TaskKind.DIARY: "fakta",
    TaskKind.NEW_COORDINATOR: "jav",
    TaskKind.DECIDE: "beslut",
    TaskKind.SIGN: "underskrifter",
    TaskKind.ENTER_INTO_FORCE: "gate",
    TaskKind.TERM_ENDS: "avtalstid",
}


class TaskQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Tasks of the cases that the person sees, and of the municipality as a whole."""
        here = [m.municipality_id for m in user.memberships_now() if user.may(Act.SEE, m.municipality)]
        hidden = Case.objects.filter(municipality__in=here).hidden_from(user)
        return self.filter(municipality__in=here).exclude(case__in=hidden.values("pk"))

    def open(self):
        return self.filter(closed_at=None)

    def overdue(self):
        return self.open().filter(due__lt=timezone.localdate())

    def of_unit(self, unit):
        """Given to the unit, or in a case that it coordinates or is responsible for."""
        return self.filter(Q(unit=unit) | Q(case__unit=unit) | Q(case__responsible=unit))

    def to_do(self, user, membership):
        """What the person is to do: given to the person, role or unit, or left to whoever works the case."""
        return self.filter(_to_do(user, membership))

    def without_recused(self, user):
        """Those of cases where the person has jäv are for others to do, whoever they were given to."""
        recused = Recusal.objects.in_force().filter(person=user)
        return self.exclude(case__in=recused.values("case"))

    def waiting(self, user, membership):
        """What others are to do in the cases that the person coordinates."""
        return self.filter(_waiting(user, membership))

    def mine(self, user, membership):
        """Both. Each task ``is_for_others`` or not."""
        rows = self.filter(_to_do(user, membership) | _waiting(user, membership))
        return rows.annotate(is_for_others=ExpressionWrapper(~_to_do(user, membership), models.BooleanField()))


def _given_to(user, membership) -> Q:
    """A role's and a unit's tasks are its people's only while no one person is named.

    That a case needs another coordinator is told to the administrators, too: there may be no other.
    """
    given = Q(role=membership.role)
    if membership.role == Role.ADMINISTRATOR:
        given |= Q(kind=TaskKind.NEW_COORDINATOR)
    if membership.unit_id:
        given |= Q(unit=membership.unit_id)
    return Q(person=user) | Q(person=None) & given


def _to_do(user, membership) -> Q:
    whose = Q(case__coordinator=user)
    if user.may(Act.WORK, membership.municipality):
        whose |= Q(case__isnull=False, case__coordinator=None)
    return _given_to(user, membership) | Q(person=None, waits_for_others=False, role="") & whose


def _waiting(user, membership) -> Q:
    others = Q(person__isnull=False) | Q(waits_for_others=True) | ~Q(role="")
    return Q(case__coordinator=user) & others & ~_given_to(user, membership)


class Task(AboutSubject):
    """Something that somebody must do by a day, in a case or for the municipality as a whole.

    At most one open of a kind for each subject.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="tasks", verbose_name="kommun")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="ärende")
    kind = models.CharField("slag", max_length=20, choices=TaskKind)
    title = models.CharField("att göra", max_length=200)
    due = models.DateField("senast")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="enhet")
    role = models.CharField("roll", max_length=20, choices=Role, blank=True)  # beside the case's coordinator
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="person"
    )
    waits_for_others = models.BooleanField("väntar på andra", default=False)
    tab = models.CharField("sida i ärendet", max_length=20, default="case")
    opened_at = models.DateTimeField("öppnad", default=timezone.now)
    closed_at = models.DateTimeField("klar", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="klar av"
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = "uppgift"
        verbose_name_plural = "uppgifter"
        constraints = [
            models.UniqueConstraint(
                "case",
                "kind",
                "subject_kind",
                "subject_id",
                condition=Q(closed_at=None),
                name="one_open_task_of_a_kind",
            ),
            models.UniqueConstraint(
                "municipality",
                "kind",
                "subject_kind",
                "subject_id",
                condition=Q(closed_at=None, case=None),
                name="one_open_task_of_a_kind_without_case",
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "due", "id"],
                include=["case"],
                condition=Q(closed_at=None),
                name="open_tasks_by_day",
            ),
            models.Index(
                fields=["municipality", "kind"],
                include=["case"],
                condition=Q(closed_at=None),
                name="open_tasks_by_kind",
            ),
            models.Index(
                fields=["municipality"],
                include=["case"],
                condition=Q(closed_at=None, waits_for_others=True),
                name="open_tasks_of_others",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Where it is done."""
        return self.address(self.municipality.slug, self.case.reference if self.case else None)

    def address(self, slug: str, reference: str | None) -> str:
        """The same, for those who know what the case is called. ``reference``: None without a case."""
        anchor = ANCHORS.get(self.subject_kind) or ANCHORS_OF_KINDS.get(self.kind, "")
        page = reverse(self.tab, args=[slug, *filter(None, [reference])])
        return f"{page}#{anchor.format(self.subject_id)}" if anchor else page


class Statement(Linked):
    """Yttrande or samråd, asked of one of the municipality's units or of an outside body."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="statements", verbose_name="ärende")
    rule = models.CharField("regel", max_length=40, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name="enhet"
    )
    outside = models.CharField("utomstående", max_length=120, blank=True)
    question = models.TextField("fråga", max_length=5000)
    asked_record = models.ForeignKey(
        Record, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="handling med frågan"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="begärt av")
    asked_at = models.DateTimeField("begärt", default=timezone.now)
    due = models.DateField("svar senast")
    text = models.TextField("yttrande", max_length=20000, blank=True)
    answered_on = models.DateField("svarade", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="infört av"
    )
    answered_name = models.CharField("vem som yttrar sig", max_length=120, blank=True)
    record = models.ForeignKey(
        Record, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="handling med svaret"
    )

    attached = models.ManyToManyField(RecordFile, blank=True, related_name="+", verbose_name="bilagor")
    returned_on = models.DateField("återlämnat", null=True, blank=True)
    returned_why = models.TextField("varför det lämnades tillbaka", max_length=5000, blank=True)
    returned_record = models.ForeignKey(
        Record, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="handling med återlämnandet"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = "yttrande"
        verbose_name_plural = "yttranden"
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                "case",
                "rule",
                condition=Q(answered_on=None, returned_on=None) & ~Q(rule=""),
                name="one_open_statement_of_a_rule",
            ),
            models.CheckConstraint(name="statement_is_asked_of_one", condition=Q(unit=None) ^ Q(outside="")),
            models.CheckConstraint(
                name="answered_statement_has_text_and_name",
                condition=Q(answered_on=None) | (~Q(text="") & ~Q(answered_name="")),
            ),
            models.CheckConstraint(
                name="returned_statement_says_why",
                condition=Q(returned_on=None) | (Q(answered_on=None) & ~Q(returned_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"yttrande från {self.body}"

    @property
    def is_waiting(self) -> bool:
        return self.answered_on is None and self.returned_on is None

    @property
    def body(self) -> str:
        return self.outside or self.unit.name


class DecisionKind(models.TextChoices):
    ELIGIBILITY = "eligibility", "Avgörande om organisationen"
    AGREEMENT = "agreement", "Beslut om avtal"
    NOT_PROCEED = "not_proceed", "Beslut att inte gå vidare"
    EARLY_END = "early_end", "Beslut att avsluta i förtid"
    EXTENSION = "extension", "Beslut om förlängning"


class DecisionOutcome(models.TextChoices):
    YES = "yes", "Ja"
    NO = "no", "Nej"
    RETURNED = "returned", "Återremiss"


class Decision(AboutSubject):
    """Every decision: by a body (unit), or by a delegate with the point of the delegation order."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions", verbose_name="ärende")
    kind = models.CharField("slag", max_length=20, choices=DecisionKind)
    outcome = models.CharField("utgång", max_length=10, choices=DecisionOutcome)
    body = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="nämnd eller styrelse"
    )
    delegate = models.CharField("delegat", max_length=120, blank=True)
    delegation_point = models.CharField("punkt i delegationsordningen", max_length=60, blank=True)
    decided_on = models.DateField("beslutsdag")
    paragraph = models.CharField("paragraf", max_length=40, blank=True)
    reasons = models.TextField("skäl", max_length=20000, blank=True)
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+", verbose_name="handling")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="infört av")
    at = models.DateTimeField("infört", default=timezone.now)

    class Meta:
        verbose_name = "beslut"
        verbose_name_plural = "beslut"
        ordering = ["decided_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="decision_by_body_or_delegate",
                condition=Q(body__isnull=False, delegate="") | (Q(body=None) & ~Q(delegate="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.decided_by}"

    @property
    def what(self) -> str:
        """«Beslut om avtal: ja»; a decision not to go on has no other outcome, and «nej» would turn it round."""
        kind = self.get_kind_display()
        return kind if self.kind == DecisionKind.NOT_PROCEED else f"{kind}: {self.get_outcome_display().lower()}"

    @property
    def decided_by(self) -> str:
        return self.body.name if self.body else self.delegate
