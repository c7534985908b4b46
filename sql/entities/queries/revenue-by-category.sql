-- Order lines with their product and its categories. A product of several categories counts in each of them, so that the sum over
-- all is more than the revenue.
SELECT
  in_category.category,
  count(DISTINCT p.product_id) AS products,
  sum(line.qty) AS pieces,
  sum(line.qty * line.price) AS revenue
FROM shop_order AS o
CROSS JOIN UNNEST(o.lines) AS line (engraving, price, qty, sku)
JOIN shop_product AS p ON p.product_id = line.sku
CROSS JOIN UNNEST(p.categories) AS in_category (category)
WHERE o.status <> 'CANCELLED'
GROUP BY in_category.category
ORDER BY revenue DESC, in_category.category;
