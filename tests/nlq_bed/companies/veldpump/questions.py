"""Questions to the pump maker's quarters, invoices, employees and tickets."""

from tests.nlq_bed.companies.veldpump.employees import EMPLOYEES
from tests.nlq_bed.companies.veldpump.finance import FINANCE
from tests.nlq_bed.companies.veldpump.invoices import INVOICES
from tests.nlq_bed.companies.veldpump.tickets import TICKETS
from tests.nlq_bed.trades.figures import (
    above,
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
from tests.nlq_bed.truth import Ambiguous, Case, Refused, Table, leader

PIPES = (FINANCE, INVOICES, EMPLOYEES, TICKETS)
F, V, E, T = (pipe.rows for pipe in PIPES)

NO = (
    "What will revenue be next quarter?",
    "Why did net profit drop in Q1 2024?",
    "total revenue for 2021",
    "ebitda Q4 2025",
    "How does our gross margin compare to the industry average?",
    "Are we within budget on opex this year?",
    "What was net profit per employee in 2024?",
    "Revenue by country for 2024",
    "Dividends paid in 2024?",
    "What would EBITDA look like if we cut admin expense by 10%?",
    "share price at the end of June",
    "Send a reminder to every customer with an overdue invoice",
    "has INV-50999 been paid?",
    "How much did we bill Siemens last year?",
    "total invoiced in Swiss francs",
    "How much VAT did we charge in Q1 2025?",
    "late fees charged to Baltic Shipyards",
    "invoices approved by Daniel Pearson",
    "What does Peter Schmidt earn?",
    "Who deserves a raise in Finance?",
    "How big was Olivia Nowak's bonus?",
    "How many employees do we have in Berlin?",
    "average age of the IT team",
    "sick days by department",
    "How many tickets were about the mobile app?",
    "tickets created in 2019",
    "What did the customer complain about in TK-7420, can you quote it?",
    "how many tickets missed their SLA",
    "reassign TK-7890 to Nadia Tanner",
    "Total invoiced to customers who had a critical ticket",
)
CHOICES = (
    "How many are open?",
    "Give me a breakdown by status",
    "what does Bram earn",
    "What was our margin last quarter?",
    "cash flow in 2024",
    "how many do we have for Kingsway Water?",
)

CASES = [
    # quarters
    Case("What was our revenue in Q3 2024?", lambda: one(F, "total_revenue", quarter="2024-Q3")),
    Case("net profit last quarter", lambda: one(F, "net_profit", quarter="2025-Q2")),
    Case("ytd ebitda please", lambda: total(F, "ebitda", during("quarter", "2025"))),
    Case("How much cash did we have at the end of 2023?", lambda: one(F, "cash_balance", quarter="2023-Q4")),
    Case("Capex for the whole of 2024?", lambda: total(F, "capex", during("quarter", "2024"))),
    Case(
        "How much did opex go up between Q4 2023 and Q4 2024?",
        lambda: one(F, "opex", quarter="2024-Q4") - one(F, "opex", quarter="2023-Q4"),
    ),
    Case(
        "By what percentage did total revenue grow from 2023 to 2024?",
        lambda: (
            100
            * (
                total(F, "total_revenue", during("quarter", "2024"))
                - total(F, "total_revenue", during("quarter", "2023"))
            )
            / total(F, "total_revenue", during("quarter", "2023"))
        ),
    ),
    Case(
        "Show me free cash flow quarter by quarter",
        lambda: series(F, "quarter", "free_cash_flow"),
    ),
    Case(
        "gross margin for each quarter of 2024",
        lambda: series(F, "quarter", "gross_margin_pct", "2024", "2025"),
    ),
    Case("What was the average DSO over 2024?", lambda: mean(F, "dso_days", during("quarter", "2024"))),
    Case(
        "Which quarter had the lowest net profit?",
        lambda: leader([(r["quarter"], r["net_profit"]) for r in F], least=True),
    ),
    Case("headcount at year end 2024", lambda: one(F, "headcount", quarter="2024-Q4")),
    Case("cogs 2023 q2", lambda: one(F, "cogs", quarter="2023-Q2")),
    Case(
        "How many new customers did we win last year?", lambda: sum(got(F, "new_customers", during("quarter", "2024")))
    ),
    Case(
        "In how many quarters was the EBITDA margin below 12%?",
        lambda: number(F, lambda r: r["ebitda_margin_pct"] < 12),
    ),
    Case("What is our total debt right now?", lambda: one(F, "total_debt", quarter="2025-Q2")),
    Case("whats the ordr backlog at the moment", lambda: one(F, "order_backlog", quarter="2025-Q2")),
    Case("Top 3 quarters by service revenue", lambda: first([(r["quarter"], r["service_revenue"]) for r in F], 3)),
    Case(
        "How did the inventory value change from Q1 to Q2 this year?",
        lambda: one(F, "inventory_value", quarter="2025-Q2") - one(F, "inventory_value", quarter="2025-Q1"),
    ),
    Case(
        "R&D expense in the first half of 2024",
        lambda: one(F, "rd_expense", quarter="2024-Q1") + one(F, "rd_expense", quarter="2024-Q2"),
    ),
    Case(
        "How much interest expense have we booked since the start of 2024?",
        lambda: total(F, "interest_expense", lambda r: r["quarter"] >= "2024"),
    ),
    Case("accounts payable in Q1?", lambda: one(F, "accounts_payable", quarter="2025-Q1")),
    Case(
        "Did customer churn come down between Q3 2023 and Q3 2024?",
        lambda: one(F, "customer_churn_pct", quarter="2024-Q3") - one(F, "customer_churn_pct", quarter="2023-Q3"),
    ),
    # invoices
    Case(
        "How much did we invoice Kingsway Water in 2024?",
        lambda: total(V, "amount", during("issue_date", "2024"), customer="Kingsway Water"),
    ),
    Case("number of overdue invoices", lambda: number(V, status="overdue")),
    Case("What's the total amount overdue in Europe?", lambda: total(V, "amount", status="overdue", region="Europe")),
    Case(
        "Show me all disputed invoices over 50,000",
        lambda: keys(V, "invoice_number", over("amount", 50_000), status="disputed"),
    ),
    Case("invoiced amount by region", lambda: Table(by(V, "region", of("amount")))),
    Case(
        "Who were our top 5 customers by invoiced amount last year?",
        lambda: first(by(V, "customer", of("amount"), during("issue_date", "2024")), 5),
    ),
    Case(
        "Which sales person has the highest invoice total for Valves?",
        lambda: leader(by(V, "sales_person", of("amount"), product_line="Valves")),
    ),
    Case("What's the status of INV-40333?", lambda: one(V, "status", invoice_number="INV-40333")),
    Case("when is invoice INV-40615 due", lambda: one(V, "due_date", invoice_number="INV-40615")),
    Case("How many invoices went out without a PO number?", lambda: number(V, po_number=None)),
    Case("Share of invoices in GBP", lambda: percent(where(V, currency="GBP"), V)),
    Case(
        "How many days does Nordsee Energie take to pay on average?",
        lambda: mean(V, "days_to_pay", customer="Nordsee Energie"),
    ),
    Case("Customers with more than 40 invoices", lambda: above(by(V, "customer", len), 40)),
    Case("How many invoices did we issue in March 2025?", lambda: number(V, during("issue_date", "2025-03"))),
    Case("How many of our invoices are not in USD?", lambda: number(V, lambda r: r["currency"] != "USD")),
    Case("What is the largest single invoice amount?", lambda: max(got(V, "amount"))),
    Case("count of distinct customers invoiced in 2023", lambda: distinct(V, "customer", during("issue_date", "2023"))),
    Case(
        "amount billed per product line in Q2 2025",
        lambda: Table(by(V, "product_line", of("amount"), during("issue_date", "2025-Q2"))),
    ),
    Case("Please list the invoices due in July 2025", lambda: keys(V, "invoice_number", during("due_date", "2025-07"))),
    Case("how much have we written off in total?", lambda: total(V, "amount", status="written off")),
    Case(
        "Are there any open invoices for Kingsway Water?", lambda: number(V, status="open", customer="Kingsway Water")
    ),
    Case("Which region has the fewest invoices?", lambda: leader(by(V, "region", len), least=True)),
    Case("5 largest invoices of 2025", lambda: largest(V, "invoice_number", "amount", 5, during("issue_date", "2025"))),
    Case(
        "average invoice amount for spare parts in north america",
        lambda: mean(V, "amount", product_line="Spare Parts", region="North America"),
    ),
    Case(
        "How did the total invoiced change from 2023 to 2024?",
        lambda: total(V, "amount", during("issue_date", "2024")) - total(V, "amount", during("issue_date", "2023")),
    ),
    Case(
        "What percent of the invoiced amount came from Service Contracts?",
        lambda: 100 * total(V, "amount", product_line="Service Contracts") / total(V, "amount"),
    ),
    # employees
    Case(
        "How many active employees work in Engineering?",
        lambda: number(E, employment_status="Active", department="Engineering"),
    ),
    Case(
        "Average salary by department, active employees only",
        lambda: Table(by(E, "department", avg("annual_salary"), employment_status="Active")),
    ),
    Case("What does Olivia Nowak earn?", lambda: one(E, "annual_salary", full_name="Olivia Nowak")),
    Case("Who is Stephen Fletcher's manager?", lambda: one(E, "manager_name", full_name="Stephen Fletcher")),
    Case("List everyone who started in 2025", lambda: keys(E, "employee_id", during("start_date", "2025"))),
    Case("How many people left in 2024?", lambda: number(E, during("end_date", "2024"))),
    Case(
        "number of active remote employees per country",
        lambda: Table(by(E, "country", len, employment_status="Active", is_remote=True)),
    ),
    Case(
        "What percentage of active employees works remotely?",
        lambda: percent(where(E, employment_status="Active", is_remote=True), where(E, employment_status="Active")),
    ),
    Case("how many employes have no performance rating", lambda: number(E, performance_rating=None)),
    Case(
        "Which department has the best average performance rating?",
        lambda: leader(by(E, "department", avg("performance_rating"), lambda r: r["performance_rating"] is not None)),
    ),
    Case("when did Rajesh Lim start?", lambda: one(E, "start_date", full_name="Rajesh Lim")),
    Case(
        "Total annual salary of active staff in Leeds",
        lambda: total(E, "annual_salary", employment_status="Active", city="Leeds"),
    ),
    Case("lowest salary among Welders", lambda: min(got(E, "annual_salary", job_title="Welder"))),
    Case("Who is on leave?", lambda: keys(E, "employee_id", employment_status="On Leave")),
    Case(
        "Which departments have more than 30 active employees?",
        lambda: above(by(E, "department", len, employment_status="Active"), 30),
    ),
    Case(
        "How many active employees report to Martin Tanner?",
        lambda: number(E, employment_status="Active", manager_name="Martin Tanner"),
    ),
    Case(
        "terminated employees by leaving reason",
        lambda: Table(by(E, "leaving_reason", len, employment_status="Terminated")),
    ),
    Case(
        "How many people earn more than 100,000 outside the United States?",
        lambda: number(E, lambda r: r["annual_salary"] > 100_000 and r["country"] != "United States"),
    ),
    # tickets
    Case("How many tickets came in last month?", lambda: number(T, during("created_at", "2025-06"))),
    Case("tickets by priority", lambda: Table(by(T, "priority", len))),
    Case("How many tickets are waiting on the customer?", lambda: number(T, status="Waiting on Customer")),
    Case("Average resolution time for High priority tickets", lambda: mean(T, "resolution_hours", priority="High")),
    Case("avg csat by channel", lambda: Table(by(T, "channel", avg("csat_score")))),
    Case(
        "Which agent handled the most tickets in 2024?",
        lambda: best(T, "agent", len, during("created_at", "2024")),
    ),
    Case("tickets with no agent assigned", lambda: number(T, agent=None)),
    Case(
        "Give me the escalated tickets from Kingsway Water",
        lambda: keys(T, "ticket_id", is_escalated=True, customer="Kingsway Water"),
    ),
    Case(
        "What share of Critical tickets was escalated?",
        lambda: percent(where(T, priority="Critical", is_escalated=True), where(T, priority="Critical")),
    ),
    Case("who is the agent on TK-7450", lambda: one(T, "agent", ticket_id="TK-7450")),
    Case("How many hours did it take to resolve TK-7512?", lambda: one(T, "resolution_hours", ticket_id="TK-7512")),
    Case("number of leakage tickets by phone", lambda: number(T, category="Leakage", channel="phone")),
    Case(
        "How many of Ingrid Underwood's tickets got a csat below 3?",
        lambda: number(T, lambda r: r["agent"] == "Ingrid Underwood" and (r["csat_score"] or 9) < 3),
    ),
    Case(
        "Top 2 ticket categories so far this year",
        lambda: first(by(T, "category", len, during("created_at", "2025")), 2),
    ),
    Case(
        "average first response time on chat tickets in Q1 2025",
        lambda: mean(T, "first_response_minutes", during("created_at", "2025-Q1"), channel="chat"),
    ),
    Case(
        "monthly ticket volume in 2025",
        lambda: Table(by(T, lambda r: r["created_at"][:7], len, during("created_at", "2025")), ordered=True),
    ),
    Case(
        "Which catagory takes the longest to resolve on average?",
        lambda: best(T, "category", avg("resolution_hours")),
    ),
    *(Case(question, Refused) for question in NO),
    *(Case(question, Ambiguous) for question in CHOICES),
]
