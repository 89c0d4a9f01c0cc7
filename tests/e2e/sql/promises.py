"""What the examples promise, as questions to a database: each finds the rows that break a promise, and must find none.

They are written in the SQL that PostgreSQL and SQLite share. The databases keep keys, references and checks themselves.
"""

from __future__ import annotations

# ruff: noqa: S608 -- questions of ours to databases of ours

Promises = dict[str, str]


def _levels(table: str, parent: str, deepest: int, roots: int) -> Promises:
    """A forest of exactly so many levels and roots, in which every row hangs somewhere."""
    climb = (
        f"WITH RECURSIVE tree(id, level) AS (SELECT id, 1 FROM {table} WHERE {parent} IS NULL UNION ALL "
        f"SELECT t.id, tree.level + 1 FROM {table} t JOIN tree ON t.{parent} = tree.id) "
    )
    return {
        f"{table}.{parent} has {deepest} levels": f"{climb} SELECT max(level) FROM tree HAVING max(level) <> {deepest}",
        f"{table}.{parent} has {roots} roots": f"{climb} SELECT count(*) FROM tree WHERE level = 1 HAVING count(*) <> {roots}",
        f"{table}.{parent} holds every row once": f"{climb} SELECT count(*) FROM tree HAVING count(*) <> (SELECT count(*) FROM {table})",
    }


def _levels_of_each(table: str, family: str, number: str, parent: str, deepest: int, roots: int) -> Promises:
    """The same for every family of rows by itself."""
    climb = (
        f"WITH RECURSIVE tree(family, id, level) AS (SELECT {family}, {number}, 1 FROM {table} WHERE {parent} IS NULL UNION ALL "
        f"SELECT t.{family}, t.{number}, tree.level + 1 FROM {table} t JOIN tree ON t.{parent} = tree.id AND t.{family} = tree.family) "
    )
    return {
        f"{table}.{parent} has {deepest} levels in each {family}": f"{climb} SELECT family FROM tree GROUP BY family HAVING max(level) <> {deepest}",
        f"{table}.{parent} has {roots} roots in each {family}": f"{climb} SELECT family FROM tree WHERE level = 1 GROUP BY family HAVING count(*) <> {roots}",
        f"{table}.{parent} holds every row once": f"{climb} SELECT count(*) FROM tree HAVING count(*) <> (SELECT count(*) FROM {table})",
    }


def _count(table: str, column: str, children: str, on: str) -> Promises:
    """A column that counts children."""
    counted = f"(SELECT count(*) FROM {children} c WHERE c.{on} = p.id)"
    return {f"{table}.{column} counts {children}": f"SELECT * FROM {table} p WHERE {column} <> {counted}"}


def _sum(table: str, column: str, children: str, amount: str, on: str, where: str = "TRUE") -> Promises:
    """A column that sums children, to the cent: SQLite computes with doubles."""
    summed = f"(SELECT coalesce(round(sum(c.{amount}), 2), 0) FROM {children} c WHERE c.{on} = p.id AND {where})"
    return {f"{table}.{column} sums {children}": f"SELECT * FROM {table} p WHERE abs({column} - {summed}) > 0.001"}


NORTHWIND: Promises = {
    "an order goes where its customer lives": 'SELECT * FROM "Orders" o JOIN "Customers" c ON c."CustomerID" = o."CustomerID" '
    'WHERE o."ShipCity" <> c."City" OR o."ShipAddress" <> c."Address" OR o."ShipName" <> c."CompanyName" OR coalesce(o."ShipRegion", \'\') <> coalesce(c."Region", \'\')',
    "a line has the price of its product": 'SELECT * FROM "Order Details" d JOIN "Products" p ON p."ProductID" = d."ProductID" WHERE d."UnitPrice" <> p."UnitPrice"',
    "a line's total follows": 'SELECT * FROM "Order Details" WHERE abs("LineTotal" - "UnitPrice" * "Quantity" * (1 - "Discount")) > 0.00501',
    "an order's total sums its lines": 'SELECT * FROM "Orders" o WHERE abs("Total" - (SELECT sum("LineTotal") FROM "Order Details" d WHERE d."OrderID" = o."OrderID")) > 0.001',
    "every customer has as many orders as it says, at least one": 'SELECT * FROM "Customers" c WHERE "Orders" < 1 OR "Orders" <> (SELECT count(*) FROM "Orders" o WHERE o."CustomerID" = c."CustomerID")',
    "orders are shipped and wanted after they came": 'SELECT * FROM "Orders" WHERE "ShippedDate" < "OrderDate" OR "RequiredDate" <= "OrderDate"',
    "one boss, three levels": 'SELECT count(*) FROM "Employees" WHERE "ReportsTo" IS NULL HAVING count(*) <> 1 UNION ALL '
    'SELECT count(*) FROM "Employees" a JOIN "Employees" b ON a."ReportsTo" = b."EmployeeID" JOIN "Employees" c ON b."ReportsTo" = c."EmployeeID" WHERE c."ReportsTo" IS NOT NULL HAVING count(*) <> 0',
    "two tables are empty": 'SELECT "CustomerTypeID" FROM "CustomerDemographics" UNION ALL SELECT "CustomerTypeID" FROM "CustomerCustomerDemo"',
}  # fmt: skip

CRM: Promises = {
    **_levels("users", "manager_id", 3, 2),
    **_levels("accounts", "parent_id", 2, 220),
    **_count("accounts", "contacts", "contacts", "account_id"),
    **_count("campaigns", "members", "campaign_members", "campaign_id"),
    **_sum("accounts", "won", "opportunities", "amount", "account_id", "c.stage = 'won'"),
    **_sum("opportunities", "amount", "quotes", "total", "opportunity_id", "c.accepted"),
    **_sum("quotes", "total", "quote_lines", "amount", "quote_id"),
    "whom we talk to works there": "SELECT * FROM opportunities o JOIN contacts c ON c.id = o.contact_id WHERE c.account_id <> o.account_id",
    "who approves is somebody else there": "SELECT * FROM opportunities o JOIN contacts c ON c.id = o.approver_id WHERE c.account_id <> o.account_id OR o.contact_id = o.approver_id",
    "a lead that became a contact is at its account": "SELECT * FROM leads l LEFT JOIN contacts c ON c.id = l.contact_id AND c.account_id = l.account_id "
    "WHERE (l.contact_id IS NULL) <> (l.account_id IS NULL) OR (l.contact_id IS NOT NULL AND c.id IS NULL)",
    "what is done is about something": "SELECT * FROM activities a WHERE NOT CASE about_type WHEN 'account' THEN EXISTS (SELECT 1 FROM accounts x WHERE x.id = about_id) "
    "WHEN 'contact' THEN EXISTS (SELECT 1 FROM contacts x WHERE x.id = about_id) WHEN 'lead' THEN EXISTS (SELECT 1 FROM leads x WHERE x.id = about_id) "
    "ELSE about_type = 'opportunity' AND EXISTS (SELECT 1 FROM opportunities x WHERE x.id = about_id) END",
    "a comment is on something, or on nothing": "SELECT * FROM comments c WHERE (on_type IS NULL) <> (on_id IS NULL) OR NOT CASE on_type WHEN 'activities' THEN EXISTS (SELECT 1 FROM activities x WHERE x.id = on_id) "
    "WHEN 'opportunities' THEN EXISTS (SELECT 1 FROM opportunities x WHERE x.id = on_id) WHEN 'quotes' THEN EXISTS (SELECT 1 FROM quotes x WHERE x.id = on_id) ELSE on_type IS NULL END",
    "there are comments of every kind": "SELECT count(DISTINCT on_type) FROM comments HAVING count(DISTINCT on_type) <> 3",
}  # fmt: skip

ERP: Promises = {
    **_levels("item_groups", "parent_id", 4, 3),
    **_levels("employees", "manager_id", 5, 3),
    **_levels_of_each("departments", "company_id", "id", "parent_id", 3, 1),
    **_levels_of_each("accounts", "company_id", "number", "parent", 3, 5),
    **_count("items", "parts", "item_parts", "assembly_id"),
    **_count("routings", "steps", "routing_steps", "routing_id"),
    **_sum("employees", "hours", "timesheets", "hours", "employee_id"),
    **_sum("items", "in_stock", "stock", "quantity", "item_id"),
    **_sum("customers", "invoiced", "sales_orders", "total", "customer_id"),
    **_sum("sales_orders", "total", "sales_order_lines", "amount", "order_id"),
    **_sum("sales_orders", "total", "invoices", "amount", "order_id"),
    **_sum("purchase_orders", "total", "purchase_order_lines", "amount", "order_id"),
    **_sum("purchase_orders", "total", "supplier_invoices", "amount", "order_id"),
    **_sum("invoices", "paid", "payments", "amount", "invoice_id"),
    "an invoice is paid in full": "SELECT * FROM invoices WHERE amount <> paid",
    "books balance in every entry": "SELECT company_id, entry_id FROM journal_lines GROUP BY 1, 2 HAVING abs(sum(amount)) > 0.001 OR count(*) < 2",
    "an item is no part of itself": "SELECT * FROM item_parts WHERE assembly_id = part_id",
    "goods move to another bin": "SELECT * FROM stock_moves WHERE from_bin = to_bin",
    "nobody approves his own leave": "SELECT * FROM leave_requests WHERE approver_id = employee_id",
    "what was received was ordered": "SELECT * FROM receipt_lines l JOIN receipts r ON r.id = l.receipt_id WHERE r.order_id <> l.order_id",
    "purchases cost what the item costs": "SELECT * FROM purchase_order_lines l JOIN items i ON i.id = l.item_id WHERE l.cost <> i.cost",
}  # fmt: skip

ORGANISATION: Promises = {
    **_levels("employees", "manager_id", 6, 1),
    **_levels("employees", "mentor_id", 3, 200),
    **_levels("departments", "parent_id", 4, 1),
    **_count("departments", "heads", "employees", "department_id"),
    **_sum("departments", "payroll", "employees", "salary", "department_id"),
    "a department has 5 to 300 people": "SELECT * FROM departments WHERE heads NOT BETWEEN 5 AND 300",
    "the longest there is": "SELECT * FROM departments d WHERE longest_here <> (SELECT min(hired) FROM employees e WHERE e.department_id = d.id)",
    "nobody leaves before he comes": 'SELECT * FROM employees WHERE "left" <= hired',
}  # fmt: skip

SOCIAL: Promises = {
    **_count("users", "followers", "follows", "followed_id"),
    **_count("users", "posts", "posts", "author_id"),
    **_count("posts", "likes", "likes", "post_id"),
    **_count("posts", "comments", "comments", "post_id"),
    **_count("groups", "members", "memberships", "group_id"),
    "nobody follows himself": "SELECT * FROM follows WHERE follower_id = followed_id",
    "nobody follows twice": "SELECT 1 FROM follows GROUP BY follower_id, followed_id HAVING count(*) > 1",
    "nobody blocks himself": "SELECT * FROM blocks WHERE user_id = blocked_id",
    "nobody writes to himself": "SELECT * FROM messages WHERE sender_id = recipient_id",
    "an answer stands below the same post, after what it answers": "SELECT * FROM comments c LEFT JOIN comments p ON p.post_id = c.post_id AND p.id = c.parent_id "
    "WHERE c.parent_id IS NOT NULL AND (p.id IS NULL OR p.id >= c.id)",
    "some are known to many, many to few": "SELECT count(*) FROM users WHERE followers <= (SELECT avg(followers) FROM users) HAVING count(*) < 380",
    "groups have 3 to 200 members": "SELECT * FROM groups WHERE members NOT BETWEEN 3 AND 200",
}  # fmt: skip

ANALYTICS: Promises = {
    **_count("cities", "members", "members", "city_id"),
    **_count("members", "visits", "visits", "member_id"),
    **_count("visits", "actions", "actions", "visit_id"),
    "friends are friends once, whoever asked": "SELECT * FROM friendships f JOIN friendships g ON g.one_id = f.other_id AND g.other_id = f.one_id",
    "four friendships in five stay in the city": "SELECT count(*) FROM friendships f JOIN members a ON a.id = f.one_id JOIN members b ON b.id = f.other_id "
    "WHERE a.city_id = b.city_id HAVING abs(count(*) - 0.8 * (SELECT count(*) FROM friendships)) > 0.5",
    "visits of a member come one after another": "SELECT * FROM (SELECT began_at, joined_at, lag(ended_at) OVER (PARTITION BY member_id ORDER BY number) AS before FROM visits) v "
    "WHERE began_at <= before OR began_at < joined_at",
    "a visit ends with its last action": "SELECT * FROM visits v WHERE ended_at <> (SELECT max(happened_at) FROM actions a WHERE a.visit_id = v.id)",
    "only what lies in the cart is bought": "SELECT * FROM actions a WHERE what = 'buy' AND NOT EXISTS "
    "(SELECT 1 FROM actions b WHERE b.visit_id = a.visit_id AND b.number = a.number - 1 AND b.what = 'cart')",
    "one action in twenty is late": "SELECT count(*) FROM actions WHERE is_late HAVING abs(count(*) - 0.05 * (SELECT count(*) FROM actions)) > 0.5",
    "nothing arrives before it happens": "SELECT * FROM actions WHERE arrived_at < happened_at",
}  # fmt: skip

WORKSPACES: Promises = {
    **_levels_of_each("people", "workspace_id", "id", "manager_id", 3, 1),
    **_levels_of_each("issues", "workspace_id", "id", "parent_id", 4, 5),
    **_count("workspaces", "people", "people", "workspace_id"),
    **_count("workspaces", "issues", "issues", "workspace_id"),
    "comments are counted inside the workspace": "SELECT * FROM issues i WHERE comments <> (SELECT count(*) FROM comments c WHERE c.workspace_id = i.workspace_id AND c.issue_id = i.id)",
    "teams are counted inside the workspace": "SELECT * FROM teams t WHERE size NOT BETWEEN 1 AND 3 OR size <> (SELECT count(*) FROM team_members m WHERE m.workspace_id = t.workspace_id AND m.team_id = t.id)",
    "nobody reviews his own issue": "SELECT * FROM issues WHERE author_id = reviewer_id",
    "some issues are nobody's": "SELECT count(*) FROM issues WHERE assignee_id IS NULL HAVING count(*) * 1.0 / (SELECT count(*) FROM issues) NOT BETWEEN 0.2 AND 0.3",
    "attachments stay in the workspace": "SELECT * FROM attachments a WHERE NOT CASE about_type WHEN 'issue' THEN EXISTS (SELECT 1 FROM issues x WHERE x.workspace_id = a.workspace_id AND x.id = about_id) "
    "ELSE about_type = 'project' AND EXISTS (SELECT 1 FROM projects x WHERE x.workspace_id = a.workspace_id AND x.id = about_id) END",
    "there are attachments of both kinds": "SELECT count(DISTINCT about_type) FROM attachments HAVING count(DISTINCT about_type) <> 2",
}  # fmt: skip

_OF_ENTRY = "FROM lines l WHERE l.day = e.day AND l.number = e.number"
LEDGER: Promises = {
    **_levels("accounts", "parent_id", 3, 5),
    **_count("accounts", "moves", "lines", "account_id"),
    **_sum("accounts", "debits", "lines", "debit", "account_id"),
    **_sum("accounts", "credits", "lines", "credit", "account_id"),
    **_sum("accounts", "balance", "lines", "amount", "account_id"),
    "an entry cancels out": "SELECT day, number FROM lines GROUP BY day, number HAVING abs(sum(amount)) > 0.001",
    "its debits are its credits": f"SELECT * FROM entries e WHERE debits <> credits OR debits <> total OR abs(debits - (SELECT sum(debit) {_OF_ENTRY})) > 0.001 "
    f"OR abs(credits - (SELECT sum(credit) {_OF_ENTRY})) > 0.001",
    "it has 2 to 7 lines": f"SELECT * FROM entries e WHERE lines NOT BETWEEN 2 AND 7 OR lines <> (SELECT count(*) {_OF_ENTRY})",
    "a line is a debit or a credit": "SELECT * FROM lines WHERE (debit > 0) = (credit > 0) OR amount <> debit - credit OR debit < 0 OR credit < 0",
    "every day cancels out over all accounts": "SELECT day FROM lines GROUP BY day HAVING abs(sum(amount)) > 0.001",
    "on every evening so far all accounts cancel out": "SELECT day, sum(moved) OVER (ORDER BY day) AS so_far FROM (SELECT day, round(sum(amount), 2) AS moved FROM lines GROUP BY day) d WHERE abs(moved) > 0.001",
    "the closing balances of every account and day follow from its lines": "SELECT account_id FROM (SELECT account_id, day, round(sum(sum(amount)) OVER (PARTITION BY account_id ORDER BY day), 2) AS closing, "
    "row_number() OVER (PARTITION BY account_id ORDER BY day DESC) AS latest FROM lines GROUP BY account_id, day) d JOIN accounts a ON a.id = account_id WHERE latest = 1 AND abs(closing - a.balance) > 0.001",
    "a day turns over its entries": "SELECT * FROM days d WHERE abs(turnover - (SELECT coalesce(sum(total), 0) FROM entries e WHERE e.day = d.day)) > 0.001",
    "a balance runs along the account": "SELECT * FROM (SELECT balance, round(sum(amount) OVER (PARTITION BY account_id ORDER BY place), 2) AS expected FROM lines) l WHERE abs(balance - expected) > 0.001",
    "the last one is the account's": "SELECT * FROM lines l JOIN accounts a ON a.id = l.account_id WHERE l.place = a.moves AND l.balance <> a.balance",
}  # fmt: skip

PROMISES: dict[str, Promises] = {
    "northwind": NORTHWIND,
    "crm": CRM,
    "erp": ERP,
    "organisation": ORGANISATION,
    "social": SOCIAL,
    "analytics": ANALYTICS,
    "workspaces": WORKSPACES,
    "ledger": LEDGER,
}
