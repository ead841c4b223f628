// Package db provides services with their handles on PostgreSQL: Primary, which reads
// and writes, Replica, which only reads, and Analytics, which is another database:
// a store of facts for questions that would be a load on the primary. What a service takes in its
// constructor is what its functions may do. The package knows how connections
// live in Lambda (few, lazy, frozen between invocations, gone when they are
// needed) and where the URLs stand; it must not know any table.
//
// Where the URLs come from: the Secrets Manager secret that
// SEASTACK_DATABASE_SECRET names, a JSON object
//
//	{"primary": "postgres://...", "replica": "postgres://...", "ca": "-----BEGIN CERTIFICATE-----..."}
//
// of which replica and ca are optional: without a replica the primary serves
// reads as well, and ca holds the roots to trust where the system's do not do
// (Amazon RDS signs with its own). Without that variable, DATABASE_URL is the
// primary's URL: for tests and tools.
//
// Analytics has a secret of its own, which SEASTACK_ANALYTICS_SECRET names, with the
// members analytics and ca; or ANALYTICS_DATABASE_URL. So has the replica of a
// function that must not reach the primary, in SEASTACK_REPLICA_SECRET with the
// members replica and ca: such a function cannot read the primary's password.
//
// What happens to a session between two uses is survived or becomes a fault of
// kind Unavailable: a migration that changes the type of a column, a failover, a
// lost connection, DISCARD ALL. Statements are described, but not prepared by
// name, so that nothing is left on the server for a pooler to lose; the server
// plans each execution, which costs a small statement some 0.2 ms.
// default_query_exec_mode=cache_statement in the URL prepares statements where no
// pooler is; a migration is survived there, too.
//
// Behind a pooler that refuses statement_timeout and the like as startup
// parameters (PgBouncer, Amazon RDS Proxy) they are set in each transaction
// instead, a replica's statement runs in a transaction that is read-only, and a
// statement outside of a transaction is cancelled by its client. That is found
// out at the first connection; pool_mode=transaction in the URL saves the
// attempt, and is needed where a pooler ignores those parameters in silence.
//
// Nothing is read or connected before the first query, so a function that
// answers without the database does not wait for it.
package db
