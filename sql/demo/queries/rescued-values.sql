-- What did not fit its column, by place and descriptor. One row a rescued value.
SELECT
  path,
  regexp_extract(json, '"([A-Z]+)"', 1) AS descriptor,
  count(*) AS places
FROM orders
CROSS JOIN UNNEST(ddb_rescued) AS rescued (path, json)
GROUP BY path, regexp_extract(json, '"([A-Z]+)"', 1)
ORDER BY places DESC, path;
