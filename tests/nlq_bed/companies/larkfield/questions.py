"""Questions to the publishing house's quarters, trade orders, staff and reader care tickets."""

from tests.nlq_bed.companies.larkfield.finance import FINANCE
from tests.nlq_bed.companies.larkfield.orders import ORDERS
from tests.nlq_bed.companies.larkfield.people import PEOPLE
from tests.nlq_bed.companies.larkfield.tickets import TICKETS
from tests.nlq_bed.trades.figures import (
    avg,
    best,
    by,
    distinct,
    during,
    first,
    got,
    keys,
    largest,
    mean,
    number,
    of,
    one,
    over,
    percent,
    series,
    total,
    where,
)
from tests.nlq_bed.truth import Ambiguous, Case, Refused, Table, quarter

PIPES = (FINANCE, ORDERS, PEOPLE, TICKETS)
F, B, P, T = (pipe.rows for pipe in PIPES)

NO = (
    "What was the author satisfaction score in Q2 2024?",
    "ebook revenue for 2022",
    "What will Q4 2025's print revenue be?",
    "closing cash in July 2024",
    "podcast revenue last year",
    "how many audiobook downloads were there in Q1 2025?",
    "EBITDA margin for 2024",
    "What dividends did we pay in 2023?",
    "newsletter churn in Q3 2025",
    "How many debut titles did we publish in 2024?",
    "rights income by language, 2024",
    "print revenue of Stonecrop in Q2 2024",
    "advances paid per title published in 2024",
    "What's behind the drop in rights income in Q4 2024?",
    "Is our returns rate above the industry's?",
    "Did total revenue in 2024 reach the plan?",
    "If paper got 15% dearer, what would printing and binding cost us?",
    "net value of orders from Waterstones in 2024",
    "How many orders did we get from France?",
    "audio CDs ordered by libraries in 2023",
    "orders placed by fax",
    "When will order LP-99999 be delivered?",
    "how many signed copies were ordered in 2025",
    "net value in US dollars for 2024",
    "Cancel all the back-ordered orders of Maple Leaf Reads",
    "How many of our editors speak German?",
    "average age of active employees by department",
    "base salary of Gwendolyn Thrupp",
    "how many people work at the Bristol office",
    "Who should we promote to managing editor?",
    "tickets from Instagram last quarter",
    "how many tickets did Patrick Moody close in 2025?",
    "refund amount by imprint",
)
CHOICES = (
    "value of orders in March 2025",
    "margin in Q1 2025?",
    "Give me the 2024 split by channel",
)

CASES = [
    # quarters
    Case("Ebook revenue for the third quarter of 2024?", lambda: one(F, "ebook_revenue", fiscal_quarter="2024-Q3")),
    Case(
        "I need the operating profit of 2023 as one figure",
        lambda: total(F, "operating_profit", during("fiscal_quarter", "2023")),
    ),
    Case("Where does closing cash stand at present?", lambda: one(F, "closing_cash", fiscal_quarter="2025-Q3")),
    Case(
        "technology costs for the quarter just gone by, i.e. last quarter",
        lambda: one(F, "technology_costs", fiscal_quarter="2025-Q3"),
    ),
    Case(
        "marketing and publicity so far this year",
        lambda: total(F, "marketing_and_publicity", during("fiscal_quarter", "2025")),
    ),
    Case("Unearned advances as of year end 2024", lambda: one(F, "unearned_advances", fiscal_quarter="2024-Q4")),
    Case(
        "What's the change in the bank loan balance between Q4 2023 and Q3 2025?",
        lambda: (
            one(F, "bank_loan_balance", fiscal_quarter="2025-Q3")
            - one(F, "bank_loan_balance", fiscal_quarter="2023-Q4")
        ),
    ),
    Case(
        "How much better or worse was audiobook revenue in Q2 2025 than in Q2 2024?",
        lambda: (
            one(F, "audiobook_revenue", fiscal_quarter="2025-Q2")
            - one(F, "audiobook_revenue", fiscal_quarter="2024-Q2")
        ),
    ),
    Case(
        "ebook downloads, percentage growth 2023 to 2024",
        lambda: (
            100
            * (
                total(F, "ebook_downloads", during("fiscal_quarter", "2024"))
                / total(F, "ebook_downloads", during("fiscal_quarter", "2023"))
                - 1
            )
        ),
    ),
    Case(
        "Can you plot headcount for me, Q1 2024 through Q3 2025?",
        lambda: series(F, "fiscal_quarter", "headcount", "2024"),
    ),
    Case(
        "royalty expense next to advances paid, every quarter of 2024",
        lambda: Table(
            [
                (r["fiscal_quarter"], r["royalty_expense"], r["advances_paid"])
                for r in where(F, during("fiscal_quarter", "2024"))
            ]
        ),
    ),
    Case(
        "In what quarter was our net profit the lowest?",
        lambda: best(F, "fiscal_quarter", of("net_profit"), least=True),
    ),
    Case(
        "the three best quarters for rights income, please",
        lambda: first(by(F, "fiscal_quarter", of("rights_income")), 3),
    ),
    Case("How many titels did we publish in Q2 2025", lambda: one(F, "titles_published", fiscal_quarter="2025-Q2")),
    Case(
        "print copies sold across the first three quarters of 2025, in total",
        lambda: total(F, "print_copies_sold", during("fiscal_quarter", "2025")),
    ),
    Case(
        "What did freight and warehousing come to for 2023 and 2024 together?",
        lambda: total(F, "freight_and_warehousing", during("fiscal_quarter", "2023", "2024")),
    ),
    Case("What were debtor days on average in 2024?", lambda: mean(F, "debtor_days", during("fiscal_quarter", "2024"))),
    Case(
        "operating margin 2024 by quarter", lambda: series(F, "fiscal_quarter", "operating_margin_pct", "2024", "2025")
    ),
    Case("The most newsletter subscribers we've ever had?", lambda: max(got(F, "newsletter_subscribers"))),
    Case(
        "Number of quarters in which capital expenditure exceeded £400k",
        lambda: number(F, over("capital_expenditure", 400)),
    ),
    Case(
        "which quarters had a returns rate of more than 20 percent",
        lambda: keys(F, "fiscal_quarter", over("returns_rate_pct", 20)),
    ),
    Case("authors under contract Q1 24", lambda: one(F, "authors_under_contract", fiscal_quarter="2024-Q1")),
    Case(
        "gross profit per year, all the years we have",
        lambda: Table(by(F, lambda r: r["fiscal_quarter"][:4], of("gross_profit"))),
    ),
    Case(
        "print revenue and audiobook revenue in Q4 2024, side by side",
        lambda: Table([(r["print_revenue"], r["audiobook_revenue"]) for r in where(F, fiscal_quarter="2024-Q4")]),
    ),
    # orders
    Case("How many trade orders were placed in August 2025?", lambda: number(B, during("order_date", "2025-08"))),
    Case(
        "Break 2024's net value down by imprint",
        lambda: Table(by(B, "imprint", of("net_value"), during("order_date", "2024"))),
    ),
    Case(
        "Which sales rep brought in the highest net value in 2025?",
        lambda: best(B, "sales_rep", of("net_value"), during("order_date", "2025")),
    ),
    Case("rank our top 5 customers on copies ordered", lambda: first(by(B, "customer_name", of("copies_ordered")), 5)),
    Case(
        "How many orders from Germany are back-ordered?",
        lambda: number(B, country="Germany", order_status="Back-ordered"),
    ),
    Case(
        "Pull up the cancelled orders of online customers",
        lambda: keys(B, "order_number", order_status="Cancelled", customer_type="Online"),
    ),
    Case("mean discount pct we grant to wholesalers", lambda: mean(B, "discount_pct", customer_type="Wholesaler")),
    Case(
        "What percentage of the orders placed in 2024 were firm sales?",
        lambda: percent(
            where(B, during("order_date", "2024"), is_firm_sale=True), where(B, during("order_date", "2024"))
        ),
    ),
    Case("On which day was order LP-20447 shipped?", lambda: one(B, "ship_date", order_number="LP-20447")),
    Case("LP-21005: who's the customer?", lambda: one(B, "customer_name", order_number="LP-21005")),
    Case("copies returned per genre", lambda: Table(by(B, "genre", of("copies_returned")))),
    Case(
        "Month by month, what was net value from January to June 2025?",
        lambda: Table(
            by(B, lambda r: r["order_date"][:7], of("net_value"), during("order_date", "2025-Q1", "2025-Q2"))
        ),
    ),
    Case("How many orders carry no promo code?", lambda: number(B, promo_code=None)),
    Case(
        "How many different book titles have been ordered from Canada?",
        lambda: distinct(B, "book_title", country="Canada"),
    ),
    Case(
        "orders from outside the United Kingdom in 2023 - number",
        lambda: number(B, lambda r: r["country"] != "United Kingdom", during("order_date", "2023")),
    ),
    Case(
        "Copies of hardbacks ordered by chains in the second quarter of 2025",
        lambda: total(
            B, "copies_ordered", during("order_date", "2025-Q2"), book_format="Hardback", customer_type="Chain"
        ),
    ),
    Case(
        "How many orders of 1,000 copies or more have we had?",
        lambda: number(B, lambda r: r["copies_ordered"] >= 1_000),
    ),
    Case(
        "largest net value of any single order from Harcastle Booksellers",
        lambda: max(got(B, "net_value", customer_name="Harcastle Booksellers")),
    ),
    Case("Show the 4 orders with the most copies returned", lambda: largest(B, "order_number", "copies_returned", 4)),
    Case(
        "Countries with fewer than 50 orders?", lambda: Table([pair for pair in by(B, "country", len) if pair[1] < 50])
    ),
    Case(
        "gross value for Liffey Books and Shelfmark Ireland combined",
        lambda: total(B, "gross_value", lambda r: r["customer_name"] in ("Liffey Books", "Shelfmark Ireland")),
    ),
    Case(
        "How many orders were shipped between 1 March and 15 March 2025?",
        lambda: number(B, lambda r: "2025-03-01" <= (r["ship_date"] or "") <= "2025-03-15"),
    ),
    Case("net value of the orders whose payment is overdue", lambda: total(B, "net_value", payment_status="Overdue")),
    Case(
        "number of orders by imprint and payment status",
        lambda: Table([(*pair, found) for pair, found in by(B, lambda r: (r["imprint"], r["payment_status"]), len)]),
    ),
    Case(
        "how many copies of The Salt Road were returned because they were damaged",
        lambda: total(B, "copies_returned", book_title="The Salt Road", return_reason="Damaged"),
    ),
    # people
    Case("active staff per work location", lambda: Table(by(P, "workLocation", len, employmentStatus="Active"))),
    Case(
        "How many active people does Editorial have in Edinburgh?",
        lambda: number(P, employmentStatus="Active", department="Editorial", workLocation="Edinburgh"),
    ),
    Case(
        "What does an active employee in Design earn on average (base salary)?",
        lambda: mean(P, "baseSalary", employmentStatus="Active", department="Design"),
    ),
    Case(
        "names of active employees who report to Priya Raman",
        lambda: keys(P, "employeeId", employmentStatus="Active", managerName="Priya Raman"),
    ),
    Case("hires in 2024 broken out by department", lambda: Table(by(P, "department", len, during("hireDate", "2024")))),
    Case("top base salary in Rights", lambda: max(got(P, "baseSalary", department="Rights"))),
    Case("How many employees left us during 2024?", lambda: number(P, during("terminationDate", "2024"))),
    Case(
        "what proportion of our active employees is female?",
        lambda: percent(where(P, employmentStatus="Active", gender="Female"), where(P, employmentStatus="Active")),
    ),
    Case(
        "How many active employees in London are remote?",
        lambda: number(P, employmentStatus="Active", isRemote=True, workLocation="London"),
    ),
    Case("employes with no performance score, how many of them", lambda: number(P, performanceScore=None)),
    Case("Let me see who's on leave right now", lambda: keys(P, "employeeId", employmentStatus="On leave")),
    Case("Job title of Orla Everett?", lambda: one(P, "jobTitle", fullName="Orla Everett")),
    Case(
        "Part-time staff with over 10 leave days in their balance: how many?",
        lambda: number(P, over("leaveBalanceDays", 10), employmentType="Part-time"),
    ),
    Case("training hours by department, highest to lowest", lambda: first(by(P, "department", of("trainingHours")), 8)),
    # tickets
    Case("How many care tickets were created last month?", lambda: number(T, during("created_at", "2025-09"))),
    Case("2025 tickets by topic", lambda: Table(by(T, "topic", len, during("created_at", "2025")))),
    Case("mean hours to solve for damaged books", lambda: mean(T, "hours_to_solve", topic="Damaged book")),
    Case(
        "Of the high urgency tickets, how many missed their target?",
        lambda: number(T, urgency="High", target_missed=True),
    ),
    Case(
        "Which tickets from authors have been escalated?",
        lambda: keys(T, "ticket_id", requester_type="Author", was_escalated=True),
    ),
    Case("refund amount in 2024, all in", lambda: total(T, "refund_amount", during("created_at", "2024"))),
    Case("Who handles RC8142?", lambda: one(T, "handled_by", ticket_id="RC8142")),
    Case(
        "Phone against chat: ticket numbers in 2024",
        lambda: Table(
            by(
                T,
                "contact_channel",
                len,
                lambda r: r["contact_channel"] in ("Phone", "Chat"),
                during("created_at", "2024"),
            )
        ),
    ),
    Case(
        "ticket volume per quarter since the start of 2024",
        lambda: Table(by(T, lambda r: quarter(r["created_at"]), len, during("created_at", "2024", "2025"))),
    ),
    Case(
        "Which agent got the best average satisfaction rating?",
        lambda: best(T, "handled_by", avg("satisfaction_rating"), over("satisfaction_rating", 0)),
    ),
    Case("tickets that aren't in English, count", lambda: number(T, lambda r: r["language"] != "English")),
    Case(
        "what share of tickets ended with a replacement being sent", lambda: percent(where(T, replacement_sent=True), T)
    ),
    Case("unassigned tickets?", lambda: number(T, handled_by=None)),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
