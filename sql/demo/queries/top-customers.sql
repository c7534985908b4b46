-- Customers and their orders share a partition key: the join needs no other column.
SELECT *
FROM (
  SELECT
    o.pk,
    c.address.country,
    count(*) AS orders,
    sum(o.total) AS revenue,
    rank() OVER (PARTITION BY c.address.country ORDER BY sum(o.total) DESC) AS place
  FROM orders AS o
  JOIN orders AS c ON c.pk = o.pk AND c.sk = 'PROFILE'
  WHERE o.entity = 'order' AND o.status <> 'CANCELLED'
  GROUP BY o.pk, c.address.country
) AS ranked
WHERE place <= 2
ORDER BY country, place, pk;
