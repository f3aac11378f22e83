-- Each study with its line of evidence, as rule 12 names it, and what kind of study it is.
SELECT
  studies.study,
  studies.design,
  studies.reviewOf,
  CASE WHEN studies.title IS NOT NULL THEN coalesce(shared.component, studies.cohort, studies.study) END AS line,
  own.term IS NOT NULL AS ownPatients,
  synthesis.term IS NOT NULL AS synthesis
FROM {studies} AS studies
LEFT JOIN {shared} AS shared ON shared.node = studies.cohort
LEFT JOIN {broader} AS own
  ON own.term = studies.design AND own.broader = 'https://w3id.org/spineonc/PrimaryStudy'
LEFT JOIN {broader} AS synthesis
  ON synthesis.term = studies.design AND synthesis.broader = 'https://w3id.org/spineonc/EvidenceSynthesis'
