-- Parts of keys repeat what the keys say. Do the attributes that the items have as well agree with them?
SELECT 'customer' AS kind, count(*) AS items, count(customer_id) AS with_part,
  count(*) FILTER (WHERE id = concat('C-', customer_id)) AS same
FROM shop_customer
UNION ALL
SELECT 'order' AS kind, count(*) AS items, count(order_id) AS with_part,
  count(*) FILTER (WHERE id = concat('O-', order_id)) AS same
FROM shop_order
UNION ALL
SELECT 'product' AS kind, count(*) AS items, count(product_id) AS with_part,
  count(*) FILTER (WHERE sku = product_id) AS same
FROM shop_product
ORDER BY kind;
