-- Since when and until when each item was what it was; valid_to is null for what still holds.
-- A full export begins the chain anew: what it does not have, it ends.
CREATE OR REPLACE VIEW lake.orders_validity AS
WITH exports AS (
  SELECT DISTINCT ddb_event_time AS chain_from
  FROM lake.orders_history
  WHERE ddb_op = 'snapshot'
),
chains AS (
  SELECT chain_from, lead(chain_from) OVER (ORDER BY chain_from) AS chain_to
  FROM exports
),
events AS (
  SELECT
    h.*,
    c.chain_to,
    lead(h.ddb_event_time) OVER (
      PARTITION BY h.pk, h.sk, c.chain_from
      ORDER BY h.ddb_event_time, CASE WHEN h.ddb_op = 'snapshot' THEN 0 ELSE 1 END, h.ddb_write_time
    ) AS next_change
  FROM lake.orders_history h
  JOIN chains c
    ON h.ddb_event_time >= c.chain_from
    AND (c.chain_to IS NULL OR h.ddb_event_time < c.chain_to)
)
SELECT
  e.*,
  e.ddb_event_time AS valid_from,
  coalesce(e.next_change, e.chain_to) AS valid_to
FROM events e
WHERE NOT e.ddb_is_deleted
