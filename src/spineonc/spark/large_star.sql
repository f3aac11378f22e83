-- Connect each node that is greater than its neighbor with the least node around that neighbor.
WITH around AS (SELECT one AS node, other FROM {pairs} UNION SELECT other, one FROM {pairs}),
least AS (SELECT node, least(node, min(other)) AS root FROM around GROUP BY node)
SELECT DISTINCT around.other AS one, least.root AS other
FROM around JOIN least ON least.node = around.node
WHERE around.other > around.node
