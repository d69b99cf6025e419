-- The quarterly report asked of the exported csv, in another program. Tables: final, assign
-- (all columns text, '' for null), and report (the cells, long form).
CREATE VIEW c AS
SELECT person_id AS p, substr(service_from, 1, 7) AS m, adjustment,
       CAST(replace(allowed, '.', '') AS INTEGER) AS allowed,
       CAST(replace(paid, '.', '') AS INTEGER) AS paid,
       CAST(replace(ffs_equivalent, '.', '') AS INTEGER) AS ffs,
       paid <> '' AND ffs_equivalent <> '' AS both
FROM final
WHERE service_from >= '2019-01-01' AND service_from <= '2020-12-31'
  AND (paid_date = '' OR paid_date <= '2021-03-31')
  AND status <> 'denied';
CREATE VIEW a AS
SELECT person_id AS p, substr(month, 1, 7) AS m, primary_payer AS payer,
       CASE WHEN aco_id = '' THEN 'no' ELSE 'yes' END AS attributed,
       reason NOT IN ('medicare_advantage', 'limited_benefit', 'other_insurance', 'not_resident', 'no_part_a_and_b',
                      'no_medical_coverage', 'died') AND primary_payer <> 'other' AS eligible,
       reason <> 'died' AS alive,
       substr(month, 1, 4) || '-Q' || ((CAST(substr(month, 6, 2) AS INTEGER) + 2) / 3) AS q
FROM assign WHERE month >= '2019-01-01' AND month <= '2021-03-01';
CREATE TABLE j AS -- claim lines with the assignment row of their person and month
SELECT a.payer AS payer, a.attributed AS attributed,
       substr(c.m, 1, 4) || '-Q' || ((CAST(substr(c.m, 6, 2) AS INTEGER) + 2) / 3) AS q, c.*
FROM c LEFT JOIN a ON a.p = c.p AND a.m = c.m AND c.p <> '';
CREATE VIEW k AS SELECT * FROM j WHERE payer IS NOT NULL;
CREATE VIEW a12 AS SELECT * FROM a WHERE m <= '2020-12'; -- costs end with incurred_through
CREATE TABLE want (section TEXT, quarter TEXT, month TEXT, payer TEXT, attributed TEXT,
                   measure TEXT, numerator INTEGER, denominator INTEGER);

-- participation, by payer and in all
CREATE TEMP VIEW part AS
SELECT q, m, payer, count(DISTINCT CASE WHEN attributed = 'yes' THEN p END) AS n,
       count(DISTINCT CASE WHEN eligible THEN p END) AS d
FROM a GROUP BY q, m, payer;
CREATE TEMP VIEW part_all AS
SELECT q, m, count(DISTINCT CASE WHEN attributed = 'yes' THEN p END) AS n,
       count(DISTINCT CASE WHEN eligible THEN p END) AS d
FROM a GROUP BY q, m;
CREATE TEMP TABLE goal (year TEXT, payer TEXT, pct INTEGER);
INSERT INTO goal VALUES ('2019', '', 50), ('2020', '', 58), ('2021', '', 62),
                        ('2019', 'medicare', 75), ('2020', 'medicare', 79), ('2021', 'medicare', 83);
CREATE TEMP TABLE ends AS
SELECT q, m, payer, n, d FROM part WHERE substr(m, 6, 2) IN ('03', '06', '09', '12')
UNION ALL SELECT q, m, '', n, d FROM part_all WHERE substr(m, 6, 2) IN ('03', '06', '09', '12');
INSERT INTO want SELECT 'participation', q, '', payer, '', 'attributed', n, 1 FROM ends;
INSERT INTO want SELECT 'participation', q, '', payer, '', 'eligible', d, 1 FROM ends;
INSERT INTO want SELECT 'participation', q, '', payer, '', 'participation', n, d FROM ends;
INSERT INTO want SELECT 'participation', q, '', e.payer, '', 'target', pct * 10, 10
FROM ends e JOIN goal g ON g.year = substr(q, 1, 4) AND g.payer = e.payer;
INSERT INTO want SELECT 'participation', q, '', e.payer, '', 'gap_points', pct * 10 * d - 1000 * n, 10 * d
FROM ends e JOIN goal g ON g.year = substr(q, 1, 4) AND g.payer = e.payer;
INSERT INTO want SELECT 'participation', q, '', e.payer, '', 'gap_people',
       max(0, (pct * d + 99) / 100 - n), 1
FROM ends e JOIN goal g ON g.year = substr(q, 1, 4) AND g.payer = e.payer;
INSERT INTO want SELECT 'participation_by_month', '', m, '', '', 'attributed', n, 1 FROM part_all;
INSERT INTO want SELECT 'participation_by_month', '', m, '', '', 'eligible', d, 1 FROM part_all;
INSERT INTO want SELECT 'participation_by_month', '', m, '', '', 'participation', n, d FROM part_all;
INSERT INTO want SELECT 'participation_by_month', '', m, '', '', 'target', pct * 10, 10
FROM part_all JOIN goal g ON g.year = substr(m, 1, 4) AND g.payer = '';

INSERT INTO want SELECT 'without_coverage', '', '', substr(m, 1, 4), '', 'lines',
       sum(CASE adjustment WHEN 'cancellation' THEN -1 ELSE 1 END), 1
FROM j WHERE payer IS NULL GROUP BY substr(m, 1, 4);
INSERT INTO want SELECT 'without_coverage', '', '', substr(m, 1, 4), '', 'allowed', sum(allowed), 1
FROM j WHERE payer IS NULL GROUP BY substr(m, 1, 4);
INSERT INTO want SELECT 'without_coverage', '', '', substr(m, 1, 4), '', 'paid', sum(paid), 1
FROM j WHERE payer IS NULL GROUP BY substr(m, 1, 4);
INSERT INTO want SELECT 'without_coverage', '', '', substr(m, 1, 4), '', 'ffs_equivalent', sum(ffs), 1
FROM j WHERE payer IS NULL GROUP BY substr(m, 1, 4);

-- cost: sums of claim lines, member months of assignment rows
CREATE TEMP TABLE sums AS
SELECT 'cost' AS section, q, payer, '' AS attributed, sum(allowed) AS allowed, sum(paid) AS paid,
       sum(ffs) AS ffs, sum(CASE WHEN both THEN ffs - paid ELSE 0 END) AS ahead, 0 AS months
FROM k GROUP BY q, payer
UNION ALL SELECT 'cost', q, '', '', sum(allowed), sum(paid), sum(ffs),
       sum(CASE WHEN both THEN ffs - paid ELSE 0 END), 0 FROM k GROUP BY q
UNION ALL SELECT 'cost_by_attribution', q, payer, attributed, sum(allowed), sum(paid), sum(ffs),
       0, 0 FROM k GROUP BY q, payer, attributed
UNION ALL SELECT 'cost', q, payer, '', 0, 0, 0, 0, sum(alive) FROM a12 GROUP BY q, payer
UNION ALL SELECT 'cost', q, '', '', 0, 0, 0, 0, sum(alive) FROM a12 GROUP BY q
UNION ALL SELECT 'cost_by_attribution', q, payer, attributed, 0, 0, 0, 0, sum(alive)
FROM a12 GROUP BY q, payer, attributed;
CREATE TEMP TABLE cell AS
SELECT section, q, payer, attributed, sum(allowed) AS allowed, sum(paid) AS paid, sum(ffs) AS ffs,
       sum(ahead) AS ahead, sum(months) AS months
FROM sums GROUP BY section, q, payer, attributed;
INSERT INTO want SELECT section, q, '', payer, attributed, 'member_months', months, 1 FROM cell;
INSERT INTO want SELECT section, q, '', payer, attributed, 'allowed', allowed, 1 FROM cell;
INSERT INTO want SELECT section, q, '', payer, attributed, 'paid', paid, 1 FROM cell;
INSERT INTO want SELECT section, q, '', payer, attributed, 'ffs_equivalent', ffs, 1 FROM cell;
INSERT INTO want SELECT section, q, '', payer, attributed, 'allowed_pmpm', allowed, months FROM cell;
INSERT INTO want SELECT section, q, '', payer, attributed, 'ffs_equivalent_pmpm', ffs, months FROM cell;
INSERT INTO want SELECT 'prospective', q, '', payer, '', 'prospective', ahead, 1 FROM cell WHERE section = 'cost';
INSERT INTO want SELECT 'prospective', q, '', payer, '', 'ffs_equivalent', ffs, 1 FROM cell WHERE section = 'cost';
INSERT INTO want SELECT 'prospective', q, '', payer, '', 'prospective_share', ahead, ffs FROM cell WHERE section = 'cost';

-- what differs: a cell that one has and the other has not, or other numbers
CREATE VIEW got AS
SELECT section, quarter, month, CASE WHEN year <> '' THEN year ELSE primary_payer END AS payer, attributed, measure,
       CAST(numerator AS INTEGER) AS numerator, CAST(denominator AS INTEGER) AS denominator
FROM report;
CREATE VIEW differs AS
SELECT 'report has' AS who, * FROM (SELECT * FROM got EXCEPT SELECT * FROM want)
UNION ALL SELECT 'csv has', * FROM (SELECT * FROM want EXCEPT SELECT * FROM got);

-- the printed value is the exact quotient at its scale, half away from zero
CREATE VIEW misprinted AS
SELECT measure, numerator, denominator, value FROM (
  SELECT measure, value, numerator, denominator, CAST(scale AS INTEGER) AS s,
         CAST(numerator AS INTEGER) *
           CASE WHEN measure IN ('participation', 'prospective_share') THEN 100 ELSE 1 END *
           CASE scale WHEN '0' THEN 1 WHEN '1' THEN 10 ELSE
             CASE WHEN unit = 'usd' THEN 1 ELSE 100 END END AS n,
         CAST(denominator AS INTEGER) AS d
  FROM report WHERE value <> '')
WHERE CAST(replace(value, '.', '') AS INTEGER) <>
      CASE WHEN n < 0 THEN -((-2 * n + d) / (2 * d)) ELSE (2 * n + d) / (2 * d) END;
