-- Each finding in its evidence summary, and whether the summary is rated on it: rules 10, 20 and 21.
WITH compared AS (
  SELECT
    findings.*,
    lines.design,
    lines.line,
    lines.ownPatients,
    concat('https://w3id.org/spineonc/', CASE
      WHEN findings.comparator IS NULL THEN 'SingleGroupResult'
      WHEN coalesce(lines.reviewOf, lines.design) = 'https://w3id.org/spineonc/RandomizedTrial'
        THEN 'RandomizedComparison'
      ELSE 'NonRandomizedComparison'
    END) AS comparisonKind
  FROM {findings} AS findings
  JOIN {lines} AS lines ON lines.study = findings.study
  WHERE findings.factor IS NULL
    AND findings.treatment <> 'https://w3id.org/spineonc/Treatment'
    AND findings.tumor IS NOT NULL
    AND findings.outcome IS NOT NULL
),
ranked AS (
  SELECT
    compared.*,
    kind.rank,
    kind.startsAt,
    kind.label AS kindLabel,
    measure.nullValue,
    max(kind.rank) OVER (PARTITION BY compared.tumor, compared.treatment, compared.outcome) AS bestRank
  FROM compared
  JOIN {terms} AS kind ON kind.term = compared.comparisonKind
  LEFT JOIN {terms} AS measure ON measure.term = compared.measure
)
SELECT *, rank = bestRank AS rated FROM ranked
