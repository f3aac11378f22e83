-- Connect each node and its lesser neighbors with the least of them.
WITH down AS (SELECT greatest(one, other) AS node, least(one, other) AS lesser FROM {pairs}),
least AS (SELECT node, min(lesser) AS root FROM down GROUP BY node)
SELECT node AS one, root AS other FROM least
UNION
SELECT down.lesser, least.root FROM down JOIN least ON least.node = down.node WHERE down.lesser <> least.root
