-- Is it getting better? Values of another type than their column's, month by month.
SELECT
  created_at_month AS month,
  count(*) AS orders,
  count(element_at(ddb_rescued, 'qty')) AS qty_as_text,
  count(*) FILTER (WHERE array_position(ddb_nulls, 'coupon') > 0) AS coupon_is_null
FROM orders
WHERE entity = 'order'
GROUP BY created_at_month
ORDER BY month;
