"""Quarterly figures of the dental practices."""

from aos.farm.generators.draw import Draw
from tests.nlq_bed.companies.kilbrin.calendar import QUARTERS, SEED
from tests.nlq_bed.trades.pipe import Column, Pipe
from tests.nlq_bed.truth import Row


def _pct(part: float, whole: float) -> float:
    return round(100 * part / whole, 1)


def _finance(at: int) -> Row:
    """Amounts are whole euros."""
    draw = Draw(SEED, "kilbrin_fin", at)

    def part(of: int, low: int, high: int) -> int:
        """The limits in tenths of a percent."""
        return of * draw.between(low, high) // 1_000

    season = (103, 99, 91, 107)[at % 4]
    private = season * (17_400 + 380 * at) + draw.between(-41_000, 41_000)
    scheme = 612_000 - 7_300 * at + draw.between(-21_000, 21_000)
    braces = 388_000 + 16_100 * at + draw.between(-26_000, 26_000)
    implants = 294_000 + 11_700 * at + draw.between(-34_000, 34_000)
    hygiene = 241_000 + 5_200 * at + draw.between(-12_000, 12_000)
    plans = 133_000 + 9_400 * at + draw.between(-3_000, 3_000)
    revenue = private + scheme + braces + implants + hygiene + plans
    clinicians, lab, stuff = part(revenue, 371, 402), part(revenue, 61, 79), part(revenue, 54, 71)
    direct = clinicians + lab + stuff
    gross = revenue - direct
    staff = 602_000 + 14_500 * at + draw.between(-13_000, 13_000)
    rent, leases, ads = 214_000 + 3_900 * at, draw.between(61_000, 78_000), draw.between(39_000, 114_000)
    software, cover, courses, other = (
        draw.between(44_000, 63_000),
        draw.between(31_000, 38_000),
        draw.between(8_000, 27_000),
        draw.between(22_000, 58_000),
    )
    overheads = staff + rent + leases + ads + software + cover + courses + other
    ebitda = gross - overheads
    worn = 118_000 + 2_600 * at + draw.between(-2_000, 2_000)
    operating = ebitda - worn
    paid = draw.between(34_000, 52_000)
    before_tax = operating - paid
    tax = max(0, before_tax * 125 // 1_000)
    loans = 3_480_000 - 74_000 * at + draw.between(-18_000, 18_000)
    cash_flow = ebitda + draw.between(-160_000, 120_000)
    booked = 31_200 + 640 * at + draw.between(-900, 900)
    missed = part(booked, 46, 83)
    called_off = part(booked, 71, 104)
    chairs = 61 + 5 * (at >= 3) + 4 * (at >= 6) + 6 * (at >= 10)
    return {
        "quarter": QUARTERS[at],
        "private_treatment_revenue": private,
        "public_scheme_revenue": scheme,
        "orthodontics_revenue": braces,
        "implant_revenue": implants,
        "hygiene_revenue": hygiene,
        "membership_plan_revenue": plans,
        "total_revenue": revenue,
        "clinician_pay": clinicians,
        "laboratory_costs": lab,
        "consumables_cost": stuff,
        "cost_of_services": direct,
        "gross_profit": gross,
        "gross_margin_pct": _pct(gross, revenue),
        "support_staff_costs": staff,
        "rent_and_rates": rent,
        "equipment_leasing": leases,
        "marketing_spend": ads,
        "software_costs": software,
        "insurance_premiums": cover,
        "training_spend": courses,
        "other_overheads": other,
        "total_overheads": overheads,
        "ebitda": ebitda,
        "ebitda_margin_pct": _pct(ebitda, revenue),
        "depreciation": worn,
        "operating_profit": operating,
        "interest_paid": paid,
        "profit_before_tax": before_tax,
        "corporation_tax": tax,
        "net_profit": before_tax - tax,
        "operating_cash_flow": cash_flow,
        "capital_expenditure": draw.between(88_000, 410_000),
        "cash_balance": 1_140_000 + 51_000 * at + draw.between(-170_000, 170_000),
        "patient_receivables": part(revenue, 92, 148),
        "trade_payables": part(direct, 210, 330),
        "bank_loans": loans,
        "practices_open": 12 + (at >= 3) + (at >= 6) + (at >= 10),
        "treatment_chairs": chairs,
        "active_patients": 58_300 + 1_240 * at + draw.between(-350, 350),
        "plan_members": 5_900 + 390 * at + draw.between(-60, 60),
        "new_patients": draw.between(1_900, 3_150),
        "appointments_booked": booked,
        "appointments_cancelled": called_off,
        "appointments_missed": missed,
        "no_show_rate_pct": _pct(missed, booked),
        "chair_utilisation_pct": round(71.0 + 0.6 * at + draw.between(-24, 24) / 10, 1),
        "average_wait_days": draw.between(6, 19),
        "revenue_per_chair": round(revenue / chairs, 2),
        "net_promoter_score": 41 + at + draw.between(-5, 5),
    }


def _flow(name: str, about: str, unit: str = "EUR", kind: str = "integer") -> Column:
    return Column(name, kind, about, "additive", unit)


def _ratio(name: str, about: str, unit: str = "%", kind: str = "number") -> Column:
    return Column(name, kind, about, "ratio", unit)


def _stock(name: str, about: str, unit: str = "EUR", kind: str = "integer") -> Column:
    return Column(name, kind, f"{about} at the end of the quarter", "point_in_time", unit)


FINANCE = Pipe(
    "netsuite.kilbrin-quarterly-results", "Kilbrin quarterly results", "netsuite", "finance",
    "quarterly_result", ("quarter",), ("DATA_WAREHOUSE", "snowflake"),
    (
        Column("quarter", "string", "Calendar quarter, YYYY-Qq", "period"),
        _flow("private_treatment_revenue", "Revenue from general treatment paid privately"),
        _flow("public_scheme_revenue", "Revenue from treatment under the public dental scheme"),
        _flow("orthodontics_revenue", "Revenue from braces and aligners"),
        _flow("implant_revenue", "Revenue from implants"),
        _flow("hygiene_revenue", "Revenue from hygienist visits"),
        _flow("membership_plan_revenue", "Revenue from monthly membership plans"),
        _flow("total_revenue", "All revenue"),
        _flow("clinician_pay", "Pay of dentists, orthodontists and hygienists"),
        _flow("laboratory_costs", "Crowns, dentures and other lab work bought"),
        _flow("consumables_cost", "Gloves, fillings and other materials used"),
        _flow("cost_of_services", "Clinician pay, laboratory and consumables together"),
        _flow("gross_profit", "Revenue less cost of services"),
        _ratio("gross_margin_pct", "Gross profit of revenue"),
        _flow("support_staff_costs", "Pay of nurses, receptionists and head office"),
        _flow("rent_and_rates", "Rent and rates of the practices"),
        _flow("equipment_leasing", "Leases of scanners and chairs"),
        _flow("marketing_spend", "Advertising"),
        _flow("software_costs", "Licences and hosting"),
        _flow("insurance_premiums", "Indemnity and property insurance"),
        _flow("training_spend", "Courses for staff"),
        _flow("other_overheads", "All other overheads"),
        _flow("total_overheads", "All overheads"),
        _flow("ebitda", "Earnings before interest, tax, depreciation and amortisation"),
        _ratio("ebitda_margin_pct", "EBITDA of revenue"),
        _flow("depreciation", "Depreciation of equipment and fit-out"),
        _flow("operating_profit", "EBITDA less depreciation"),
        _flow("interest_paid", "Interest on bank loans"),
        _flow("profit_before_tax", "Operating profit less interest"),
        _flow("corporation_tax", "Tax on profit"),
        _flow("net_profit", "Profit after tax"),
        _flow("operating_cash_flow", "Cash from operations"),
        _flow("capital_expenditure", "Spent on equipment and fit-out"),
        _stock("cash_balance", "Cash"),
        _stock("patient_receivables", "Owed by patients and insurers"),
        _stock("trade_payables", "Owed to suppliers"),
        _stock("bank_loans", "Loans"),
        _stock("practices_open", "Practices open", "practices"),
        _stock("treatment_chairs", "Chairs in use", "chairs"),
        Column(
            "active_patients", "integer", "Patients seen in the two years to the end of the quarter", "point_in_time",
            "patients",
        ),
        _stock("plan_members", "Members of a plan", "members"),
        _flow("new_patients", "Patients who registered", "patients"),
        _flow("appointments_booked", "Appointments booked", "appointments"),
        _flow("appointments_cancelled", "Appointments cancelled by the patient", "appointments"),
        _flow("appointments_missed", "Appointments the patient did not come to", "appointments"),
        _ratio("no_show_rate_pct", "Missed of booked appointments"),
        _ratio("chair_utilisation_pct", "Chair hours in use of those open"),
        _ratio("average_wait_days", "Days from booking to a first appointment", "days", "integer"),
        _ratio("revenue_per_chair", "Revenue by treatment chair", "EUR"),
        _ratio("net_promoter_score", "NPS of patients", "points", "integer"),
    ),
    tuple(_finance(at) for at in range(len(QUARTERS))),
)  # fmt: skip
