"""Incidents of the manufacturer's IT."""

from datetime import UTC, date, datetime, timedelta

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.ferrocore.calendar import LAST, SEED, days
from tests.nlq_bed.trades.pipe import Column, Pipe
from tests.nlq_bed.truth import Row

SERVICES = ("Email", "VPN", "SAP", "Wi-Fi", "File Share", "Printing", "Identity Management", "Payroll Portal", "MES")
_SERVICE = (*SERVICES, "Email", "Email", "VPN", "VPN", "VPN", "SAP", "SAP", "Wi-Fi", "Printing")
_GROUP = {
    "Email": ("Service Desk", "Messaging"), "VPN": ("Network Operations", "Service Desk"), "SAP": ("ERP Support",),
    "Wi-Fi": ("Network Operations",), "File Share": ("Infrastructure",), "Printing": ("Service Desk", "Field Support"),
    "Identity Management": ("Security Operations", "Service Desk"), "Payroll Portal": ("ERP Support",),
    "MES": ("Infrastructure", "ERP Support"),
}  # fmt: skip
_SITES = ("Rotterdam",) * 5 + ("Gdansk",) * 4 + ("Porto",) * 3 + ("Tampa",) * 3 + ("Remote",) * 5
_SEVERITY = ("P1",) * 1 + ("P2",) * 4 + ("P3",) * 10 + ("P4",) * 7
_MINUTES = {"P1": (25, 410), "P2": (50, 980), "P3": (90, 4_800), "P4": (120, 11_500)}
_TARGET = {"P1": 240, "P2": 480, "P3": 2_880, "P4": 7_200}
_CAUSE = (
    "Configuration error",
    "Hardware failure",
    "User error",
    "User error",
    "Software bug",
    "Capacity",
    "Third party",
    "Expired certificate",
)
AGENTS = ("Bram Visser", "Elif Kaya", "Jorge Pinto", "Nina Kowalska", "Owen Hale", "Yuki Mori")


def _affected(severity: str, draw: Draw) -> int:
    if severity == "P1":
        return draw.between(40, 900)
    return draw.between(5, 160) if severity == "P2" else draw.pick((1, 1, 1, 1, 2, 3, 6))


def _incident(n: int, day: date) -> Row:
    draw = Draw(SEED, "incidents", n)
    hour = draw.between(7, 18) if draw.chance(82) else draw.between(0, 23)
    opened = datetime(day.year, day.month, day.day, hour, draw.below(60), tzinfo=UTC)
    service = draw.pick(_SERVICE)
    severity = draw.pick(_SEVERITY)
    low, high = _MINUTES[severity]
    minutes = draw.between(low, high) * draw.between(25, 100) // 100
    ends = opened + timedelta(minutes=minutes)
    is_late = day >= date(2025, 11, 1)
    done = ends.date() <= LAST and not (is_late and draw.chance(30))
    state = draw.pick((*("Closed",) * 5, "Resolved") if done else ("New", "In Progress", "In Progress", "On Hold"))
    return {
        "number": f"INC{1040500 + n * 2}",
        "severity": severity,
        "service": service,
        "assignment_group": draw.pick(_GROUP[service]),
        "assigned_to": None if state == "New" else draw.pick(AGENTS),
        "caller_site": draw.pick(_SITES),
        "contact_channel": draw.pick(("Portal",) * 5 + ("Phone",) * 4 + ("Chat",) * 2 + ("Monitoring",) * 2),
        "opened_at": opened.strftime("%Y-%m-%dT%H:%M:00Z"),
        "resolved_at": ends.strftime("%Y-%m-%dT%H:%M:00Z") if done else None,
        "minutes_to_resolve": minutes if done else None,
        "state": state,
        "sla_breached": "yes" if minutes > _TARGET[severity] or (not done and draw.chance(50)) else "no",
        "major_incident": "yes" if severity == "P1" and draw.chance(60) else "no",
        "caused_by_change": "yes" if draw.chance(11) else "no",
        "root_cause": draw.pick(_CAUSE) if done and draw.chance(78) else None,
        "affected_users": _affected(severity, draw),
        "reassignment_count": draw.pick((0, 0, 0, 0, 1, 1, 2, 3)),
        "reopen_count": draw.pick((0,) * 12 + (1, 1, 2)) if done else 0,
        "satisfaction_rating": draw.pick((1, 2, 3, 4, 4, 5, 5, 5)) if done and draw.chance(34) else None,
    }


INCIDENTS = Pipe(
    "deskwise.it-incidents", "DeskWise IT incidents", "deskwise", "itsm", "incident",
    ("number",), ("EVENT_BUS", "kafka"),
    (
        Column("number", "string", "Number of the incident, ticket number"),
        Column("severity", "string", "P1 (critical) to P4 (low)"),
        Column("service", "string", "Service affected"),
        Column("assignment_group", "string", "Team that works on the ticket"),
        Column("assigned_to", "string", "Agent; null while new"),
        Column("caller_site", "string", "Site of the caller"),
        Column("contact_channel", "string", "Portal, Phone, Chat or Monitoring"),
        Column("opened_at", "timestamp", "When it was opened", "period"),
        Column("resolved_at", "timestamp", "When it was resolved; null if it is not"),
        Column("minutes_to_resolve", "integer", "Minutes from opened to resolved; null if it is not", "ratio",
            "minutes"),
        Column("state", "string", "New, In Progress, On Hold, Resolved or Closed"),
        Column("sla_breached", "string", "Whether the SLA was breached: yes or no"),
        Column("major_incident", "string", "Whether declared a major incident: yes or no"),
        Column("caused_by_change", "string", "Whether a change caused it: yes or no"),
        Column("root_cause", "string", "Root cause; null if not recorded"),
        Column("affected_users", "integer", "Users affected", "additive", "users"),
        Column("reassignment_count", "integer", "Times it was handed to another team", "additive", "times"),
        Column("reopen_count", "integer", "Times it was reopened", "additive", "times"),
        Column("satisfaction_rating", "integer", "1 to 5 by the caller; null if not rated", "ratio", "points"),
    ),
    tuple(_incident(n, day) for n, day in enumerate(days("inc", 600))),
)  # fmt: skip
