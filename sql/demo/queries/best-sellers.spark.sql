-- best-sellers.sql in Spark's words: explode instead of UNNEST.
SELECT
  line.sku,
  product.title,
  sum(line.qty) AS pieces,
  sum(line.qty * line.price) AS revenue
FROM (SELECT explode(lines) AS line FROM orders WHERE entity = 'order') AS o
JOIN orders AS product ON product.entity = 'product' AND product.sku = line.sku
GROUP BY line.sku, product.title
ORDER BY revenue DESC, sku
LIMIT 10;
