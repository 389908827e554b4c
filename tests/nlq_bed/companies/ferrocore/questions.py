"""Questions to the manufacturer's deals, figures, purchase orders and incidents."""

from tests.nlq_bed.companies.ferrocore.incidents import INCIDENTS
from tests.nlq_bed.companies.ferrocore.kpis import KPIS
from tests.nlq_bed.companies.ferrocore.opportunities import OPPORTUNITIES
from tests.nlq_bed.companies.ferrocore.purchases import PURCHASES
from tests.nlq_bed.trades.figures import (
    avg,
    best,
    by,
    distinct,
    during,
    first,
    got,
    keys,
    mean,
    number,
    of,
    one,
    over,
    total,
    where,
)
from tests.nlq_bed.truth import Ambiguous, Case, Refused, Table, leader, quarter

PIPES = (OPPORTUNITIES, KPIS, PURCHASES, INCIDENTS)
D, K, P, T = (pipe.rows for pipe in PIPES)

NO = (
    "Commission paid to Derek Osei in 2025",
    "how many leads came in through LinkedIn?",
    "Which of our open deals are we going to win?",
    "opportunities in Brazil",
    "won amount 2022",
    "what is Ravi Menon's quota attainment?",
    "Please move OPP-43059 to Closed Won",
    "net profit for 2025",
    "ebitda Africa 2025",
    "Order intake in Q1 2026?",
    "capex actual versus budget, Q4 2025",
    "net sales per employee in EMEA",
    "why did OEE in EMEA fall in the third quarter of 2024?",
    "what will the scrap rate be next quarter",
    "how many units were returned by customers in 2025?",
    "what did overtime cost us in Asia Pacific last quarter?",
    "how much did we save by negotiating with Nordic Cable?",
    "POs for the Gothenburg plant",
    "order value in JPY for 2025",
    "unpaid invoices of Giraud Chemie",
    "which vendor should we drop?",
    "vendor of PO 4500099999",
    "how many Hex bolts M8 do we have in stock?",
    "P5 incidents in 2025",
    "average first response time for P2 incidents",
    "how many incidents did we have in the Berlin office",
    "what did the SAP outages cost the business?",
    "reassign INC1041180 to Elif Kaya",
    "incidents per million of net sales in 2025",
)
CHOICES = (
    "units in EMEA in Q1 2025",
    "how many are still open?",
    "what's the average number of days?",
    "what was the cost for North America in Q2 2025?",
)

CASES = [
    # deals
    Case("how many opportunities did we win in 2024?", lambda: number(D, during("closeDate", "2024"), isWon=True)),
    Case(
        "total deal amount closed won in Q3 2025",
        lambda: total(D, "amountUsd", during("closeDate", "2025-Q3"), isWon=True),
    ),
    Case(
        "Which sales rep owns the most closed won opportunities in 2025?",
        lambda: leader(by(D, "ownerName", len, during("closeDate", "2025"), isWon=True)),
    ),
    Case("won amount by segment", lambda: Table(by(D, "segment", of("amountUsd"), isWon=True))),
    Case("avg amount of Enterprise opportunities", lambda: mean(D, "amountUsd", segment="Enterprise")),
    Case(
        "List the opportunities above 200,000 that we lost because of price",
        lambda: keys(D, "opportunityId", over("amountUsd", 200_000), lossReason="Price"),
    ),
    Case("what stage is OPP-43059 in", lambda: one(D, "stageName", opportunityId="OPP-43059")),
    Case("opportunites per stage", lambda: Table(by(D, "stageName", len))),
    Case(
        "How many deals in Negotiation have an amount of more than 100000?",
        lambda: number(D, over("amountUsd", 100_000), stageName="Negotiation"),
    ),
    Case(
        "what percentage of closed opportunities did we win?",
        lambda: 100 * number(D, isWon=True) / number(D, isClosed=True),
    ),
    Case(
        "how long is the sales cycle on average for Mid-Market?",
        lambda: mean(D, "salesCycleDays", segment="Mid-Market"),
    ),
    Case("top 3 accounts by won amount", lambda: first(by(D, "accountName", of("amountUsd"), isWon=True), 3)),
    Case(
        "largest amount among the lost deals of 2025?",
        lambda: max(got(D, "amountUsd", during("closeDate", "2025"), stageName="Closed Lost")),
    ),
    Case("number of opportunities with no lead source", lambda: number(D, leadSource=None)),
    Case("most common loss reason", lambda: best(D, "lossReason", len)),
    Case("Who is the owner of OPP-41470?", lambda: one(D, "ownerName", opportunityId="OPP-41470")),
    Case(
        "how many renewals has Derek Osei won so far",
        lambda: number(D, isWon=True, opportunityType="Renewal", ownerName="Derek Osei"),
    ),
    Case("How many opportunities were created in March 2025?", lambda: number(D, during("createdDate", "2025-03"))),
    Case(
        "lost deals where Trackwell was the competitor, count",
        lambda: number(D, stageName="Closed Lost", competitorName="Trackwell"),
    ),
    Case(
        "show me Sophie Tremblay's open opportunities",
        lambda: keys(D, "opportunityId", isClosed=False, ownerName="Sophie Tremblay"),
    ),
    # figures of the regions
    Case("net sales EMEA Q4 2025", lambda: one(K, "net_sales_keur", region="EMEA", fiscalQuarter="2025-Q4")),
    Case(
        "What were the group's net sales for 2024 across all regions?",
        lambda: total(K, "net_sales_keur", during("fiscalQuarter", "2024")),
    ),
    Case("ebitda last quarter", lambda: total(K, "ebitda_keur", fiscalQuarter="2025-Q4")),
    Case("capex ytd", lambda: total(K, "capex_keur", during("fiscalQuarter", "2025"))),
    Case(
        "How much has headcount in North America grown from Q1 2024 to Q4 2025?",
        lambda: (
            one(K, "headcount", region="North America", fiscalQuarter="2025-Q4")
            - one(K, "headcount", region="North America", fiscalQuarter="2024-Q1")
        ),
    ),
    Case(
        "order intake 2025 split by region",
        lambda: Table(by(K, "region", of("order_intake_keur"), during("fiscalQuarter", "2025"))),
    ),
    Case(
        "which region had the highest scrap rate in Q3 2025",
        lambda: leader(by(K, "region", of("scrap_rate_pct"), fiscalQuarter="2025-Q3")),
    ),
    Case(
        "trend of units produced in Asia Pacific",
        lambda: Table(by(K, "fiscalQuarter", of("units_produced"), region="Asia Pacific")),
    ),
    Case(
        "gross margin of Latin America for every quarter of 2025",
        lambda: Table(
            [
                (r["fiscalQuarter"], r["gross_margin_pct"])
                for r in where(K, during("fiscalQuarter", "2025"), region="Latin America")
            ]
        ),
    ),
    Case("average OEE in EMEA over 2025", lambda: mean(K, "oee_pct", during("fiscalQuarter", "2025"), region="EMEA")),
    Case(
        "How many lost time injuries did North America have in 2024?",
        lambda: total(K, "lost_time_injuries", during("fiscalQuarter", "2024"), region="North America"),
    ),
    Case("total headcount at the end of 2024", lambda: total(K, "headcount", fiscalQuarter="2024-Q4")),
    Case(
        "current order backlog per region",
        lambda: Table(by(K, "region", of("order_backlog_keur"), fiscalQuarter="2025-Q4")),
    ),
    Case(
        "EBITDA 2025: Asia Pacific vs North America",
        lambda: Table(
            by(
                K,
                "region",
                of("ebitda_keur"),
                during("fiscalQuarter", "2025"),
                lambda r: r["region"] in ("Asia Pacific", "North America"),
            )
        ),
    ),
    Case(
        "rank the regions by R&D expense in 2025",
        lambda: first(by(K, "region", of("rnd_expense_keur"), during("fiscalQuarter", "2025")), 4),
    ),
    Case(
        "by how many points did on-time delivery in Latin America change between Q3 2025 and Q4 2025?",
        lambda: (
            one(K, "on_time_delivery_pct", region="Latin America", fiscalQuarter="2025-Q4")
            - one(K, "on_time_delivery_pct", region="Latin America", fiscalQuarter="2025-Q3")
        ),
    ),
    Case(
        "What share of 2025 net sales came from EMEA?",
        lambda: (
            100
            * total(K, "net_sales_keur", during("fiscalQuarter", "2025"), region="EMEA")
            / total(K, "net_sales_keur", during("fiscalQuarter", "2025"))
        ),
    ),
    Case("DSO North America in Q2", lambda: one(K, "dso_days", region="North America", fiscalQuarter="2025-Q2")),
    Case(
        "overtime hours from Q1 to Q3 2025, everything together",
        lambda: total(K, "overtime_hours", lambda r: r["fiscalQuarter"] in ("2025-Q1", "2025-Q2", "2025-Q3")),
    ),
    Case(
        "in which quarter did EMEA get the most customer complaints?",
        lambda: leader(by(K, "fiscalQuarter", of("customer_complaints"), region="EMEA")),
    ),
    Case(
        "invntory value Asia Pacific Q2 2025",
        lambda: one(K, "inventory_keur", region="Asia Pacific", fiscalQuarter="2025-Q2"),
    ),
    Case(
        "how many quarters was gross margin in EMEA above 32?",
        lambda: number(K, over("gross_margin_pct", 32), region="EMEA"),
    ),
    Case("what's our EMEA headcount right now", lambda: one(K, "headcount", region="EMEA", fiscalQuarter="2025-Q4")),
    # purchase orders
    Case("total order value in USD, 2025", lambda: total(P, "amt", during("po_date", "2025"), ccy="USD")),
    Case("open purchase orders for Brno", lambda: keys(P, "po_no", po_stat="OPEN", plant="Brno")),
    Case("Which supplier has the highest average days late?", lambda: leader(by(P, "vend_name", avg("days_late")))),
    Case("bottom 3 vendors by number of purchase orders", lambda: first(by(P, "vend_name", len), 3, least=True)),
    Case(
        "quantity of Sheet steel 2mm ordered in Q2 2025",
        lambda: total(P, "qty", during("po_date", "2025-Q2"), mat_desc="Sheet steel 2mm"),
    ),
    Case("how many rush orders for the Leeds plant", lambda: number(P, rush_flg="Y", plant="Leeds")),
    Case("cancelled POs 2024, how many", lambda: number(P, during("po_date", "2024"), po_stat="CANCELLED")),
    Case("avg unit price of the Carbide insert", lambda: mean(P, "unit_prc", mat_desc="Carbide insert")),
    Case(
        "Show me Stahlwerk Brenner POs with an amt over 75000",
        lambda: keys(P, "po_no", over("amt", 75_000), vend_name="Stahlwerk Brenner"),
    ),
    Case("POs without a contract by plant", lambda: Table(by(P, "plant", len, contract_no=None))),
    Case("frieght cost per plant in 2025", lambda: Table(by(P, "plant", of("frt_amt"), during("po_date", "2025")))),
    Case(
        "how many different materials do we buy from Lakeshore Tools?",
        lambda: distinct(P, "mat_no", vend_name="Lakeshore Tools"),
    ),
    Case("number of purchase orders received more than 10 days late", lambda: number(P, over("days_late", 10))),
    Case("goods receipt date of PO 4500032040", lambda: one(P, "gr_date", po_no="4500032040")),
    Case(
        "How many more POs did M. Santos place in 2024 than in 2025?",
        lambda: (
            number(P, during("po_date", "2024"), buyer="M. Santos")
            - number(P, during("po_date", "2025"), buyer="M. Santos")
        ),
    ),
    Case("% of purchase orders on NET60", lambda: 100 * number(P, pymt_terms="NET60") / len(P)),
    Case(
        "EUR order value by quarter, 2025",
        lambda: Table(by(P, lambda r: quarter(r["po_date"]), of("amt"), during("po_date", "2025"), ccy="EUR")),
    ),
    # incidents
    Case("How many P1 incidents did we have last year?", lambda: number(T, during("opened_at", "2025"), severity="P1")),
    Case("mean minutes to resolve per severity", lambda: Table(by(T, "severity", avg("minutes_to_resolve")))),
    Case(
        "incidents with SLA breached by assignment group, 2025",
        lambda: Table(by(T, "assignment_group", len, during("opened_at", "2025"), sla_breached="yes")),
    ),
    Case(
        "what % of P2 incidents breached the SLA",
        lambda: 100 * number(T, severity="P2", sla_breached="yes") / number(T, severity="P2"),
    ),
    Case("Which service has the most incidents?", lambda: leader(by(T, "service", len))),
    Case("list incidents still in progress", lambda: keys(T, "number", state="In Progress")),
    Case("who is INC1040700 assigned to?", lambda: one(T, "assigned_to", number="INC1040700")),
    Case("minutes to resolve INC1041180", lambda: one(T, "minutes_to_resolve", number="INC1041180")),
    Case(
        "how many incidents came in from Porto last quarter",
        lambda: number(T, during("opened_at", "2025-Q4"), caller_site="Porto"),
    ),
    Case(
        "monthly VPN incidents in 2025",
        lambda: Table(by(T, lambda r: r["opened_at"][:7], len, during("opened_at", "2025"), service="VPN")),
    ),
    Case(
        "how many major incidents were caused by a change?",
        lambda: number(T, major_incident="yes", caused_by_change="yes"),
    ),
    Case(
        "avg satisfaction rating Service Desk", lambda: mean(T, "satisfaction_rating", assignment_group="Service Desk")
    ),
    Case(
        "Affected users in P2 incidents in Q3 2025, in total",
        lambda: total(T, "affected_users", during("opened_at", "2025-Q3"), severity="P2"),
    ),
    Case(
        "what is the longest a P1 took, in minutes to resolve?",
        lambda: max(got(T, "minutes_to_resolve", severity="P1")),
    ),
    Case("incidents reopened more than once: how many", lambda: number(T, over("reopen_count", 1))),
    Case(
        "Elif Kaya's incidents in November 2025, how many were there?",
        lambda: number(T, during("opened_at", "2025-11"), assigned_to="Elif Kaya"),
    ),
    Case(
        "by how much did Wi-Fi incidents change from 2024 to 2025?",
        lambda: (
            number(T, during("opened_at", "2025"), service="Wi-Fi")
            - number(T, during("opened_at", "2024"), service="Wi-Fi")
        ),
    ),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
