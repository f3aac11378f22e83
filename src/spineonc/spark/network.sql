-- The edges of the evidence network, as projections/evidence-network.rq has them.
SELECT tumor AS source, treatment AS target, 'has evidence for' AS relation, CAST(NULL AS STRING) AS summary
FROM {summaries} GROUP BY tumor, treatment
UNION ALL
SELECT treatment, outcome, 'has evidence on', summary FROM {summaries}
UNION ALL
SELECT DISTINCT study, term, 'reports on', CAST(NULL AS STRING)
FROM (SELECT explode(studies) AS study, array(tumor, treatment, outcome) AS terms FROM {summaries})
LATERAL VIEW explode(terms) AS term
