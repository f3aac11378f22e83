-- How many independent primary studies of each summary give a large effect in the same direction: rule 35.
WITH directions AS (
  SELECT tumor, treatment, outcome, favors, count(DISTINCT line) AS lines
  FROM {based}
  WHERE rated
    AND comparisonKind = 'https://w3id.org/spineonc/NonRandomizedComparison'
    AND ownPatients
    AND favors IS NOT NULL
    AND measure IN ('https://w3id.org/spineonc/RiskRatio', 'https://w3id.org/spineonc/HazardRatio')
    AND confidenceLow IS NOT NULL
    AND confidenceHigh IS NOT NULL
    AND (value <= 0.5D AND confidenceHigh < 1D OR value >= 2D AND confidenceLow > 1D)
  GROUP BY ALL
)
SELECT tumor, treatment, outcome, max(lines) AS lines FROM directions GROUP BY ALL
