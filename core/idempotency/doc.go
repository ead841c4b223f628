// Package idempotency makes a request that comes again have its effect once. A
// request has a key, which its sender chooses or which follows from the request
// itself; the result of the first is kept in PostgreSQL, and returned for the
// others.
//
// Do is for effects in the database: the effect and its result commit together, so
// that there is never one without the other. Run is for effects elsewhere, such as
// a mail: it keeps two callers from having the effect at the same time, and a
// caller whose process dies in the middle lets the next one try after the lease.
//
// The table is in schema.sql; put that into a migration. Rows expire, and Sweep
// removes those that have.
//
// The package knows keys and results; it must not know any request.
package idempotency
