-- The terms below the roots of the gap map, and whether a collapsed tree shows them: the uppermost ones of those that
-- nothing defines, and the uppermost ones of all where the ontology defines them.
WITH tree AS (
  SELECT broader.broader AS root, broader.term, terms.defined
  FROM {broader} AS broader JOIN {terms} AS terms USING (term)
  WHERE broader.term <> broader.broader AND broader.broader IN (
    'https://w3id.org/spineonc/Tumor', 'https://w3id.org/spineonc/Treatment', 'https://w3id.org/spineonc/Outcome')
),
steps AS (
  SELECT tree.root, tree.term, upper.defined AS upperDefined
  FROM tree
  JOIN {relations} AS relations
    ON relations.source = tree.term AND relations.relation = 'http://www.w3.org/2000/01/rdf-schema#subClassOf'
  JOIN tree AS upper ON upper.term = relations.target AND upper.root = tree.root
)
SELECT tree.root, tree.term, tree.defined,
  NOT coalesce(bool_or(steps.term IS NOT NULL AND (tree.defined OR NOT steps.upperDefined)), false) AS top
FROM tree LEFT JOIN steps ON steps.root = tree.root AND steps.term = tree.term
GROUP BY ALL
