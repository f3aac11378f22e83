-- The tumors by their best evidence, narrower tumors included; those beyond which a narrower one knows all are left out.
WITH tumors AS (SELECT term FROM {broader} WHERE broader = 'https://w3id.org/spineonc/Tumor'),
found AS (
  SELECT tumors.term, summaries.treatment, summaries.rank, summaries.patientCount, summaries.studies
  FROM tumors
  JOIN {broader} AS broader ON broader.broader = tumors.term
  JOIN {summaries} AS summaries ON summaries.tumor = broader.term
),
counted AS (
  SELECT term, count(*) AS summaries, count(DISTINCT treatment) AS treatments, max(rank) AS rank,
    max(patientCount) AS patients,
    size(array_distinct(flatten(collect_list(studies)))) AS studies
  FROM found GROUP BY term
),
repeated AS (
  SELECT DISTINCT wider.term
  FROM counted AS wider
  JOIN {relations} AS relations
    ON relations.target = wider.term AND relations.relation = 'http://www.w3.org/2000/01/rdf-schema#subClassOf'
  JOIN counted AS narrower ON narrower.term = relations.source AND narrower.summaries = wider.summaries
)
SELECT tumors.term AS tumor, terms.label, levels.level AS certainty, coalesce(counted.rank, 0) AS rank,
  coalesce(counted.treatments, 0) AS treatments, coalesce(counted.studies, 0) AS studies, counted.patients
FROM tumors
JOIN {terms} AS terms USING (term)
LEFT JOIN counted USING (term)
LEFT JOIN {levels} AS levels ON levels.rank = counted.rank
LEFT ANTI JOIN repeated ON repeated.term = tumors.term
WHERE coalesce(counted.rank, 0) <= {at_most}
