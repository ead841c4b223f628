// Package etl is the stack of the analytics store: it brings the facts up to date by
// the clock, and shows figures of them. Its functions reach the replica and the store,
// and never the primary. It knows when to copy and what is asked; what is copied is
// the service's to know.
//
//seastack:stack owner=people-analytics memory=256 timeout=10s databases=replica,analytics
package etl
