-- rescued-values.sql in Spark's words: explode instead of UNNEST.
SELECT
  path,
  regexp_extract(json, '"([A-Z]+)"', 1) AS descriptor,
  count(*) AS places
FROM (SELECT explode(ddb_rescued) AS (path, json) FROM orders) AS rescued
GROUP BY path, regexp_extract(json, '"([A-Z]+)"', 1)
ORDER BY places DESC, path;
