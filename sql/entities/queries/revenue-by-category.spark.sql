-- revenue-by-category.sql in Spark's words: explode instead of UNNEST.
SELECT
  p.category,
  count(DISTINCT p.product_id) AS products,
  sum(o.line.qty) AS pieces,
  sum(o.line.qty * o.line.price) AS revenue
FROM (SELECT explode(lines) AS line FROM shop_order WHERE status <> 'CANCELLED') AS o
JOIN (SELECT product_id, explode(categories) AS category FROM shop_product) AS p ON p.product_id = o.line.sku
GROUP BY p.category
ORDER BY revenue DESC, p.category;
