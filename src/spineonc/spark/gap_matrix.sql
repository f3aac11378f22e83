-- What each tumor, treatment and family of outcomes holds, narrower terms included, and where there is nothing.
WITH bodies AS (
  SELECT summaries.tumor, summaries.treatment, upper.broader AS family,
    summaries.rank, summaries.patientCount, summaries.study, lines.synthesis
  FROM (SELECT *, explode(studies) AS study FROM {summaries}) AS summaries
  JOIN {lines} AS lines ON lines.study = summaries.study
  JOIN {broader} AS upper ON upper.term = summaries.outcome
  JOIN {relations} AS families
    ON families.source = upper.broader AND families.target = 'https://w3id.org/spineonc/Outcome'
    AND families.relation = 'http://www.w3.org/2000/01/rdf-schema#subClassOf'
),
cells AS (
  SELECT tumors.broader AS tumor, treatments.broader AS treatment, bodies.family,
    count(DISTINCT study) AS studies, max(patientCount) AS patients, max(rank) AS rank,
    count(DISTINCT CASE WHEN synthesis THEN study END) AS reviews
  FROM bodies
  JOIN {broader} AS tumors ON tumors.term = bodies.tumor
  JOIN {broader} AS treatments ON treatments.term = bodies.treatment
  GROUP BY ALL
)
SELECT rows.term AS tumor, columns.term AS treatment, families.term AS outcomeFamily,
  coalesce(cells.studies, 0) AS studies, cells.patients, levels.level AS certainty, coalesce(cells.reviews, 0) AS reviews,
  CASE WHEN cells.studies IS NULL THEN 'absolute' WHEN cells.reviews = 0 THEN 'synthesis' END AS gap
FROM {rows} AS rows CROSS JOIN {columns} AS columns CROSS JOIN {families} AS families
LEFT JOIN cells ON cells.tumor = rows.term AND cells.treatment = columns.term AND cells.family = families.term
LEFT JOIN {levels} AS levels ON levels.rank = cells.rank
