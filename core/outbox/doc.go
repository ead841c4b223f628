// Package outbox sends messages and events if, and only if, the transaction that
// writes them commits: there is no message without its row, and no row without its
// message.
//
// A Sender or a Publisher writes into the table outbox, in the caller's
// transaction. At the end of the invocation it sends what has committed, and
// removes it. What it could not send, because the process died or AWS did not
// answer, a Relay sends: a function that runs by the clock.
//
//	err := s.primary.Tx(ctx, func(tx pgx.Tx) error {
//		if _, err := tx.Exec(ctx, `UPDATE ...`); err != nil {
//			return err
//		}
//		return s.completed.Publish(ctx, tx, event)
//	})
//
// A message is sent at least once: consumers know how to take one again. Messages
// of one group of a FIFO queue are sent in the order in which they were written.
//
// The table is in schema.sql; put that into a migration.
//
// The package knows how messages wait; it must not know any type of message.
package outbox
