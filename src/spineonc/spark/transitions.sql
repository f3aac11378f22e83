-- The share of the edges of each node that lead to each other node.
SELECT source, target, count(*) / sum(count(*)) OVER (PARTITION BY source) AS share
FROM {edges}
GROUP BY source, target
