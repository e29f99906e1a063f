// Package embedded is a store in one file, for one process: bbolt, a B+ tree
// with transactions that survive a crash.
//
// # What a crash loses
//
// Documents, logs, schedules and Forget are synced to the disk before the call
// returns. A person's records, Once and counters are kept in memory and
// written together every second and on Close: a crash loses at most the last
// second of them, and a turn of conversation doesn't wait for the disk. Token
// buckets are in memory only. The file itself is never left half-written.
//
// # What stays in the file
//
// What has expired is not returned from that moment, and is removed within a
// minute. Removed bytes stay in unused parts of the file until those are
// written over; they hold hashed keys and what callers stored, which is never
// what a person wrote.
package embedded
