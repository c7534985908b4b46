-- Revenue per day of one month. The partition column keeps the other months from being read.
SELECT
  CAST(created_at AS date) AS day,
  count(*) AS orders,
  sum(total) AS revenue,
  max(total) AS largest_order,
  count(*) FILTER (WHERE gift) AS gifts
FROM orders
WHERE created_at_month = '2024-11'
  AND entity = 'order'
  AND status <> 'CANCELLED'
GROUP BY CAST(created_at AS date)
ORDER BY day;
