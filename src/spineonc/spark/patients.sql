-- The patients of each summary, each counted once, and those of the findings it is rated on: rules 22 and 34.
WITH largest AS (
  SELECT
    tumor, treatment, outcome, ownPatients,
    CASE WHEN ownPatients THEN line END AS source,
    max(sampleSize) AS size,
    max(sampleSize) FILTER (WHERE rated) AS ratedSize
  FROM {based}
  WHERE sampleSize IS NOT NULL
    AND line IS NOT NULL
    AND coalesce(sampleUnit, 'https://w3id.org/spineonc/Patients') = 'https://w3id.org/spineonc/Patients'
  GROUP BY ALL
),
totals AS (
  SELECT tumor, treatment, outcome, ownPatients, sum(size) AS total, sum(ratedSize) AS ratedTotal
  FROM largest
  GROUP BY ALL
)
SELECT tumor, treatment, outcome, max(total) AS patientCount, max(ratedTotal) AS ratedPatients
FROM totals
GROUP BY ALL
