-- The levels of certainty with their ranks.
SELECT terms.term AS level, terms.rank, terms.label
FROM {terms} AS terms
JOIN {relations} AS relations ON relations.source = terms.term
WHERE relations.relation = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'
  AND relations.target = 'https://w3id.org/spineonc/CertaintyLevel'
