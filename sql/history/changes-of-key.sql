-- What happened to one item.
SELECT ddb_event_time, ddb_op, status
FROM lake.orders_history
WHERE pk = 'C#1' AND sk = 'O#1'
ORDER BY ddb_event_time, ddb_write_time
