-- Move entries that can't be filed from the live stream into quarantine, in one atomic step.
-- KEYS: 1 live stream, 2 quarantine stream, 3 totals of the live stream (hash),
--       4 names of all ledgers (set), then one ledger (hash) per connector
-- ARGV: 1 group, 2 how many connectors, their names, then per entry: its id, the number of its ledger in KEYS, 'r' or 'c' (how it was counted when
--       published), data, crc, meta
-- An entry acknowledged before is left alone, so that a repeat is harmless. Answers how many were moved now.
local moved = 0
local count = tonumber(ARGV[2])
for i = 3 + count, #ARGV, 6 do
  if redis.call('XACK', KEYS[1], ARGV[1], ARGV[i]) == 1 then
    local ledger = KEYS[tonumber(ARGV[i + 1])]
    redis.call('XADD', KEYS[2], '*', 'data', ARGV[i + 3], 'crc', ARGV[i + 4], 'meta', ARGV[i + 5])
    redis.call('HINCRBY', ledger, ARGV[i + 2] == 'r' and 'repaired' or 'clean', -1)
    redis.call('HINCRBY', ledger, 'quarantined', 1)
    redis.call('HINCRBY', ledger, 'moved', 1)
    redis.call('HINCRBY', ledger, 'pending', -1)
    moved = moved + 1
  end
end
if moved > 0 then
  redis.call('HINCRBY', KEYS[3], 'acked', moved)
  for i = 3, 2 + count do redis.call('SADD', KEYS[4], ARGV[i]) end
end
return moved
