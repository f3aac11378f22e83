-- The ranks after one more step of the walk; a node from which no edge leads gives its rank to all.
WITH dangling AS (
  SELECT coalesce(sum(ranks.pagerank), 0D) AS rank
  FROM {ranks} AS ranks LEFT ANTI JOIN {steps} AS steps ON steps.source = ranks.node
),
received AS (
  SELECT steps.target AS node, sum(ranks.pagerank * steps.share) AS rank
  FROM {ranks} AS ranks JOIN {steps} AS steps ON steps.source = ranks.node
  GROUP BY steps.target
)
SELECT
  ranks.node,
  {damping}D * (coalesce(received.rank, 0D) + dangling.rank / {count}) + (1 - {damping}D) / {count} AS pagerank,
  ranks.pagerank AS before
FROM {ranks} AS ranks LEFT JOIN received ON received.node = ranks.node CROSS JOIN dangling
