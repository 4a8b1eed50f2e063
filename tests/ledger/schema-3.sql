-- What schema 3 made, as it stood.
CREATE TABLE about (
	"key" VARCHAR(40) NOT NULL,
	value VARCHAR(200) NOT NULL,
	PRIMARY KEY ("key")
);
INSERT INTO "about" VALUES('schema','3');
CREATE TABLE deliveries (
	number INTEGER NOT NULL,
	letter_id VARCHAR(120) NOT NULL,
	result VARCHAR(20) NOT NULL,
	day DATE,
	carrier VARCHAR(80) NOT NULL,
	waybill VARCHAR(80) NOT NULL,
	declared_content VARCHAR(200) NOT NULL,
	note VARCHAR(400) NOT NULL,
	at VARCHAR(40) NOT NULL,
	PRIMARY KEY (number),
	FOREIGN KEY(letter_id) REFERENCES letters (letter_id)
);
CREATE TABLE imported (
	digest VARCHAR(64) NOT NULL,
	case_id VARCHAR(80) NOT NULL,
	creditor_id VARCHAR(200) NOT NULL,
	kind VARCHAR(64) NOT NULL,
	level INTEGER NOT NULL,
	issue_date DATE NOT NULL,
	pay_by DATE NOT NULL,
	debts JSON NOT NULL,
	file VARCHAR(200) NOT NULL,
	at VARCHAR(40) NOT NULL,
	PRIMARY KEY (digest)
);
CREATE TABLE letters (
	letter_id VARCHAR(120) NOT NULL,
	notice_key VARCHAR(400) NOT NULL,
	case_id VARCHAR(80) NOT NULL,
	creditor_id VARCHAR(200) NOT NULL,
	recipient VARCHAR(200) NOT NULL,
	attempt INTEGER NOT NULL,
	kind VARCHAR(64) NOT NULL,
	level INTEGER NOT NULL,
	cycle INTEGER NOT NULL,
	content_digest VARCHAR(64) NOT NULL,
	text_digest VARCHAR(64) NOT NULL,
	pdf_sha256 VARCHAR(64) NOT NULL,
	pack_id VARCHAR(20) NOT NULL,
	pack_version VARCHAR(40) NOT NULL,
	pack_digest VARCHAR(64) NOT NULL,
	issue_date DATE NOT NULL,
	as_of DATE NOT NULL,
	dispatch_by DATE NOT NULL,
	pay_by DATE NOT NULL,
	currency VARCHAR(3) NOT NULL,
	total VARCHAR(40) NOT NULL,
	languages JSON NOT NULL,
	created_at VARCHAR(40) NOT NULL,
	sources JSON NOT NULL,
	profile JSON NOT NULL,
	record JSON NOT NULL,
	run_id VARCHAR(80) NOT NULL,
	address_digest VARCHAR(64) DEFAULT '' NOT NULL,
	replaces VARCHAR(120) DEFAULT '' NOT NULL,
	reason VARCHAR(400) DEFAULT '' NOT NULL,
	PRIMARY KEY (letter_id)
);
CREATE TABLE runs (
	run_id VARCHAR(80) NOT NULL,
	started_at VARCHAR(40) NOT NULL,
	frozen JSON NOT NULL,
	state VARCHAR(20) NOT NULL,
	finished_at VARCHAR(40) DEFAULT '' NOT NULL,
	tally JSON,
	PRIMARY KEY (run_id)
);
CREATE TABLE states (
	number INTEGER NOT NULL,
	letter_id VARCHAR(120) NOT NULL,
	state VARCHAR(20) NOT NULL,
	at VARCHAR(40) NOT NULL,
	note VARCHAR(400) NOT NULL,
	PRIMARY KEY (number),
	FOREIGN KEY(letter_id) REFERENCES letters (letter_id)
);
CREATE INDEX ix_letters_replaces ON letters (replaces);
CREATE INDEX ix_letters_run_id ON letters (run_id);
CREATE INDEX ix_letters_address_digest ON letters (address_digest);
CREATE INDEX ix_letters_notice_key ON letters (notice_key);
CREATE INDEX ix_letters_case_id ON letters (case_id);
CREATE INDEX ix_imported_case_id ON imported (case_id);
CREATE INDEX ix_states_letter_id ON states (letter_id);
CREATE INDEX ix_deliveries_waybill ON deliveries (waybill);
CREATE INDEX ix_deliveries_letter_id ON deliveries (letter_id);
