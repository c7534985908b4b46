-- What is in the table: a single-table design keeps customers, products and orders together.
SELECT
  entity,
  count(*) AS items,
  count(DISTINCT pk) AS partition_keys,
  min(created_at) AS first_created,
  count(address) AS with_address,
  count(ddb_rescued) AS with_rescued_values
FROM orders
GROUP BY entity
ORDER BY entity;
