// Package db gives services their handles on PostgreSQL: Primary, which reads
// and writes, and Replica, which only reads. What a service takes in its
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
// Nothing is read or connected before the first query, so a function that
// answers without the database does not wait for it.
package db
