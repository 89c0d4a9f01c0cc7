"""Databases in SQL, one for each shape that schemas take."""

from __future__ import annotations

NORTHWIND = """
CREATE TABLE [Categories] ([CategoryID] INTEGER PRIMARY KEY AUTOINCREMENT, [CategoryName] TEXT, [Description] TEXT, [Picture] BLOB);
CREATE TABLE [CustomerCustomerDemo](
   [CustomerID]TEXT NOT NULL, [CustomerTypeID]TEXT NOT NULL, PRIMARY KEY ("CustomerID","CustomerTypeID"),
   FOREIGN KEY ([CustomerID]) REFERENCES [Customers] ([CustomerID]) ON DELETE NO ACTION ON UPDATE NO ACTION,
   FOREIGN KEY ([CustomerTypeID]) REFERENCES [CustomerDemographics] ([CustomerTypeID]) ON DELETE NO ACTION
);
CREATE TABLE [CustomerDemographics]([CustomerTypeID]TEXT NOT NULL, [CustomerDesc]TEXT, PRIMARY KEY ("CustomerTypeID"));
CREATE TABLE [Customers] ([CustomerID] VARCHAR(5), [CompanyName] VARCHAR(40) NOT NULL, [ContactName] TEXT, [City] VARCHAR(15),
   [Region] VARCHAR(15), [PostalCode] VARCHAR(10), [Country] VARCHAR(15), [Phone] VARCHAR(24), PRIMARY KEY (`CustomerID`));
CREATE TABLE [Employees] (
   [EmployeeID] INTEGER PRIMARY KEY AUTOINCREMENT, [LastName] VARCHAR(20), [FirstName] VARCHAR(10), [Title] TEXT,
   [BirthDate] DATE, [HireDate] DATE, [ReportsTo] INTEGER,
   FOREIGN KEY ([ReportsTo]) REFERENCES [Employees] ([EmployeeID]) ON DELETE NO ACTION ON UPDATE NO ACTION
);
CREATE TABLE [EmployeeTerritories]([EmployeeID]INTEGER NOT NULL, [TerritoryID]TEXT NOT NULL,
   PRIMARY KEY ("EmployeeID","TerritoryID"),
   FOREIGN KEY ([EmployeeID]) REFERENCES [Employees] ([EmployeeID]),
   FOREIGN KEY ([TerritoryID]) REFERENCES [Territories] ([TerritoryID]));
CREATE TABLE [Order Details](
   [OrderID]INTEGER NOT NULL, [ProductID]INTEGER NOT NULL, [UnitPrice]NUMERIC NOT NULL DEFAULT 0,
   [Quantity]INTEGER NOT NULL DEFAULT 1, [Discount]REAL NOT NULL DEFAULT 0,
   PRIMARY KEY ("OrderID","ProductID"),
   CHECK ([Discount]>=(0) AND [Discount]<=(1)), CHECK ([Quantity]>(0)), CHECK ([UnitPrice]>=(0)),
   FOREIGN KEY ([OrderID]) REFERENCES [Orders] ([OrderID]), FOREIGN KEY ([ProductID]) REFERENCES [Products] ([ProductID]));
CREATE TABLE [Orders](
   [OrderID]INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, [CustomerID]TEXT, [EmployeeID]INTEGER, [OrderDate]DATETIME,
   [RequiredDate]DATETIME, [ShippedDate]DATETIME, [Freight]NUMERIC DEFAULT 0, [ShipCountry]TEXT,
   FOREIGN KEY ([EmployeeID]) REFERENCES [Employees] ([EmployeeID]),
   FOREIGN KEY ([CustomerID]) REFERENCES [Customers] ([CustomerID]));
CREATE TABLE [Products](
   [ProductID]INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, [ProductName]TEXT NOT NULL, [CategoryID]INTEGER,
   [UnitPrice]NUMERIC DEFAULT 0, [UnitsInStock]INTEGER DEFAULT 0, [Discontinued]TEXT NOT NULL DEFAULT '0',
   CHECK ([UnitPrice]>=(0)), CHECK ([UnitsInStock]>=(0)),
   FOREIGN KEY ([CategoryID]) REFERENCES [Categories] ([CategoryID]));
CREATE TABLE [Regions]([RegionID]INTEGER NOT NULL PRIMARY KEY, [RegionDescription]TEXT NOT NULL);
CREATE TABLE [Territories]([TerritoryID]TEXT NOT NULL, [TerritoryDescription]TEXT NOT NULL, [RegionID]INTEGER NOT NULL,
   PRIMARY KEY ("TerritoryID"), FOREIGN KEY ([RegionID]) REFERENCES [Regions] ([RegionID]));
"""

CRM = """
CREATE TABLE accounts (
  id INTEGER PRIMARY KEY, name VARCHAR(120) NOT NULL UNIQUE, website VARCHAR(200), industry VARCHAR(40),
  employees INT CHECK (employees BETWEEN 1 AND 5000), created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL
);
CREATE TABLE contacts (
  id INTEGER PRIMARY KEY, account_id INT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
  first_name VARCHAR(50) NOT NULL, last_name VARCHAR(50) NOT NULL, email VARCHAR(255) NOT NULL UNIQUE,
  phone VARCHAR(30), birth_date DATE, is_primary BOOLEAN NOT NULL DEFAULT FALSE, country_code CHAR(2)
);
CREATE TABLE deals (
  id INTEGER PRIMARY KEY, account_id INT NOT NULL REFERENCES accounts, contact_id INT REFERENCES contacts,
  stage VARCHAR(10) NOT NULL CHECK (stage IN ('lead', 'open', 'won', 'lost')),
  amount DECIMAL(12,2) NOT NULL CHECK (amount > 0), discount DECIMAL(4,3) CHECK (discount >= 0 AND discount < 1),
  opened_on DATE NOT NULL, closed_on DATE, code CHAR(8) NOT NULL UNIQUE, CHECK (closed_on >= opened_on)
);
CREATE TABLE deal_lines (
  deal_id INT NOT NULL REFERENCES deals(id), line_no SMALLINT NOT NULL, description TEXT NOT NULL,
  quantity INT NOT NULL CHECK (quantity > 0), price DECIMAL(10,2) NOT NULL CHECK (price >= 0),
  PRIMARY KEY (deal_id, line_no)
);
CREATE TABLE account_settings (account_id INTEGER PRIMARY KEY REFERENCES accounts(id), plan VARCHAR(8) CHECK (plan IN ('free', 'pro')));
"""

TREE = """
CREATE TABLE staff (id INTEGER PRIMARY KEY, full_name VARCHAR(60) NOT NULL, boss_id INT REFERENCES staff(id), mentor INT REFERENCES staff);
CREATE TABLE loops (id INTEGER PRIMARY KEY, twin_id INT NOT NULL REFERENCES loops(id));
"""

WORKSPACES = """
CREATE TABLE workspaces (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);
CREATE TABLE projects (workspace_id INT NOT NULL REFERENCES workspaces(id), id INT NOT NULL, title VARCHAR(80) NOT NULL,
  PRIMARY KEY (workspace_id, id));
CREATE TABLE members (workspace_id INT NOT NULL REFERENCES workspaces(id), id INT NOT NULL, email VARCHAR(120) NOT NULL,
  PRIMARY KEY (workspace_id, id), UNIQUE (workspace_id, email));
CREATE TABLE tasks (workspace_id INT NOT NULL, id INT NOT NULL, project_id INT NOT NULL, assignee_id INT,
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
  FOREIGN KEY (workspace_id, assignee_id) REFERENCES members (workspace_id, id));
CREATE TABLE threads (workspace_id INT NOT NULL REFERENCES workspaces(id), id INT NOT NULL, parent_id INT,
  PRIMARY KEY (workspace_id, id), FOREIGN KEY (workspace_id, parent_id) REFERENCES threads (workspace_id, id));
"""

CIRCLE = """
CREATE TABLE teams (id INTEGER PRIMARY KEY, captain_id INT NOT NULL REFERENCES players(id) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE players (id INTEGER PRIMARY KEY, team_id INT NOT NULL REFERENCES teams(id) DEFERRABLE INITIALLY DEFERRED, name TEXT);
"""

SQLITE = """
PRAGMA foreign_keys = ON;
CREATE TABLE IF NOT EXISTS "odd names" ("the key" INTEGER PRIMARY KEY AUTOINCREMENT, anything, "select" TEXT COLLATE NOCASE UNIQUE,
  when_at DATETIME DEFAULT (datetime('now')), half REAL GENERATED ALWAYS AS ("the key" / 2.0) VIRTUAL);
CREATE TABLE pairs (a INT NOT NULL, b CHAR(3) NOT NULL, c INT CHECK (c <> 5), PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE UNIQUE INDEX by_c ON pairs (c, b);
CREATE INDEX by_b ON pairs (b DESC);
CREATE TRIGGER t AFTER DELETE ON pairs BEGIN UPDATE pairs SET c = 1; DELETE FROM pairs; END;
INSERT INTO pairs SELECT * FROM pairs;
INSERT INTO pairs SELECT * FROM pairs;
"""

MYSQL = """
CREATE TABLE `users` (
  `id` int(11) unsigned NOT NULL AUTO_INCREMENT, `login` varchar(24) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `role` enum('admin','member') NOT NULL DEFAULT 'member' COMMENT 'what one may do',
  `active` tinyint(1) NOT NULL DEFAULT '1', `level` tinyint unsigned DEFAULT NULL, `joined` year,
  `seen_at` datetime(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3), `extra` json DEFAULT NULL,
  PRIMARY KEY (`id`), UNIQUE KEY `by_login` (`login`), KEY `by_role` (`role`)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COMMENT='people';
/*!40101 SET NAMES utf8 */;
LOCK TABLES `users` WRITE;
CREATE TABLE `posts` (`id` bigint NOT NULL, `user_id` int(11) unsigned NOT NULL, `title` varchar(200), `tags` set('a','b'));
ALTER TABLE `posts` ADD PRIMARY KEY (`id`), ADD KEY `by_user` (`user_id`),
  ADD CONSTRAINT `fk` FOREIGN KEY (`user_id`) REFERENCES `users` (`id`) ON DELETE CASCADE;
ALTER TABLE `posts` MODIFY `id` bigint NOT NULL AUTO_INCREMENT;
"""

POSTGRES = r"""
SET statement_timeout = 0;
CREATE TYPE public.mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN posint AS integer CHECK (VALUE > 0);
CREATE TABLE public.people (
    id integer NOT NULL, "Full Name" character varying(60) NOT NULL, Mood public.mood DEFAULT 'ok'::public.mood NOT NULL,
    born date, seen timestamp with time zone DEFAULT now(), balance numeric(10,2) DEFAULT 0 NOT NULL,
    token uuid DEFAULT gen_random_uuid() NOT NULL, tags text[], data jsonb, addr inet, score double precision,
    kind character varying(12) NOT NULL, size posint,
    CONSTRAINT people_kind_check CHECK (((kind)::text = ANY ((ARRAY['new'::character varying, 'old'::character varying])::text[]))),
    CONSTRAINT people_balance_check CHECK ((balance >= (0)::numeric)),
    CONSTRAINT code CHECK (("Full Name")::text <> ''::text)
);
COMMENT ON TABLE public.people IS 'Who we know';
COMMENT ON COLUMN public.people.seen IS 'Last seen';
CREATE SEQUENCE public.people_id_seq START WITH 1;
ALTER TABLE ONLY public.people ALTER COLUMN id SET DEFAULT nextval('public.people_id_seq'::regclass);
COPY public.people (id, "Full Name") FROM stdin;
1	somebody; CREATE TABLE nonsense (
\.
ALTER TABLE ONLY public.people ADD CONSTRAINT people_pkey PRIMARY KEY (id);
CREATE TABLE audit.events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, person_id integer NOT NULL, at timestamptz NOT NULL,
    during tstzrange, EXCLUDE USING gist (during WITH &&));
ALTER TABLE ONLY audit.events ADD CONSTRAINT e_fk FOREIGN KEY (person_id) REFERENCES public.people(id) ON DELETE CASCADE;
CREATE UNIQUE INDEX only_some ON public.people USING btree (token) WHERE (kind = 'new');
ALTER TABLE public.people OWNER TO somebody;
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
"""
