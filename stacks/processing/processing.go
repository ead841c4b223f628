// Package processing is the stack that works behind queues and by the clock: it
// turns transcripts into notes, reviews applications, indexes candidates and writes
// to them. It knows which message leads to which call of a service, and nothing
// else.
//
//seastack:stack owner=hiring memory=512 timeout=30s
package processing
