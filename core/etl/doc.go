// Package etl copies the rows of a table that have changed from a replica to the
// analytics store, a batch at a time, and goes on where it stopped. It knows how
// changes are found, and how an interrupted run loses and doubles nothing; it must
// not know any table.
//
// # How changes are found
//
// A source's table has a column changed_xid with the ID of the transaction that
// wrote the row last, which a trigger sets; source.sql has its function. A watermark
// is the ID and the key of the last row that was copied, and a run reads the rows
// after it, in that order.
//
// A transaction with a small ID may commit after one with a greater ID, so that its
// rows would appear before the watermark. A run therefore reads only rows below the
// horizon, pg_snapshot_xmin(pg_current_snapshot()): the least ID of a transaction
// that the snapshot of that very statement takes for running. All transactions below
// have ended, and what they wrote is seen; each row that is written later has an ID
// at or above the horizon. A row that two transactions write goes to the ID of the
// one that committed last, and while that one ran, no horizon was above it.
//
// On a physical standby, the replica of this rule, IDs are those of the primary, and
// a snapshot takes a transaction for running until its commit has been replayed. So a
// replica that lags has a lower horizon, and nothing is lost. A transaction that
// stays open on the primary holds the horizon back; its rows come later, all of
// them. A logical replica has IDs of its own, and cannot be a source.
//
// IDs are those of one cluster and its timeline. The watermark has both: after a
// restore or a failover, a job begins anew, which costs time and nothing else.
//
// # What is not found
//
// A row that is deleted. Mark it in a column of its own, which is copied as any
// other change. Rows that a failover lost stay in the store.
package etl
