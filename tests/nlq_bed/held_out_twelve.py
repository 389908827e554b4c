"""The twelfth set: people of six trades who ask for the first time."""

from tests.nlq_bed.ledger import CLOUD, CRM, DESK, ERP, HR, LEDGER, OPPS, USAGE, at, flow, pairs, trend, year
from tests.nlq_bed.truth import (
    Ambiguous,
    Case,
    Refused,
    Table,
    averaged,
    count,
    finance,
    grouped,
    largest,
    leader,
    listed,
    mean,
    one,
    quarter,
    rows,
    share,
    summed,
    top,
    total,
    values,
)

NO = (
    "What revenue are we guiding to for 2026?",
    "why did the operating margin fall in Q2 2024",
    "Revenue for Q1 2022",
    "dividends paid in 2024",
    "Earnings per share last quarter?",
    "How does our gross margin compare with the industry average?",
    "did we beat consensus on revenue in Q3 2025",
    "What would EBITDA have been in 2025 if we had cut marketing expense by 10%?",
    "how much revenue came from Germany in 2024",
    "short-term debt at the end of 2025",
    "Adjusted EBITDA for 2025",
    "Please tell me the organic revenue growth in Q4 2025",
    "What was our 2024 revenue in euros?",
    "Which supplier delivers the best quality?",
    "how much did we spend with Siemens in 2024",
    "Who approved invoice ERP-00000012?",
    "total amount of disputed invoices",
    "What early payment discount did Acme Supply give us?",
    "Pay all overdue invoices of Delta Logistics",
    "how many purchase orders are still open",
    "What's the gender split in Sales?",
    "how many workers are on parental leave right now",
    "What does Anna Schmidt earn?",
    "average bonus of directors",
    "How many interns work in Marketing?",
    "Are our lawyers overpaid?",
    "Which agent solved the most tickets?",
    "how many tickets breached the SLA",
    "How many tickets reached us over WhatsApp?",
    "What can we do to make customers happier with our replies?",
    "Who is the account owner of ACC-000123?",
    "which of our open deals are we going to win?",
    "quota attainment for North America",
    "how many accounts do we have in aviation",
    "What is the average ticket satisfaction of accounts with more than 10,000 employees?",
    "How much are we spending on Azure?",
    "cloud costs for 2024 by team",
    "CO2 footprint of our EC2 usage",
    "how can I bring down the RDS bill?",
    "how many events did the Chatbot feature have in 2025",
    "What features will users want next year?",
)
CHOICES = (
    "How many invoices did Meridian send us?",
    "How many support tickets did we get in Q2 2024?",
    "Number of events for API in 2024?",
)

CASES = [
    # Of the two that are called so one is told by quarters.
    Case("active users in Q2 2025", lambda: at("active_users", "2025-Q2")),
    Case("Could you give me our full-year 2024 revenue please?", lambda: year("revenue", 2024)),
    Case("ebitda margin Q3 2025", lambda: at("ebitda_margin", "2025-Q3")),
    Case("How did net income develop over the quarters of 2025?", lambda: trend("net_income", "2025-Q1", "2025-Q4")),
    Case("cash position at the end of 2024", lambda: at("cash", "2024-Q4")),
    Case("By how much did ARR rise between Q4 2023 and Q4 2025?", lambda: at("arr", "2025-Q4") - at("arr", "2023-Q4")),
    Case("In which quarter was free cash flow the highest?", lambda: leader(pairs("free_cash_flow"))),
    Case("our three best quarters for bookings", lambda: top(pairs("bookings"), 3)),
    Case("I need the long-term debt as it stands now", lambda: at("long_term_debt", "2025-Q4")),
    Case("what was the average quarterly capital expenditure in 2023", lambda: year("capital_expenditure", 2023) / 4),
    Case("gros margin for each quarter of 2024", lambda: trend("gross_margin", "2024-Q1", "2024-Q4")),
    Case(
        "What's the lowest operating margin we have ever reported?",
        lambda: min(r["operating_margin"] for r in finance("")),
    ),
    Case("New customers won last year?", lambda: year("new_customers", 2025)),
    Case("DSO last quarter", lambda: at("days_sales_outstanding", "2025-Q4")),
    Case("EMEA revenue, first half of 2025", lambda: flow("revenue_emea", "2025-Q1", "2025-Q2")),
    Case(
        "how much has deferred revenue gone up since Q1 2024",
        lambda: at("deferred_revenue", "2025-Q4") - at("deferred_revenue", "2024-Q1"),
    ),
    Case(
        "In how many quarters did revenue exceed 60 million?",
        lambda: sum(r["revenue"] > 60_000_000 for r in finance("")),
    ),
    Case(
        "Show me the quarters where customer churn rate was above 3.5%",
        lambda: listed(LEDGER, "period", lambda r: r["customer_churn_rate"] > 3.5),
    ),
    Case(
        "total services revenue from Q3 2023 through Q2 2024",
        lambda: flow("services_revenue", "2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2"),
    ),
    Case("Marketing expense in the second quarter of 2025, pls", lambda: at("marketing_expense", "2025-Q2")),
    Case(
        "interest expense by year", lambda: Table([(y, flow("interest_expense", y)) for y in ("2023", "2024", "2025")])
    ),
    Case("q4 24 subscription revenue", lambda: at("subscription_revenue", "2024-Q4")),
    Case(
        "How much did gross profit change from 2023 to 2024?",
        lambda: year("gross_profit", 2024) - year("gross_profit", 2023),
    ),
    Case("Total EBITDA over the last four quarters, please", lambda: year("ebitda", 2025)),
    Case("worst quarter for operating cash flow?", lambda: leader(pairs("operating_cash_flow"), least=True)),
    Case("Plot debt to equity from Q1 2024 to Q4 2025", lambda: trend("debt_to_equity", "2024-Q1", "2025-Q4")),
    Case("customer acquisition cost 2025 Q2", lambda: at("customer_acquisition_cost", "2025-Q2")),
    Case("How many invoices are overdue?", lambda: count(ERP, lambda r: r["status"] == "overdue")),
    Case(
        "What's the total amount of the open invoices from Globex Energy?",
        lambda: total(ERP, "total_amount", lambda r: r["status"] == "open" and r["vendor_name"] == "Globex Energy"),
    ),
    Case(
        "Which supplier charged us the most tax?",
        lambda: leader(grouped(ERP, lambda r: r["vendor_name"], summed("tax_amount"))),
    ),
    Case(
        "list Helios Supply invoices with a total amount over 20,000",
        lambda: listed(ERP, "invoice_id", lambda r: r["vendor_name"] == "Helios Supply" and r["total_amount"] > 20_000),
    ),
    Case("status of ERP-00000042", lambda: one(ERP, "invoice_id", "ERP-00000042", "status")),
    Case("When is invoice ERP-00000777 due?", lambda: one(ERP, "invoice_id", "ERP-00000777", "due_on")),
    Case(
        "net amount per cost center for 2025",
        lambda: Table(
            grouped(
                ERP,
                lambda r: r["cost_center"],
                summed("net_amount"),
                lambda r: (r["issued_on"] or "").startswith("2025"),
            )
        ),
    ),
    Case(
        "top 5 vendors by total amount in 2024",
        lambda: top(
            grouped(
                ERP,
                lambda r: r["vendor_name"],
                summed("total_amount"),
                lambda r: (r["issued_on"] or "").startswith("2024"),
            ),
            5,
        ),
    ),
    Case(
        "How many different suppliers sent us invoices in Q2 2024?",
        lambda: len({r["vendor_id"] for r in rows(ERP) if quarter(r["issued_on"]) == "2024-Q2"}),
    ),
    Case("What percentage of our invoices has been paid?", lambda: share(ERP, lambda r: r["status"] == "paid")),
    Case("avg net amount of EUR invoices", lambda: mean(values(ERP, "net_amount", lambda r: r["currency"] == "EUR"))),
    Case(
        "the largest total amount on a single invoice issued in 2025",
        lambda: max(values(ERP, "total_amount", lambda r: (r["issued_on"] or "").startswith("2025"))),
    ),
    Case(
        "how many invoices fall due in March 2025",
        lambda: count(ERP, lambda r: (r["due_on"] or "").startswith("2025-03")),
    ),
    Case(
        "Number of invoices issued per quarter in 2023",
        lambda: Table(
            sorted(
                grouped(
                    ERP, lambda r: quarter(r["issued_on"]), len, lambda r: (r["issued_on"] or "").startswith("2023")
                )
            ),
            ordered=True,
        ),
    ),
    Case("tax amount on GBP invoices, all in all", lambda: total(ERP, "tax_amount", lambda r: r["currency"] == "GBP")),
    Case("count the invoices that aren't in USD", lambda: count(ERP, lambda r: r["currency"] != "USD")),
    Case(
        "IT cost center: count of open invoices",
        lambda: count(ERP, lambda r: r["cost_center"] == "IT" and r["status"] == "open"),
    ),
    Case(
        "Average base salary of active managers in EMEA",
        lambda: mean(
            values(
                HR,
                "base_salary",
                lambda r: r["status"] == "Active" and r["job_title"] == "Manager" and r["region"] == "EMEA",
            )
        ),
    ),
    Case(
        "how many active contractors do we have?",
        lambda: count(HR, lambda r: r["status"] == "Active" and r["employment_type"] == "Contractor"),
    ),
    Case(
        "number of active workers in each department",
        lambda: Table(grouped(HR, lambda r: r["department"], len, lambda r: r["status"] == "Active")),
    ),
    Case(
        "What is the highest base salary among associates?",
        lambda: max(values(HR, "base_salary", lambda r: r["job_title"] == "Associate")),
    ),
    Case(
        "hires in Legal during 2024, how many people?",
        lambda: count(HR, lambda r: r["department"] == "Legal" and r["hired_on"][:4] == "2024"),
    ),
    Case(
        "Which department has the fewest terminated workers?",
        lambda: leader(grouped(HR, lambda r: r["department"], len, lambda r: r["status"] == "Terminated"), least=True),
    ),
    Case("when was W-000345 hired", lambda: one(HR, "worker_id", "W-000345", "hired_on")),
    Case(
        "share of full-time workers in the Engineering department",
        lambda: share(HR, lambda r: r["employment_type"] == "Full-time", lambda r: r["department"] == "Engineering"),
    ),
    Case(
        "List the workers who left in December 2025",
        lambda: listed(HR, "worker_id", lambda r: (r["left_on"] or "").startswith("2025-12")),
    ),
    Case(
        "How many urgent tickets are open right now?",
        lambda: count(DESK, lambda r: r["priority"] == "urgent" and r["status"] == "open"),
    ),
    Case(
        "mean first reply minutes on chat tickets",
        lambda: mean(values(DESK, "first_reply_minutes", lambda r: r["channel"] == "chat")),
    ),
    Case(
        "Avg resolution hours by topic",
        lambda: Table(grouped(DESK, lambda r: r["topic"], averaged("resolution_hours"))),
    ),
    Case("what topic do we get the most tickets about?", lambda: leader(grouped(DESK, lambda r: r["topic"], len))),
    Case("number of reopened tickets", lambda: count(DESK, lambda r: r["reopened"])),
    Case("What share of tickets came in by phone?", lambda: share(DESK, lambda r: r["channel"] == "phone")),
    Case(
        "satisfaction for billing tickets on average",
        lambda: mean(values(DESK, "satisfaction", lambda r: r["topic"] == "Billing")),
    ),
    Case("tickets without a satisfaction score - how many?", lambda: count(DESK, lambda r: r["satisfaction"] is None)),
    Case("Through which channel did ticket T-0000123 come in?", lambda: one(DESK, "ticket_id", "T-0000123", "channel")),
    Case(
        "show pending tickets opened in November 2025",
        lambda: listed(DESK, "ticket_id", lambda r: r["status"] == "pending" and r["opened_on"].startswith("2025-11")),
    ),
    Case("How many deals have we won in EMEA?", lambda: count(OPPS, lambda r: r["is_won"] and r["region"] == "EMEA")),
    Case(
        "total amount of the opportunities in negotiation",
        lambda: total(OPPS, "amount", lambda r: r["stage"] == "Negotiation"),
    ),
    Case(
        "average deal amount by lead source",
        lambda: Table(grouped(OPPS, lambda r: r["lead_source"], averaged("amount"))),
    ),
    Case(
        "Show me the 5 biggest opportunities that aren't closed yet, by amount",
        lambda: largest(OPPS, "opportunity_id", "amount", 5, lambda r: not r["is_closed"]),
    ),
    Case("healthcare accounts: how many are there", lambda: count(CRM, lambda r: r["industry"] == "Healthcare")),
    Case(
        "APAC customers by industry",
        lambda: Table(grouped(CRM, lambda r: r["industry"], len, lambda r: r["is_customer"] and r["region"] == "APAC")),
    ),
    Case("What stage is OPP-0000450 in?", lambda: one(OPPS, "opportunity_id", "OPP-0000450", "stage")),
    Case("which industry is Garnet Partners 1 in", lambda: one(CRM, "name", "Garnet Partners 1", "industry")),
    Case(
        "How many closed lost opportunities from partners were above 400k?",
        lambda: count(
            OPPS, lambda r: r["stage"] == "Closed Lost" and r["lead_source"] == "Partner" and r["amount"] > 400_000
        ),
    ),
    Case(
        "count accounts with more than 30,000 employees that are not customers",
        lambda: count(CRM, lambda r: r["employees"] > 30_000 and not r["is_customer"]),
    ),
    Case("cloud cost by service", lambda: Table(grouped(CLOUD, lambda r: r["service"], summed("cost")))),
    Case(
        "Which team burned the most money on EC2?",
        lambda: leader(grouped(CLOUD, lambda r: r["team"], summed("cost"), lambda r: r["service"] == "EC2")),
    ),
    Case(
        "S3 cost on 15 January 2023",
        lambda: total(CLOUD, "cost", lambda r: r["service"] == "S3" and r["usage_on"] == "2023-01-15"),
    ),
    Case(
        "How much did the staging account cost us in January 2023?",
        lambda: total(CLOUD, "cost", lambda r: r["account"] == "staging" and r["usage_on"].startswith("2023-01")),
    ),
    Case("total lambda usage hours", lambda: total(CLOUD, "usage_hours", lambda r: r["service"] == "Lambda")),
    Case(
        "what's the max cost on a single Redshift line",
        lambda: max(values(CLOUD, "cost", lambda r: r["service"] == "Redshift")),
    ),
    Case(
        "events on iOS, 2025 total",
        lambda: total(USAGE, "events", lambda r: r["platform"] == "ios" and r["used_on"][:4] == "2025"),
    ),
    Case("errors by feature", lambda: Table(grouped(USAGE, lambda r: r["feature"], summed("errors")))),
    Case(
        "Which plan spends the most minutes in Reports?",
        lambda: leader(grouped(USAGE, lambda r: r["plan"], summed("minutes"), lambda r: r["feature"] == "Reports")),
    ),
    Case(
        "average number of errors on android",
        lambda: mean(values(USAGE, "errors", lambda r: r["platform"] == "android")),
    ),
    Case(
        "Can you tell me how many distinct accounts have used Alerts?",
        lambda: len({r["account_id"] for r in rows(USAGE) if r["feature"] == "Alerts"}),
    ),
    Case(
        "errors shown on the free plan in Q1 2025",
        lambda: total(USAGE, "errors", lambda r: r["plan"] == "Free" and quarter(r["used_on"]) == "2025-Q1"),
    ),
    Case(
        "Minutes spent with Dashboards, quarter by quarter in 2024",
        lambda: Table(
            sorted(
                grouped(
                    USAGE,
                    lambda r: quarter(r["used_on"]),
                    summed("minutes"),
                    lambda r: r["feature"] == "Dashboards" and r["used_on"][:4] == "2024",
                )
            ),
            ordered=True,
        ),
    ),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
