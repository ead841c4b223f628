// Package outreach writes to candidates: sequences of messages, each sent once. It
// owns the tables outreach_enrolments, outreach_messages and outreach_stops. It
// knows when a message is due and what it says; it must not know how messages
// travel, which is a Sender's to know, nor what leads to a sequence.
//
// Sent once means: a message is claimed in PostgreSQL, for a lease, before it is
// sent, and recorded afterwards. A process that dies between the two leaves a
// message of which nobody knows whether it was sent, and which is sent again after
// the lease, with the same key: a sender that honours keys drops it then.
package outreach
