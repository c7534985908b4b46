-- stars-per-product.sql in Spark's words: explode instead of UNNEST.
SELECT
  rating.sku,
  count(*) AS ratings,
  sum(stars) AS stars
FROM (SELECT explode(ratings) AS (sku, stars) FROM orders) AS rating
GROUP BY rating.sku
HAVING count(*) >= 10
ORDER BY stars DESC, rating.sku;
