-- Exact decimals can be compared: is every order's total the sum of its lines? No rows, so yes.
SELECT
  order_id,
  total,
  reduce(
    lines,
    CAST(0 AS decimal(38, 2)),
    (sum, line) -> CAST(sum + line.price * line.qty AS decimal(38, 2)),
    sum -> sum) AS sum_of_lines
FROM orders
WHERE entity = 'order'
  AND total <> reduce(
    lines,
    CAST(0 AS decimal(38, 2)),
    (sum, line) -> CAST(sum + line.price * line.qty AS decimal(38, 2)),
    sum -> sum)
ORDER BY order_id;
