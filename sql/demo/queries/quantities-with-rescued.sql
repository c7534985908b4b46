-- An old client wrote some quantities as text. Where the text is a number, take it; nothing was lost.
SELECT
  CASE
    WHEN qty IS NOT NULL THEN 'number'
    WHEN try_cast(regexp_extract(element_at(ddb_rescued, 'qty'), '"S":"([^"]*)"', 1) AS bigint) IS NOT NULL
      THEN 'text that is a number'
    ELSE 'other text'
  END AS written_as,
  count(*) AS orders,
  sum(coalesce(
    qty,
    try_cast(regexp_extract(element_at(ddb_rescued, 'qty'), '"S":"([^"]*)"', 1) AS bigint))) AS pieces
FROM orders
WHERE entity = 'order'
GROUP BY 1
ORDER BY 1;
