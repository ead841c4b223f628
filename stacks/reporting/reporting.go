// Package reporting is the stack that works by the clock and on events: it keeps the figures
// up to date. It knows how far back to count, and nothing of how.
//
//seastack:stack owner=people-analytics memory=256 timeout=1m
package reporting
