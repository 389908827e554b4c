-- Make a group where it is missing. An existing one stays as it is.
-- KEYS: 1 stream, 2 stream totals (hash)   ARGV: 1 group
-- Where the stream still holds the entry that was acknowledged last, the group goes on behind it: what lies before was
-- kept for a look only. Else it begins at the beginning and nothing counts as acknowledged, so that the lag is what
-- lies there. Answers 1 when it made one.
if redis.call('EXISTS', KEYS[1]) == 1 then
  for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    for i = 1, #group, 2 do
      if group[i] == 'name' and group[i + 1] == ARGV[1] then return 0 end
    end
  end
end
local done = redis.call('HGET', KEYS[2], 'done')
if done and #redis.call('XRANGE', KEYS[1], done, done) == 1 then
  redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], done)
else
  redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0', 'MKSTREAM')
  redis.call('HSET', KEYS[2], 'acked', redis.call('HGET', KEYS[2], 'trimmed') or 0)
end
return 1
