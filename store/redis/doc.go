// Package redis is a store in Redis or Valkey, for any number of processes:
// one server, Sentinel or Cluster.
//
// # What the server needs
//
// Redis 6 or Valkey 7 and newer; no modules and no command newer than 6.0.
// CLIENT and CONFIG are not used and may be refused; Lua (EVAL, EVALSHA) must
// be allowed. Set appendonly yes, so that a restart loses nothing (with
// appendfsync everysec, the default, a power cut loses up to a second), and
// maxmemory-policy noeviction or volatile-ttl, so that updates are never
// evicted. See Warnings.
//
// # Keys
//
// Every key starts with a prefix (madoguchi), and holds a hash tag in braces,
// so that what one operation touches lies in one slot of a Cluster:
//
//	madoguchi:{p:PERSON}:KIND      a person's record        string with expiry
//	madoguchi:{o:KEY}              Once                      string with expiry
//	madoguchi:{t:KEY}              a token bucket            string with expiry
//	madoguchi:{durable}:index      names and last numbers    hash
//	madoguchi:{durable}:docs:C     documents of collection C hash
//	madoguchi:{durable}:log:L      entries of log L          stream
//	madoguchi:{durable}:logids:L   ids of its entries        hash
//	madoguchi:{durable}:jobs:Q     jobs of queue Q           hash
//	madoguchi:{durable}:ready:Q    when they may be claimed  sorted set
//	madoguchi:{durable}:count:C    counter C                 hash
//	madoguchi:{durable}:write:N    answer of a Write         string, two minutes
//
// # A lost answer
//
// When the connection breaks after a command was sent, it is sent once more.
// Write and Once are marked so that the second does nothing and gives the
// first's answer; reads, Put, Delete and Forget can be repeated by nature.
// A Claim whose answer is lost leaves its jobs held by nobody until the lease
// ends. Count and Take may count twice.
package redis
