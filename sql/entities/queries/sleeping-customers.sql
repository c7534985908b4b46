-- Customers with many points whose last order is from before October, or who have none. Without an order there is no row to join, so LEFT.
SELECT
  c.customer_id,
  c.name,
  c.loyaltypoints,
  max(substr(o.createdat, 1, 10)) AS last_order,
  count(o.order_id) AS orders
FROM shop_customer AS c
LEFT JOIN shop_order AS o ON o.customer_id = c.customer_id
GROUP BY c.customer_id, c.name, c.loyaltypoints
HAVING coalesce(max(o.createdat), '') < '2024-10' AND c.loyaltypoints >= 5000
ORDER BY c.loyaltypoints DESC, c.customer_id;
