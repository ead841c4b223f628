// Package webhook signs the requests by which one system tells another that
// something happened, and verifies such signatures. A signature is a header of the
// form that Stripe made common:
//
//	t=1772452800,v1=5257a869e7ec...
//
// t is when the request was signed, in seconds since 1970. v1 is the HMAC-SHA256,
// in hexadecimal, of t as it is written, a dot and the body, byte by byte, with the
// secret as the key. A header may have several v1, one for each secret of a sender
// that changes it; other schemes than v1 are ignored.
//
//	verifier := webhook.Verifier{Secrets: []string{current, previous}}
//	if err := verifier.Verify(header, body); err != nil {
//		return err
//	}
//
// A signature is for the body as it was sent: read it before it is decoded. One that
// was recorded can be sent again for as long as Tolerance; core/idempotency makes
// the same request have its effect once.
//
// The package knows signatures; it must not know what a request says, or how it
// came.
package webhook
