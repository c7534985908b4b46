-- Every item of the export is in one of the tables: 1000, as its manifest says.
SELECT kind, items, sum(items) OVER () AS items_of_all
FROM (
  SELECT 'customer' AS kind, count(*) AS items FROM shop_customer
  UNION ALL
  SELECT 'order' AS kind, count(*) AS items FROM shop_order
  UNION ALL
  SELECT 'product' AS kind, count(*) AS items FROM shop_product
  UNION ALL
  SELECT 'other' AS kind, count(*) AS items FROM shop_other
) AS kinds
ORDER BY kind;
