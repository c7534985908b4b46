-- NULL and absent are both null in the column; ddb_nulls tells them apart.
SELECT
  CASE
    WHEN phone IS NOT NULL THEN 'known'
    WHEN array_position(ddb_nulls, 'phone') > 0 THEN 'NULL'
    ELSE 'absent'
  END AS phone,
  count(*) AS customers
FROM orders
WHERE entity = 'customer'
GROUP BY 1
ORDER BY 1;
