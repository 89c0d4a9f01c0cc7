-- Load this file first, then the tables in this order, all in one transaction:
--   (echo 'PRAGMA foreign_keys = ON; BEGIN;'; cat schema.sqlite.sql regions.sql sites.sql employees.sql expenses.sql transfers.sql; echo 'COMMIT;') | sqlite3 -bail data.db

CREATE TABLE "regions" (
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "founded" TEXT NOT NULL,
    "budget" NUMERIC(12, 2) NOT NULL,
    PRIMARY KEY ("code"),
    UNIQUE ("founded"),
    UNIQUE ("name"),
    CHECK ("name" IN ('North', 'South', 'East', 'West', 'Upper, Inner', 'The "Rim"', '', 'Isles')),
    CHECK ("founded" BETWEEN '1950-01-01' AND '1999-12-31')
);

CREATE TABLE "sites" (
    "region" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "opened" TEXT NOT NULL,
    "rent" NUMERIC(9, 2),
    "manager" INTEGER,
    "founded" TEXT NOT NULL,
    PRIMARY KEY ("region", "number"),
    FOREIGN KEY ("region") REFERENCES "regions" ("code"),
    FOREIGN KEY ("manager") REFERENCES "employees" ("id") DEFERRABLE INITIALLY DEFERRED,
    CHECK ("opened" BETWEEN '2001-01-01' AND '2019-02-28'),
    CHECK ("rent" BETWEEN 900.00 AND 25000.00)
);

CREATE TABLE "employees" (
    "id" INTEGER NOT NULL,
    "region" TEXT NOT NULL,
    "site" INTEGER NOT NULL,
    "boss" INTEGER,
    "first_name" TEXT NOT NULL,
    "last_name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "login" TEXT NOT NULL,
    "badge" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "serial" TEXT NOT NULL,
    "grade" TEXT NOT NULL,
    "salary" NUMERIC(10, 2) NOT NULL,
    "bonus" NUMERIC(10, 2) NOT NULL,
    "claimed" NUMERIC(18, 2) NOT NULL,
    "hired" TEXT NOT NULL,
    "left" TEXT,
    "site_opened" TEXT NOT NULL,
    PRIMARY KEY ("id"),
    UNIQUE ("badge"),
    UNIQUE ("email"),
    UNIQUE ("login"),
    UNIQUE ("serial"),
    UNIQUE ("token"),
    FOREIGN KEY ("region", "site") REFERENCES "sites" ("region", "number"),
    FOREIGN KEY ("boss") REFERENCES "employees" ("id") DEFERRABLE INITIALLY DEFERRED,
    CHECK ("id" BETWEEN 100 AND 99999),
    CHECK ("grade" IN ('junior', 'senior', 'lead')),
    CHECK ("hired" BETWEEN '2010-01-01' AND '2024-02-29'),
    CHECK ("left" BETWEEN '2010-01-01' AND '2024-02-29'),
    CHECK ("left" >= "hired")
);

CREATE TABLE "expenses" (
    "employee" INTEGER NOT NULL,
    "line" INTEGER NOT NULL,
    "amount" NUMERIC(8, 2) NOT NULL,
    "quick" BOOLEAN NOT NULL,
    "spent_at" TEXT NOT NULL,
    "paid_at" TEXT,
    "size" TEXT NOT NULL,
    "approver" INTEGER,
    PRIMARY KEY ("employee", "line"),
    FOREIGN KEY ("employee") REFERENCES "employees" ("id"),
    FOREIGN KEY ("approver") REFERENCES "employees" ("id"),
    CHECK ("amount" BETWEEN -20.00 AND 999.99),
    CHECK ("spent_at" BETWEEN '2023-02-28T12:00:00Z' AND '2024-01-30T12:00:00Z')
);

-- ("about") refers to "employees" ("id") or "regions" ("code"), as "about_kind" says: no FOREIGN KEY can say so.
CREATE TABLE "transfers" (
    "lane" TEXT NOT NULL,
    "slot" INTEGER NOT NULL,
    "region" TEXT NOT NULL,
    "from_site" INTEGER NOT NULL,
    "to_site" INTEGER NOT NULL,
    "about_kind" TEXT,
    "about" TEXT,
    PRIMARY KEY ("lane", "slot"),
    FOREIGN KEY ("region", "from_site") REFERENCES "sites" ("region", "number"),
    FOREIGN KEY ("region", "to_site") REFERENCES "sites" ("region", "number"),
    CHECK ("lane" IN ('red', 'green', 'blue', 'black')),
    CHECK ("slot" BETWEEN 1 AND 80)
);
