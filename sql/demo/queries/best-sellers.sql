-- The order lines are a list of maps: one row a line, joined with the product in the same table.
-- Athena unnests an array of structs into one column a field, in the order of the type.
SELECT
  line.sku,
  product.title,
  sum(line.qty) AS pieces,
  sum(line.qty * line.price) AS revenue
FROM orders AS o
CROSS JOIN UNNEST(o.lines) AS line (engraving, price, qty, sku)
JOIN orders AS product ON product.entity = 'product' AND product.sku = line.sku
WHERE o.entity = 'order'
GROUP BY line.sku, product.title
ORDER BY revenue DESC, sku
LIMIT 10;
