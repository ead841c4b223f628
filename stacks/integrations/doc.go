// Package integrations is the stack that exchanges candidates with others: an
// applicant tracking system, and whoever uploads files. It knows how they come in
// and who is told, and nothing of what a candidate is.
//
//seastack:stack owner=hiring memory=256 timeout=10s
package integrations
