-- Orders and revenue of a month by the country of the customer: the part of the key that says whose an order is joins them.
SELECT
  c.address.country AS country,
  count(*) AS orders,
  count(DISTINCT o.customer_id) AS customers,
  sum(o.total) AS revenue
FROM shop_order AS o
JOIN shop_customer AS c ON c.customer_id = o.customer_id
WHERE substr(o.createdat, 1, 7) = '2024-10' AND o.status <> 'CANCELLED'
GROUP BY c.address.country
ORDER BY revenue DESC, country;
