-- Items whose time to live has passed stay until DynamoDB deletes them, and so they are in the export. This is what had not
-- expired at the time of the export; the view shop_order_live says it of the present.
SELECT
  status,
  count(*) AS orders,
  count(expiresat) AS with_time_to_live,
  count(*) FILTER (WHERE expiresat <= 1731900000) AS expired
FROM shop_order
GROUP BY status
ORDER BY status;
