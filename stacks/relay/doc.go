// Package relay is the stack that sends what the functions of all stacks have left in
// the outbox: what they had committed and could not send before they ended. It knows
// when to look, and nothing of what is sent.
//
//seastack:stack owner=platform memory=128 timeout=50s
package relay
