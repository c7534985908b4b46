-- The table as it was at a time, in UTC as all times here. At the end of a window it is exactly that; in between it lacks
-- what was overwritten before the window ended.
SELECT pk, sk, status
FROM lake.orders_validity
WHERE valid_from <= TIMESTAMP '2026-11-18 04:00:00'
  AND (valid_to IS NULL OR valid_to > TIMESTAMP '2026-11-18 04:00:00')
ORDER BY pk, sk
