-- The evidence summaries with their certainty and its reasons: rules 22, 23 and 30 to 40.
WITH grouped AS (
  SELECT
    tumor, treatment, outcome,
    any_value(comparisonKind) FILTER (WHERE rated) AS comparisonKind,
    any_value(kindLabel) FILTER (WHERE rated) AS kindLabel,
    any_value(startsAt) FILTER (WHERE rated) AS startsAt,
    sort_array(collect_set(design) FILTER (WHERE rated)) AS bestDesign,
    size(collect_set(study) FILTER (WHERE line IS NOT NULL)) AS studyCount,
    greatest(size(collect_set(line) FILTER (WHERE ownPatients)), 1) AS independentCount,
    sort_array(collect_set(favors) FILTER (WHERE rated AND comparator IS NOT NULL)) AS directions,
    size(collect_set(study) FILTER (WHERE rated AND comparator IS NOT NULL AND favors IS NOT NULL)) AS directed,
    min(value) FILTER (WHERE measure = 'https://w3id.org/spineonc/Proportion') AS lowestValue,
    max(value) FILTER (WHERE measure = 'https://w3id.org/spineonc/Proportion') AS highestValue,
    count_if(rated) AS ratedFindings,
    count_if(rated AND directness = 'https://w3id.org/spineonc/Indirect') AS indirectFindings,
    count_if(rated AND nullValue IS NOT NULL AND confidenceLow IS NOT NULL AND confidenceHigh IS NOT NULL) AS intervals,
    count_if(rated AND nullValue BETWEEN confidenceLow AND confidenceHigh) AS openIntervals,
    sort_array(collect_set(finding)) AS basedOn,
    sort_array(collect_set(finding) FILTER (WHERE rated)) AS ratedOn,
    sort_array(collect_set(study)) AS studies
  FROM {based}
  GROUP BY tumor, treatment, outcome
),
joined AS (
  SELECT
    grouped.*,
    patients.patientCount,
    patients.ratedPatients,
    start.rank AS startRank,
    start.label AS startLabel,
    coalesce(large.lines, 0) AS largeEffects,
    CASE
      WHEN patients.ratedPatients IS NULL THEN 'number of patients not stated'
      WHEN patients.ratedPatients < 200 THEN concat(patients.ratedPatients, ' patients, fewer than 200')
      WHEN patients.ratedPatients < 400 THEN concat(patients.ratedPatients, ' patients, fewer than 400')
    END AS few,
    CASE WHEN intervals > 0 AND intervals = openIntervals THEN 'the confidence interval includes no effect' END AS open
  FROM grouped
  JOIN {terms} AS start ON start.term = grouped.startsAt
  LEFT JOIN {patients} AS patients USING (tumor, treatment, outcome)
  LEFT JOIN {large} AS large USING (tumor, treatment, outcome)
),
lowered AS (
  SELECT *, filter(array(
    struct('StudyDesign' AS certaintyDomain, startRank AS step,
      concat('starts at ', startLabel, ': ', kindLabel) AS label),
    CASE WHEN comparisonKind = 'https://w3id.org/spineonc/SingleGroupResult'
      THEN struct('RiskOfBias' AS certaintyDomain, -1L AS step, 'no comparison group' AS label) END,
    CASE WHEN directed > 1 AND size(directions) > 1
      THEN struct('Inconsistency' AS certaintyDomain, -1L AS step,
        'studies point in different directions' AS label) END,
    CASE WHEN 2 * indirectFindings >= ratedFindings
      THEN struct('Indirectness' AS certaintyDomain, -1L AS step,
        concat(CASE WHEN indirectFindings = ratedFindings THEN 'all evidence comes' ELSE 'at least half of the evidence comes' END,
          ' from another or a wider population') AS label) END,
    CASE WHEN few IS NOT NULL OR open IS NOT NULL
      THEN struct('Imprecision' AS certaintyDomain,
        CASE WHEN ratedPatients < 200 THEN -2L ELSE -1L END AS step,
        concat_ws('; ', few, open) AS label) END
  ), reason -> reason IS NOT NULL) AS steps
  FROM joined
),
reasoned AS (
  SELECT *,
    CASE WHEN largeEffects >= 2 AND NOT exists(steps, reason -> reason.step < 0)
      THEN array_append(steps, struct('LargeEffect' AS certaintyDomain, 1L AS step,
        concat('at least a twofold effect in ', largeEffects, ' independent studies') AS label))
      ELSE steps END AS certaintyReason
  FROM lowered
),
rated AS (
  SELECT *, greatest(1, least(4, aggregate(certaintyReason, 0L, (sum, reason) -> sum + reason.step))) AS rank
  FROM reasoned
)
SELECT
  concat('https://w3id.org/spineonc/summary/', concat_ws('/', transform(
    array(tumor, treatment, outcome), term -> replace(term, 'https://w3id.org/spineonc/', '')))) AS summary,
  tumor, treatment, outcome, comparisonKind, bestDesign, studyCount, independentCount, patientCount,
  CASE
    WHEN size(directions) = 0 THEN 'https://w3id.org/spineonc/NoComparison'
    WHEN size(directions) > 1 THEN 'https://w3id.org/spineonc/InconsistentDirection'
    ELSE directions[0]
  END AS effectDirection,
  lowestValue, highestValue, levels.level AS certainty, rated.rank, certaintyReason, basedOn, ratedOn, studies
FROM rated
JOIN {levels} AS levels ON levels.rank = rated.rank
