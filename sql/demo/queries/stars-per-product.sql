-- The keys of "ratings" are data, so the column is a map: one row a key and value.
SELECT
  rating.sku,
  count(*) AS ratings,
  sum(stars) AS stars
FROM orders
CROSS JOIN UNNEST(ratings) AS rating (sku, stars)
GROUP BY rating.sku
HAVING count(*) >= 10
ORDER BY stars DESC, rating.sku;
